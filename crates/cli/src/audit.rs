//! `pavitra audit`

mod history;
mod holds;
mod messages;
mod money;
mod orders;
mod reviews;
mod stock;
mod store;
pub mod verify;

use std::fmt;
use std::io::{self, Write};
use std::process::ExitCode;

use anyhow::Context;
use chrono::{DateTime, TimeDelta, Utc};
use clap::{Args, Subcommand};
use shared::clock::Clock;
use shared::config::{Database, Reader};
use shared::database::connect_lazily;
use sqlx::{Connection, MySqlConnection, MySqlPool};

/// How many of the wrong ones are named.
const NAMED: usize = 10;

/// Checks that the books agree: stock, holds, orders, their history, money, ratings, and what waits to be sent or heard. It only reads.
///
/// Exit code 0 if they do, 1 if they do not.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Audit {
    #[command(subcommand)]
    other: Option<Other>,
    /// For how many seconds an event may wait for the broker and for its listeners, and a message for its provider
    #[arg(long, default_value_t = 60, value_name = "SECONDS", conflicts_with = "drained")]
    outbox_age: u32,
    /// Nothing may wait at all
    #[arg(long)]
    drained: bool,
}

#[derive(Debug, Subcommand)]
enum Other {
    Verify(verify::Verify),
}

/// What may still wait to be sent or heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backlog {
    /// Nothing.
    Empty,
    /// What has waited for no longer than this.
    YoungerThan(TimeDelta),
}

/// What a check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    check: &'static str,
    examined: i64,
    of: &'static str,
    wrong: Vec<String>,
}

impl Audit {
    pub(crate) async fn run(self) -> anyhow::Result<ExitCode> {
        match self.other {
            Some(Other::Verify(command)) => command.run().await,
            None => self.check_the_books().await,
        }
    }

    async fn check_the_books(self) -> anyhow::Result<ExitCode> {
        let mut env = Reader::from_process();
        let database = Database::read(&mut env);
        let database = connect_lazily(&env.finish(database)?);
        let findings = findings(&database, self.backlog(), Clock::System.now()).await?;
        for finding in &findings {
            writeln!(io::stdout(), "{finding}")?;
        }
        Ok(if findings.iter().all(Finding::holds) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }

    fn backlog(&self) -> Backlog {
        if self.drained {
            return Backlog::Empty;
        }
        Backlog::YoungerThan(TimeDelta::seconds(self.outbox_age.into()))
    }
}

impl Backlog {
    /// What began to wait before this instant has waited for too long; nothing if everything has.
    fn too_old(self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        match self {
            Self::Empty => None,
            Self::YoungerThan(age) => Some(now - age),
        }
    }
}

impl Finding {
    fn new<T: ToString>(check: &'static str, (examined, of): (i64, &'static str), wrong: &[T]) -> Self {
        Self { check, examined, of, wrong: wrong.iter().map(ToString::to_string).collect() }
    }

    /// Whether nothing is wrong.
    pub fn holds(&self) -> bool {
        self.wrong.is_empty()
    }

    /// What was checked, in a few words.
    pub fn check(&self) -> &'static str {
        self.check
    }

    /// Those that are wrong, by their ids.
    pub fn wrong(&self) -> &[String] {
        &self.wrong
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { check, examined, of, wrong } = self;
        if wrong.is_empty() {
            return write!(f, "ok    {check:<48}  {examined} {of}");
        }
        let named: Vec<&str> = wrong.iter().take(NAMED).map(String::as_str).collect();
        let more = if wrong.len() > NAMED { ", …" } else { "" };
        write!(f, "WRONG {check:<48}  {} of {examined} {of}: {}{more}", wrong.len(), named.join(", "))
    }
}

