//! The ledger of stock: rows are added, never changed.

use std::num::NonZeroU32;

use chrono::{DateTime, Utc};
use commerce::ids::{OrderId, ProductId, VariationId};
use sqlx::{MySqlConnection, QueryBuilder};

use super::holds::Hold;
use crate::correcting::Correction;
use crate::taking::Line;

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

/// The first stock of a variation, after which its product has `stock_after`.
pub(crate) async fn insert_opening_of_variation(
    conn: &mut MySqlConnection,
    (product, variation): (ProductId, VariationId),
    quantity: NonZeroU32,
    stock_after: i64,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO stock_movements (product_id, variation_id, kind, quantity, stock_after, reason, created_at)
         VALUES (?, ?, 'opening', ?, ?, 'opening stock', ?)",
    )
    .bind(product)
    .bind(variation)
    .bind(quantity.get())
    .bind(stock_after)
    .bind(now)
    .execute(conn)
    .await
    .map(drop)
}

pub(crate) async fn insert_openings(
    conn: &mut MySqlConnection,
    products: &[ProductId],
    quantity: NonZeroU32,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let mut insert =
        QueryBuilder::new("INSERT INTO stock_movements (product_id, kind, quantity, stock_after, reason, created_at) ");
    insert.push_values(products, |mut row, product| {
        row.push_bind(*product).push("'opening'").push_bind(quantity.get()).push_bind(quantity.get());
        row.push("'opening stock'").push_bind(now);
    });
    insert.build().persistent(false).execute(conn).await.map(drop)
}

/// So many pieces that came or went, after which the product has `stock_after`; the key of the row.
pub(crate) async fn insert_correction(
    conn: &mut MySqlConnection,
    wanted: &Correction<'_>,
    (pieces, stock_after): (i64, i64),
    now: DateTime<Utc>,
) -> sqlx::Result<u64> {
    let inserted = sqlx::query(
        "INSERT INTO stock_movements (product_id, variation_id, kind, quantity, stock_after, reason, performed_by,
                                      created_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(wanted.product)
    .bind(wanted.variation)
    .bind(wanted.change.kind())
    .bind(pieces)
    .bind(stock_after)
    .bind(wanted.reason)
    .bind(wanted.by)
    .bind(now)
    .execute(conn)
    .await?;
    Ok(inserted.last_insert_id())
}

/// What left the stock for `order`; pieces that are only owed have not moved.
pub(crate) async fn insert_holds(
    conn: &mut MySqlConnection,
    order: OrderId,
    lines: &[Line],
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let moved: Vec<_> = lines.iter().filter(|line| line.quantity > 0).collect();
    if moved.is_empty() {
        return Ok(());
    }
    let mut insert = QueryBuilder::new(
        "INSERT INTO stock_movements (product_id, variation_id, kind, quantity, stock_after, reference_type,
                                      reference_id, created_at) ",
    );
    insert.push_values(moved, |mut row, line| {
        row.push_bind(line.product).push_bind(line.variation).push("'hold'");
        row.push_bind(-line.quantity).push_bind(line.stock_after);
        row.push("'order'").push_bind(order).push_bind(now);
    });
    insert.build().execute(conn).await.map(drop)
}

pub(crate) async fn insert_release(
    conn: &mut MySqlConnection,
    order: OrderId,
    hold: &Hold,
    stock_after: i64,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO stock_movements (product_id, variation_id, kind, quantity, stock_after, reference_type,
                                      reference_id, created_at)
         VALUES (?, ?, 'release', ?, ?, 'order', ?, ?)",
    )
    .bind(hold.product)
    .bind(hold.variation)
    .bind(hold.quantity)
    .bind(stock_after)
    .bind(order)
    .bind(now)
    .execute(conn)
    .await
    .map(drop)
}
