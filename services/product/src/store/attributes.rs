//! Reads and writes what variations differ in.

use chrono::{DateTime, Utc};
use commerce::ids::{AttributeId, AttributeValueId, ProductId};
use sqlx::MySqlConnection;

use crate::administration::attributes::{AdminAttribute, AdminValue, AttributeForm, AttributeType, ValueForm};
use crate::administration::texts::Count;
use crate::slugs::Slug;

/// Every attribute in the shop's order, without its values.
pub(crate) async fn list(conn: &mut MySqlConnection) -> sqlx::Result<Vec<AdminAttribute>> {
    sqlx::query_as("SELECT id, name, slug, type AS kind, sort_order FROM product_attributes ORDER BY sort_order, id")
        .fetch_all(conn)
        .await
}

/// Every value of every attribute, in the shop's order.
pub(crate) async fn list_values(conn: &mut MySqlConnection) -> sqlx::Result<Vec<AdminValue>> {
    sqlx::query_as(
        "SELECT id, attribute_id, value, color_code, sort_order FROM product_attribute_values ORDER BY sort_order, id",
    )
    .fetch_all(conn)
    .await
}

pub(crate) async fn lock(conn: &mut MySqlConnection, id: AttributeId) -> sqlx::Result<Option<AttributeId>> {
    sqlx::query_scalar("SELECT id FROM product_attributes WHERE id = ? FOR UPDATE").bind(id).fetch_optional(conn).await
}

pub(crate) async fn lock_value(
    conn: &mut MySqlConnection,
    id: AttributeValueId,
) -> sqlx::Result<Option<AttributeValueId>> {
    sqlx::query_scalar("SELECT id FROM product_attribute_values WHERE id = ? FOR UPDATE")
        .bind(id)
        .fetch_optional(conn)
        .await
}

/// Whether a variation has the value.
pub(crate) async fn is_used(conn: &mut MySqlConnection, id: AttributeValueId) -> sqlx::Result<bool> {
    let found = sqlx::query("SELECT id FROM variation_attributes WHERE attribute_value_id = ? LIMIT 1").bind(id);
    Ok(found.fetch_optional(conn).await?.is_some())
}

/// The products that are sold by this attribute, so many at most.
pub(crate) async fn list_products(
    conn: &mut MySqlConnection,
    id: AttributeId,
    limit: u32,
) -> sqlx::Result<Vec<ProductId>> {
    sqlx::query_scalar(
        "SELECT DISTINCT v.product_id FROM variation_attributes h JOIN product_variations v ON v.id = h.variation_id
         WHERE h.attribute_id = ? LIMIT ?",
    )
    .bind(id)
    .bind(limit)
    .fetch_all(conn)
    .await
}

pub(crate) async fn insert(
    conn: &mut MySqlConnection,
    form: &AttributeForm,
    slug: &Slug,
    now: DateTime<Utc>,
) -> sqlx::Result<AttributeId> {
    let insert =
        sqlx::query("INSERT INTO product_attributes (name, slug, type, sort_order, created_at) VALUES (?, ?, ?, ?, ?)")
            .bind(&form.name)
            .bind(slug)
            .bind(form.kind.unwrap_or(AttributeType::Select))
            .bind(form.sort_order.map_or(0, Count::get))
            .bind(now);
    AttributeId::new(insert.execute(conn).await?.last_insert_id()).ok_or(sqlx::Error::RowNotFound)
}

pub(crate) async fn update(
    conn: &mut MySqlConnection,
    id: AttributeId,
    form: &AttributeForm,
    slug: &Slug,
) -> sqlx::Result<()> {
    sqlx::query("UPDATE product_attributes SET name = ?, slug = ?, type = ?, sort_order = ? WHERE id = ?")
        .bind(&form.name)
        .bind(slug)
        .bind(form.kind.unwrap_or(AttributeType::Select))
        .bind(form.sort_order.map_or(0, Count::get))
        .bind(id)
        .execute(conn)
        .await
        .map(drop)
}

pub(crate) async fn delete(conn: &mut MySqlConnection, id: AttributeId) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM product_attributes WHERE id = ?").bind(id).execute(conn).await.map(drop)
}

pub(crate) async fn insert_value(
    conn: &mut MySqlConnection,
    attribute: AttributeId,
    form: &ValueForm,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO product_attribute_values (attribute_id, value, color_code, sort_order, created_at)
         VALUES (?, ?, ?, ?, ?)",
    )
    .bind(attribute)
    .bind(&form.value)
    .bind(&form.color_code)
    .bind(form.sort_order.map_or(0, Count::get))
    .bind(now)
    .execute(conn)
    .await
    .map(drop)
}

pub(crate) async fn update_value(
    conn: &mut MySqlConnection,
    id: AttributeValueId,
    form: &ValueForm,
) -> sqlx::Result<()> {
    sqlx::query("UPDATE product_attribute_values SET value = ?, color_code = ?, sort_order = ? WHERE id = ?")
        .bind(&form.value)
        .bind(&form.color_code)
        .bind(form.sort_order.map_or(0, Count::get))
        .bind(id)
        .execute(conn)
        .await
        .map(drop)
}

pub(crate) async fn delete_value(conn: &mut MySqlConnection, id: AttributeValueId) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM product_attribute_values WHERE id = ?").bind(id).execute(conn).await.map(drop)
}
