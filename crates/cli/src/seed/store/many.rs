//! The SQL of generated products: many rows a statement.

use chrono::{DateTime, Utc};
use commerce::ids::{BrandId, CategoryId, ProductId};
use sqlx::{MySqlConnection, QueryBuilder};
use uuid::Uuid;

use crate::seed::many::Generated;

/// The SKU of the last one that there is.
pub(in crate::seed) async fn find_last(conn: &mut MySqlConnection) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar("SELECT MAX(sku) FROM products WHERE sku LIKE 'GEN-%'").fetch_one(conn).await
}

/// The categories below others.
pub(in crate::seed) async fn list_categories(conn: &mut MySqlConnection) -> sqlx::Result<Vec<CategoryId>> {
    sqlx::query_scalar("SELECT id FROM categories WHERE parent_id IS NOT NULL AND is_active ORDER BY id")
        .fetch_all(conn)
        .await
}

pub(in crate::seed) async fn list_brands(conn: &mut MySqlConnection) -> sqlx::Result<Vec<BrandId>> {
    sqlx::query_scalar("SELECT id FROM brands WHERE is_active ORDER BY id").fetch_all(conn).await
}

pub(in crate::seed) async fn list_ids(
    conn: &mut MySqlConnection,
    first: &str,
    last: &str,
) -> sqlx::Result<Vec<ProductId>> {
    sqlx::query_scalar("SELECT id FROM products WHERE sku BETWEEN ? AND ? AND sku LIKE 'GEN-%' ORDER BY id")
        .bind(first)
        .bind(last)
        .fetch_all(conn)
        .await
}

/// Adds products without stock.
pub(in crate::seed) async fn insert(
    conn: &mut MySqlConnection,
    products: &[Generated],
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let mut query = QueryBuilder::new(
        "INSERT INTO products (uuid, sku, name, slug, short_description, description, base_price, compare_price,
                               category_id, brand_id, gst_rate, hsn_code, status, created_at, updated_at) ",
    );
    query.push_values(products, |mut row, product| {
        row.push_bind(Uuid::now_v7().to_string()).push_bind(&product.sku).push_bind(&product.name);
        row.push_bind(&product.slug).push_bind(&product.name).push_bind(&product.description);
        row.push_bind(product.price).push_bind(product.mrp).push_bind(product.category).push_bind(product.brand);
        row.push_bind(product.rate).push_bind(product.hsn).push("'active'").push_bind(now).push_bind(now);
    });
    query.build().persistent(false).execute(conn).await.map(drop)
}
