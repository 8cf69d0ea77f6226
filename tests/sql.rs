//! Every statement of the house on the schema of the house: understood by the server, written by the table's owner.
//!
//! - `owners` the map: which code writes which table, and which column of the two tables that are shared
//! - `statements` every statement in the sources, prepared on the migrated schema under the account that runs it
//! - `writes` what each statement writes, against the map
//! - `schema` what every table of the migrated schema has, and what none has
//! - `promises` what its checks and keys refuse, a row each
//! - `migrations` what a migration file may hold
//! - `words` how SQL is read

mod migrations;
mod owners;
mod promises;
mod schema;
mod statements;
mod words;
mod writes;
