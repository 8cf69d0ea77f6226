//! Which messages have had their effect, written in the transaction of the effect.

use chrono::{DateTime, Utc};
use sqlx::MySqlConnection;
use uuid::Uuid;

/// Whether `consumer` has not acted upon the message yet. From the caller's commit on it has.
///
/// Two who ask at once wait for each other: the second learns what became of the first.
pub async fn first_time(
    conn: &mut MySqlConnection,
    consumer: &str,
    message: Uuid,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let inserted = sqlx::query("INSERT IGNORE INTO inbox (consumer, event_id, received_at) VALUES (?, ?, ?)")
        .bind(consumer)
        .bind(message.to_string())
        .bind(now)
        .execute(conn)
        .await?;
    Ok(inserted.rows_affected() == 1)
}
