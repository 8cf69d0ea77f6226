//! The SQL of a shop's first variations.

use chrono::{DateTime, Utc};
use commerce::ids::{ProductId, VariationId};
use sqlx::MySqlConnection;

use crate::seed::catalogue::{AttributeRow, ValueRow, VariationRow};

pub(in crate::seed) async fn find_or_insert_attribute(
    conn: &mut MySqlConnection,
    row: &AttributeRow,
) -> sqlx::Result<u64> {
    let known = sqlx::query_scalar("SELECT id FROM product_attributes WHERE slug = ?").bind(&row.slug);
    if let Some(id) = known.fetch_optional(&mut *conn).await? {
        return Ok(id);
    }
    sqlx::query("INSERT INTO product_attributes (name, slug, type, sort_order) VALUES (?, ?, ?, ?)")
        .bind(&row.name)
        .bind(&row.slug)
        .bind(&row.kind)
        .bind(row.sort_order)
        .execute(conn)
        .await
        .map(|done| done.last_insert_id())
}

pub(in crate::seed) async fn find_or_insert_value(
    conn: &mut MySqlConnection,
    attribute: u64,
    row: &ValueRow,
) -> sqlx::Result<u64> {
    let known = sqlx::query_scalar("SELECT id FROM product_attribute_values WHERE attribute_id = ? AND value = ?");
    if let Some(id) = known.bind(attribute).bind(&row.value).fetch_optional(&mut *conn).await? {
        return Ok(id);
    }
    sqlx::query(
        "INSERT INTO product_attribute_values (attribute_id, value, color_code, sort_order) VALUES (?, ?, ?, ?)",
    )
    .bind(attribute)
    .bind(&row.value)
    .bind(&row.color_code)
    .bind(row.sort_order)
    .execute(conn)
    .await
    .map(|done| done.last_insert_id())
}

/// Adds a variation without stock, at this place among those of its product.
pub(in crate::seed) async fn insert(
    conn: &mut MySqlConnection,
    product: ProductId,
    (place, row): (u32, &VariationRow),
    now: DateTime<Utc>,
) -> sqlx::Result<VariationId> {
    let inserted = sqlx::query(
        "INSERT INTO product_variations (product_id, sku, price, compare_price, low_stock_threshold, weight_grams,
                                         is_default, sort_order, created_at, updated_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(product)
    .bind(&row.sku)
    .bind(row.price)
    .bind(row.compare_price)
    .bind(row.low_stock_threshold)
    .bind(row.weight_grams)
    .bind(row.is_default)
    .bind(place)
    .bind(now)
    .bind(now)
    .execute(conn)
    .await?;
    VariationId::new(inserted.last_insert_id()).ok_or(sqlx::Error::RowNotFound)
}

/// Gives a variation a value of an attribute.
pub(in crate::seed) async fn insert_attribute(
    conn: &mut MySqlConnection,
    variation: VariationId,
    (attribute, value): (u64, u64),
) -> sqlx::Result<()> {
    sqlx::query("INSERT INTO variation_attributes (variation_id, attribute_id, attribute_value_id) VALUES (?, ?, ?)")
        .bind(variation)
        .bind(attribute)
        .bind(value)
        .execute(conn)
        .await
        .map(drop)
}
