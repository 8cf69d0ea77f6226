//! The rows of `stock_holds`.

use chrono::{DateTime, Utc};
use commerce::ids::{OrderId, ProductId, VariationId};
use sqlx::{FromRow, MySqlConnection, QueryBuilder};

use crate::holds::{Ending, Return};
use crate::taking::Line;

/// What an order holds of one product, or of one of its variations.
#[derive(FromRow)]
pub(crate) struct Hold {
    id: u64,
    #[sqlx(rename = "product_id")]
    pub(crate) product: ProductId,
    #[sqlx(rename = "variation_id")]
    pub(crate) variation: Option<VariationId>,
    pub(crate) quantity: i64,
    pub(crate) backordered: i64,
}

pub(crate) async fn insert(
    conn: &mut MySqlConnection,
    order: OrderId,
    lines: &[Line],
    until: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    if lines.is_empty() {
        return Ok(());
    }
    let mut insert = QueryBuilder::new(
        "INSERT INTO stock_holds (order_id, product_id, variation_id, quantity, backordered, expires_at, created_at) ",
    );
    insert.push_values(lines, |mut row, line| {
        row.push_bind(order).push_bind(line.product).push_bind(line.variation);
        row.push_bind(line.quantity).push_bind(line.backordered);
        row.push_bind(until).push_bind(now);
    });
    insert.build().execute(conn).await.map(drop)
}

pub(crate) async fn list_held(conn: &mut MySqlConnection, order: OrderId) -> sqlx::Result<Vec<Hold>> {
    sqlx::query_as(
        "SELECT id, product_id, variation_id, CAST(quantity AS SIGNED) AS quantity,
                CAST(backordered AS SIGNED) AS backordered
         FROM stock_holds WHERE order_id = ? AND state = 'held' ORDER BY product_id, variation_slot",
    )
    .bind(order)
    .fetch_all(conn)
    .await
}

/// How many pieces orders hold of a product, or of one of its variations. Read, not locked: an ending locks its hold first
/// and the product then.
pub(crate) async fn sum_held(
    conn: &mut MySqlConnection,
    product: ProductId,
    variation: Option<VariationId>,
) -> sqlx::Result<i64> {
    sqlx::query_scalar(
        "SELECT CAST(COALESCE(SUM(quantity), 0) AS SIGNED) FROM stock_holds
         WHERE product_id = ? AND variation_id <=> ? AND state = 'held'",
    )
    .bind(product)
    .bind(variation)
    .fetch_one(conn)
    .await
}

pub(crate) async fn list_expired(
    conn: &mut MySqlConnection,
    now: DateTime<Utc>,
    limit: u32,
) -> sqlx::Result<Vec<OrderId>> {
    sqlx::query_scalar(
        "SELECT order_id FROM stock_holds
         WHERE state = 'held' AND expires_at <= ?
         GROUP BY order_id ORDER BY MIN(expires_at), order_id LIMIT ?",
    )
    .bind(now)
    .bind(limit)
    .fetch_all(conn)
    .await
}

pub(crate) async fn update_without_expiry(conn: &mut MySqlConnection, order: OrderId) -> sqlx::Result<()> {
    sqlx::query("UPDATE stock_holds SET expires_at = NULL WHERE order_id = ? AND state = 'held'")
        .bind(order)
        .execute(conn)
        .await
        .map(drop)
}

/// Ends a hold that has not ended, and that may end so; whether it was this call that did it.
pub(crate) async fn update_ended(
    conn: &mut MySqlConnection,
    hold: &Hold,
    ending: Ending,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let state = match ending {
        Ending::Sold => "sold",
        Ending::Back(Return::Released) => "released",
        Ending::Back(Return::Expired) => "expired",
    };
    let ended = sqlx::query(
        "UPDATE stock_holds SET state = ?, ended_at = ?
         WHERE id = ? AND state = 'held' AND (? <> 'expired' OR expires_at <= ?)",
    )
    .bind(state)
    .bind(now)
    .bind(hold.id)
    .bind(state)
    .bind(now)
    .execute(conn)
    .await?;
    Ok(ended.rows_affected() == 1)
}
