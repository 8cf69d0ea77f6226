//! Writes and reads the rows of imported files that break a rule.

use sqlx::{MySqlConnection, QueryBuilder};

use crate::transfer::{Fault, ImportId};

pub(crate) async fn insert_all(conn: &mut MySqlConnection, job: ImportId, faults: &[Fault]) -> sqlx::Result<()> {
    if faults.is_empty() {
        return Ok(());
    }
    let mut insert =
        QueryBuilder::new("INSERT INTO import_faults (job_id, line_number, columns_at_fault, message, record) ");
    insert.push_values(faults, |mut row, fault| {
        row.push_bind(job).push_bind(fault.line_number).push_bind(&fault.columns);
        row.push_bind(&fault.message).push_bind(&fault.record);
    });
    insert.build().persistent(false).execute(conn).await.map(drop)
}

/// The next faults behind a row, in the order of the file.
pub(crate) async fn list(conn: &mut MySqlConnection, job: ImportId, after: u64, most: u32) -> sqlx::Result<Vec<Fault>> {
    sqlx::query_as(
        "SELECT line_number, columns_at_fault, message, record FROM import_faults
         WHERE job_id = ? AND line_number > ? ORDER BY line_number LIMIT ?",
    )
    .bind(job)
    .bind(after)
    .bind(most)
    .fetch_all(conn)
    .await
}
