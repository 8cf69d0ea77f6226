//! Reads and writes variations as the staff sees them.

use commerce::ids::ProductId;
use sqlx::MySqlConnection;

use crate::administration::products::Prices;

/// What the active variations of a product cost, the cheapest first.
pub(crate) async fn list_prices(conn: &mut MySqlConnection, product: ProductId) -> sqlx::Result<Vec<Prices>> {
    sqlx::query_as(
        "SELECT price, compare_price FROM product_variations WHERE product_id = ? AND is_active ORDER BY price, id",
    )
    .bind(product)
    .fetch_all(conn)
    .await
}

/// Whether a product has any variation, sold or not.
pub(crate) async fn exists(conn: &mut MySqlConnection, product: ProductId) -> sqlx::Result<bool> {
    let found = sqlx::query("SELECT id FROM product_variations WHERE product_id = ? LIMIT 1").bind(product);
    Ok(found.fetch_optional(conn).await?.is_some())
}

/// Whether pieces of a product are held for an order.
pub(crate) async fn is_held(conn: &mut MySqlConnection, product: ProductId) -> sqlx::Result<bool> {
    let found = sqlx::query("SELECT id FROM stock_holds WHERE product_id = ? AND state = 'held' LIMIT 1").bind(product);
    Ok(found.fetch_optional(conn).await?.is_some())
}
