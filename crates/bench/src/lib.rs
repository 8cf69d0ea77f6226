//! `pavitra-bench`: how fast the shop is beside what the same machine does bare, in the same seconds.
//!
//! - [`run`] measures a shop; `scripts/bench` makes one for it
//! - [`catalogue`] measures lists and searches of shops of several sizes
//! - [`identity`] measures log-ins: their cost, their neighbours, and what their time tells
//! - `row` what is measured; `crowd` who shops; `load` and `http` how they ask; `measure` how two are compared
//! - [`bare`] an axum route that answers the same bytes; `recording` and `replay` a loop of the same SQL
//! - `process` and `memory` the services from outside; `table` what is printed
//!
//! **Invariants**
//! - No SQL of a service is written here a second time: it is heard from the database's own log.
//! - What is compared runs with as many connections, on the same machine, in turns.
//! - A request that fails fails the row.

pub mod bare;
pub mod catalogue;
mod crowd;
mod http;
pub mod identity;
mod load;
mod measure;
mod memory;
mod process;
mod recording;
mod replay;
mod row;
pub mod run;
mod store;
mod table;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Measures a Pavitra shop. Where its parts are comes from the environment: see .env.example.
#[derive(Debug, Parser)]
#[command(name = "pavitra-bench", version, about)]
pub struct Command {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    Run(run::Run),
    Identity(identity::Identity),
    Catalogue(catalogue::Catalogue),
    Bare(bare::Bare),
}

impl Command {
    /// Does what was asked; the exit code is the answer.
    ///
    /// # Errors
    /// Whatever kept it from being done, in one line.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        match self.action {
            Action::Run(command) => command.run().await,
            Action::Identity(command) => command.run().await,
            Action::Catalogue(command) => command.run().await,
            Action::Bare(command) => command.run().await,
        }
    }
}
