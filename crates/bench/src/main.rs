//! Starts `pavitra-bench`.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;

#[tokio::main]
async fn main() -> ExitCode {
    match bench::Command::parse().run().await {
        Ok(code) => code,
        Err(error) => {
            // Nobody is left to tell when standard error is closed.
            drop(writeln!(io::stderr(), "pavitra-bench: {error:#}"));
            ExitCode::FAILURE
        }
    }
}
