//! The services as processes of their own: started, stopped, frozen while another is measured, and weighed.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use shared::config::ServiceName;
use tokio::process::{Child, Command};

use crate::http::{self, Connection};
use crate::memory::Memory;

/// How long a process may take to become ready.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often it is asked.
const LOOK: Duration = Duration::from_millis(1);

/// Where the binaries are, and where what they say goes.
#[derive(Clone, Debug)]
pub(crate) struct House {
    pub(crate) binaries: PathBuf,
    pub(crate) logs: PathBuf,
}

/// A process of ours: killed when it is dropped, and by the kernel should we be killed ourselves.
#[derive(Debug)]
pub(crate) struct Process {
    pub(crate) port: u16,
    name: String,
    child: Child,
    log: PathBuf,
}

impl House {
    /// Starts a service on a free port, and waits until it is ready; the time that took.
    pub(crate) async fn start(&self, service: ServiceName) -> anyhow::Result<(Process, Duration)> {
        let port = free_port()?;
        let mut command = leashed(&self.binaries.join(service.to_string()));
        command.env(service.port_variable(), port.to_string());
        self.launch(command, &service.to_string(), port).await
    }

    /// Starts this very program with other arguments, `port` among them, and waits until it is ready.
    pub(crate) async fn start_ourselves(&self, arguments: &[String], port: u16) -> anyhow::Result<Process> {
        let mut command = leashed(&std::env::current_exe()?);
        command.args(arguments);
        Ok(self.launch(command, "bare", port).await?.0)
    }

    async fn launch(&self, mut command: Command, name: &str, port: u16) -> anyhow::Result<(Process, Duration)> {
        let log = self.logs.join(format!("bench-{name}.log"));
        let file = File::options().create(true).append(true).open(&log)?;
        command.stdin(Stdio::null()).stdout(file.try_clone()?).stderr(file).kill_on_drop(true);
        let since = Instant::now();
        let child = command.spawn().with_context(|| format!("cannot start {name}"))?;
        let mut process = Process { port, name: name.to_owned(), child, log };
        process.becomes_ready(since).await?;
        Ok((process, since.elapsed()))
    }
}

impl Process {
    async fn becomes_ready(&mut self, since: Instant) -> anyhow::Result<()> {
        while !is_ready(self.port).await {
            let Self { name, log, .. } = self;
            ensure!(self.child.try_wait()?.is_none(), "{name} ended while it started: see {}", log.display());
            ensure!(since.elapsed() < PATIENCE, "{name} did not become ready: see {}", log.display());
            tokio::time::sleep(LOOK).await;
        }
        Ok(())
    }

    /// Ends it without giving it time.
    pub(crate) async fn kill(mut self) -> anyhow::Result<()> {
        Ok(self.child.kill().await?)
    }

    /// Takes the processor away from it (SIGSTOP).
    pub(crate) async fn freeze(&self) -> anyhow::Result<()> {
        self.signal("-STOP").await
    }

    /// Gives the processor back to it (SIGCONT).
    pub(crate) async fn thaw(&self) -> anyhow::Result<()> {
        self.signal("-CONT").await
    }

    async fn signal(&self, signal: &str) -> anyhow::Result<()> {
        let sent = Command::new("kill").args([signal, &self.id()?]).status().await?;
        ensure!(sent.success(), "{} is gone: see {}", self.name, self.log.display());
        Ok(())
    }

    /// What it has in memory now.
    pub(crate) fn memory(&self) -> anyhow::Result<Memory> {
        Memory::of(&self.id()?).with_context(|| format!("cannot weigh {}", self.name))
    }

    fn id(&self) -> anyhow::Result<String> {
        Ok(self.child.id().with_context(|| format!("{} is gone: see {}", self.name, self.log.display()))?.to_string())
    }
}

/// A command that the kernel ends with us.
fn leashed(binary: &Path) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL"]).arg(binary);
    command
}

async fn is_ready(port: u16) -> bool {
    let Ok(mut connection) = Connection::open(port).await else { return false };
    connection.exchange(&http::get("/health/ready")).await.is_ok_and(|answer| answer.status == 200)
}

/// A port that nobody listens on.
pub(crate) fn free_port() -> anyhow::Result<u16> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
