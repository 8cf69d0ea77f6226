//! Reads and writes variations as rows of a file say them.

use chrono::{DateTime, Utc};
use commerce::ids::{ProductId, VariationId};
use sqlx::MySqlConnection;

use crate::administration::texts::Sku;
use crate::transfer::Offer;

pub(crate) async fn find(conn: &mut MySqlConnection, id: VariationId) -> sqlx::Result<Option<Offer>> {
    sqlx::query_as(
        "SELECT sku, price, compare_price, weight_grams, low_stock_threshold, is_default, is_active, sort_order,
                image_url
         FROM product_variations WHERE id = ?",
    )
    .bind(id)
    .fetch_optional(conn)
    .await
}

/// How often it has changed.
pub(crate) async fn find_revision(conn: &mut MySqlConnection, id: VariationId) -> sqlx::Result<Option<u64>> {
    sqlx::query_scalar("SELECT revision FROM product_variations WHERE id = ?").bind(id).fetch_optional(conn).await
}

pub(crate) async fn find_by_sku(conn: &mut MySqlConnection, sku: &Sku) -> sqlx::Result<Option<VariationId>> {
    sqlx::query_scalar("SELECT id FROM product_variations WHERE sku = ?").bind(sku).fetch_optional(conn).await
}

/// A variation that has nothing yet, and no stock. The caller has locked its product.
pub(crate) async fn insert(
    conn: &mut MySqlConnection,
    product: ProductId,
    offer: &Offer,
    now: DateTime<Utc>,
) -> sqlx::Result<VariationId> {
    let inserted = sqlx::query(
        "INSERT INTO product_variations (product_id, sku, price, compare_price, weight_grams, low_stock_threshold,
                                         is_default, is_active, sort_order, image_url, created_at, updated_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(product)
    .bind(&offer.sku)
    .bind(offer.price)
    .bind(offer.compare_price)
    .bind(offer.weight_grams)
    .bind(offer.low_stock_threshold)
    .bind(offer.is_default)
    .bind(offer.is_active)
    .bind(offer.sort_order)
    .bind(&offer.image_url)
    .bind(now)
    .bind(now)
    .execute(conn)
    .await?;
    VariationId::new(inserted.last_insert_id()).ok_or(sqlx::Error::RowNotFound)
}

/// Makes it another. The caller has locked its product.
pub(crate) async fn update(
    conn: &mut MySqlConnection,
    id: VariationId,
    offer: &Offer,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE product_variations
         SET sku = ?, price = ?, compare_price = ?, weight_grams = ?, low_stock_threshold = ?, is_default = ?,
             is_active = ?, sort_order = ?, image_url = ?, updated_at = ?, revision = revision + 1
         WHERE id = ?",
    )
    .bind(&offer.sku)
    .bind(offer.price)
    .bind(offer.compare_price)
    .bind(offer.weight_grams)
    .bind(offer.low_stock_threshold)
    .bind(offer.is_default)
    .bind(offer.is_active)
    .bind(offer.sort_order)
    .bind(&offer.image_url)
    .bind(now)
    .bind(id)
    .execute(conn)
    .await
    .map(drop)
}

/// Makes room for another default. The caller has locked the product.
pub(crate) async fn update_no_default(
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

/// Gives it a value of an attribute; whether there is that value.
pub(crate) async fn insert_attribute(
    conn: &mut MySqlConnection,
    variation: VariationId,
    (attribute, value): (&str, &str),
) -> sqlx::Result<bool> {
    let inserted = sqlx::query(
        "INSERT INTO variation_attributes (variation_id, attribute_id, attribute_value_id)
         SELECT ?, w.attribute_id, w.id
         FROM product_attribute_values w
         JOIN product_attributes a ON a.id = w.attribute_id
         WHERE a.slug = ? AND w.value = ?",
    );
    let inserted = inserted.bind(variation).bind(attribute).bind(value).execute(conn).await?;
    Ok(inserted.rows_affected() == 1)
}

/// Takes from it whatever it has.
pub(crate) async fn delete_attributes(conn: &mut MySqlConnection, variation: VariationId) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM variation_attributes WHERE variation_id = ?").bind(variation).execute(conn).await.map(drop)
}

/// Whoever has read the product has to read it again. The caller has locked it.
pub(crate) async fn update_product_revision(
    conn: &mut MySqlConnection,
    product: ProductId,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query("UPDATE products SET revision = revision + 1, updated_at = ? WHERE id = ?")
        .bind(now)
        .bind(product)
        .execute(conn)
        .await
        .map(drop)
}
