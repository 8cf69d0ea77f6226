//! The SQL of idempotency keys.

use chrono::{DateTime, Utc};
use sqlx::MySqlConnection;

use super::{Done, LEASE, Lease, Row, Stored, Try};

pub(super) async fn insert(conn: &mut MySqlConnection, lease: &Lease, now: DateTime<Utc>) -> sqlx::Result<()> {
    let Try { principal, scope, key, hash } = &lease.attempt;
    sqlx::query(
        "INSERT INTO idempotency_keys (principal, scope, idempotency_key, request_hash, lease, leased_until, created_at)
         VALUES (?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(principal)
    .bind(scope)
    .bind(key)
    .bind(hash)
    .bind(&lease.token)
    .bind(now + LEASE)
    .bind(now)
    .execute(conn)
    .await
    .map(drop)
}

pub(super) async fn find(conn: &mut MySqlConnection, attempt: &Try) -> sqlx::Result<Option<Row>> {
    sqlx::query_as(
        "SELECT request_hash, lease, leased_until, status, location, body, resource_id, completed_at
         FROM idempotency_keys WHERE principal = ? AND scope = ? AND idempotency_key = ?",
    )
    .bind(&attempt.principal)
    .bind(attempt.scope)
    .bind(&attempt.key)
    .fetch_optional(conn)
    .await
}

/// Takes the key from whoever held it and is over (`done`) or gone, unless that has changed in the meantime: somebody else
/// was faster, or who was thought gone has finished after all.
pub(super) async fn take_over(
    conn: &mut MySqlConnection,
    (held, done): (&Lease, Done),
    next: &Lease,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let Try { principal, scope, key, hash } = &next.attempt;
    let taken = sqlx::query(
        "UPDATE idempotency_keys
         SET lease = ?, leased_until = ?, request_hash = ?, created_at = ?,
             status = NULL, completed_at = NULL, location = NULL, body = NULL, resource_id = NULL
         WHERE principal = ? AND scope = ? AND idempotency_key = ? AND lease = ? AND (status IS NOT NULL) = ?",
    )
    .bind(&next.token)
    .bind(now + LEASE)
    .bind(hash)
    .bind(now)
    .bind(principal)
    .bind(scope)
    .bind(key)
    .bind(&held.token)
    .bind(done == Done::Yes)
    .execute(conn)
    .await?;
    Ok(taken.rows_affected() == 1)
}

pub(super) async fn finish(
    conn: &mut MySqlConnection,
    lease: &Lease,
    answer: &Stored,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let Try { principal, scope, key, .. } = &lease.attempt;
    let finished = sqlx::query(
        "UPDATE idempotency_keys
         SET status = ?, location = ?, body = ?, resource_id = ?, completed_at = ?
         WHERE principal = ? AND scope = ? AND idempotency_key = ? AND lease = ? AND status IS NULL",
    )
    .bind(answer.status)
    .bind(&answer.location)
    .bind(&answer.body)
    .bind(answer.resource)
    .bind(now)
    .bind(principal)
    .bind(scope)
    .bind(key)
    .bind(&lease.token)
    .execute(conn)
    .await?;
    Ok(finished.rows_affected() == 1)
}

pub(super) async fn delete_unfinished(conn: &mut MySqlConnection, lease: &Lease) -> sqlx::Result<()> {
    let Try { principal, scope, key, .. } = &lease.attempt;
    sqlx::query(
        "DELETE FROM idempotency_keys
         WHERE principal = ? AND scope = ? AND idempotency_key = ? AND lease = ? AND status IS NULL",
    )
    .bind(principal)
    .bind(scope)
    .bind(key)
    .bind(&lease.token)
    .execute(conn)
    .await
    .map(drop)
}
