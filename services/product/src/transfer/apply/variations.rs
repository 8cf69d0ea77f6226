//! The rows of variations, by the rules of the administration.

use chrono::{DateTime, Utc};
use commerce::catalogue::ProductType;
use commerce::ids::AttributeValueId;
use serde_json::{Map, Value, json};
use shared::web::{Error, FieldError, Result, read_json};
use sqlx::MySqlConnection;

use super::super::columns::{Cells, OF_VARIATIONS, PARENT_SKU, SKU};
use super::super::fields::of_variation;
use super::super::record::attributes_of;
use super::products::expect_as_it_was_read;
use super::{Known, Outcome, Written, text};
use crate::administration::products::AdminProduct;
use crate::administration::variations::{self, AdminVariation, VariationForm};
use crate::store;

const ATTRIBUTES: &str = "attributes";
const VALUES: &str = "attribute_value_ids";

/// Adds the variation to its product, or changes it into what the row says. The price of the product follows.
pub(super) async fn write(
    conn: &mut MySqlConnection,
    known: &mut Known,
    cells: &Cells,
    now: DateTime<Utc>,
) -> Result<Outcome> {
    expect_nothing_else(cells)?;
    let product = product(&mut *conn, known, cells).await?;
    let siblings = store::variants::list(&mut *conn, product.id).await?;
    let stored = stored(known, (cells, &product), &siblings)?;
    let said = said(&mut *conn, cells).await?;
    let Some(before) = stored else {
        let after = variations::add(conn, (&product, &siblings), &form(&said)?, now).await?;
        return Ok(Outcome::Created(written(known, cells, (None, &after))));
    };
    let (as_it_is, form) = forms(before, said)?;
    if form == as_it_is {
        return Ok(Outcome::Unchanged);
    }
    let revision = store::transfer::variations::find_revision(&mut *conn, before.id).await?;
    expect_as_it_was_read(cells, revision.unwrap_or_default())?;
    let after = variations::alter(conn, (&product, &siblings), (before.id, &form), now).await?;
    Ok(Outcome::Updated(written(known, cells, (Some(before), &after))))
}

/// What a variation has not is its product's.
fn expect_nothing_else(cells: &Cells) -> Result<()> {
    let others = cells.iter().filter(|(column, cell)| !OF_VARIATIONS.contains(column) && !cell.trim().is_empty());
    let faults: Vec<_> =
        others.map(|(column, _)| FieldError::new(*column, "belongs into the row of the product")).collect();
    if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
}

async fn product(conn: &mut MySqlConnection, known: &Known, cells: &Cells) -> Result<AdminProduct> {
    let no_product = || Error::invalid(PARENT_SKU, "must be the SKU of a product that is sold by variation");
    let id = known.product(text(cells, PARENT_SKU)).ok_or_else(no_product)?;
    let product = store::drafts::lock(conn, id).await?;
    product.filter(|product| product.draft.product_type == ProductType::Variable).ok_or_else(no_product)
}

/// The variation that is there under the row's key.
fn stored<'a>(
    known: &Known,
    (cells, product): (&Cells, &AdminProduct),
    siblings: &'a [AdminVariation],
) -> Result<Option<&'a AdminVariation>> {
    let Some(row) = known.variation(text(cells, SKU)) else { return Ok(None) };
    if row.product_id != product.id {
        let message = format!("must be {}: a variation stays with its product", row.parent_sku);
        return Err(Error::invalid(PARENT_SKU, message));
    }
    Ok(siblings.iter().find(|sibling| sibling.id == row.id))
}

/// What the row says, as a body of the administration would.
async fn said(conn: &mut MySqlConnection, cells: &Cells) -> Result<Map<String, Value>> {
    let mut body = of_variation(cells).map_err(Error::Invalid)?;
    let cell = text(cells, ATTRIBUTES);
    if !cell.is_empty() {
        body.insert(VALUES.to_owned(), json!(values(conn, cell).await?));
    }
    Ok(body)
}

async fn values(conn: &mut MySqlConnection, cell: &str) -> Result<Vec<AttributeValueId>> {
    let wrong = || Error::invalid(ATTRIBUTES, "must be such as size=XL|colour=Indigo");
    let mut values = Vec::new();
    for (attribute, value) in attributes_of(cell).ok_or_else(wrong)? {
        let found = store::transfer::variations::find_value(&mut *conn, (&attribute, &value)).await?;
        let missing = || Error::invalid(ATTRIBUTES, format!("{attribute} has no value {value}"));
        values.push(found.ok_or_else(missing)?);
    }
    values.sort_unstable();
    Ok(values)
}

/// The variation as it is, and with what is said of it; its stock is not for a file to change.
fn forms(stored: &AdminVariation, said: Map<String, Value>) -> Result<(VariationForm, VariationForm)> {
    let whole = serde_json::to_value(stored).map_err(|error| Error::Internal(error.into()))?;
    let Value::Object(mut whole) = whole else {
        return Err(Error::Internal(anyhow::anyhow!("a variation is an object")));
    };
    let mut values: Vec<_> = stored.attributes.iter().map(|has| has.value_id).collect();
    values.sort_unstable();
    whole.insert(VALUES.to_owned(), json!(values));
    let as_it_is = form(&whole)?;
    whole.extend(said.into_iter().filter(|(field, _)| field != "stock_quantity"));
    Ok((as_it_is, form(&whole)?))
}

fn form(body: &Map<String, Value>) -> Result<VariationForm> {
    read_json(&serde_json::to_vec(body).map_err(|error| Error::Internal(error.into()))?)
}

/// What the audit log is told; what was known of the two rows holds no longer.
fn written(known: &mut Known, cells: &Cells, (before, after): (Option<&AdminVariation>, &AdminVariation)) -> Written {
    known.touch(text(cells, SKU));
    known.touch(text(cells, PARENT_SKU));
    Written { name: format!("variation:{}", after.id), before: json!(before), after: json!(after) }
}
