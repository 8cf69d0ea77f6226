//! Reads and writes imports and how far they are.

use chrono::{DateTime, Utc};
use kernel::{Page, PageRequest};
use sqlx::{MySql, MySqlConnection, QueryBuilder};
use uuid::Uuid;

use crate::transfer::{Claim, Import, ImportId, ImportStatus, Measured, NewImport, Step};

pub(crate) async fn insert(conn: &mut MySqlConnection, new: &NewImport, now: DateTime<Utc>) -> sqlx::Result<ImportId> {
    let inserted = sqlx::query(
        "INSERT INTO import_jobs (uuid, status, is_dry_run, header, started_by, request_id, created_at, updated_at)
         VALUES (?, 'receiving', ?, '', ?, ?, ?, ?)",
    )
    .bind(Uuid::now_v7().to_string())
    .bind(new.is_dry_run)
    .bind(new.by)
    .bind(&new.request)
    .bind(now)
    .bind(now)
    .execute(conn)
    .await?;
    ImportId::new(inserted.last_insert_id()).ok_or(sqlx::Error::RowNotFound)
}

/// The whole file is there. The caller has inserted the job.
pub(crate) async fn update_received(
    conn: &mut MySqlConnection,
    id: ImportId,
    file: &Measured,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let update = sqlx::query(
        "UPDATE import_jobs SET status = 'queued', header = ?, size_bytes = ?, position_bytes = ?, rows_total = ?,
                updated_at = ? WHERE id = ? AND status = 'receiving'",
    );
    let update = update.bind(&file.header).bind(file.size).bind(file.first_row).bind(file.rows);
    Ok(update.bind(now).bind(id).execute(conn).await?.rows_affected() == 1)
}

fn select() -> QueryBuilder<MySql> {
    QueryBuilder::new(
        "SELECT id, uuid, status, is_dry_run, size_bytes, rows_total, rows_created, rows_updated, rows_unchanged,
                rows_failed, failure, started_by, created_at, started_at, finished_at
         FROM import_jobs WHERE status <> 'receiving'",
    )
}

pub(crate) async fn find(conn: &mut MySqlConnection, id: ImportId) -> sqlx::Result<Option<Import>> {
    select().push(" AND id = ").push_bind(id).build_query_as().fetch_optional(conn).await
}

/// The columns of its file.
pub(crate) async fn find_header(conn: &mut MySqlConnection, id: ImportId) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar("SELECT header FROM import_jobs WHERE id = ? AND status <> 'receiving'")
        .bind(id)
        .fetch_optional(conn)
        .await
}

/// Imports, the youngest first.
pub(crate) async fn list(conn: &mut MySqlConnection, request: PageRequest) -> sqlx::Result<Page<Import>> {
    let total: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM import_jobs WHERE status <> 'receiving'")
        .fetch_one(&mut *conn)
        .await?;
    let mut query = select();
    query.push(" ORDER BY id DESC LIMIT ").push_bind(request.limit()).push(" OFFSET ").push_bind(request.offset());
    let items = query.build_query_as().fetch_all(conn).await?;
    Ok(Page::new(items, request, total.unsigned_abs()))
}

/// The import whose turn it is: one is worked on at a time, in the order in which they came.
pub(crate) async fn find_next(conn: &mut MySqlConnection) -> sqlx::Result<Option<ImportId>> {
    sqlx::query_scalar("SELECT id FROM import_jobs WHERE status IN ('queued', 'running') ORDER BY id LIMIT 1")
        .fetch_optional(conn)
        .await
}

/// Takes the import unless somebody else has it, or keeps it under the lease that the caller has; whether it did.
pub(crate) async fn take_lease(
    conn: &mut MySqlConnection,
    id: ImportId,
    (lease, until): (&str, DateTime<Utc>),
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let taken = sqlx::query(
        "UPDATE import_jobs SET status = 'running', started_at = COALESCE(started_at, ?), lease = ?, leased_until = ?,
                updated_at = ?
         WHERE id = ? AND status IN ('queued', 'running') AND (lease IS NULL OR lease = ? OR leased_until <= ?)",
    );
    let taken = taken.bind(now).bind(lease).bind(until).bind(now).bind(id).bind(lease).bind(now);
    Ok(taken.execute(conn).await?.rows_affected() == 1)
}

/// Locks the import for the next step of whoever has this lease; nothing if somebody else has it, or it is over.
pub(crate) async fn lock(conn: &mut MySqlConnection, id: ImportId, lease: &str) -> sqlx::Result<Option<Claim>> {
    sqlx::query_as(
        "SELECT id, is_dry_run, header, size_bytes, position_bytes, started_by, request_id,
                rows_created + rows_updated + rows_unchanged + rows_failed AS rows_done
         FROM import_jobs WHERE id = ? AND status = 'running' AND lease = ? FOR UPDATE",
    )
    .bind(id)
    .bind(lease)
    .fetch_optional(conn)
    .await
}

/// Adds what a step did. The caller has locked the import.
pub(crate) async fn update_progress(
    conn: &mut MySqlConnection,
    id: ImportId,
    step: &Step,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE import_jobs
         SET position_bytes = ?, rows_created = rows_created + ?, rows_updated = rows_updated + ?,
             rows_unchanged = rows_unchanged + ?, rows_failed = rows_failed + ?, updated_at = ?
         WHERE id = ?",
    )
    .bind(step.position)
    .bind(step.created)
    .bind(step.updated)
    .bind(step.unchanged)
    .bind(step.failed)
    .bind(now)
    .bind(id)
    .execute(conn)
    .await
    .map(drop)
}

/// Ends an import that has not ended; whether it did.
pub(crate) async fn update_ended(
    conn: &mut MySqlConnection,
    id: ImportId,
    (status, failure): (ImportStatus, Option<&str>),
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let update = sqlx::query(
        "UPDATE import_jobs SET status = ?, failure = LEFT(?, 255), finished_at = ?, lease = NULL, leased_until = NULL,
                updated_at = ? WHERE id = ? AND status IN ('queued', 'running')",
    );
    let update = update.bind(status).bind(failure).bind(now).bind(now).bind(id);
    Ok(update.execute(conn).await?.rows_affected() == 1)
}

/// Files that began to arrive before `then`, and never did.
pub(crate) async fn list_abandoned(conn: &mut MySqlConnection, then: DateTime<Utc>) -> sqlx::Result<Vec<ImportId>> {
    sqlx::query_scalar("SELECT id FROM import_jobs WHERE status = 'receiving' AND created_at < ? ORDER BY id LIMIT 20")
        .bind(then)
        .fetch_all(conn)
        .await
}

/// Locks an import whose file is not whole.
pub(crate) async fn lock_unreceived(conn: &mut MySqlConnection, id: ImportId) -> sqlx::Result<Option<ImportId>> {
    sqlx::query_scalar("SELECT id FROM import_jobs WHERE id = ? AND status = 'receiving' FOR UPDATE")
        .bind(id)
        .fetch_optional(conn)
        .await
}

/// Forgets an import that nothing refers to.
pub(crate) async fn delete(conn: &mut MySqlConnection, id: ImportId) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM import_jobs WHERE id = ?").bind(id).execute(conn).await.map(drop)
}
