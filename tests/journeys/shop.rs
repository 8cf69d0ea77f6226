//! The binaries of the house, started on ports and a database of a test's own.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::Mutex;
use std::time::Duration;

use shared::config::{Reader, ServiceName};
use sqlx::MySqlPool;
use testing::servers;
use uuid::Uuid;

use super::gateway::Gateway;
use super::razorpay::Razorpay;

/// What a process of the house is told about the test's servers.
pub(super) struct Surroundings {
    variables: HashMap<String, String>,
    /// Where services write their logs, if anybody wants to read them.
    logs: Option<PathBuf>,
}

impl Surroundings {
    /// The database behind `db`, empty or not, and the shared Redis and RabbitMQ.
    pub(super) fn of(db: &MySqlPool) -> Self {
        use secrecy::ExposeSecret;
        let place = db.connect_options();
        let (owner, services) = (servers::migrator_account(), servers::services_account());
        let mut variables: HashMap<String, String> = [
            ("DB_HOST", place.get_host()),
            ("DB_PORT", &place.get_port().to_string()),
            ("DB_NAME", place.get_database().unwrap()),
            ("DB_USER", &services.user),
            ("DB_PASSWORD", services.password.expose_secret()),
            ("MIGRATOR_DB_USER", &owner.user),
            ("MIGRATOR_DB_PASSWORD", owner.password.expose_secret()),
            ("RABBITMQ_NAMESPACE", place.get_database().unwrap()),
            ("REDIS_NAMESPACE", &servers::redis_namespace(db)),
            ("JWT_SECRET", "a secret of at least thirty-two bytes"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
        for name in [
            "REDIS_HOST",
            "REDIS_PORT",
            "REDIS_PASSWORD",
            "RABBITMQ_HOST",
            "RABBITMQ_PORT",
            "RABBITMQ_USER",
            "RABBITMQ_PASSWORD",
        ] {
            variables.insert(name.to_owned(), servers::variable(name));
        }
        let logs = Reader::from_process().path("PAVITRA_TEST_LOGS");
        Self { variables, logs: logs.map(|folder| folder.join(place.get_database().unwrap())) }
    }

    pub(super) fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.insert(name.to_owned(), value.to_owned());
        self
    }

    /// A command of the house in these surroundings and no others.
    pub(super) fn command(&self, binary: &str) -> Command {
        let mut command = Command::new(servers::binaries().join(binary));
        command.env_clear().envs(&self.variables).stdin(Stdio::null());
        command
    }

    /// Runs `pavitra` to its end.
    pub(super) fn pavitra(&self, arguments: &[&str]) -> Output {
        self.command("pavitra").args(arguments).output().unwrap()
    }

    /// Runs `pavitra`, which has to succeed.
    #[track_caller]
    pub(super) fn pavitra_ok(&self, arguments: &[&str]) {
        let done = self.pavitra(arguments);
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }

    /// Starts a service on a free port, not yet ready.
    pub(super) fn start(&self, service: ServiceName) -> Process {
        self.start_on(free_port(), service)
    }

    fn start_on(&self, port: u16, service: ServiceName) -> Process {
        let mut command = self.command(&service.to_string());
        command.env(service.port_variable(), port.to_string()).stdout(self.log_of(service)).stderr(Stdio::inherit());
        Process { service, port, child: command.spawn().unwrap() }
    }

    /// A log goes on where the service's former life left it.
    fn log_of(&self, service: ServiceName) -> Stdio {
        let Some(folder) = &self.logs else { return Stdio::null() };
        fs::create_dir_all(folder).unwrap();
        let file = File::options().create(true).append(true).open(folder.join(format!("{service}.log")));
        file.unwrap().into()
    }
}

/// A service that runs, and is killed with the test.
pub(super) struct Process {
    pub(super) service: ServiceName,
    pub(super) port: u16,
    child: Child,
}

impl Process {
    pub(super) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// Waits until the service takes requests.
    pub(super) async fn ready(self) -> Self {
        self.becomes_ready().await;
        self
    }

