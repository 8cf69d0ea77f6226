//! The SQL of the catalogue: free functions over a connection.

pub(crate) mod brands;
pub(crate) mod categories;
pub(crate) mod products;

/// The categories that a shopper sees: active, like every one around them. Every select that shows or counts products
/// begins with it, so that a list, a count and a page never disagree.
const SHOWN_CATEGORIES: &str = "
    WITH RECURSIVE shown (id) AS (
        SELECT id FROM categories WHERE parent_id IS NULL AND is_active
        UNION ALL
        SELECT c.id FROM categories c JOIN shown s ON c.parent_id = s.id WHERE c.is_active
    )";
