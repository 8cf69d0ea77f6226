//! What holds of `docker-compose.yml` without an engine.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;

use secrecy::ExposeSecret;
use shared::config::{Config, Environment, Mail, Reader, ServiceName};

use super::images::Stage;
use super::{Service, filled, root, text_of};
use crate::environment::listed;

/// What is not ours, under the names of the owner's runbook; MySQL 8.0 is at its end, 8.4 is the release after it.
const SERVERS: [(&str, &str); 3] =
    [("mysql", "mysql:8.4"), ("redis", "redis:7-alpine"), ("rabbitmq", "rabbitmq:3-management")];

/// The names of those services for which something does not hold.
fn offenders(services: impl IntoIterator<Item = Service>, holds: impl Fn(&Service) -> bool) -> Vec<String> {
    services.into_iter().filter(|service| !holds(service)).map(|service| service.name).collect()
}

fn servers() -> impl Iterator<Item = Service> {
    Service::all().into_iter().filter(Service::is_server)
}

/// Those that run an image of our own.
fn ours() -> impl Iterator<Item = Service> {
    Service::all().into_iter().filter(|service| service.target().is_some())
}

#[test]
fn containers_have_the_names_of_the_document() {
    for (name, image) in SERVERS {
        let service = Service::named(name);
        assert_eq!((service.text("/container_name"), service.text("/image")), (&*format!("pavitra-{name}"), image));
    }
    for name in ServiceName::ALL.map(|service| service.to_string()) {
        let service = Service::named(&name);
        assert_eq!((service.text("/container_name"), service.target()), (&*format!("pavitra-{name}"), Some(&*name)));
    }
    let up = Service::all().into_iter().filter(Service::is_part_of_up);
    assert_eq!(offenders(up, |it| it.text("/container_name").starts_with("pavitra-")), [""; 0]);
}

#[test]
fn no_image_is_whatever_is_latest() {
    let is_pinned = |it: &Service| match it.target() {
        Some(target) => {
            it.text("/image") == format!("pavitra/{}:development", if it.is_server() { target } else { "pavitra" })
        }
        None => it.text("/image").split_once(':').is_some_and(|(_, tag)| tag.contains(|c: char| c.is_ascii_digit())),
    };
    assert_eq!(offenders(Service::all(), is_pinned), [""; 0]);
}

#[test]
fn every_server_is_asked_how_it_is() {
    let is_asked = |it: &Service| match it.target() {
        Some(target) => Stage::says(target, "HEALTHCHECK"),
        None => !it.list("/healthcheck/test").is_empty(),
    };
    assert_eq!(offenders(servers(), is_asked), [""; 0]);
}

#[test]
fn our_own_have_no_rights_and_write_only_where_they_have_to() {
    let is_confined = |it: &Service| {
        it.said["read_only"] == true
            && it.list("/cap_drop") == ["ALL"]
            && it.list("/security_opt") == ["no-new-privileges:true"]
            && it.said.get("user").is_none()
            && it.list("/tmpfs") == ["/tmp"]
    };
    assert_eq!(offenders(ours(), is_confined), [""; 0]);
}

#[test]
fn nothing_takes_all_of_the_machine() {
    let is_bounded = |it: &Service| {
        let bounds = ["/deploy/resources/limits/memory", "/logging/options/max-size", "/logging/options/max-file"];
        bounds.iter().all(|bound| !it.text(bound).is_empty())
    };
    assert_eq!(offenders(Service::all(), is_bounded), [""; 0]);
}

#[test]
fn servers_come_back_and_get_the_time_that_they_need_to_stop() {
    let is_patient = |it: &Service| {
        let seconds = it.text("/stop_grace_period").strip_suffix('s').and_then(|text| text.parse::<u32>().ok());
        it.text("/restart") == "unless-stopped" && seconds >= Some(40)
    };
    assert_eq!(offenders(servers(), is_patient), [""; 0]);
}

