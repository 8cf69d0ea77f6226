//! Reads and writes codes, links, and how many of them there were.

use chrono::{DateTime, Utc};
use commerce::ids::ProofId;
use kernel::UserId;
use sqlx::MySqlConnection;
use uuid::Uuid;

use crate::proofs::{Proof, Purpose, Recipient, TRIES, Wanted, Way};

/// How many rows go at once.
const AT_ONCE: u32 = 1_000;
/// What stands for the recipient of what nobody is sent.
const NOBODY: &str = "nobody";

/// A proof to be.
pub(crate) struct New<'a> {
    pub(crate) wanted: Wanted<'a>,
    pub(crate) uuid: Uuid,
    pub(crate) salt: &'a str,
    pub(crate) secret_hash: &'a str,
}

pub(crate) async fn insert(conn: &mut MySqlConnection, new: &New<'_>, now: DateTime<Utc>) -> sqlx::Result<ProofId> {
    let Wanted { purpose, recipient, user } = new.wanted;
    let inserted = sqlx::query(
        "INSERT INTO account_proofs (uuid, purpose, channel, recipient, user_id, salt, secret_hash, created_at,
                                     expires_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(new.uuid.to_string())
    .bind(purpose)
    .bind(recipient.map_or(Way::Email, Recipient::way))
    .bind(recipient.map_or(NOBODY, Recipient::as_str))
    .bind(user)
    .bind(new.salt)
    .bind(new.secret_hash)
    .bind(now)
    .bind(now + purpose.lifetime())
    .execute(conn)
    .await?;
    ProofId::new(inserted.last_insert_id()).ok_or(sqlx::Error::RowNotFound)
}

pub(crate) async fn find_open(
    conn: &mut MySqlConnection,
    id: ProofId,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<Proof>> {
    sqlx::query_as(
        "SELECT id, uuid, purpose, channel, recipient, user_id, salt, secret_hash FROM account_proofs
         WHERE id = ? AND used_at IS NULL AND expires_at > ? AND recipient <> 'nobody'",
    )
    .bind(id)
    .bind(now)
    .fetch_optional(conn)
    .await
}

pub(crate) async fn find_by_uuid(conn: &mut MySqlConnection, uuid: Uuid) -> sqlx::Result<Option<Proof>> {
    sqlx::query_as(
        "SELECT id, uuid, purpose, channel, recipient, user_id, salt, secret_hash FROM account_proofs WHERE uuid = ?",
    )
    .bind(uuid.to_string())
    .fetch_optional(conn)
    .await
}

pub(crate) async fn find_by_hash(
    conn: &mut MySqlConnection,
    purpose: Purpose,
    hash: &str,
) -> sqlx::Result<Option<ProofId>> {
    sqlx::query_scalar("SELECT id FROM account_proofs WHERE secret_hash = ? AND purpose = ?")
        .bind(hash)
        .bind(purpose)
        .fetch_optional(conn)
        .await
}

pub(crate) async fn find_newest(
    conn: &mut MySqlConnection,
    user: UserId,
    purpose: Purpose,
    recipient: &str,
) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar(
        "SELECT uuid FROM account_proofs WHERE user_id = ? AND purpose = ? AND recipient = ? ORDER BY id DESC LIMIT 1",
    )
    .bind(user)
    .bind(purpose)
    .bind(recipient)
    .fetch_optional(conn)
    .await
}

/// Counts one try more; whether there was one left of a proof that may still be used.
pub(crate) async fn take_try(
    conn: &mut MySqlConnection,
    uuid: Uuid,
    purpose: Purpose,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let taken = sqlx::query(
        "UPDATE account_proofs SET tries = tries + 1
         WHERE uuid = ? AND purpose = ? AND used_at IS NULL AND expires_at > ? AND tries < ?",
    )
    .bind(uuid.to_string())
    .bind(purpose)
    .bind(now)
    .bind(TRIES)
    .execute(conn)
    .await?;
    Ok(taken.rows_affected() == 1)
}

pub(crate) async fn take(conn: &mut MySqlConnection, id: ProofId, now: DateTime<Utc>) -> sqlx::Result<bool> {
    let taken =
        sqlx::query("UPDATE account_proofs SET used_at = ? WHERE id = ? AND used_at IS NULL AND expires_at > ?")
            .bind(now)
            .bind(id)
            .bind(now)
            .execute(conn)
            .await?;
    Ok(taken.rows_affected() == 1)
}

pub(crate) async fn update_all_used(
    conn: &mut MySqlConnection,
    user: UserId,
    purpose: Purpose,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query("UPDATE account_proofs SET used_at = ? WHERE user_id = ? AND purpose = ? AND used_at IS NULL")
        .bind(now)
        .bind(user)
        .bind(purpose)
        .execute(conn)
        .await
        .map(drop)
}

pub(crate) async fn delete_all(conn: &mut MySqlConnection, user: UserId) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM account_proofs WHERE user_id = ?").bind(user).execute(conn).await.map(drop)
}

/// Whether there may be more.
pub(crate) async fn delete_old(conn: &mut MySqlConnection, before: DateTime<Utc>) -> sqlx::Result<bool> {
    let deleted = sqlx::query("DELETE FROM account_proofs WHERE expires_at < ? ORDER BY expires_at LIMIT ?")
        .bind(before)
        .bind(AT_ONCE)
        .execute(conn)
        .await?;
    Ok(deleted.rows_affected() == u64::from(AT_ONCE))
}

/// Somebody who has asked for nothing yet in this hour; who has asked before stays as they are.
pub(crate) async fn insert_quota(conn: &mut MySqlConnection, subject: &str, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query("INSERT IGNORE INTO account_quotas (subject, began_at) VALUES (?, ?)")
        .bind(subject)
        .bind(now)
        .execute(conn)
        .await
        .map(drop)
}

/// When the present hour began, and how many there were in it.
pub(crate) async fn lock_quota(conn: &mut MySqlConnection, subject: &str) -> sqlx::Result<(DateTime<Utc>, u32)> {
    sqlx::query_as("SELECT began_at, used FROM account_quotas WHERE subject = ? FOR UPDATE")
        .bind(subject)
        .fetch_one(conn)
        .await
}

pub(crate) async fn update_quota(
    conn: &mut MySqlConnection,
    subject: &str,
    began_at: DateTime<Utc>,
    used: u32,
) -> sqlx::Result<()> {
    sqlx::query("UPDATE account_quotas SET began_at = ?, used = ? WHERE subject = ?")
        .bind(began_at)
        .bind(used)
        .bind(subject)
        .execute(conn)
        .await
        .map(drop)
}

/// Whether there may be more.
pub(crate) async fn delete_old_quotas(conn: &mut MySqlConnection, before: DateTime<Utc>) -> sqlx::Result<bool> {
    let deleted = sqlx::query("DELETE FROM account_quotas WHERE began_at < ? ORDER BY began_at LIMIT ?")
        .bind(before)
        .bind(AT_ONCE)
        .execute(conn)
        .await?;
    Ok(deleted.rows_affected() == u64::from(AT_ONCE))
}
