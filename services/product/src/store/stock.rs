//! Reads stock for the shop's staff; `inventory` writes it.

use commerce::ids::ProductId;
use kernel::PageRequest;
use sqlx::MySqlConnection;

use crate::administration::stock::{Movement, Scarce};

pub(crate) async fn exists(conn: &mut MySqlConnection, product: ProductId) -> sqlx::Result<bool> {
    let found: Option<i32> =
        sqlx::query_scalar("SELECT 1 FROM products WHERE id = ?").bind(product).fetch_optional(conn).await?;
    Ok(found.is_some())
}

pub(crate) async fn count_movements(conn: &mut MySqlConnection, product: ProductId) -> sqlx::Result<u64> {
    let count: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM stock_movements WHERE product_id = ?")
        .bind(product)
        .fetch_one(conn)
        .await?;
    Ok(count.unsigned_abs())
}

/// One page of the movements of a product, the latest first.
pub(crate) async fn list_movements(
    conn: &mut MySqlConnection,
    product: ProductId,
    page: PageRequest,
) -> sqlx::Result<Vec<Movement>> {
    sqlx::query_as(
        "SELECT id, variation_id, kind, quantity, stock_after, reference_type, reference_id, reason, performed_by,
                created_at
         FROM stock_movements WHERE product_id = ? ORDER BY id DESC LIMIT ? OFFSET ?",
    )
    .bind(product)
    .bind(page.limit())
    .bind(page.offset())
    .fetch_all(conn)
    .await
}

/// How many products and variations [`list_low`] has on all its pages.
pub(crate) async fn count_low(conn: &mut MySqlConnection) -> sqlx::Result<u64> {
    let count: i64 = sqlx::query_scalar(
        "SELECT (SELECT COUNT(*) FROM products p
                 WHERE p.product_type <> 'variable' AND p.track_inventory AND p.status <> 'archived'
                   AND p.stock_quantity <= p.low_stock_threshold)
              + (SELECT COUNT(*) FROM product_variations v JOIN products p ON p.id = v.product_id
                 WHERE p.product_type = 'variable' AND p.track_inventory AND p.status <> 'archived' AND v.is_active
                   AND v.stock_quantity <= v.low_stock_threshold)",
    )
    .fetch_one(conn)
    .await?;
    Ok(count.unsigned_abs())
}

/// One page of what is counted, not archived, and at its threshold or below, the fewest pieces first.
pub(crate) async fn list_low(conn: &mut MySqlConnection, page: PageRequest) -> sqlx::Result<Vec<Scarce>> {
    sqlx::query_as(
        "SELECT p.id AS product_id, CAST(NULL AS UNSIGNED) AS variation_id, p.name, p.sku, p.slug, p.status,
                p.stock_quantity, p.low_stock_threshold, p.stock_status
         FROM products p
         WHERE p.product_type <> 'variable' AND p.track_inventory AND p.status <> 'archived'
           AND p.stock_quantity <= p.low_stock_threshold
         UNION ALL
         SELECT p.id, v.id, p.name, v.sku, p.slug, p.status, v.stock_quantity, v.low_stock_threshold, v.stock_status
         FROM product_variations v JOIN products p ON p.id = v.product_id
         WHERE p.product_type = 'variable' AND p.track_inventory AND p.status <> 'archived' AND v.is_active
           AND v.stock_quantity <= v.low_stock_threshold
         ORDER BY stock_quantity, product_id, variation_id LIMIT ? OFFSET ?",
    )
    .bind(page.limit())
    .bind(page.offset())
    .fetch_all(conn)
    .await
}
