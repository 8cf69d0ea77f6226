//! Starts `pavitra-simulator`.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;

#[tokio::main]
async fn main() -> ExitCode {
    match simulator::Command::parse().run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nobody is left to tell when standard error is closed.
            drop(writeln!(io::stderr(), "pavitra-simulator: {error}"));
            ExitCode::FAILURE
        }
    }
}
