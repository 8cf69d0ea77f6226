//! The stock columns of variations. Whoever writes them has locked the product before.

use std::num::NonZeroU32;

use commerce::ids::{ProductId, VariationId};
use sqlx::MySqlConnection;

/// Takes pieces of a variation of `product`, if there are as many; whether it did.
pub(crate) async fn take(
    conn: &mut MySqlConnection,
    product: ProductId,
    variation: VariationId,
    pieces: i64,
) -> sqlx::Result<bool> {
    let taken = sqlx::query(
        "UPDATE product_variations
         SET stock_status = CASE WHEN stock_quantity - ? > low_stock_threshold THEN 'in_stock'
                                 WHEN stock_quantity > ? THEN 'low_stock'
                                 ELSE 'out_of_stock' END,
             stock_quantity = stock_quantity - ?
         WHERE id = ? AND product_id = ? AND stock_quantity >= ?",
    )
    .bind(pieces)
    .bind(pieces)
    .bind(pieces)
    .bind(variation)
    .bind(product)
    .bind(pieces)
    .execute(conn)
    .await?;
    Ok(taken.rows_affected() == 1)
}

/// How many pieces there are of a variation of `product`.
pub(crate) async fn find_stock(
    conn: &mut MySqlConnection,
    product: ProductId,
    variation: VariationId,
) -> sqlx::Result<Option<i32>> {
    sqlx::query_scalar("SELECT stock_quantity FROM product_variations WHERE id = ? AND product_id = ?")
        .bind(variation)
        .bind(product)
        .fetch_optional(conn)
        .await
}

/// Puts pieces back.
pub(crate) async fn update_returned(
    conn: &mut MySqlConnection,
    variation: VariationId,
    pieces: i64,
) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE product_variations
         SET stock_status = CASE WHEN stock_quantity + ? > low_stock_threshold THEN 'in_stock' ELSE 'low_stock' END,
             stock_quantity = stock_quantity + ?
         WHERE id = ?",
    )
    .bind(pieces)
    .bind(pieces)
    .bind(variation)
    .execute(conn)
    .await
    .map(drop)
}

/// What can be sold of a variation of `product`, until the transaction ends.
pub(crate) async fn lock_stock(
    conn: &mut MySqlConnection,
    product: ProductId,
    variation: VariationId,
) -> sqlx::Result<Option<i32>> {
    sqlx::query_scalar("SELECT stock_quantity FROM product_variations WHERE id = ? AND product_id = ? FOR UPDATE")
        .bind(variation)
        .bind(product)
        .fetch_optional(conn)
        .await
}

/// So many pieces more, or fewer; the caller has seen that they are there.
pub(crate) async fn update_corrected(
    conn: &mut MySqlConnection,
    variation: VariationId,
    pieces: i64,
) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE product_variations
         SET stock_status = CASE WHEN stock_quantity + ? > low_stock_threshold THEN 'in_stock'
                                 WHEN stock_quantity + ? > 0 THEN 'low_stock'
                                 ELSE 'out_of_stock' END,
             stock_quantity = stock_quantity + ?
         WHERE id = ?",
    )
    .bind(pieces)
    .bind(pieces)
    .bind(pieces)
    .bind(variation)
    .execute(conn)
    .await
    .map(drop)
}

/// Sets the stock of a variation without movements; whether there was such a variation of `product`.
pub(crate) async fn fill_untouched(
    conn: &mut MySqlConnection,
    product: ProductId,
    variation: VariationId,
    quantity: NonZeroU32,
) -> sqlx::Result<bool> {
    let filled = sqlx::query(
        "UPDATE product_variations
         SET stock_status = CASE WHEN ? <= low_stock_threshold THEN 'low_stock' ELSE 'in_stock' END,
             stock_quantity = ?
         WHERE id = ? AND product_id = ? AND stock_quantity = 0
           AND NOT EXISTS (SELECT 1 FROM stock_movements m WHERE m.variation_id = product_variations.id)",
    )
    .bind(quantity.get())
    .bind(quantity.get())
    .bind(variation)
    .bind(product)
    .execute(conn)
    .await?;
    Ok(filled.rows_affected() == 1)
}
