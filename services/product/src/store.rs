//! The SQL of the catalogue: free functions over a connection.

pub(crate) mod admin_brands;
pub(crate) mod admin_categories;
pub(crate) mod attributes;
pub(crate) mod brands;
pub(crate) mod categories;
pub(crate) mod drafts;
pub(crate) mod images;
pub(crate) mod index;
pub(crate) mod lists;
pub(crate) mod movements;
pub(crate) mod products;
pub(crate) mod reviews;
pub(crate) mod sales;
pub(crate) mod slugs;
pub(crate) mod stock;
pub(crate) mod transfer;
pub(crate) mod variants;
pub(crate) mod variations;
pub(crate) mod views;

use sqlx::{MySql, QueryBuilder};

/// The categories that a shopper sees: active, like every one around them. Every select that shows or counts products
/// begins with it, so that a list, a count and a page never disagree.
const SHOWN_CATEGORIES: &str = "
    WITH RECURSIVE shown (id) AS (
        SELECT id FROM categories WHERE parent_id IS NULL AND is_active
        UNION ALL
        SELECT c.id FROM categories c JOIN shown s ON c.parent_id = s.id WHERE c.is_active
    )";

/// `… IN (1, 2, 3)`; an empty list is `IN (NULL)`, which holds for nothing.
fn among<T>(query: &mut QueryBuilder<MySql>, column: &'static str, ids: &[T])
where
    T: Clone + for<'q> sqlx::Encode<'q, MySql> + sqlx::Type<MySql>,
{
    let mut list = query.push(column).separated(", ");
    for id in ids {
        list.push_bind(id.clone());
    }
    if ids.is_empty() {
        list.push("NULL");
    }
    query.push(")");
}