    async fn becomes_ready(&self) {
        let url = self.url("/health/ready");
        eventually("ready", async || reqwest::get(&url).await.is_ok_and(|answer| answer.status().is_success())).await;
    }

    /// Sends SIGTERM.
    pub(super) fn terminate(&self) {
        let sent = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    pub(super) fn exit(&mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// A whole shop: seeded, six services behind a gateway, a Razorpay to pay with, and a folder for its mails.
pub(super) struct Shop {
    surroundings: Surroundings,
    services: Vec<Process>,
    gateway: Gateway,
    razorpay: Razorpay,
    folder: Folder,
}

impl Shop {
    /// Opens a shop on the empty database behind `db`.
    pub(super) async fn open(db: &MySqlPool) -> Self {
        Self::open_with(db, &[]).await
    }

    /// Opens a shop whose services are told something else about these variables.
    pub(super) async fn open_with(db: &MySqlPool, told: &[(&str, &str)]) -> Self {
        let folder = Folder::new();
        let mails = folder.0.join("mail");
        fs::create_dir(&mails).unwrap();
        let razorpay = lasting_port();
        let surroundings = Surroundings::of(db)
            .with("DB_MAX_CONNECTIONS", "5")
            .with("MAIL_DIR", mails.to_str().unwrap())
            .with("RAZORPAY_KEY_ID", "rzp_test_journey")
            .with("RAZORPAY_SECRET", "a secret of the shop and its Razorpay")
            .with("RAZORPAY_WEBHOOK_SECRET", "another secret of the two")
            .with("RAZORPAY_BASE_URL", &format!("http://127.0.0.1:{razorpay}"));
        let surroundings = told.iter().fold(surroundings, |all, (name, value)| all.with(name, value));
        let logs = surroundings.logs.clone().unwrap_or_else(|| folder.0.join("log"));
        let surroundings = Surroundings { logs: Some(logs), ..surroundings };
        surroundings.pavitra_ok(&["migrate"]);
        surroundings.pavitra_ok(&["seed"]);
        let plenty = sqlx::query(
            "UPDATE site_settings SET setting_value = IF(setting_key LIKE '%signed_in%', '90000', '100000') WHERE setting_key LIKE 'rate_limit_%'
             AND setting_key NOT IN ('rate_limit_login_window', 'rate_limit_exempt_addresses')",
        );
        plenty.execute(db).await.unwrap();
        let services: Vec<Process> =
            ServiceName::ALL.map(|service| surroundings.start_on(lasting_port(), service)).into();
        let gateway = Gateway::start(&folder.0, |service| port_of(&services, service));
        let payment = port_of(&services, ServiceName::Payment);
        let webhook = format!("http://127.0.0.1:{payment}/api/v1/payments/webhook/razorpay");
        let razorpay = Razorpay::start_on(razorpay, &surroundings, &webhook);
        let shop = Self { surroundings, services, gateway, razorpay, folder };
        shop.ready().await;
        shop
    }

    /// Waits until everybody takes requests.
    pub(super) async fn ready(&self) {
        for process in &self.services {
            process.becomes_ready().await;
        }
        self.gateway.becomes_ready().await;
        self.razorpay.becomes_ready().await;
    }

    /// Who moves the money.
    pub(super) fn razorpay(&self) -> &Razorpay {
        &self.razorpay
    }

    /// An address on a service's own port.
    pub(super) fn url_of(&self, service: ServiceName, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", port_of(&self.services, service))
    }

    /// An address behind the gateway.
    pub(super) fn url(&self, path: &str) -> String {
        self.gateway.url(path)
    }

    /// `pavitra demo` in this shop.
    pub(super) fn demo(&self) -> Command {
        self.demo_paying_at(&self.razorpay.url(""))
    }

    /// `pavitra demo` in this shop, which pays there.
    pub(super) fn demo_paying_at(&self, razorpay: &str) -> Command {
        let mut demo = self.surroundings.command("pavitra");
        demo.args(["demo", "--url", &self.url(""), "--razorpay", razorpay, "--mail-dir"]);
        demo.arg(self.folder.0.join("mail"));
        demo
    }

    /// Kills a service (SIGKILL) and starts it again at its old place, not yet ready.
    pub(super) fn kill_and_restart(&mut self, service: ServiceName) {
        self.kill(service);
        self.restart(service);
    }

    /// Kills a service (SIGKILL).
    pub(super) fn kill(&mut self, service: ServiceName) {
        let process = self.process(service);
        process.child.kill().unwrap();
        process.child.wait().unwrap();
    }

    /// Starts a service that was killed at its old place, not yet ready.
    pub(super) fn restart(&mut self, service: ServiceName) {
        let port = port_of(&self.services, service);
        *self.process(service) = self.surroundings.start_on(port, service);
    }

    fn process(&mut self, service: ServiceName) -> &mut Process {
        self.services.iter_mut().find(|process| process.service == service).unwrap()
    }

    /// The mails about orders that were sent so far.
    pub(super) fn mails(&self) -> Vec<String> {
        let files = fs::read_dir(self.folder.0.join("mail")).unwrap().map(|file| file.unwrap().path());
        let mails = files.filter(|file| file.extension().is_some_and(|extension| extension == "eml"));
        let mails = mails.map(|mail| fs::read_to_string(mail).unwrap());
        mails.filter(|mail| !mail.contains("\r\nSubject: Confirm your e-mail address\r\n")).collect()
    }
}

impl Drop for Shop {
    /// Whoever reads of a failure reads the last words of each service too.
    fn drop(&mut self) {
        let Some(logs) = self.surroundings.logs.as_ref().filter(|_| std::thread::panicking()) else { return };
        for service in ServiceName::ALL {
            let log = fs::read_to_string(logs.join(format!("{service}.log"))).unwrap_or_default();
            let lines = log.lines().count();
            let last: Vec<&str> = log.lines().skip(lines.saturating_sub(20)).collect();
            drop(writeln!(io::stderr(), "--- {service}, the last of {lines} lines\n{}", last.join("\n")));
        }
    }
}

fn port_of(services: &[Process], service: ServiceName) -> u16 {
    services.iter().find(|process| process.service == service).unwrap().port
}

/// A folder of the test's own, gone with it.
pub(super) struct Folder(pub(super) PathBuf);

impl Folder {
    pub(super) fn new() -> Self {
        let path = std::env::temp_dir().join(format!("pavitra-journey-{}", Uuid::new_v4().simple()));
        fs::create_dir(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

/// Tries for half a minute, every 50 ms.
#[track_caller]
pub(super) fn eventually(what: &str, mut holds: impl AsyncFnMut() -> bool) -> impl Future<Output = ()> {
    let place = std::panic::Location::caller();
    let trying = async move {
        while !holds().await {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    async move {
        let done = tokio::time::timeout(Duration::from_secs(30), trying).await;
        assert!(done.is_ok(), "not {what} in half a minute, {place}");
    }
}

pub(super) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Held until the test's process ends, so that no other test takes the same ports.
static TAKEN: Mutex<Vec<File>> = Mutex::new(Vec::new());

/// A port that stays free while its service is dead: the kernel gives none of these to clients, and other tests see that
/// it is taken.
pub(super) fn lasting_port() -> u16 {
    let folder = std::env::temp_dir().join("pavitra-test-ports");
    fs::create_dir_all(&folder).unwrap();
    loop {
        let port = 20_000 + u16::try_from(Uuid::new_v4().as_u128() % 12_000).unwrap();
        let mark = File::create(folder.join(port.to_string())).unwrap();
        if mark.try_lock().is_ok() && TcpListener::bind(("127.0.0.1", port)).is_ok() {
            TAKEN.lock().unwrap().push(mark);
            return port;
        }
    }
}
