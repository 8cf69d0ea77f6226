//! Reads and writes the pictures of products.

use chrono::{DateTime, Utc};
use commerce::ids::{ImageId, ProductId};
use sqlx::types::Json;
use sqlx::{MySqlConnection, QueryBuilder};

use super::among;
use crate::administration::images::{Hung, NewImage};

pub(crate) async fn find_revision(conn: &mut MySqlConnection, product: ProductId) -> sqlx::Result<Option<u64>> {
    sqlx::query_scalar("SELECT revision FROM products WHERE id = ?").bind(product).fetch_optional(conn).await
}

pub(crate) async fn lock_revision(conn: &mut MySqlConnection, product: ProductId) -> sqlx::Result<Option<u64>> {
    sqlx::query_scalar("SELECT revision FROM products WHERE id = ? FOR UPDATE").bind(product).fetch_optional(conn).await
}

/// The pictures of a product in the shop's order.
pub(crate) async fn list(conn: &mut MySqlConnection, product: ProductId) -> sqlx::Result<Vec<Hung>> {
    sqlx::query_as(
        "SELECT id, name, form, alt, width, height, sort_order FROM product_images WHERE product_id = ?
         ORDER BY sort_order, id",
    )
    .bind(product)
    .fetch_all(conn)
    .await
}

/// Those of `names` that are pictures of products.
pub(crate) async fn list_known(conn: &mut MySqlConnection, names: &[String]) -> sqlx::Result<Vec<String>> {
    let mut query = QueryBuilder::new("SELECT name FROM product_images");
    among(&mut query, " WHERE name IN (", names);
    query.build_query_scalar().persistent(false).fetch_all(conn).await
}

pub(crate) async fn insert(
    conn: &mut MySqlConnection,
    product: ProductId,
    (new, place): (&NewImage, u32),
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO product_images (product_id, name, form, width, height, alt, sort_order, created_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(product)
    .bind(new.name.to_string())
    .bind(new.form.extension())
    .bind(new.width)
    .bind(new.height)
    .bind(&new.alt)
    .bind(place)
    .bind(now)
    .execute(conn)
    .await
    .map(drop)
}

pub(crate) async fn delete(conn: &mut MySqlConnection, image: ImageId) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM product_images WHERE id = ?").bind(image).execute(conn).await.map(drop)
}

pub(crate) async fn update_place(conn: &mut MySqlConnection, image: ImageId, place: u32) -> sqlx::Result<()> {
    sqlx::query("UPDATE product_images SET sort_order = ? WHERE id = ?")
        .bind(place)
        .bind(image)
        .execute(conn)
        .await
        .map(drop)
}

/// The product shows the first of `urls` in lists and the others on its page.
pub(crate) async fn update_shown(
    conn: &mut MySqlConnection,
    product: ProductId,
    urls: &[String],
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let others = urls.get(1..).filter(|others| !others.is_empty());
    sqlx::query(
        "UPDATE products SET main_image_url = ?, image_gallery = ?, revision = revision + 1, updated_at = ?
         WHERE id = ?",
    )
    .bind(urls.first())
    .bind(others.map(Json))
    .bind(now)
    .bind(product)
    .execute(conn)
    .await
    .map(drop)
}

/// No variation of the product shows the picture called `name` any more.
pub(crate) async fn update_variations_without(
    conn: &mut MySqlConnection,
    product: ProductId,
    name: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE product_variations SET image_url = NULL, revision = revision + 1, updated_at = ?
         WHERE product_id = ? AND image_url LIKE CONCAT('%/', ?, '-%')",
    )
    .bind(now)
    .bind(product)
    .bind(name)
    .execute(conn)
    .await
    .map(drop)
}
