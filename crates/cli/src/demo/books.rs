//! What happened behind the answers: the events of an order and when they took effect, from the database.

use std::fs;
use std::io::{self, Write};

use chrono::{DateTime, Utc};
use shared::config::{Database, Reader};
use shared::database::connect_lazily;
use sqlx::MySqlConnection;

use super::answers::Order;
use super::store;

/// Where `scripts/up` keeps the settings of the shop that it runs.
const SETTINGS: &str = ".local/env";

/// Prints the events of `orders`, or why it cannot.
pub(super) async fn print(orders: &[Order]) -> anyhow::Result<()> {
    let Some(database) = database() else {
        return Ok(writeln!(io::stdout(), "\nno events: there is neither DB_HOST nor {SETTINGS} here")?);
    };
    match connect_lazily(&database).acquire().await {
        Ok(mut conn) => {
            for order in orders {
                print_events(&mut conn, order).await?;
            }
            Ok(())
        }
        Err(error) => Ok(writeln!(io::stdout(), "\nno events: the database does not answer: {error}")?),
    }
}

/// As the environment says, or else as the shop of this folder says.
fn database() -> Option<Database> {
    let read = |mut env: Reader| {
        let database = Database::read(&mut env);
        env.finish(database).ok()
    };
    read(Reader::from_process()).or_else(|| {
        let settings = fs::read_to_string(SETTINGS).ok()?;
        let pairs = settings.lines().filter_map(|line| line.split_once('='));
        read(Reader::from_pairs(pairs.map(|(name, value)| (name.to_owned(), value.to_owned()))))
    })
}

async fn print_events(conn: &mut MySqlConnection, order: &Order) -> anyhow::Result<()> {
    let mut out = io::stdout();
    writeln!(out, "\nevents of {}, by the shop's clock (UTC)", order.number)?;
    for event in store::list_events(conn, order.id).await? {
        let since = |then: Option<DateTime<Utc>>| {
            let after = |then: DateTime<Utc>| format!("after {} ms", (then - event.occurred_at).num_milliseconds());
            then.map_or_else(|| "not yet".to_owned(), after)
        };
        let mut told = vec![format!("published {}", since(event.published_at))];
        for receipt in store::list_receipts(conn, &event.id).await? {
            told.push(format!("{} {}", receipt.consumer, since(Some(receipt.received_at))));
        }
        for letter in store::list_letters(conn, &event.id).await? {
            told.push(format!("{} sent {}", letter.channel, since(letter.sent_at)));
        }
        let time = event.occurred_at.format("%H:%M:%S%.3f");
        writeln!(out, "  {time}  {:<16} {}", event.kind, told.join(", "))?;
    }
    Ok(())
}
