//! Messages that wait: taken under a lease, and given back with what became of them.

use chrono::{DateTime, Utc};
use commerce::ids::{NotificationId, ProofId};
use sqlx::{FromRow, MySqlConnection, QueryBuilder};
use uuid::Uuid;

use crate::logs::Channel;

/// A mail to be sent.
#[derive(Debug, FromRow)]
pub(crate) struct Due {
    pub(crate) id: NotificationId,
    pub(crate) uuid: String,
    #[sqlx(rename = "type")]
    pub(crate) channel: Channel,
    pub(crate) recipient: String,
    pub(crate) subject: Option<String>,
    pub(crate) message: String,
    pub(crate) message_html: Option<String>,
    /// The code or link whose secret is missing in the message; it is filled in on its way out.
    pub(crate) proof: Option<ProofId>,
    /// How often it was tried before.
    pub(crate) attempts: u32,
    pub(crate) created_at: DateTime<Utc>,
}

/// A mail in the hands of one sender.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lease {
    pub(crate) token: Uuid,
    pub(crate) until: DateTime<Utc>,
}

/// Locks at most `most` mails that are due and in nobody's hands; those that somebody else looks at are passed over.
pub(crate) async fn lock_due(conn: &mut MySqlConnection, now: DateTime<Utc>, most: u32) -> sqlx::Result<Vec<Due>> {
    sqlx::query_as(
        "SELECT id, uuid, type, recipient, subject, message, message_html, attempts, created_at,
                CASE WHEN reference_type = 'proof' THEN reference_id END AS proof
         FROM notification_logs
         WHERE status = 'pending' AND next_attempt_at <= ? AND (leased_until IS NULL OR leased_until <= ?)
           AND type IN ('email', 'sms')
         ORDER BY next_attempt_at, id
         LIMIT ?
         FOR UPDATE SKIP LOCKED",
    )
    .bind(now)
    .bind(now)
    .bind(most)
    .fetch_all(conn)
    .await
}

/// Puts locked mails into the hands of one sender, which counts as an attempt.
pub(crate) async fn update_lease(conn: &mut MySqlConnection, mails: &[Due], lease: Lease) -> sqlx::Result<()> {
    let mut query = QueryBuilder::new("UPDATE notification_logs SET attempts = attempts + 1, lease = ");
    query.push_bind(lease.token.to_string()).push(", leased_until = ").push_bind(lease.until);
    let mut ids = query.push(" WHERE id IN (").separated(", ");
    for mail in mails {
        ids.push_bind(mail.id);
    }
    query.push(")").build().execute(conn).await?;
    Ok(())
}

/// The provider took it and called it `name`. False if the lease was over and somebody else has it.
pub(crate) async fn take_sent(
    conn: &mut MySqlConnection,
    mail: NotificationId,
    lease: Lease,
    name: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let update = sqlx::query(
        "UPDATE notification_logs
         SET status = 'sent', sent_at = ?, provider_message_id = ?, last_error = NULL, lease = NULL, leased_until = NULL
         WHERE id = ? AND lease = ? AND status = 'pending'",
    );
    let update = update.bind(now).bind(name).bind(mail).bind(lease.token.to_string());
    Ok(update.execute(conn).await?.rows_affected() == 1)
}

/// It did not leave because of `error` and is tried again `at`. False if somebody else has it.
pub(crate) async fn take_back(
    conn: &mut MySqlConnection,
    mail: NotificationId,
    lease: Lease,
    error: &str,
    at: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let update = sqlx::query(
        "UPDATE notification_logs
         SET next_attempt_at = ?, last_error = ?, lease = NULL, leased_until = NULL
         WHERE id = ? AND lease = ? AND status = 'pending'",
    );
    let update = update.bind(at).bind(error).bind(mail).bind(lease.token.to_string());
    Ok(update.execute(conn).await?.rows_affected() == 1)
}

/// It will not leave, because of `error`. False if somebody else has it.
pub(crate) async fn take_failed(
    conn: &mut MySqlConnection,
    mail: NotificationId,
    lease: Lease,
    error: &str,
) -> sqlx::Result<bool> {
    let update = sqlx::query(
        "UPDATE notification_logs
         SET status = 'failed', last_error = ?, lease = NULL, leased_until = NULL
         WHERE id = ? AND lease = ? AND status = 'pending'",
    );
    let update = update.bind(error).bind(mail).bind(lease.token.to_string());
    Ok(update.execute(conn).await?.rows_affected() == 1)
}
