//! Starts `pavitra`, the operator's command.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;
use shared::config::Faults;
use shared::launch::BAD_CONFIGURATION;

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt().with_writer(io::stderr).without_time().with_target(false).init();
    match cli::Command::parse().run().await {
        Ok(code) => code,
        Err(error) => {
            // Nobody is left to tell when standard error is closed.
            drop(writeln!(io::stderr(), "pavitra: {error:#}"));
            if error.is::<Faults>() { ExitCode::from(BAD_CONFIGURATION) } else { ExitCode::FAILURE }
        }
    }
}
