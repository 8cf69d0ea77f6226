//! The whole life of a service, from its environment to its exit code.

use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::clock::Clock;
use crate::config::{Config, ServiceName};
use crate::ground::Ground;
use crate::messaging::Consumer;
use crate::task::Task;
use crate::telemetry::logging;
use crate::web::Service;
use crate::web::server::{self, Limits};
use crate::web::service::Assembled;

/// sysexits.h `EX_USAGE`: the configuration is wrong, and starting again will not mend it.
pub const BAD_CONFIGURATION: u8 = 64;

/// How long consumers and tasks get to finish what they have begun.
const FINISHING: Duration = Duration::from_secs(10);
/// How long the database gets to part from us.
const CLOSING: Duration = Duration::from_secs(2);
/// How many files and sockets a service wants to have open.
const OPEN_FILES: u64 = 65_536;

/// Runs `service` until it is told to stop.
///
/// Exit codes: 0 after SIGTERM or SIGINT, 64 for a wrong configuration, 1 for anything else.
pub fn run(service: ServiceName, build: fn(&Arc<Ground>) -> Service) -> ExitCode {
    match std::env::args_os().nth(1).map(|argument| argument.to_string_lossy().into_owned()).as_deref() {
        None => {}
        Some("--help" | "-h") => return say(&usage(service)),
        Some("--version" | "-V") => return say(&format!("{service} {}", env!("CARGO_PKG_VERSION"))),
        Some(other) => {
            return complain(&format!("{service} takes no argument {other:?}: see --help"), BAD_CONFIGURATION);
        }
    }
    let config = match Config::from_env(service) {
        Ok(config) => config,
        Err(faults) => return complain(&faults, BAD_CONFIGURATION),
    };
    match start(config, build) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => complain(&format!("{error:#}"), 1),
    }
}

#[tokio::main]
async fn start(config: Config, build: fn(&Arc<Ground>) -> Service) -> anyhow::Result<()> {
    let _log = logging::start(&config)?;
    let ground = Ground::new(config, Clock::System)?;
    let Assembled { router, consumers, tasks, .. } = build(&ground).assemble(&ground)?;
    let listener = server::listen(ground.config.http.listen).await?;
    tracing::info!(address = %ground.config.http.listen, "listening");
    let stopping = ground.stopping.clone();
    let limits = Limits::within(rlimit::increase_nofile_limit(OPEN_FILES)?);
    let work = Work::begin(&ground, consumers, tasks);
    tokio::join!(server::serve(listener, router, limits, stopping.clone()), async {
        told_to_stop().await;
        tracing::info!("stopping");
        stopping.cancel();
    });
    work.end().await;
    if tokio::time::timeout(CLOSING, ground.database.close()).await.is_err() {
        tracing::warn!("the database did not say good-bye");
    }
    tracing::info!("stopped");
    Ok(())
}

/// What a service does beside answering requests.
struct Work {
    running: TaskTracker,
    answered: CancellationToken,
}

impl Work {
    /// Consumers stop when the service is told to; tasks go on until the last request is answered, for it may have left
    /// them something to do.
    fn begin(ground: &Arc<Ground>, consumers: Vec<Consumer>, tasks: Vec<Task>) -> Self {
        let (running, answered) = (TaskTracker::new(), CancellationToken::new());
        for consumer in consumers {
            running.spawn(consumer.run(ground.broker.clone(), Arc::clone(&ground.bell), ground.stopping.clone()));
        }
        for task in tasks {
            let (bell, stopping) = (Arc::clone(&ground.bell), answered.clone());
            running.spawn(async move { task.run(&bell, stopping).await });
        }
        Self { running, answered }
    }

    async fn end(self) {
        self.answered.cancel();
        self.running.close();
        if tokio::time::timeout(FINISHING, self.running.wait()).await.is_err() {
            tracing::warn!(
                running = self.running.len(),
                "stopped in the middle of something; it will be taken up again"
            );
        }
    }
}

async fn told_to_stop() {
    let terminate = async {
        match signal(SignalKind::terminate()) {
            Ok(mut signals) => drop(signals.recv().await),
            Err(error) => tracing::error!(exception = %error, "cannot hear SIGTERM"),
        }
    };
    tokio::select! {
        () = terminate => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}

fn usage(service: ServiceName) -> String {
    format!(
        "Usage: {service}\n\n\
         Serves {} on port {} ({} moves it). Everything else comes from the environment: see .env.example.\n\
         Stops on SIGTERM without dropping a request.",
        service.prefix(),
        service.port(),
        service.port_variable(),
    )
}

fn say(text: &str) -> ExitCode {
    if writeln!(io::stdout(), "{text}").is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn complain(what: &dyn std::fmt::Display, code: u8) -> ExitCode {
    // Nobody is left to tell when standard error is closed.
    drop(writeln!(io::stderr(), "{what}"));
    ExitCode::from(code)
}
