//! The compose file on a real engine: up from nothing, a purchase, up again, a service made anew, and down.

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::{Command, Output};

use serde_json::Value;
use shared::config::Reader;

use super::{Service, root};

const PROJECT: &str = "pavitra-test";

/// A shop of its own beside the developer's: other names, and ports that the engine chooses.
struct Containers {
    names: PathBuf,
}

impl Containers {
    fn new() -> Self {
        let names = std::env::temp_dir().join(format!("{PROJECT}-{}.yml", std::process::id()));
        let lines = Service::all().into_iter().map(|it| format!("  {}: {{ container_name: !reset null }}\n", it.name));
        fs::write(&names, format!("services:\n{}", lines.collect::<String>())).unwrap();
        Self { names }
    }

    fn compose(&self, arguments: &str) -> Output {
        let mut docker = Command::new("docker");
        docker.current_dir(root());
        // Without the developer's own .env, whose keys may cost money.
        docker.args(["compose", "--env-file", "/dev/null", "--project-name", PROJECT]);
        docker.args(["--file", "docker-compose.yml", "--file"]).arg(&self.names);
        let ports = Service::all().into_iter().flat_map(|service| {
            let ports = service.list("/ports").join(" ");
            ports.split("${").skip(1).filter_map(|rest| Some(rest.split_once(":-")?.0.to_owned())).collect::<Vec<_>>()
        });
        docker.args(arguments.split(' ')).envs(ports.map(|port| (port, "0"))).output().unwrap()
    }

    /// What a command that has to succeed says.
    #[track_caller]
    fn says(&self, arguments: &str) -> String {
        let done = self.compose(arguments);
        let said = String::from_utf8(done.stdout).unwrap();
        assert!(done.status.success(), "{arguments}: {said}{}", String::from_utf8_lossy(&done.stderr));
        said
    }

    /// Each container with the instant of its start, the jobs left out, which run again.
    fn servers(&self) -> Vec<(String, String)> {
        let ids = self.says("ps --quiet");
        let inspected = Command::new("docker").arg("inspect").args(ids.lines()).output().unwrap();
        let containers: Vec<Value> = serde_json::from_slice(&inspected.stdout).unwrap();
        let text = |container: &Value, path: &str| container.pointer(path).unwrap().as_str().unwrap().to_owned();
        let mut servers: Vec<_> =
            containers.iter().map(|it| (text(it, "/Name"), text(it, "/State/StartedAt"))).collect();
        servers.sort();
        servers
    }

    /// What the engine still has of it.
    fn left() -> String {
        let label = format!("label=com.docker.compose.project={PROJECT}");
        let said = [["ps", "--all"], ["volume", "ls"], ["network", "ls"]].map(|what| {
            let done = Command::new("docker").args(what).args(["--quiet", "--filter", &label]).output().unwrap();
            String::from_utf8(done.stdout).unwrap()
        });
        said.concat()
    }
}

impl Drop for Containers {
    fn drop(&mut self) {
        drop(self.compose("--profile by-hand down --volumes --timeout 5"));
        drop(fs::remove_file(&self.names));
    }
}

/// Why it is not run, if it is not.
fn reason_to_skip() -> Option<&'static str> {
    if Reader::from_process().text("PAVITRA_COMPOSE").as_deref() != Some("1") {
        return Some("PAVITRA_COMPOSE=1 runs the shop in containers");
    }
    let engine = Command::new("docker").args(["version", "--format", "{{.Server.Version}}"]).output();
    let is_there = engine.is_ok_and(|done| done.status.success());
    (!is_there).then_some("there is no Docker engine here")
}

#[test]
fn a_shop_in_containers_sells_from_the_shelf_to_the_letter() {
    if let Some(reason) = reason_to_skip() {
        // Written past the capture: whoever runs the tests is to know what was not tested.
        return drop(writeln!(io::stderr(), "skipped: {reason}"));
    }
    let shop = Containers::new();
    shop.says("up --build --wait");
    let before = shop.servers();
    shop.says("up --wait");
    assert_eq!(shop.servers(), before, "a second `up` is none");
    let purchase = shop.says("run --rm demo");
    assert!(purchase.contains("payment.captured") && !purchase.contains("skipped"), "{purchase}");
    shop.says("up --wait --no-deps --force-recreate auth-service");
    shop.says("run --rm demo");
    let books = shop.says("run --rm pavitra audit");
    assert!(books.contains("ok ") && !books.contains("WRONG"), "{books}");
    shop.says("--profile by-hand down --volumes");
    assert_eq!(Containers::left(), "");
}
