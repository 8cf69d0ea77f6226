//! Writes and reads the bytes of files that are being imported.

use sqlx::{MySqlConnection, QueryBuilder};

use crate::transfer::ImportId;

/// Adds pieces behind those that are there, the first of them with this number.
pub(crate) async fn insert_all(
    conn: &mut MySqlConnection,
    job: ImportId,
    first: u64,
    pieces: &[&[u8]],
) -> sqlx::Result<()> {
    let mut insert = QueryBuilder::new("INSERT INTO import_chunks (job_id, number, content) ");
    insert.push_values(pieces.iter().zip(first..), |mut row, (piece, number)| {
        row.push_bind(job).push_bind(number).push_bind(*piece);
    });
    insert.build().persistent(false).execute(conn).await.map(drop)
}

/// So many pieces from number `first` on.
pub(crate) async fn list(
    conn: &mut MySqlConnection,
    job: ImportId,
    first: u64,
    most: u32,
) -> sqlx::Result<Vec<Vec<u8>>> {
    sqlx::query_scalar("SELECT content FROM import_chunks WHERE job_id = ? AND number >= ? ORDER BY number LIMIT ?")
        .bind(job)
        .bind(first)
        .bind(most)
        .fetch_all(conn)
        .await
}

/// Nobody reads them any more.
pub(crate) async fn delete(conn: &mut MySqlConnection, job: ImportId) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM import_chunks WHERE job_id = ?").bind(job).execute(conn).await.map(drop)
}
