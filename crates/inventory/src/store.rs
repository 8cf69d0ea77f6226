//! The SQL of stock.

use std::num::NonZeroU32;

use chrono::{DateTime, Utc};
use commerce::ids::ProductId;
use sqlx::MySqlConnection;

/// Sets the stock of a product without movements; whether there was such a product.
pub(crate) async fn fill_untouched(
    conn: &mut MySqlConnection,
    product: ProductId,
    quantity: NonZeroU32,
) -> sqlx::Result<bool> {
    let filled = sqlx::query(
        "UPDATE products
         SET stock_quantity = ?,
             stock_status = CASE WHEN ? <= low_stock_threshold THEN 'low_stock' ELSE 'in_stock' END
         WHERE id = ? AND stock_quantity = 0
           AND NOT EXISTS (SELECT 1 FROM stock_movements m WHERE m.product_id = products.id)",
    )
    .bind(quantity.get())
    .bind(quantity.get())
    .bind(product)
    .execute(conn)
    .await?;
    Ok(filled.rows_affected() == 1)
}

pub(crate) async fn insert_opening(
    conn: &mut MySqlConnection,
    product: ProductId,
    quantity: NonZeroU32,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO stock_movements (product_id, kind, quantity, stock_after, reason, created_at)
         VALUES (?, 'opening', ?, ?, 'opening stock', ?)",
    )
    .bind(product)
    .bind(quantity.get())
    .bind(quantity.get())
    .bind(now)
    .execute(conn)
    .await
    .map(drop)
}
