//! The SQL of the audit log.

use sqlx::MySqlConnection;

use super::chain::{Link, Tail};

/// The end of the log, locked until the transaction ends.
pub(super) async fn lock_tail(conn: &mut MySqlConnection) -> sqlx::Result<Tail> {
    sqlx::query_as("SELECT entries, hash, seal FROM audit_tail WHERE id = 1 FOR UPDATE").fetch_one(conn).await
}

pub(super) async fn find_tail(conn: &mut MySqlConnection) -> sqlx::Result<Option<Tail>> {
    sqlx::query_as("SELECT entries, hash, seal FROM audit_tail WHERE id = 1").fetch_optional(conn).await
}

pub(super) async fn update_tail(conn: &mut MySqlConnection, tail: &Tail) -> sqlx::Result<()> {
    sqlx::query("UPDATE audit_tail SET entries = ?, hash = ?, seal = ? WHERE id = 1")
        .bind(tail.entries)
        .bind(&tail.hash)
        .bind(&tail.seal)
        .execute(conn)
        .await
        .map(drop)
}

pub(super) async fn insert(conn: &mut MySqlConnection, link: &Link) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO audit_log (id, occurred_at, actor_id, action, subject_type, subject_id, old_value, new_value,
                                request_id, ip_address, previous_hash, hash, seal)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(link.id)
    .bind(link.occurred_at)
    .bind(link.actor_id)
    .bind(&link.action)
    .bind(&link.subject_type)
    .bind(&link.subject_id)
    .bind(&link.old_value)
    .bind(&link.new_value)
    .bind(&link.request_id)
    .bind(&link.ip_address)
    .bind(&link.previous_hash)
    .bind(&link.hash)
    .bind(&link.seal)
    .execute(conn)
    .await
    .map(drop)
}

/// At most `limit` entries from the place `first` on.
pub(super) async fn list_from(conn: &mut MySqlConnection, first: u64, limit: u32) -> sqlx::Result<Vec<Link>> {
    sqlx::query_as(
        "SELECT id, occurred_at, actor_id, action, subject_type, subject_id, old_value, new_value, request_id,
                ip_address, previous_hash, hash, seal
         FROM audit_log
         WHERE id >= ?
         ORDER BY id
         LIMIT ?",
    )
    .bind(first)
    .bind(limit)
    .fetch_all(conn)
    .await
}
