//! Reads whose stock has moved.

use commerce::ids::ProductId;
use sqlx::MySqlConnection;

/// The youngest movement of stock; nothing while there was none.
pub(crate) async fn find_last(conn: &mut MySqlConnection) -> sqlx::Result<Option<u64>> {
    sqlx::query_scalar("SELECT MAX(id) FROM stock_movements").fetch_one(conn).await
}

/// The movements behind `after`, and whose stock they moved.
pub(crate) async fn list_after(conn: &mut MySqlConnection, after: u64) -> sqlx::Result<Vec<(u64, ProductId)>> {
    sqlx::query_as("SELECT id, product_id FROM stock_movements WHERE id > ? ORDER BY id")
        .bind(after)
        .fetch_all(conn)
        .await
}
