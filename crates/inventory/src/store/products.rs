//! The stock columns of products.
//!
//! `stock_quantity` is assigned last: MySQL assigns from left to right, and the other columns are computed from the
//! stock as it was. `LAST_INSERT_ID(x)` hands `x` back with the answer, which spares a second statement.

use std::num::NonZeroU32;

use commerce::ids::ProductId;
use sqlx::{FromRow, MySql, MySqlConnection, QueryBuilder};

/// What decides about a product of which not enough could be taken.
#[derive(FromRow)]
pub(crate) struct Stock {
    pub(crate) quantity: i32,
    pub(crate) track_inventory: bool,
    pub(crate) is_variable: bool,
}

/// So many pieces of a product.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pieces {
    pub(crate) product: ProductId,
    pub(crate) wanted: i64,
    /// Whether they are pieces of its variations, which only a product that is sold by them has.
    pub(crate) by_variation: bool,
}

/// Sets the stock of a product without movements that is not sold by variation; whether there was such a product.
pub(crate) async fn fill_untouched(
    conn: &mut MySqlConnection,
    product: ProductId,
    quantity: NonZeroU32,
) -> sqlx::Result<bool> {
    let filled = sqlx::query(
        "UPDATE products
         SET stock_status = CASE WHEN ? <= low_stock_threshold THEN 'low_stock' ELSE 'in_stock' END,
             stock_quantity = ?
         WHERE id = ? AND stock_quantity = 0 AND product_type <> 'variable'
           AND NOT EXISTS (SELECT 1 FROM stock_movements m WHERE m.product_id = products.id)",
    )
    .bind(quantity.get())
    .bind(quantity.get())
    .bind(product)
    .execute(conn)
    .await?;
    Ok(filled.rows_affected() == 1)
}

/// Those of `products` that never had any stock, in the order of their ids; nobody gives them any before the transaction
/// ends.
pub(crate) async fn lock_untouched(conn: &mut MySqlConnection, products: &[ProductId]) -> sqlx::Result<Vec<ProductId>> {
    let mut query = QueryBuilder::new("SELECT id FROM products WHERE id IN (NULL");
    push_ids(&mut query, products);
    query.push(
        ") AND stock_quantity = 0 AND product_type <> 'variable'
           AND NOT EXISTS (SELECT 1 FROM stock_movements m WHERE m.product_id = products.id)
         ORDER BY id FOR UPDATE",
    );
    query.build_query_scalar().persistent(false).fetch_all(conn).await
}

/// Sets the stock of products that have none. The caller has locked them.
pub(crate) async fn update_filled(
    conn: &mut MySqlConnection,
    products: &[ProductId],
    quantity: NonZeroU32,
) -> sqlx::Result<()> {
    let mut query = QueryBuilder::new("UPDATE products SET stock_status = CASE WHEN ");
    query
        .push_bind(quantity.get())
        .push(" <= low_stock_threshold THEN 'low_stock' ELSE 'in_stock' END, stock_quantity = ");
    query.push_bind(quantity.get()).push(" WHERE id IN (NULL");
    push_ids(&mut query, products);
    query.push(")");
    query.build().persistent(false).execute(conn).await.map(drop)
}

fn push_ids(query: &mut QueryBuilder<MySql>, products: &[ProductId]) {
    for product in products {
        query.push(", ").push_bind(*product);
    }
}

/// Takes pieces of a product whose stock is counted, if there are as many or it may be ordered ahead, and tells how many
/// there were.
pub(crate) async fn take(conn: &mut MySqlConnection, pieces: Pieces) -> sqlx::Result<Option<i64>> {
    let Pieces { product, wanted, by_variation } = pieces;
    let taken = sqlx::query(
        "UPDATE products
         SET backordered_quantity = backordered_quantity + GREATEST(? - stock_quantity, 0),
             stock_status = CASE WHEN stock_quantity - ? > low_stock_threshold THEN 'in_stock'
                                 WHEN stock_quantity > ? THEN 'low_stock'
                                 WHEN allow_backorders THEN 'on_backorder'
                                 ELSE 'out_of_stock' END,
             stock_quantity = CAST(LAST_INSERT_ID(stock_quantity) AS SIGNED)
                            - CASE WHEN allow_backorders THEN LEAST(stock_quantity, ?) ELSE ? END
         WHERE id = ? AND track_inventory AND (allow_backorders OR stock_quantity >= ?)
           AND (product_type = 'variable') = ?",
    )
    .bind(wanted)
    .bind(wanted)
    .bind(wanted)
    .bind(wanted)
    .bind(wanted)
    .bind(product)
    .bind(wanted)
    .bind(by_variation)
    .execute(conn)
    .await?;
    if taken.rows_affected() == 0 {
        return Ok(None);
    }
    stock(taken.last_insert_id()).map(Some)
}

pub(crate) async fn lock(conn: &mut MySqlConnection, product: ProductId) -> sqlx::Result<Option<Stock>> {
    sqlx::query_as(
        "SELECT stock_quantity AS quantity, track_inventory, product_type = 'variable' AS is_variable
         FROM products WHERE id = ? FOR UPDATE",
    )
    .bind(product)
    .fetch_optional(conn)
    .await
}

/// Puts pieces back and tells how many there are now.
pub(crate) async fn update_returned(
    conn: &mut MySqlConnection,
    product: ProductId,
    quantity: i64,
) -> sqlx::Result<i64> {
    let returned = sqlx::query(
        "UPDATE products
         SET stock_status = CASE WHEN stock_quantity + ? > low_stock_threshold THEN 'in_stock' ELSE 'low_stock' END,
             stock_quantity = LAST_INSERT_ID(stock_quantity + ?)
         WHERE id = ?",
    )
    .bind(quantity)
    .bind(quantity)
    .bind(product)
    .execute(conn)
    .await?;
    stock(returned.last_insert_id())
}

/// So many pieces more, or fewer, and tells how many there are now. The caller has locked the product and seen that they are
/// there.
pub(crate) async fn update_corrected(conn: &mut MySqlConnection, product: ProductId, pieces: i64) -> sqlx::Result<i64> {
    let corrected = sqlx::query(
        "UPDATE products
         SET stock_status = CASE WHEN stock_quantity + ? > low_stock_threshold THEN 'in_stock'
                                 WHEN stock_quantity + ? > 0 THEN 'low_stock'
                                 WHEN allow_backorders THEN 'on_backorder'
                                 ELSE 'out_of_stock' END,
             stock_quantity = LAST_INSERT_ID(stock_quantity + ?)
         WHERE id = ?",
    )
    .bind(pieces)
    .bind(pieces)
    .bind(pieces)
    .bind(product)
    .execute(conn)
    .await?;
    stock(corrected.last_insert_id())
}

/// So many pieces are not owed any more.
pub(crate) async fn update_owed(conn: &mut MySqlConnection, product: ProductId, backordered: i64) -> sqlx::Result<()> {
    sqlx::query("UPDATE products SET backordered_quantity = backordered_quantity - ? WHERE id = ?")
        .bind(backordered)
        .bind(product)
        .execute(conn)
        .await
        .map(drop)
}

fn stock(handed_back: u64) -> sqlx::Result<i64> {
    i64::try_from(handed_back).map_err(|error| sqlx::Error::Decode(error.into()))
}
