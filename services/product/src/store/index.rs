//! Reads what the search index is made of, and where it has to be made anew.

use commerce::ids::ProductId;
use shared::changes::Topic;
use sqlx::{MySqlConnection, QueryBuilder};

use super::among;
use crate::search::{Difference, Maker, Row, Shelf, Told, Trait};

const ROW: &str = "
    SELECT p.id, p.name, p.sku, p.short_description, p.description, p.category_id, p.brand_id, p.base_price,
           p.created_at, p.track_inventory, p.stock_status, p.is_featured, p.is_trending,
           p.is_bestseller, p.is_on_sale,
           CAST(p.view_count + COALESCE((SELECT v.views FROM product_views v WHERE v.product_id = p.id), 0) AS SIGNED)
               AS view_count,
           CAST(p.total_sold + COALESCE((SELECT t.sold FROM product_sales t WHERE t.product_id = p.id), 0) AS SIGNED)
               AS total_sold,
           CAST(COALESCE((SELECT r.score FROM product_ratings r WHERE r.product_id = p.id), 3500) AS UNSIGNED) AS rating_score
    FROM products p
    WHERE p.status = 'active'";

/// The next active products behind `after`, in the order of their ids.
pub(crate) async fn list_rows(conn: &mut MySqlConnection, after: u64, most: u32) -> sqlx::Result<Vec<Row>> {
    let mut query = QueryBuilder::new(ROW);
    query.push(" AND p.id > ").push_bind(after).push(" ORDER BY p.id LIMIT ").push_bind(most);
    query.build_query_as().fetch_all(conn).await
}

/// Those of these products that are active.
pub(crate) async fn list_rows_of(conn: &mut MySqlConnection, ids: &[ProductId]) -> sqlx::Result<Vec<Row>> {
    let mut query = QueryBuilder::new(ROW);
    among(&mut query, " AND p.id IN (", ids);
    query.build_query_as().persistent(false).fetch_all(conn).await
}

/// What the variations of these products that are sold have, in the order of the products.
pub(crate) async fn list_traits(conn: &mut MySqlConnection, ids: &[ProductId]) -> sqlx::Result<Vec<Trait>> {
    let mut query = QueryBuilder::new(
        "SELECT DISTINCT v.product_id, a.slug, w.value
         FROM product_variations v
         JOIN products p ON p.id = v.product_id AND p.product_type = 'variable'
         JOIN variation_attributes h ON h.variation_id = v.id
         JOIN product_attributes a ON a.id = h.attribute_id
         JOIN product_attribute_values w ON w.id = h.attribute_value_id
         WHERE v.is_active",
    );
    among(&mut query, " AND v.product_id IN (", ids);
    query.push(" ORDER BY v.product_id");
    query.build_query_as().persistent(false).fetch_all(conn).await
}

/// Every category, in the shop's order.
pub(crate) async fn list_shelves(conn: &mut MySqlConnection) -> sqlx::Result<Vec<Shelf>> {
    sqlx::query_as(
        "SELECT id, name, name_hindi, slug, parent_id, is_active FROM categories ORDER BY sort_order, name, id",
    )
    .fetch_all(conn)
    .await
}

/// Every brand that is in the shop, in its order.
pub(crate) async fn list_makers(conn: &mut MySqlConnection) -> sqlx::Result<Vec<Maker>> {
    sqlx::query_as("SELECT id, name, slug FROM brands WHERE is_active ORDER BY sort_order, name, id")
        .fetch_all(conn)
        .await
}

/// What variations differ in, in the shop's order.
pub(crate) async fn list_differences(conn: &mut MySqlConnection) -> sqlx::Result<Vec<Difference>> {
    sqlx::query_as("SELECT slug, name FROM product_attributes ORDER BY sort_order, id").fetch_all(conn).await
}

/// The youngest row of the change log; nothing while it is empty.
pub(crate) async fn find_last_change(conn: &mut MySqlConnection) -> sqlx::Result<Option<u64>> {
    sqlx::query_scalar("SELECT MAX(id) FROM change_log").fetch_one(conn).await
}

/// What the change log tells of the catalogue behind `after`.
pub(crate) async fn list_changes(conn: &mut MySqlConnection, after: u64) -> sqlx::Result<Vec<Told>> {
    sqlx::query_as("SELECT id, subject FROM change_log WHERE id > ? AND topic = ? ORDER BY id")
        .bind(after)
        .bind(Topic::CatalogueChanged)
        .fetch_all(conn)
        .await
}