#[test]
fn everything_starts_after_what_it_needs() {
    const HEALTHY: &str = "service_healthy";
    const DONE: &str = "service_completed_successfully";
    assert_eq!(Service::named("migrate").waits_for()["mysql"], HEALTHY);
    for job in ["seed", "create-admin"] {
        assert_eq!(Service::named(job).waits_for()["migrate"], DONE);
    }
    for service in ServiceName::ALL {
        let (service, gateway) = (Service::of(service), Service::named("gateway"));
        let waits = service.waits_for();
        assert_eq!((waits["migrate"], waits["redis"], waits["rabbitmq"]), (DONE, HEALTHY, HEALTHY), "{}", service.name);
        assert_eq!(gateway.waits_for()[&*service.name], HEALTHY);
    }
    let awaits = |how| {
        Service::all().into_iter().flat_map(move |it| {
            let all = it.waits_for().into_iter().filter(|(_, condition)| *condition == how);
            all.map(|(name, _)| name.to_owned()).collect::<Vec<_>>()
        })
    };
    // `up --wait` takes a job that has ended for a failure, unless somebody waits for its end.
    let (done, healthy): (BTreeSet<_>, BTreeSet<_>) = (awaits(DONE).collect(), awaits(HEALTHY).collect());
    let jobs = Service::all().into_iter().filter(|it| !it.is_server() && it.is_part_of_up());
    assert_eq!(done, jobs.map(|it| it.name).collect());
    assert_eq!(offenders(servers(), |it| it.name == "gateway" || healthy.contains(&it.name)), [""; 0]);
}

#[test]
fn nobody_listens_beyond_this_machine_and_the_servers_not_even_there() {
    for (service, port) in ServiceName::ALL
        .map(|it| (it.to_string(), it.port()))
        .into_iter()
        .chain([("gateway".to_owned(), 8080), ("simulator".to_owned(), 8090)])
    {
        let service = Service::named(&service);
        let ports: Vec<String> = service.list("/ports").iter().map(|port| filled(port, &listed())).collect();
        assert_eq!(ports, [format!("127.0.0.1:{port}:{port}")]);
    }
    assert_eq!(SERVERS.map(|(name, _)| Service::named(name).said.get("ports").is_some()), [false; 3]);
}

/// Whatever `env` holds: what the six make of their environments.
fn configurations(env: &[(String, String)]) -> Vec<Config> {
    let read = |name: ServiceName| {
        let environment = Service::of(name).environment(env).into_iter().chain(Stage::environment(&name.to_string()));
        Config::read(name, Reader::from_pairs(environment)).map_err(|faults| format!("{name}: {faults}")).unwrap()
    };
    ServiceName::ALL.map(read).into()
}

#[test]
fn the_services_understand_what_they_are_told() {
    // Without a .env, and with one that is a copy of .env.example.
    for env in [Vec::new(), listed()] {
        for config in configurations(&env) {
            assert_eq!(config.environment, Environment::Development);
            assert_eq!(config.http.listen.to_string(), format!("0.0.0.0:{}", config.service.port()));
            assert!(matches!(config.mail, Mail::Folder(folder) if folder.starts_with("/var/lib/pavitra")));
            assert!(config.uploads_dir.starts_with("/var/lib/pavitra"));
        }
        pays_through_the_simulator(&env);
    }
}

/// So says whoever asks what can be paid, and whoever asks for it; and the simulator knows the keys.
fn pays_through_the_simulator(env: &[(String, String)]) {
    let simulator = Service::named("simulator").environment(env);
    let known = |name: &str| simulator.iter().find(|(given, _)| given == name).unwrap().1.clone();
    let paying = configurations(env).into_iter().filter_map(|config| Some((config.service, config.razorpay?)));
    let (services, razorpays): (Vec<_>, Vec<_>) = paying.unzip();
    assert_eq!(services, [ServiceName::Order, ServiceName::Payment]);
    for razorpay in razorpays {
        assert_eq!((&*razorpay.base_url, razorpay.key_id), ("http://simulator:8090", known("RAZORPAY_KEY_ID")));
        assert_eq!(razorpay.secret.expose_secret(), known("RAZORPAY_SECRET"));
        assert_eq!(razorpay.webhook_secret.unwrap().expose_secret(), known("RAZORPAY_WEBHOOK_SECRET"));
    }
}

