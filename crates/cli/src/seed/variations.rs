//! What products are sold as: variations with their attributes and their stock.

use std::collections::HashMap;
use std::num::NonZeroU32;

use anyhow::Context;
use chrono::{DateTime, Utc};
use commerce::ids::ProductId;
use sqlx::MySqlConnection;

use super::catalogue::{Catalogue, VariationRow};
use super::store::variations as store;

/// The keys of attributes and of their values: by the slug of the one, and by that and the other.
#[derive(Debug, Default)]
pub(super) struct Values {
    attributes: HashMap<String, u64>,
    values: HashMap<(String, String), u64>,
}

/// Adds the attributes and values that the shop has not.
pub(super) async fn add_values(conn: &mut MySqlConnection, catalogue: &Catalogue) -> anyhow::Result<Values> {
    let mut known = Values::default();
    for attribute in &catalogue.attributes {
        known.attributes.insert(attribute.slug.clone(), store::find_or_insert_attribute(conn, attribute).await?);
    }
    for row in &catalogue.values {
        let attribute =
            *known.attributes.get(&row.attribute_slug).context("a value's attribute is in the catalogue")?;
        let id = store::find_or_insert_value(conn, attribute, row).await?;
        known.values.insert((row.attribute_slug.clone(), row.value.clone()), id);
    }
    Ok(known)
}

/// Adds the variations of a new product, in the shop's order, and opens their stock.
pub(super) async fn add(
    conn: &mut MySqlConnection,
    (product, rows): (ProductId, impl Iterator<Item = &VariationRow> + Send),
    known: &Values,
    now: DateTime<Utc>,
) -> anyhow::Result<()> {
    let rows: Vec<_> = (1_u32..).zip(rows).collect();
    for (place, row) in rows {
        let variation = store::insert(conn, product, (place, row), now).await?;
        for (attribute, value) in row.attributes() {
            let missing = || format!("{} has a {attribute} that is not in the catalogue: {value}", row.sku);
            let id = *known.attributes.get(attribute).with_context(missing)?;
            let value = *known.values.get(&(attribute.to_owned(), value.to_owned())).with_context(missing)?;
            store::insert_attribute(conn, variation, (id, value)).await?;
        }
        if let Some(stock) = NonZeroU32::new(row.stock) {
            inventory::open_variation(conn, (product, variation), stock, now).await?;
        }
    }
    Ok(())
}
