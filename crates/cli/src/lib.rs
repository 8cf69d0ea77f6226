//! `pavitra`: what an operator does by hand, one module per command.
//!
//! - [`migrate`] brings the schema to this release
//! - [`seed`] fills an empty shop
//! - [`health`] asks the six services how they are
//! - [`create_admin`] lets somebody do everything
//! - [`audit`] checks that the books agree, and that the log of who changed what is as it was written
//! - [`reseal`] seals secrets with a new key
//! - [`demo`] makes a purchase as a browser would
//!
//! **Invariant**: every command can be run again, and tells in one line what to do when it cannot work.

pub mod audit;
pub mod create_admin;
pub mod demo;
pub mod health;
pub mod migrate;
pub mod reseal;
pub mod seed;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Operates a Pavitra shop. Where its parts are comes from the environment: see .env.example.
#[derive(Debug, Parser)]
#[command(name = "pavitra", version, about)]
pub struct Command {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    Migrate(migrate::Migrate),
    Seed(seed::Seed),
    Health(health::Health),
    CreateAdmin(create_admin::CreateAdmin),
    Audit(audit::Audit),
    Reseal(reseal::Reseal),
    Demo(demo::Demo),
}

impl Command {
    /// Does what was asked; the exit code is the answer.
    ///
    /// # Errors
    /// Whatever kept it from being done, in one line.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        match self.action {
            Action::Migrate(command) => command.run().await,
            Action::Seed(command) => command.run().await,
            Action::Health(command) => command.run().await,
            Action::CreateAdmin(command) => command.run().await,
            Action::Audit(command) => command.run().await,
            Action::Reseal(command) => command.run().await,
            Action::Demo(command) => command.run().await,
        }
    }
}
