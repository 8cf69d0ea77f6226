//! What the bench of the catalogue can ask for.

use sqlx::{Executor, MySqlConnection, QueryBuilder};

/// The keys of all products that are sold.
pub(crate) async fn list_products(conn: &mut MySqlConnection) -> sqlx::Result<Vec<u64>> {
    sqlx::query_scalar("SELECT id FROM products WHERE status = 'active' ORDER BY id").fetch_all(conn).await
}

/// The names of these products.
pub(crate) async fn list_names(conn: &mut MySqlConnection, ids: &[u64]) -> sqlx::Result<Vec<String>> {
    let mut query = QueryBuilder::new("SELECT name FROM products WHERE id IN (NULL");
    for id in ids {
        query.push(", ").push_bind(*id);
    }
    query.push(") ORDER BY id").build_query_scalar().persistent(false).fetch_all(conn).await
}

/// The keys of the categories that products are in.
pub(crate) async fn list_categories(conn: &mut MySqlConnection) -> sqlx::Result<Vec<u64>> {
    sqlx::query_scalar("SELECT id FROM categories WHERE is_active AND parent_id IS NOT NULL ORDER BY id")
        .fetch_all(conn)
        .await
}

/// The keys of the brands.
pub(crate) async fn list_brands(conn: &mut MySqlConnection) -> sqlx::Result<Vec<u64>> {
    sqlx::query_scalar("SELECT id FROM brands WHERE is_active ORDER BY id").fetch_all(conn).await
}

/// Lets the planner know how many there are.
pub(crate) async fn update_statistics(conn: &mut MySqlConnection) -> sqlx::Result<()> {
    conn.execute("ANALYZE TABLE products, categories, brands, stock_movements").await.map(drop)
}
