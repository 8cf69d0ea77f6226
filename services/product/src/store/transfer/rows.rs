//! Reads products and variations as rows of a file.

use commerce::ids::{BrandId, CategoryId, ProductId};
use sqlx::{MySqlConnection, QueryBuilder};

use crate::store::among;
use crate::transfer::{Extract, Having, ProductRow, VariationRow};

/// Amounts come as text: a file holds what the database holds, digit by digit. Products lead: whoever begins with the few
/// categories reads and sorts all products for a page of them.
const PRODUCT: &str = "
    SELECT STRAIGHT_JOIN p.id, p.sku, p.name, p.slug, p.product_type, p.status, c.slug AS category_slug, b.slug AS brand_slug,
           CAST(p.base_price AS CHAR) AS base_price, CAST(p.compare_price AS CHAR) AS compare_price,
           CAST(p.gst_rate AS CHAR) AS gst_rate, p.is_gst_inclusive, p.hsn_code,
           CAST(p.weight_grams AS CHAR) AS weight_grams, p.track_inventory, p.stock_quantity, p.low_stock_threshold,
           p.min_cart_quantity, p.max_cart_quantity, p.allow_backorders, p.is_returnable, p.return_period_days,
           p.is_featured, p.is_trending, p.is_bestseller, p.is_on_sale, p.short_description, p.description,
           CAST(p.specification AS CHAR) AS specification, p.meta_title, p.meta_description, p.main_image_url,
           CAST(p.image_gallery AS CHAR) AS image_gallery, p.revision
    FROM products p
    JOIN categories c ON c.id = p.category_id
    LEFT JOIN brands b ON b.id = p.brand_id";

const VARIATION: &str = "
    SELECT v.id, v.product_id, p.sku AS parent_sku, v.sku, CAST(v.price AS CHAR) AS price,
           CAST(v.compare_price AS CHAR) AS compare_price, CAST(v.weight_grams AS CHAR) AS weight_grams,
           v.stock_quantity, v.low_stock_threshold, v.is_default, v.is_active, v.sort_order, v.image_url, v.revision
    FROM product_variations v
    JOIN products p ON p.id = v.product_id";

/// The next products behind `after` that are to be extracted, in the order of their ids.
pub(crate) async fn list_products(
    conn: &mut MySqlConnection,
    wanted: Extract,
    after: u64,
    most: u32,
) -> sqlx::Result<Vec<ProductRow>> {
    let mut query = QueryBuilder::new(PRODUCT);
    query.push(" WHERE p.id > ").push_bind(after);
    if let Some(status) = wanted.status {
        query.push(" AND p.status = ").push_bind(status.as_str());
    }
    query.push(" ORDER BY p.id LIMIT ").push_bind(most);
    query.build_query_as().fetch_all(conn).await
}

/// The products with these keys.
pub(crate) async fn list_products_by_sku(conn: &mut MySqlConnection, skus: &[&str]) -> sqlx::Result<Vec<ProductRow>> {
    if skus.is_empty() {
        return Ok(Vec::new());
    }
    let mut query = QueryBuilder::new(PRODUCT);
    push_texts(&mut query, " WHERE p.sku IN (", skus);
    query.build_query_as().persistent(false).fetch_all(conn).await
}

/// The variations of these products, in the shop's order.
pub(crate) async fn list_variations(
    conn: &mut MySqlConnection,
    products: &[ProductId],
) -> sqlx::Result<Vec<VariationRow>> {
    if products.is_empty() {
        return Ok(Vec::new());
    }
    let mut query = QueryBuilder::new(VARIATION);
    among(&mut query, " WHERE v.product_id IN (", products);
    query.push(" ORDER BY v.product_id, v.sort_order, v.id");
    query.build_query_as().persistent(false).fetch_all(conn).await
}

/// The variations with these keys.
pub(crate) async fn list_variations_by_sku(
    conn: &mut MySqlConnection,
    skus: &[&str],
) -> sqlx::Result<Vec<VariationRow>> {
    if skus.is_empty() {
        return Ok(Vec::new());
    }
    let mut query = QueryBuilder::new(VARIATION);
    push_texts(&mut query, " WHERE v.sku IN (", skus);
    query.build_query_as().persistent(false).fetch_all(conn).await
}

/// What the variations of these products have, in the shop's order.
pub(crate) async fn list_attributes(conn: &mut MySqlConnection, products: &[ProductId]) -> sqlx::Result<Vec<Having>> {
    if products.is_empty() {
        return Ok(Vec::new());
    }
    let mut query = QueryBuilder::new(
        "SELECT h.variation_id, a.slug, w.value
         FROM variation_attributes h
         JOIN product_variations v ON v.id = h.variation_id
         JOIN product_attributes a ON a.id = h.attribute_id
         JOIN product_attribute_values w ON w.id = h.attribute_value_id",
    );
    among(&mut query, " WHERE v.product_id IN (", products);
    query.push(" ORDER BY h.variation_id, a.sort_order, a.id");
    query.build_query_as().persistent(false).fetch_all(conn).await
}

fn push_texts(query: &mut QueryBuilder<sqlx::MySql>, column: &'static str, texts: &[&str]) {
    let mut list = query.push(column).separated(", ");
    for text in texts {
        list.push_bind((*text).to_owned());
    }
    query.push(")");
}

/// The categories with these slugs.
pub(crate) async fn list_categories(
    conn: &mut MySqlConnection,
    slugs: &[&str],
) -> sqlx::Result<Vec<(String, CategoryId)>> {
    if slugs.is_empty() {
        return Ok(Vec::new());
    }
    let mut query = QueryBuilder::new("SELECT slug, id FROM categories");
    push_texts(&mut query, " WHERE slug IN (", slugs);
    query.build_query_as().persistent(false).fetch_all(conn).await
}

/// The brands with these slugs.
pub(crate) async fn list_brands(conn: &mut MySqlConnection, slugs: &[&str]) -> sqlx::Result<Vec<(String, BrandId)>> {
    if slugs.is_empty() {
        return Ok(Vec::new());
    }
    let mut query = QueryBuilder::new("SELECT slug, id FROM brands");
    push_texts(&mut query, " WHERE slug IN (", slugs);
    query.build_query_as().persistent(false).fetch_all(conn).await
}

/// Where the pictures of a product are that has just been added.
pub(crate) async fn update_pictures(
    conn: &mut MySqlConnection,
    id: ProductId,
    main: Option<&str>,
    gallery: Option<&str>,
) -> sqlx::Result<()> {
    sqlx::query("UPDATE products SET main_image_url = ?, image_gallery = ? WHERE id = ?")
        .bind(main)
        .bind(gallery)
        .bind(id)
        .execute(conn)
        .await
        .map(drop)
}
