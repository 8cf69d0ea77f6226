//! Writes and reads messages.

use chrono::{DateTime, Utc};
use commerce::ids::NotificationId;
use sqlx::{FromRow, MySql, MySqlConnection, QueryBuilder};
use uuid::Uuid;

use crate::letters::Addressed;
use crate::logs::{Channel, ListLogs, Log};

/// What a message is about and for whom: one that has the same tells the same.
#[derive(Debug, FromRow)]
pub(crate) struct Original {
    pub(crate) id: NotificationId,
    /// The first of those that tell the same, this one included.
    pub(crate) first: NotificationId,
    #[sqlx(rename = "type")]
    channel: Channel,
    kind: String,
    recipient: String,
    reference_type: Option<String>,
    reference_id: Option<u64>,
}

const SELECT: &str = "
    SELECT id, uuid, type, kind, user_id, recipient, subject, reference_type, reference_id, status, attempts,
           CASE WHEN status = 'pending' THEN next_attempt_at END AS next_attempt_at,
           provider_message_id, last_error, created_at, sent_at
    FROM notification_logs
    WHERE TRUE";

/// Adds a message that waits to be sent; a second one about the same event that takes the same way is a duplicate.
pub(crate) async fn insert(
    conn: &mut MySqlConnection,
    event: Uuid,
    mail: &Addressed<'_>,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO notification_logs (uuid, type, kind, event_id, user_id, recipient, subject, message, message_html,
                                        reference_type, reference_id, next_attempt_at, created_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(Uuid::now_v7().to_string())
    .bind(mail.channel)
    .bind(mail.kind)
    .bind(event.to_string())
    .bind(mail.user)
    .bind(mail.recipient)
    .bind((mail.channel == Channel::Email).then_some(&mail.letter.subject))
    .bind(&mail.letter.text)
    .bind((mail.channel == Channel::Email).then_some(&mail.letter.html))
    .bind(mail.about.0)
    .bind(mail.about.1)
    .bind(now)
    .bind(now)
    .execute(conn)
    .await?;
    Ok(())
}

/// Adds a message of its own with the words of `original`.
pub(crate) async fn insert_copy(
    conn: &mut MySqlConnection,
    original: NotificationId,
    uuid: Uuid,
    now: DateTime<Utc>,
) -> sqlx::Result<NotificationId> {
    let copy = sqlx::query(
        "INSERT INTO notification_logs (uuid, type, kind, user_id, recipient, subject, message, message_html,
                                        reference_type, reference_id, next_attempt_at, created_at)
         SELECT ?, type, kind, user_id, recipient, subject, message, message_html, reference_type, reference_id, ?, ?
         FROM notification_logs
         WHERE id = ?",
    )
    .bind(uuid.to_string())
    .bind(now)
    .bind(now)
    .bind(original)
    .execute(conn)
    .await?;
    NotificationId::new(copy.last_insert_id()).ok_or(sqlx::Error::RowNotFound)
}

pub(crate) async fn find_original(conn: &mut MySqlConnection, id: NotificationId) -> sqlx::Result<Option<Original>> {
    sqlx::query_as(
        "SELECT l.id, l.type, l.kind, l.recipient, l.reference_type, l.reference_id,
                (SELECT MIN(t.id) FROM notification_logs t
                 WHERE t.recipient = l.recipient AND t.type = l.type AND t.kind = l.kind
                   AND t.reference_type <=> l.reference_type AND t.reference_id <=> l.reference_id) AS first
         FROM notification_logs l WHERE l.id = ?",
    )
    .bind(id)
    .fetch_optional(conn)
    .await
}

/// Keeps others from sending once more what tells the same as `original`, until the transaction ends.
pub(crate) async fn lock_twins(conn: &mut MySqlConnection, original: &Original) -> sqlx::Result<()> {
    sqlx::query("SELECT id FROM notification_logs WHERE id = ? FOR UPDATE")
        .bind(original.first)
        .fetch_one(conn)
        .await
        .map(drop)
}

/// Whether a message that tells the same, this one included, waits to be sent.
pub(crate) async fn has_pending_twin(conn: &mut MySqlConnection, original: &Original) -> sqlx::Result<bool> {
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM notification_logs
                        WHERE recipient = ? AND type = ? AND kind = ? AND reference_type <=> ? AND reference_id <=> ?
                          AND status = 'pending')",
    )
    .bind(&original.recipient)
    .bind(original.channel)
    .bind(&original.kind)
    .bind(&original.reference_type)
    .bind(original.reference_id)
    .fetch_one(conn)
    .await
}

pub(crate) async fn find(conn: &mut MySqlConnection, id: NotificationId) -> sqlx::Result<Option<Log>> {
    let mut query = QueryBuilder::new(SELECT);
    query.push(" AND id = ").push_bind(id).build_query_as().fetch_optional(conn).await
}

pub(crate) async fn list(conn: &mut MySqlConnection, wanted: &ListLogs) -> sqlx::Result<Vec<Log>> {
    let mut query = QueryBuilder::new(SELECT);
    narrow(&mut query, wanted);
    let page = wanted.request();
    query.push(" ORDER BY id DESC LIMIT ").push_bind(page.limit()).push(" OFFSET ").push_bind(page.offset());
    query.build_query_as().fetch_all(conn).await
}

pub(crate) async fn count(conn: &mut MySqlConnection, wanted: &ListLogs) -> sqlx::Result<u64> {
    let mut query = QueryBuilder::new("SELECT COUNT(*) FROM notification_logs WHERE TRUE");
    narrow(&mut query, wanted);
    let count: i64 = query.build_query_scalar().fetch_one(conn).await?;
    Ok(count.unsigned_abs())
}

fn narrow(query: &mut QueryBuilder<MySql>, wanted: &ListLogs) {
    if let Some(channel) = wanted.channel {
        query.push(" AND type = ").push_bind(channel);
    }
    if let Some(status) = wanted.status {
        query.push(" AND status = ").push_bind(status);
    }
    if let Some(recipient) = &wanted.recipient {
        query.push(" AND recipient = ").push_bind(recipient.clone());
    }
    if let Some(kind) = &wanted.reference_type {
        query.push(" AND reference_type = ").push_bind(kind.clone());
    }
    if let Some(id) = wanted.reference_id {
        query.push(" AND reference_id = ").push_bind(id);
    }
}
