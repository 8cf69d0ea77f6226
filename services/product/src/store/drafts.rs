//! Reads and writes products as the staff sees them.

use chrono::{DateTime, Utc};
use commerce::ids::{BrandId, CategoryId, ProductId};
use sqlx::{MySql, MySqlConnection, QueryBuilder};
use uuid::Uuid;

use crate::administration::products::{AdminProduct, Draft, DraftSummary, ListDrafts};
use crate::administration::texts::Sku;
use crate::slugs::Slug;

const WHOLE: &str = "
    SELECT id, uuid, slug, sku, name, short_description, description, specification, base_price, compare_price,
           category_id, brand_id, gst_rate, is_gst_inclusive, hsn_code, track_inventory, low_stock_threshold,
           allow_backorders, product_type, weight_grams, status, is_featured, is_trending, is_bestseller, is_on_sale,
           min_cart_quantity, max_cart_quantity, is_returnable, return_period_days, meta_title, meta_description,
           stock_quantity, stock_status, backordered_quantity, main_image_url, image_gallery, created_at, updated_at,
           revision
    FROM products WHERE id = ";

pub(crate) async fn find(conn: &mut MySqlConnection, id: ProductId) -> sqlx::Result<Option<AdminProduct>> {
    QueryBuilder::new(WHOLE).push_bind(id).build_query_as().fetch_optional(conn).await
}

/// The product; nobody else changes it before the transaction ends.
pub(crate) async fn lock(conn: &mut MySqlConnection, id: ProductId) -> sqlx::Result<Option<AdminProduct>> {
    QueryBuilder::new(WHOLE).push_bind(id).push(" FOR UPDATE").build_query_as().fetch_optional(conn).await
}

pub(crate) async fn find_by_sku(conn: &mut MySqlConnection, sku: &Sku) -> sqlx::Result<Option<ProductId>> {
    sqlx::query_scalar("SELECT id FROM products WHERE sku = ?").bind(sku).fetch_optional(conn).await
}

pub(crate) async fn list(conn: &mut MySqlConnection, wanted: &ListDrafts) -> sqlx::Result<Vec<DraftSummary>> {
    let mut query = QueryBuilder::new(
        "SELECT id, uuid, sku, name, slug, status, product_type, base_price, compare_price, stock_quantity, stock_status,
                main_image_url, updated_at, revision
         FROM products WHERE TRUE",
    );
    narrow(&mut query, wanted);
    let page = wanted.request();
    query.push(" ORDER BY id DESC LIMIT ").push_bind(page.limit()).push(" OFFSET ").push_bind(page.offset());
    query.build_query_as().fetch_all(conn).await
}

pub(crate) async fn count(conn: &mut MySqlConnection, wanted: &ListDrafts) -> sqlx::Result<u64> {
    let mut query = QueryBuilder::new("SELECT COUNT(*) FROM products WHERE TRUE");
    narrow(&mut query, wanted);
    let count: i64 = query.build_query_scalar().fetch_one(conn).await?;
    Ok(count.unsigned_abs())
}

/// The two halves of a search go by an index each.
fn narrow(query: &mut QueryBuilder<MySql>, wanted: &ListDrafts) {
    if let Some(search) = &wanted.search {
        let escaped = search.as_str().replace('!', "!!").replace('%', "!%").replace('_', "!_");
        let pattern = format!("{escaped}%");
        query.push(" AND id IN (SELECT s.id FROM products s WHERE s.sku LIKE ").push_bind(pattern.clone());
        query.push(" ESCAPE '!' UNION SELECT n.id FROM products n WHERE n.name LIKE ").push_bind(pattern);
        query.push(" ESCAPE '!')");
    }
    if let Some(status) = wanted.status {
        query.push(" AND status = ").push_bind(status);
    }
    if let Some(category) = wanted.category_id {
        query.push(" AND category_id = ").push_bind(category);
    }
    if let Some(brand) = wanted.brand_id {
        query.push(" AND brand_id = ").push_bind(brand);
    }
}

