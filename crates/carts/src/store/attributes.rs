//! Reads what variations have.

use std::collections::HashMap;

use commerce::catalogue::Attribute;
use commerce::ids::VariationId;
use sqlx::{FromRow, MySqlConnection, QueryBuilder};

#[derive(FromRow)]
struct Row {
    variation_id: VariationId,
    slug: String,
    name: String,
    value: String,
}

/// What each of these variations has, in the shop's order.
pub async fn list(
    conn: &mut MySqlConnection,
    variations: &[VariationId],
) -> sqlx::Result<HashMap<VariationId, Vec<Attribute>>> {
    let mut found: HashMap<_, Vec<_>> = HashMap::new();
    if variations.is_empty() {
        return Ok(found);
    }
    let mut query = QueryBuilder::new(
        "SELECT h.variation_id, a.slug, a.name, w.value
         FROM variation_attributes h
         JOIN product_attributes a ON a.id = h.attribute_id
         JOIN product_attribute_values w ON w.id = h.attribute_value_id
         WHERE h.variation_id IN (NULL",
    );
    for variation in variations {
        query.push(", ").push_bind(*variation);
    }
    query.push(") ORDER BY a.sort_order, a.id");
    let rows: Vec<Row> = query.build_query_as().fetch_all(conn).await?;
    for Row { variation_id, slug, name, value } in rows {
        found.entry(variation_id).or_default().push(Attribute { slug, name, value });
    }
    Ok(found)
}
