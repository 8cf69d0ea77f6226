//! Reads and writes variations as the staff sees them.

use chrono::{DateTime, Utc};
use commerce::ids::{AttributeValueId, ProductId, VariationId};
use sqlx::{MySqlConnection, QueryBuilder};

use super::among;
use crate::administration::products::Prices;
use crate::administration::texts::Sku;
use crate::administration::variations::{AdminVariation, Chosen, Has, VariationForm};

/// Every variation of a product, in the shop's order.
pub(crate) async fn list(conn: &mut MySqlConnection, product: ProductId) -> sqlx::Result<Vec<AdminVariation>> {
    let mut variations: Vec<AdminVariation> = sqlx::query_as(
        "SELECT v.id, v.product_id, v.sku, v.price, v.compare_price, v.stock_quantity, v.stock_status,
                v.low_stock_threshold, v.weight_grams, v.image_url, v.is_default, v.sort_order, v.is_active,
                v.updated_at, p.revision
         FROM product_variations v JOIN products p ON p.id = v.product_id
         WHERE v.product_id = ? ORDER BY v.sort_order, v.id",
    )
    .bind(product)
    .fetch_all(&mut *conn)
    .await?;
    let has: Vec<Has> = sqlx::query_as(
        "SELECT h.variation_id, h.attribute_id, h.attribute_value_id AS value_id, a.name, w.value
         FROM variation_attributes h
         JOIN product_variations v ON v.id = h.variation_id
         JOIN product_attributes a ON a.id = h.attribute_id
         JOIN product_attribute_values w ON w.id = h.attribute_value_id
         WHERE v.product_id = ? ORDER BY a.sort_order, a.id",
    )
    .bind(product)
    .fetch_all(conn)
    .await?;
    for variation in &mut variations {
        variation.attributes = has.iter().filter(|has| has.variation_id == variation.id).cloned().collect();
    }
    Ok(variations)
}

/// What the active variations of a product cost, the cheapest first.
pub(crate) async fn list_prices(conn: &mut MySqlConnection, product: ProductId) -> sqlx::Result<Vec<Prices>> {
    sqlx::query_as(
        "SELECT price, compare_price FROM product_variations WHERE product_id = ? AND is_active ORDER BY price, id",
    )
    .bind(product)
    .fetch_all(conn)
    .await
}

/// Those of these values that there are; they stay until the transaction ends.
pub(crate) async fn list_values(conn: &mut MySqlConnection, values: &[AttributeValueId]) -> sqlx::Result<Vec<Chosen>> {
    let mut query = QueryBuilder::new("SELECT attribute_id, id AS value_id FROM product_attribute_values WHERE");
    among(&mut query, " id IN (", values);
    query.push(" LOCK IN SHARE MODE");
    query.build_query_as().fetch_all(conn).await
}

pub(crate) async fn find_by_sku(conn: &mut MySqlConnection, sku: &Sku) -> sqlx::Result<Option<VariationId>> {
    sqlx::query_scalar("SELECT id FROM product_variations WHERE sku = ?").bind(sku).fetch_optional(conn).await
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

/// Nobody refers to the variation anew before the transaction ends.
pub(crate) async fn lock_one(conn: &mut MySqlConnection, id: VariationId) -> sqlx::Result<Option<VariationId>> {
    sqlx::query_scalar("SELECT id FROM product_variations WHERE id = ? FOR UPDATE").bind(id).fetch_optional(conn).await
}

/// Whether an order, a cart or a movement of stock names the variation.
pub(crate) async fn is_named(conn: &mut MySqlConnection, id: VariationId) -> sqlx::Result<bool> {
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM order_items WHERE variation_id = ?)
             OR EXISTS (SELECT 1 FROM stock_movements WHERE variation_id = ?)
             OR EXISTS (SELECT 1 FROM stock_holds WHERE variation_id = ?)
             OR EXISTS (SELECT 1 FROM cart_items WHERE variation_id = ?)",
    )
    .bind(id)
    .bind(id)
    .bind(id)
    .bind(id)
    .fetch_one(conn)
    .await
}

/// A variation without stock.
pub(crate) async fn insert(
    conn: &mut MySqlConnection,
    product: ProductId,
    form: &VariationForm,
    now: DateTime<Utc>,
) -> sqlx::Result<VariationId> {
    let insert = sqlx::query(
        "INSERT INTO product_variations (product_id, sku, price, compare_price, low_stock_threshold, weight_grams,
                                         image_url, is_default, sort_order, is_active, created_at, updated_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(product)
    .bind(&form.sku)
    .bind(form.price)
    .bind(form.compare_price)
    .bind(form.low_stock_threshold())
    .bind(form.weight_grams)
    .bind(&form.image_url)
    .bind(form.is_default())
    .bind(form.sort_order())
    .bind(form.is_active())
    .bind(now)
    .bind(now);
    VariationId::new(insert.execute(conn).await?.last_insert_id()).ok_or(sqlx::Error::RowNotFound)
}

pub(crate) async fn update(
    conn: &mut MySqlConnection,
    id: VariationId,
    form: &VariationForm,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE product_variations
         SET sku = ?, price = ?, compare_price = ?, low_stock_threshold = ?, weight_grams = ?, image_url = ?,
             is_default = ?, sort_order = ?, is_active = ?, updated_at = ?, revision = revision + 1
         WHERE id = ?",
    )
    .bind(&form.sku)
    .bind(form.price)
    .bind(form.compare_price)
    .bind(form.low_stock_threshold())
    .bind(form.weight_grams)
    .bind(&form.image_url)
    .bind(form.is_default())
    .bind(form.sort_order())
    .bind(form.is_active())
    .bind(now)
    .bind(id)
    .execute(conn)
    .await
    .map(drop)
}

/// No variation of the product is the one to begin with.
pub(crate) async fn update_without_default(
    conn: &mut MySqlConnection,
    product: ProductId,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE product_variations SET is_default = FALSE, updated_at = ?, revision = revision + 1
         WHERE product_id = ? AND is_default",
    )
    .bind(now)
    .bind(product)
    .execute(conn)
    .await
    .map(drop)
}

pub(crate) async fn update_inactive(
    conn: &mut MySqlConnection,
    id: VariationId,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE product_variations
         SET is_active = FALSE, is_default = FALSE, updated_at = ?, revision = revision + 1 WHERE id = ?",
    )
    .bind(now)
    .bind(id)
    .execute(conn)
    .await
    .map(drop)
}

pub(crate) async fn delete(conn: &mut MySqlConnection, id: VariationId) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM product_variations WHERE id = ?").bind(id).execute(conn).await.map(drop)
}

pub(crate) async fn insert_attributes(conn: &mut MySqlConnection, id: VariationId, has: &[Chosen]) -> sqlx::Result<()> {
    let mut insert =
        QueryBuilder::new("INSERT INTO variation_attributes (variation_id, attribute_id, attribute_value_id) ");
    insert.push_values(has, |mut row, has| {
        row.push_bind(id).push_bind(has.attribute_id).push_bind(has.value_id);
    });
    insert.build().execute(conn).await.map(drop)
}

pub(crate) async fn delete_attributes(conn: &mut MySqlConnection, id: VariationId) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM variation_attributes WHERE variation_id = ?").bind(id).execute(conn).await.map(drop)
}