/// Whether there is such a category; it stays until the transaction ends.
pub(crate) async fn lock_category(conn: &mut MySqlConnection, id: CategoryId) -> sqlx::Result<bool> {
    let found = sqlx::query("SELECT id FROM categories WHERE id = ? LOCK IN SHARE MODE").bind(id);
    Ok(found.fetch_optional(conn).await?.is_some())
}

/// Whether there is such a brand; it stays until the transaction ends.
pub(crate) async fn lock_brand(conn: &mut MySqlConnection, id: BrandId) -> sqlx::Result<bool> {
    let found = sqlx::query("SELECT id FROM brands WHERE id = ? LOCK IN SHARE MODE").bind(id);
    Ok(found.fetch_optional(conn).await?.is_some())
}

/// A product without stock.
pub(crate) async fn insert(
    conn: &mut MySqlConnection,
    draft: &Draft,
    slug: &Slug,
    now: DateTime<Utc>,
) -> sqlx::Result<ProductId> {
    let insert = sqlx::query(
        "INSERT INTO products (uuid, slug, sku, name, short_description, description, specification, base_price,
                               compare_price, category_id, brand_id, gst_rate, is_gst_inclusive, hsn_code,
                               track_inventory, low_stock_threshold, allow_backorders, product_type, weight_grams,
                               status, is_featured, is_trending, is_bestseller, is_on_sale, min_cart_quantity,
                               max_cart_quantity, is_returnable, return_period_days, meta_title, meta_description,
                               created_at, updated_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    );
    let insert = insert.bind(Uuid::now_v7().to_string()).bind(slug);
    let inserted = said(insert, draft).bind(now).bind(now).execute(conn).await?;
    ProductId::new(inserted.last_insert_id()).ok_or(sqlx::Error::RowNotFound)
}

pub(crate) async fn update(
    conn: &mut MySqlConnection,
    id: ProductId,
    (draft, slug): (&Draft, &Slug),
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let update = sqlx::query(
        "UPDATE products
         SET slug = ?, sku = ?, name = ?, short_description = ?, description = ?, specification = ?, base_price = ?,
             compare_price = ?, category_id = ?, brand_id = ?, gst_rate = ?, is_gst_inclusive = ?, hsn_code = ?,
             track_inventory = ?, low_stock_threshold = ?, allow_backorders = ?, product_type = ?, weight_grams = ?,
             status = ?, is_featured = ?, is_trending = ?, is_bestseller = ?, is_on_sale = ?, min_cart_quantity = ?,
             max_cart_quantity = ?, is_returnable = ?, return_period_days = ?, meta_title = ?, meta_description = ?,
             updated_at = ?, revision = revision + 1
         WHERE id = ?",
    );
    said(update.bind(slug), draft).bind(now).bind(id).execute(conn).await.map(drop)
}

type Query<'q> = sqlx::query::Query<'q, MySql, sqlx::mysql::MySqlArguments>;

/// What is said of a product, in the order of both statements.
fn said<'q>(query: Query<'q>, draft: &'q Draft) -> Query<'q> {
    query
        .bind(&draft.sku)
        .bind(&draft.name)
        .bind(&draft.short_description)
        .bind(&draft.description)
        .bind(&draft.specification)
        .bind(draft.base_price)
        .bind(draft.compare_price)
        .bind(draft.category_id)
        .bind(draft.brand_id)
        .bind(draft.gst_rate)
        .bind(draft.is_gst_inclusive)
        .bind(&draft.hsn_code)
        .bind(draft.track_inventory)
        .bind(draft.low_stock_threshold)
        .bind(draft.allow_backorders)
        .bind(draft.product_type)
        .bind(draft.weight_grams)
        .bind(draft.status)
        .bind(draft.is_featured)
        .bind(draft.is_trending)
        .bind(draft.is_bestseller)
        .bind(draft.is_on_sale)
        .bind(draft.min_cart_quantity)
        .bind(draft.max_cart_quantity)
        .bind(draft.is_returnable)
        .bind(draft.return_period_days)
        .bind(&draft.meta_title)
        .bind(&draft.meta_description)
}
