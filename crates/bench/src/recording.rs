//! What a service asks of the database for one request, heard from the server's own log: so the bare loop runs the very
//! statements, and no copy of them can fall behind.

mod literal;
mod template;

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use anyhow::{Context, ensure};
use serde_json::Value;
use shared::config::Database;
use shared::database::options;
use sqlx::{ConnectOptions, MySqlConnection};

use crate::http::Connection;
use crate::store::{self, Entry};

pub(crate) use literal::Literal;
pub(crate) use template::{Slot, Statement, Template};

/// For how long a service is heard that is asked nothing: what it does then, it does by itself.
const QUIET: Duration = Duration::from_secs(2);

/// One statement with its values; `BEGIN` and `COMMIT` have none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) sql: String,
    pub(crate) values: Vec<Literal>,
    pub(crate) is_prepared: bool,
}

/// What one request asked, in order.
#[derive(Clone, Debug)]
pub(crate) struct Recording {
    pub(crate) steps: Vec<Step>,
    /// The key of what the request made, if its answer names one.
    pub(crate) made: Option<i64>,
}

/// Listens to the database.
#[derive(Debug)]
pub(crate) struct Recorder {
    conn: MySqlConnection,
    heard: usize,
    prepared: HashSet<String>,
    /// What services do by themselves.
    chores: HashSet<String>,
}

impl Recorder {
    /// Begins to listen; whoever connects from now on is understood.
    pub(crate) async fn start(migrator: &Database) -> anyhow::Result<Self> {
        let mut conn = options(migrator).connect().await?;
        store::delete_log(&mut conn).await?;
        store::update_log_on(&mut conn).await?;
        Ok(Self { conn, heard: 0, prepared: HashSet::new(), chores: HashSet::new() })
    }

    /// Learns what is done although nobody asks, or when an answer has gone out.
    pub(crate) async fn hear_silence(&mut self) -> anyhow::Result<()> {
        tokio::time::sleep(QUIET).await;
        let steps = units(&self.listen().await?).into_iter().flatten();
        let chores = steps.filter(|entry| entry.command_type == "Execute").filter_map(|entry| self.step(&entry));
        let chores: Vec<String> = chores.map(|step| step.sql).collect();
        self.chores.extend(chores);
        Ok(())
    }

    /// Sends a request and hears what becomes of it.
    pub(crate) async fn hear(
        &mut self,
        connection: &mut Connection,
        request: &[u8],
        status: u16,
    ) -> anyhow::Result<Recording> {
        self.listen().await?;
        let answer = connection.exchange(request).await?;
        ensure!(answer.status == status, "{}: {}", answer.status, String::from_utf8_lossy(answer.body));
        let made = serde_json::from_slice(answer.body).ok().and_then(|body: Value| body.pointer("/data/id")?.as_i64());
        let entries = self.listen().await?;
        let mut steps = Vec::new();
        for unit in units(&entries) {
            let unit: Option<Vec<Step>> = unit.iter().map(|entry| self.step(entry)).collect();
            let unit = unit.context("a statement was executed that nobody had prepared")?;
            if !unit.iter().any(|step| self.chores.contains(&step.sql)) {
                steps.extend(unit);
            }
        }
        Ok(Recording { steps, made })
    }

    /// Stops listening.
    pub(crate) async fn stop(mut self) -> anyhow::Result<()> {
        Ok(store::update_log_off(&mut self.conn).await?)
    }

    /// What was done since it was last asked.
    async fn listen(&mut self) -> anyhow::Result<Vec<Entry>> {
        let mut entries = store::list_log(&mut self.conn).await?;
        let mut new = entries.split_off(self.heard.min(entries.len()));
        self.heard = self.heard.saturating_add(new.len());
        new.retain(|entry| !entry.is_about_the_session());
        let prepared = new.iter().filter(|entry| entry.command_type == "Prepare");
        self.prepared.extend(prepared.map(|entry| entry.argument.clone()));
        Ok(new)
    }

    fn step(&self, entry: &Entry) -> Option<Step> {
        let text = &entry.argument;
        if entry.command_type == "Query" {
            return Some(Step { sql: text.clone(), values: Vec::new(), is_prepared: false });
        }
        let known = |sql: &String| Some((sql.clone(), literal::values(sql, text)?));
        let (sql, values) = self.prepared.iter().find_map(known)?;
        Some(Step { sql, values, is_prepared: true })
    }
}

/// What belongs together: each transaction as it began, each statement that stands alone.
fn units(entries: &[Entry]) -> Vec<Vec<Entry>> {
    let mut units: Vec<Vec<Entry>> = Vec::new();
    let mut open: HashMap<u64, usize> = HashMap::new();
    for entry in entries.iter().filter(|entry| ["Query", "Execute"].contains(&entry.command_type.as_str())) {
        let at = *open.entry(entry.thread_id).or_insert(units.len());
        match units.get_mut(at) {
            Some(unit) => unit.push(entry.clone()),
            None => units.push(vec![entry.clone()]),
        }
        let has_begun = units.get(at).and_then(|unit| unit.first()).is_some_and(|first| first.argument == "BEGIN");
        if !has_begun || ["COMMIT", "ROLLBACK"].contains(&entry.argument.as_str()) {
            open.remove(&entry.thread_id);
        }
    }
    units
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry((thread_id, argument): (u64, &str)) -> Entry {
        let command_type = if argument.contains(' ') { "Execute" } else { "Query" };
        Entry { thread_id, command_type: command_type.to_owned(), argument: argument.to_owned() }
    }

    #[test]
    fn what_connections_do_at_once_is_told_apart() {
        let log = [(1, "BEGIN"), (2, "DO 1"), (1, "DO 2"), (3, "BEGIN"), (1, "COMMIT"), (3, "DO 3"), (1, "DO 4")];
        let found = units(&log.map(entry));
        let found: Vec<Vec<&str>> =
            found.iter().map(|unit| unit.iter().map(|e| e.argument.as_str()).collect()).collect();
        assert_eq!(found, [vec!["BEGIN", "DO 2", "COMMIT"], vec!["DO 1"], vec!["BEGIN", "DO 3"], vec!["DO 4"]]);
    }
}
