//! Reads whose stock has moved.

use commerce::ids::ProductId;
use sqlx::MySqlConnection;

/// The last movements after the one called `after`, the last of them first.
pub(crate) async fn list_after(
    conn: &mut MySqlConnection,
    after: u64,
    limit: u32,
) -> sqlx::Result<Vec<(u64, ProductId)>> {
    sqlx::query_as("SELECT id, product_id FROM stock_movements WHERE id > ? ORDER BY id DESC LIMIT ?")
        .bind(after)
        .bind(limit)
        .fetch_all(conn)
        .await
}
