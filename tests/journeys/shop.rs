//! The binaries of the house, started on ports and a database of a test's own.

use std::collections::HashMap;
use std::net::TcpListener;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::Duration;

use shared::config::ServiceName;
use sqlx::MySqlPool;
use testing::servers;

/// What a process of the house is told about the test's servers.
pub(super) struct Surroundings(HashMap<String, String>);

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
        Self(variables)
    }

    pub(super) fn with(mut self, name: &str, value: &str) -> Self {
        self.0.insert(name.to_owned(), value.to_owned());
        self
    }

    /// A command of the house in these surroundings and no others.
    pub(super) fn command(&self, binary: &str) -> Command {
        let mut command = Command::new(servers::binaries().join(binary));
        command.env_clear().envs(&self.0).stdin(Stdio::null());
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
        let port = free_port();
        let mut command = self.command(&service.to_string());
        command.env(service.port_variable(), port.to_string()).stdout(Stdio::null()).stderr(Stdio::inherit());
        Process { service, port, child: command.spawn().unwrap() }
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
        let url = self.url("/health/ready");
        eventually("ready", async || reqwest::get(&url).await.is_ok_and(|answer| answer.status().is_success())).await;
        self
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
