//! The bare counterpart of a write: a loop of the SQL that the service runs for it, on as many connections.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use anyhow::ensure;
use shared::database::Failure;
use sqlx::error::BoxDynError;
use sqlx::mysql::{MySqlArguments, MySqlQueryResult};
use sqlx::pool::PoolConnection;
use sqlx::{Arguments, AssertSqlSafe, Executor, MySql, MySqlConnection, MySqlPool};
use tokio::task::JoinSet;

use crate::crowd::Who;
use crate::load::{CONNECTIONS, Slice, micros};
use crate::recording::{Literal, Slot, Statement, Template};
use crate::store;

/// The number of the next name: loops share a database.
static NAMES: AtomicU64 = AtomicU64::new(0);

/// By how many characters a name differs from every other.
const TAIL: usize = 8;

/// A loop that can be run again and again.
pub(crate) struct Replay {
    database: MySqlPool,
    template: Template,
    who: Box<dyn Fn(u64) -> Who + Send + Sync>,
    next: AtomicU64,
}

/// What one run through the statements has come to know.
#[derive(Default)]
struct Known<'a> {
    keys: HashMap<usize, u64>,
    names: HashMap<&'a str, String>,
}

impl Replay {
    /// A loop on `database`, for whom `who` names by the request's number.
    pub(crate) fn new(
        database: MySqlPool,
        template: Template,
        who: impl Fn(u64) -> Who + Send + Sync + 'static,
    ) -> Arc<Self> {
        Arc::new(Self { database, template, who: Box::new(who), next: AtomicU64::new(0) })
    }

    /// Runs through the statements so many times in all.
    pub(crate) async fn run(self: &Arc<Self>, times: u64) -> anyhow::Result<Slice> {
        let mut connections = Vec::new();
        for _ in 0..CONNECTIONS {
            connections.push(self.database.acquire().await?);
        }
        let end = self.next.load(Ordering::Relaxed).saturating_add(times);
        let since = Instant::now();
        let tasks = connections.into_iter().map(|conn| Arc::clone(self).go_on(conn, end)).collect::<JoinSet<_>>();
        let slice = Slice::gather(tasks, since).await?;
        // Those who were too late to find work took numbers all the same.
        self.next.store(end, Ordering::Relaxed);
        Ok(slice)
    }

    async fn go_on(self: Arc<Self>, mut conn: PoolConnection<MySql>, end: u64) -> anyhow::Result<Vec<u32>> {
        let mut latencies = Vec::new();
        loop {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            if number >= end {
                return Ok(latencies);
            }
            let since = Instant::now();
            self.once(&mut conn, (self.who)(number)).await?;
            latencies.push(micros(since.elapsed()));
        }
    }

    /// All statements for one; again if the server asks for that.
    async fn once(&self, conn: &mut MySqlConnection, who: Who) -> anyhow::Result<()> {
        while let Err(error) = self.try_once(conn, who).await {
            let is_transient =
                error.downcast_ref::<sqlx::Error>().is_some_and(|error| Failure::of(error) == Failure::Transient);
            if !is_transient {
                return Err(error);
            }
            store::rollback(conn).await?;
        }
        Ok(())
    }

    async fn try_once(&self, conn: &mut MySqlConnection, who: Who) -> anyhow::Result<()> {
        let mut known = Known::default();
        for (place, statement) in self.template.statements.iter().enumerate() {
            let done = self.execute(conn, statement, (who, &mut known)).await?;
            let is_idle = statement.is_update && done.rows_affected() == 0;
            ensure!(!is_idle, "the copy is not like the shop: nothing to be changed by {}", statement.sql);
            known.keys.insert(place, done.last_insert_id());
        }
        Ok(())
    }

    async fn execute<'a>(
        &'a self,
        conn: &mut MySqlConnection,
        statement: &'a Statement,
        (who, known): (Who, &mut Known<'a>),
    ) -> anyhow::Result<MySqlQueryResult> {
        let sql = AssertSqlSafe(Arc::clone(&statement.sql));
        if !statement.is_prepared {
            return Ok(conn.execute(sql).await?);
        }
        let mut arguments = MySqlArguments::default();
        for slot in &statement.slots {
            known.add(&mut arguments, slot, who).map_err(sqlx::Error::Encode)?;
        }
        Ok(conn.execute((sql, Some(arguments))).await?)
    }
}

impl<'a> Known<'a> {
    /// Adds what stands in a place for `who`.
    fn add(&mut self, arguments: &mut MySqlArguments, slot: &'a Slot, who: Who) -> Result<(), BoxDynError> {
        match slot {
            Slot::Same(Literal::Null) => arguments.add(None::<String>),
            Slot::Same(Literal::Integer(number)) => arguments.add(*number),
            Slot::Same(Literal::Text(text)) => arguments.add(text.as_str()),
            Slot::User(distance) => arguments.add(who.user.saturating_add_signed(*distance)),
            Slot::Product(place) => arguments.add(who.products.get(*place).copied().unwrap_or_default()),
            Slot::Made(place) => arguments.add(self.keys.get(place).copied().unwrap_or_default()),
            Slot::Name(model) => arguments.add(self.names.entry(model).or_insert_with(|| name_like(model)).as_str()),
        }
    }
}

/// A name of the same length that nobody has.
fn name_like(model: &str) -> String {
    let number = NAMES.fetch_add(1, Ordering::Relaxed);
    let head: String = model.chars().take(model.chars().count().saturating_sub(TAIL)).collect();
    format!("{head}{number:0TAIL$x}")
}
