//! Reads what rows of a file say of variations by other names than the administration.

use commerce::ids::{AttributeValueId, VariationId};
use sqlx::MySqlConnection;

/// How often it has changed.
pub(crate) async fn find_revision(conn: &mut MySqlConnection, id: VariationId) -> sqlx::Result<Option<u64>> {
    sqlx::query_scalar("SELECT revision FROM product_variations WHERE id = ?").bind(id).fetch_optional(conn).await
}

/// The value that is called so of the attribute with this slug.
pub(crate) async fn find_value(
    conn: &mut MySqlConnection,
    (attribute, value): (&str, &str),
) -> sqlx::Result<Option<AttributeValueId>> {
    sqlx::query_scalar(
        "SELECT w.id FROM product_attribute_values w JOIN product_attributes a ON a.id = w.attribute_id
         WHERE a.slug = ? AND w.value = ?",
    )
    .bind(attribute)
    .bind(value)
    .fetch_optional(conn)
    .await
}
