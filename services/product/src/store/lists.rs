//! Reads which products a list of the shop window names, in its order.

use commerce::ids::{CategoryId, ProductId};
use sqlx::{MySqlConnection, QueryBuilder};

use super::SHOWN_CATEGORIES;
use crate::lists::Mark;

/// How many orders with a product are asked what else was in them, and how many neighbours of its category are weighed.
const WEIGHED: u32 = 500;

/// The newest products, of those that the shop has marked so.
pub(crate) async fn list_newest(
    conn: &mut MySqlConnection,
    mark: Option<Mark>,
    limit: u32,
) -> sqlx::Result<Vec<ProductId>> {
    let mut query = QueryBuilder::new(SHOWN_CATEGORIES);
    query.push(" SELECT STRAIGHT_JOIN p.id FROM products p JOIN shown s ON s.id = p.category_id");
    query.push(" WHERE p.status = 'active'").push(match mark {
        None => "",
        Some(Mark::Featured) => " AND p.is_featured = TRUE",
        Some(Mark::Trending) => " AND p.is_trending = TRUE",
        Some(Mark::Bestseller) => " AND p.is_bestseller = TRUE",
    });
    query.push(" ORDER BY p.created_at DESC, p.id DESC LIMIT ").push_bind(limit);
    query.build_query_scalar().fetch_all(conn).await
}

/// The category of a product that a shopper may see.
pub(crate) async fn find_category(conn: &mut MySqlConnection, product: ProductId) -> sqlx::Result<Option<CategoryId>> {
    let mut query = QueryBuilder::new(SHOWN_CATEGORIES);
    query.push(" SELECT p.category_id FROM products p JOIN shown s ON s.id = p.category_id");
    query.push(" WHERE p.status = 'active' AND p.id = ").push_bind(product);
    query.build_query_scalar().fetch_optional(conn).await
}

/// What was in most of the last confirmed orders that had `product` in them.
pub(crate) async fn list_bought_together(
    conn: &mut MySqlConnection,
    product: ProductId,
    limit: u32,
) -> sqlx::Result<Vec<ProductId>> {
    let mut query = QueryBuilder::new(SHOWN_CATEGORIES);
    query.push(" SELECT i.product_id FROM (SELECT DISTINCT last.order_id FROM (SELECT order_id FROM order_items");
    query.push(" WHERE product_id = ").push_bind(product).push(" ORDER BY id DESC LIMIT ").push_bind(WEIGHED);
    query.push(
        ") last) own
         JOIN orders o ON o.id = own.order_id AND o.status IN ('confirmed', 'processing', 'shipped', 'delivered')
         JOIN order_items i ON i.order_id = own.order_id
         JOIN products p ON p.id = i.product_id AND p.status = 'active'
         JOIN shown s ON s.id = p.category_id
         WHERE i.product_id <> ",
    );
    query.push_bind(product).push(" GROUP BY i.product_id ORDER BY COUNT(DISTINCT i.order_id) DESC, i.product_id");
    query.push(" LIMIT ").push_bind(limit);
    query.build_query_scalar().fetch_all(conn).await
}

/// Of the newest of a shown category those that sold best.
pub(crate) async fn list_neighbours(
    conn: &mut MySqlConnection,
    category: CategoryId,
    limit: u32,
) -> sqlx::Result<Vec<ProductId>> {
    sqlx::query_scalar(
        "SELECT n.id FROM (SELECT id FROM products WHERE category_id = ? AND status = 'active' ORDER BY id DESC LIMIT ?) n
         LEFT JOIN product_sales t ON t.product_id = n.id
         ORDER BY COALESCE(t.sold, 0) DESC, n.id DESC LIMIT ?",
    )
    .bind(category)
    .bind(WEIGHED)
    .bind(limit)
    .fetch_all(conn)
    .await
}