#[test]
fn the_password_of_a_server_is_the_one_that_the_services_know() {
    for (server, theirs, ours) in [
        ("mysql", "DB_PASSWORD", "DB_PASSWORD"),
        ("redis", "REDISCLI_AUTH", "REDIS_PASSWORD"),
        ("rabbitmq", "RABBITMQ_DEFAULT_USER", "RABBITMQ_USER"),
        ("rabbitmq", "RABBITMQ_DEFAULT_PASS", "RABBITMQ_PASSWORD"),
    ] {
        let path = |name| format!("/environment/{name}");
        assert_eq!(Service::named(server).text(&path(theirs)), Service::of(ServiceName::Order).text(&path(ours)));
    }
    let redis = Service::named("redis");
    assert!(redis.list("/command").contains(&redis.text("/environment/REDISCLI_AUTH")));
}

#[test]
fn a_container_is_told_nothing_that_nobody_reads() {
    let known: BTreeSet<String> = listed().into_iter().map(|(name, _)| name).collect();
    let told = ours().flat_map(|it| it.environment(&[])).map(|(name, _)| name);
    assert_eq!(told.filter(|name| !known.contains(name)).collect::<Vec<_>>(), [""; 0]);
    // The owner of the tables is known to those that make tables.
    let owners = Service::all().into_iter().filter(|it| !it.text("/environment/MIGRATOR_DB_PASSWORD").is_empty());
    assert_eq!(owners.map(|it| it.name).collect::<Vec<_>>(), ["migrate", "mysql"]);
}

#[test]
fn a_folder_that_is_mounted_is_a_volume_and_a_file_is_here() {
    for service in Service::all() {
        for volume in service.list("/volumes") {
            let (source, _) = volume.split_once(':').unwrap();
            // The engine makes a folder, which belongs to root, of a file that is missing.
            assert!(!source.starts_with('.') || !text_of(source).is_empty(), "{}: {source}", service.name);
        }
    }
    let accounts = fs::metadata(root().join("docker/database-accounts.sh")).unwrap();
    assert_eq!(accounts.permissions().mode() & 0o555, 0o555, "mysql runs it under its own account");
}

#[test]
fn the_search_index_lies_on_the_disk() {
    let product = Service::of(ServiceName::Product);
    let told = Stage::environment(&product.name);
    let (_, folder) = told.iter().find(|(name, _)| name == "TMPDIR").unwrap();
    assert!(product.list("/volumes").iter().any(|volume| volume.ends_with(&format!(":{folder}"))), "{folder}");
    assert!(!product.list("/tmpfs").iter().any(|memory| folder.starts_with(memory)), "{folder}");
    // A new volume belongs to whom the folder of the image belongs to.
    let made = text_of("Dockerfile").lines().filter(|line| !line.starts_with("ENV")).any(|line| line.contains(folder));
    assert!(made, "{folder}");
}

#[test]
fn the_gateway_sends_the_same_paths_to_the_same_services_as_in_development() {
    let (here, there) = (text_of("nginx/docker.conf"), text_of("nginx/development.conf.in"));
    for service in ServiceName::ALL {
        let line = here.lines().find(|line| line.contains(&format!("upstream {} ", service.as_str()))).unwrap();
        // The name is asked for again: a container that is made anew has another address.
        assert!(line.contains(&format!("server {service}:{} resolve;", service.port())), "{line}");
    }
    let from_the_server_on = |text: &str| {
        let text = text.replace("@NGINX@/", "").replace("@HOME@", "/var/lib/pavitra").replace('"', "");
        let lines = text.lines().skip_while(|line| !line.contains("include snippets/")).map(str::to_owned);
        lines.filter(|line| !line.contains("listen ")).collect::<Vec<_>>()
    };
    assert_eq!(from_the_server_on(&here), from_the_server_on(&there));
}
