//! How many codes and links somebody may ask for: counted where they are made, so that it holds without Redis and when
//! many ask at once. What was sent before stays good.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::MySqlConnection;

use crate::proofs::{ProofKeys, Purpose};
use crate::store::proofs as store;

/// The limits are of an hour.
const WINDOW: TimeDelta = TimeDelta::hours(1);

/// What became of the wish for one more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quota {
    /// It counts now.
    Granted,
    /// There were as many as there may be in this hour; the next one after this time.
    Spent(TimeDelta),
}

/// Counts one more proof for `purpose` that `who` asks for, in the caller's transaction, unless there were `limit` within
/// the hour. Those who ask for the same at once wait for each other.
pub async fn take(
    conn: &mut MySqlConnection,
    keys: &ProofKeys,
    (purpose, who): (Purpose, &str),
    limit: u32,
    now: DateTime<Utc>,
) -> sqlx::Result<Quota> {
    let subject = keys.subject(purpose.as_str(), who);
    store::insert_quota(conn, &subject, now).await?;
    let (began_at, used) = store::lock_quota(conn, &subject).await?;
    let (began_at, used) = if began_at + WINDOW <= now { (now, 0) } else { (began_at, used) };
    if used >= limit {
        return Ok(Quota::Spent(began_at + WINDOW - now));
    }
    store::update_quota(conn, &subject, began_at, used.saturating_add(1)).await?;
    Ok(Quota::Granted)
}