/// What every check finds, all of them at one instant of the books.
///
/// # Errors
/// When the database does not answer.
pub async fn findings(db: &MySqlPool, backlog: Backlog, now: DateTime<Utc>) -> anyhow::Result<Vec<Finding>> {
    let mut conn = db.acquire().await.context("the database does not answer")?;
    store::let_the_next_transaction_only_read_one_instant(&mut conn).await?;
    let mut tx = conn.begin().await?;
    let mut findings = findings_about_goods(&mut tx).await?;
    findings.extend(findings_about_orders(&mut tx).await?);
    findings.extend(findings_about_money(&mut tx, backlog, now).await?);
    findings.push(messages::no_event_waits(&mut tx, backlog.too_old(now)).await?);
    findings.push(messages::every_event_was_heard(&mut tx, backlog.too_old(now)).await?);
    findings.push(messages::no_message_waits(&mut tx, backlog.too_old(now)).await?);
    findings.push(messages::no_request_is_unfinished(&mut tx, now).await?);
    tx.rollback().await?;
    Ok(findings)
}

async fn findings_about_goods(conn: &mut MySqlConnection) -> sqlx::Result<Vec<Finding>> {
    Ok(vec![
        stock::is_the_sum_of_its_movements(conn).await?,
        stock::is_told_by_every_movement(conn).await?,
        stock::of_a_variation_is_the_sum_of_its_movements(conn).await?,
        stock::is_the_sum_of_its_variations(conn).await?,
        holds::belong_to_an_order(conn).await?,
        holds::are_what_was_ordered(conn).await?,
        holds::end_with_their_order(conn).await?,
        holds::last_as_long_as_their_order(conn).await?,
        holds::are_what_movements_took(conn).await?,
        holds::are_what_products_owe(conn).await?,
        reviews::make_the_ratings_of_products(conn).await?,
        reviews::count_their_votes(conn).await?,
    ])
}

async fn findings_about_orders(conn: &mut MySqlConnection) -> sqlx::Result<Vec<Finding>> {
    Ok(vec![
        orders::have_lines(conn).await?,
        orders::cost_what_their_lines_cost(conn).await?,
        orders::are_taxed_as_their_lines_are(conn).await?,
        orders::are_the_sum_of_their_lines(conn).await?,
        history::leads_to_the_status(conn).await?,
        history::leads_to_the_payment_status(conn).await?,
    ])
}

async fn findings_about_money(
    conn: &mut MySqlConnection,
    backlog: Backlog,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<Finding>> {
    Ok(vec![
        money::pays_what_is_paid(conn).await?,
        money::is_kept_for_an_order(conn, backlog, now).await?,
        money::goes_back_by_refunds(conn).await?,
        money::is_decided_about(conn, now).await?,
        money::is_refunded(conn, backlog, now).await?,
        money::is_heard_of(conn, backlog, now).await?,
    ])
}

#[cfg(test)]
mod tests {
    use sqlx::Executor;
    use testing::build;

    use super::*;

    #[test]
    fn a_finding_is_a_line() {
        let fine = Finding::new::<u64>("stock = Σ movements", (40, "products"), &[]);
        assert_eq!(fine.to_string(), format!("ok    {:<48}  40 products", "stock = Σ movements"));
        let wrong: Vec<u64> = (1..=11).collect();
        let line = Finding::new("no hold without its order", (40, "holds"), &wrong).to_string();
        assert!(line.starts_with("WRONG no hold without its order "), "{line}");
        assert!(line.ends_with("  11 of 40 holds: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, …"), "{line}");
    }

    #[sqlx::test(migrator = "shared::database::MIGRATOR")]
    async fn the_books_stand_still_and_are_not_written(db: MySqlPool) {
        let mut conn = db.acquire().await.unwrap();
        store::let_the_next_transaction_only_read_one_instant(&mut conn).await.unwrap();
        let mut tx = conn.begin().await.unwrap();
        assert_eq!(store::count_products(&mut tx).await.unwrap(), 0);
        let category = build::category("Tea").insert(&db).await;
        build::product("Assam", category).insert(&db).await;
        assert_eq!(store::count_products(&mut tx).await.unwrap(), 0);
        let insert = "INSERT INTO brands (uuid, name, slug) VALUES ('a', 'Tea', 'tea')";
        assert!(tx.execute(insert).await.is_err());
        tx.rollback().await.unwrap();
        assert_eq!(store::count_products(&mut conn).await.unwrap(), 1);
        assert!(conn.execute(insert).await.is_ok());
    }
}
