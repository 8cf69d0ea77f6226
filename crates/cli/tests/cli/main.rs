//! Tests of the operator's commands against a real database.
#![expect(clippy::unwrap_used, reason = "tests")]

mod audit;
mod audit_log;
mod command;
mod create_admin;
mod seed;
