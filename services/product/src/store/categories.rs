//! Reads the category tree.

use commerce::ids::CategoryId;
use sqlx::{MySqlConnection, QueryBuilder};

use super::SHOWN_CATEGORIES;
use crate::categories::Category;

/// Every category that a shopper sees, roots first and then in the shop's order, with its own active products counted.
pub(crate) async fn list_all(conn: &mut MySqlConnection) -> sqlx::Result<Vec<Category>> {
    let mut query = QueryBuilder::new(SHOWN_CATEGORIES);
    query.push(
        " SELECT c.id, c.uuid, c.name, c.name_hindi, c.slug, c.description, c.parent_id, c.image_url,
                 COUNT(p.id) AS product_count
          FROM categories c
          JOIN shown s ON s.id = c.id
          LEFT JOIN products p ON p.category_id = c.id AND p.status = 'active'
          GROUP BY c.id, c.uuid, c.name, c.name_hindi, c.slug, c.description, c.parent_id, c.image_url, c.sort_order
          ORDER BY c.parent_id IS NOT NULL, c.sort_order, c.name, c.id",
    );
    query.build_query_as().fetch_all(conn).await
}

/// Like [`list_below`], of the category with this slug.
pub(crate) async fn list_below_slug(conn: &mut MySqlConnection, slug: &str) -> sqlx::Result<Vec<CategoryId>> {
    sqlx::query_scalar(
        "WITH RECURSIVE below (id) AS (
             SELECT id FROM categories WHERE slug = ?
             UNION
             SELECT c.id FROM categories c JOIN below b ON c.parent_id = b.id
         )
         SELECT id FROM below",
    )
    .bind(slug)
    .fetch_all(conn)
    .await
}

/// The category itself and every one below it, shown or not; none if it does not exist.
pub(crate) async fn list_below(conn: &mut MySqlConnection, root: CategoryId) -> sqlx::Result<Vec<CategoryId>> {
    sqlx::query_scalar(
        "WITH RECURSIVE below (id) AS (
             SELECT id FROM categories WHERE id = ?
             UNION
             SELECT c.id FROM categories c JOIN below b ON c.parent_id = b.id
         )
         SELECT id FROM below",
    )
    .bind(root)
    .fetch_all(conn)
    .await
}
