//! The SQL of a shop's first day: rows are added where there are none, never changed; a product without a picture gets one.

pub(super) mod many;
pub(super) mod orders;
pub(super) mod reviews;
pub(super) mod variations;

use chrono::{DateTime, Utc};
use commerce::catalogue::ProductType;
use commerce::ids::{BrandId, CategoryId, ProductId};
use sqlx::MySqlConnection;
use uuid::Uuid;

use super::catalogue::{BrandRow, CategoryRow, CouponRow, ProductRow};

/// Waits for another seeder on the same server to finish. Whoever has the lock may take it again.
pub(super) async fn lock(conn: &mut MySqlConnection) -> anyhow::Result<()> {
    let taken: Option<bool> =
        sqlx::query_scalar("SELECT GET_LOCK(CONCAT('pavitra-seed-', LEFT(SHA2(DATABASE(), 256), 40)), 60)")
            .fetch_one(conn)
            .await?;
    anyhow::ensure!(taken == Some(true), "another seeder has been at work for a minute");
    Ok(())
}

pub(super) async fn unlock(conn: &mut MySqlConnection) -> sqlx::Result<()> {
    sqlx::query("DO RELEASE_LOCK(CONCAT('pavitra-seed-', LEFT(SHA2(DATABASE(), 256), 40)))")
        .execute(conn)
        .await
        .map(drop)
}

pub(super) async fn find_or_insert_category(
    conn: &mut MySqlConnection,
    row: &CategoryRow,
    parent: Option<CategoryId>,
) -> sqlx::Result<CategoryId> {
    let known = sqlx::query_scalar("SELECT id FROM categories WHERE slug = ?").bind(&row.slug);
    if let Some(id) = known.fetch_optional(&mut *conn).await? {
        return Ok(id);
    }
    let insert = sqlx::query(
        "INSERT INTO categories (uuid, name, name_hindi, slug, description, parent_id, sort_order)
         VALUES (?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(Uuid::now_v7().to_string())
    .bind(&row.name)
    .bind(&row.name_hindi)
    .bind(&row.slug)
    .bind(&row.description)
    .bind(parent)
    .bind(row.sort_order);
    new_id(conn, insert).await.and_then(|id| CategoryId::new(id).ok_or(sqlx::Error::RowNotFound))
}

pub(super) async fn find_or_insert_brand(conn: &mut MySqlConnection, row: &BrandRow) -> sqlx::Result<BrandId> {
    let known = sqlx::query_scalar("SELECT id FROM brands WHERE slug = ?").bind(&row.slug);
    if let Some(id) = known.fetch_optional(&mut *conn).await? {
        return Ok(id);
    }
    let insert = sqlx::query("INSERT INTO brands (uuid, name, slug, description, sort_order) VALUES (?, ?, ?, ?, ?)")
        .bind(Uuid::now_v7().to_string())
        .bind(&row.name)
        .bind(&row.slug)
        .bind(&row.description)
        .bind(row.sort_order);
    new_id(conn, insert).await.and_then(|id| BrandId::new(id).ok_or(sqlx::Error::RowNotFound))
}

/// Where a product stands, and how it is sold.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) category: CategoryId,
    pub(super) brand: Option<BrandId>,
    pub(super) kind: ProductType,
}

/// Adds a product without stock; `None` if its SKU is known.
pub(super) async fn insert_product(
    conn: &mut MySqlConnection,
    row: &ProductRow,
    place: Place,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<ProductId>> {
    let known: Option<ProductId> =
        sqlx::query_scalar("SELECT id FROM products WHERE sku = ?").bind(&row.sku).fetch_optional(&mut *conn).await?;
    if known.is_some() {
        return Ok(None);
    }
    let insert = sqlx::query(
        "INSERT INTO products (uuid, sku, name, slug, short_description, description, specification, base_price,
                               compare_price, category_id, brand_id, gst_rate, hsn_code, low_stock_threshold,
                               weight_grams, max_cart_quantity, is_featured, is_trending, is_bestseller,
                               product_type, status, created_at, updated_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'active', ?, ?)",
    )
    .bind(Uuid::now_v7().to_string())
    .bind(&row.sku)
    .bind(&row.name)
    .bind(&row.slug)
    .bind(&row.short_description)
    .bind(&row.description)
    .bind(&row.specification)
    .bind(row.base_price)
    .bind(row.compare_price)
    .bind(place.category)
    .bind(place.brand)
    .bind(row.gst_rate)
    .bind(&row.hsn_code)
    .bind(row.low_stock_threshold)
    .bind(row.weight_grams)
    .bind(row.max_cart_quantity)
    .bind(row.is_featured)
    .bind(row.is_trending)
    .bind(row.is_bestseller)
    .bind(place.kind)
    .bind(now)
    .bind(now);
    new_id(conn, insert).await.map(ProductId::new)
}

/// Adds a coupon, unless its code is known.
pub(super) async fn insert_coupon(
    conn: &mut MySqlConnection,
    row: &CouponRow,
    category: Option<CategoryId>,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let known: Option<u64> =
        sqlx::query_scalar("SELECT id FROM coupons WHERE code = ?").bind(&row.code).fetch_optional(&mut *conn).await?;
    if known.is_some() {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO coupons (code, name, description, discount_type, discount_value, maximum_discount_amount,
                              minimum_order_amount, category_id, usage_limit, usage_limit_per_user, valid_from,
                              valid_until, created_at, updated_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(&row.code)
    .bind(&row.name)
    .bind(&row.description)
    .bind(&row.discount_type)
    .bind(row.discount_value)
    .bind(row.maximum_discount_amount)
    .bind(row.minimum_order_amount)
    .bind(category)
    .bind(row.usage_limit)
    .bind(row.usage_limit_per_user)
    .bind(row.valid_from)
    .bind(row.valid_until)
    .bind(now)
    .bind(now)
    .execute(conn)
    .await
    .map(drop)
}

/// Shows `url` for a product that shows nothing yet.
pub(super) async fn update_image(
    conn: &mut MySqlConnection,
    slug: &str,
    url: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE products SET main_image_url = ?, updated_at = ?, revision = revision + 1
         WHERE slug = ? AND main_image_url IS NULL",
    )
    .bind(url)
    .bind(now)
    .bind(slug)
    .execute(conn)
    .await
    .map(drop)
}

type Insert<'q> = sqlx::query::Query<'q, sqlx::MySql, sqlx::mysql::MySqlArguments>;

async fn new_id(conn: &mut MySqlConnection, insert: Insert<'_>) -> sqlx::Result<u64> {
    insert.execute(conn).await.map(|done| done.last_insert_id())
}
