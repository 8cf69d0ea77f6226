//! The rows of variations, by the rules of the administration.

use std::collections::BTreeMap;
use std::num::NonZeroU32;

use chrono::{DateTime, Utc};
use commerce::catalogue::ProductType;
use commerce::ids::{ProductId, VariationId};
use kernel::{Paise, Patch};
use serde::Serialize;
use serde_json::{Value, json};
use shared::web::{Error, FieldError, Result, read_json};
use sqlx::{FromRow, MySqlConnection};
use validator::Validate;

use super::super::columns::{Cells, OF_VARIATIONS, PARENT_SKU, SKU};
use super::super::fields::of_variation;
use super::super::record::attributes_of;
use super::products::expect_as_it_was_read;
use super::{Known, Outcome, Written, text};
use crate::administration::products::{self, AdminProduct, Prices, Status};
use crate::administration::texts::{Count, Grams, PictureAddress, Sku};
use crate::store;
use crate::store::transfer::{rows, variations};

const ATTRIBUTES: &str = "attributes";

/// What a row says of a variation, but for what it has.
#[derive(Clone, Debug, Default, eserde::Deserialize, Validate)]
struct Form {
    #[serde(default)]
    sku: Patch<Sku>,
    #[serde(default)]
    price: Patch<Paise>,
    #[serde(default)]
    compare_price: Patch<Paise>,
    #[serde(default)]
    weight_grams: Patch<Grams>,
    #[serde(default)]
    low_stock_threshold: Patch<Count>,
    #[serde(default)]
    is_default: Patch<bool>,
    #[serde(default)]
    is_active: Patch<bool>,
    #[serde(default)]
    sort_order: Patch<Count>,
    #[serde(default)]
    image_url: Patch<PictureAddress>,
}

/// A variation, but for what it has and its stock.
#[derive(Clone, Debug, PartialEq, Serialize, FromRow)]
pub(crate) struct Offer {
    pub(crate) sku: Sku,
    pub(crate) price: Paise,
    pub(crate) compare_price: Option<Paise>,
    pub(crate) weight_grams: Option<Grams>,
    pub(crate) low_stock_threshold: Count,
    pub(crate) is_default: bool,
    pub(crate) is_active: bool,
    pub(crate) sort_order: Count,
    pub(crate) image_url: Option<PictureAddress>,
}

/// A variation as it is stored: how often it changed, and what it has, by attribute.
struct Stored {
    id: VariationId,
    revision: u64,
    offer: Offer,
    has: BTreeMap<String, String>,
}

/// Adds the variation to its product, or changes it into what the row says. The price of the product follows.
pub(super) async fn write(
    conn: &mut MySqlConnection,
    known: &mut Known,
    cells: &Cells,
    now: DateTime<Utc>,
) -> Result<Outcome> {
    expect_nothing_else(cells)?;
    let product = product(&mut *conn, known, cells).await?;
    let siblings = siblings(&mut *conn, product.id).await?;
    let stored = stored(&mut *conn, known, (cells, &product), &siblings).await?;
    let form: Form = {
        let body = of_variation(cells).map_err(Error::Invalid)?;
        read_json(&serde_json::to_vec(&Value::Object(body)).map_err(|error| Error::Internal(error.into()))?)?
    };
    let offer = form.onto(stored.as_ref().map(|stored| &stored.offer))?;
    let has = wanted(cells, stored.as_ref())?;
    expect_sound(&product, &offer, (&has, stored.as_ref()), &siblings)?;
    let written = match &stored {
        Some(stored) if stored.offer == offer && stored.has == has => return Ok(Outcome::Unchanged),
        Some(stored) => {
            expect_as_it_was_read(cells, stored.revision)?;
            change(&mut *conn, &product, stored, (&offer, &has), now).await?
        }
        None => add(&mut *conn, &product, (cells, &offer), &has, now).await?,
    };
    follow(conn, &product, now).await?;
    known.touch(text(cells, SKU));
    known.touch(text(cells, PARENT_SKU));
    Ok(if stored.is_some() { Outcome::Updated(written) } else { Outcome::Created(written) })
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

/// What each variation of a product has.
async fn siblings(
    conn: &mut MySqlConnection,
    product: ProductId,
) -> Result<BTreeMap<VariationId, BTreeMap<String, String>>> {
    let mut siblings: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
    for having in rows::list_attributes(conn, &[product]).await? {
        siblings.entry(having.variation_id).or_default().insert(having.slug, having.value);
    }
    Ok(siblings)
}

async fn stored(
    conn: &mut MySqlConnection,
    known: &Known,
    (cells, product): (&Cells, &AdminProduct),
    siblings: &BTreeMap<VariationId, BTreeMap<String, String>>,
) -> Result<Option<Stored>> {
    let Some(row) = known.variation(text(cells, SKU)) else { return Ok(None) };
    if row.product_id != product.id {
        return Err(Error::invalid(
            PARENT_SKU,
            format!("must be {}: a variation stays with its product", row.parent_sku),
        ));
    }
    let offer = variations::find(&mut *conn, row.id).await?;
    let revision = variations::find_revision(conn, row.id).await?.unwrap_or_default();
    let has = siblings.get(&row.id).cloned().unwrap_or_default();
    Ok(offer.map(|offer| Stored { id: row.id, revision, offer, has }))
}

impl Form {
    fn onto(&self, old: Option<&Offer>) -> Result<Offer> {
        let Self { sku, price, .. } = self;
        let required = |field| Error::invalid(field, "is required");
        let usual = Count::new(5).zip(Count::new(0));
        let (low, first) = usual.ok_or_else(|| Error::Internal(anyhow::anyhow!("small numbers are counts")))?;
        Ok(Offer {
            sku: sku.apply(old.map(|old| old.sku.clone())).ok_or_else(|| required(SKU))?,
            price: price.apply(old.map(|old| old.price)).ok_or_else(|| required("price"))?,
            compare_price: self.compare_price.apply(old.and_then(|old| old.compare_price)),
            weight_grams: self.weight_grams.apply(old.and_then(|old| old.weight_grams)),
            low_stock_threshold: self.low_stock_threshold.apply(old.map(|old| old.low_stock_threshold)).unwrap_or(low),
            is_default: self.is_default.apply(old.map(|old| old.is_default)).unwrap_or(false),
            is_active: self.is_active.apply(old.map(|old| old.is_active)).unwrap_or(true),
            sort_order: self.sort_order.apply(old.map(|old| old.sort_order)).unwrap_or(first),
            image_url: self.image_url.apply(old.and_then(|old| old.image_url.clone())),
        })
    }
}

/// What the variation is to have.
fn wanted(cells: &Cells, stored: Option<&Stored>) -> Result<BTreeMap<String, String>> {
    let wrong = |message: &str| Error::invalid(ATTRIBUTES, message);
    let cell = match (text(cells, ATTRIBUTES), stored) {
        ("", Some(stored)) => return Ok(stored.has.clone()),
        ("", None) => return Err(wrong("is required")),
        (cell, _) => cell,
    };
    let pairs = attributes_of(cell).ok_or_else(|| wrong("must be such as size=XL|colour=Indigo"))?;
    let count = pairs.len();
    let has: BTreeMap<_, _> = pairs.into_iter().collect();
    if has.len() == count { Ok(has) } else { Err(wrong("must name each attribute once")) }
}

fn expect_sound(
    product: &AdminProduct,
    offer: &Offer,
    (has, stored): (&BTreeMap<String, String>, Option<&Stored>),
    siblings: &BTreeMap<VariationId, BTreeMap<String, String>>,
) -> Result<()> {
    let prices = Prices { price: offer.price, compare_price: offer.compare_price };
    let mut faults = prices.faults(product.draft.taxed(), "price");
    if offer.is_active && product.draft.status == Status::Active {
        faults.extend(prices.unsellable(product.draft.taxed(), "price"));
    }
    let others = || siblings.iter().filter(|(id, _)| stored.is_none_or(|stored| stored.id != **id)).map(|(_, has)| has);
    if others().any(|other| !other.keys().eq(has.keys())) {
        faults.push(FieldError::new(ATTRIBUTES, "must be of the attributes that the product's other variations have"));
    }
    if others().any(|other| other == has) {
        faults.push(FieldError::new(ATTRIBUTES, "is what another variation of the product has"));
    }
    if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
}

async fn add(
    conn: &mut MySqlConnection,
    product: &AdminProduct,
    (cells, offer): (&Cells, &Offer),
    has: &BTreeMap<String, String>,
    now: DateTime<Utc>,
) -> Result<Written> {
    expect_free(&mut *conn, &offer.sku).await?;
    if offer.is_default {
        variations::update_no_default(&mut *conn, product.id, now).await?;
    }
    let id = variations::insert(&mut *conn, product.id, offer, now).await?;
    give(&mut *conn, id, has).await?;
    if let Some(stock) = first_stock(cells)? {
        inventory::open_variation(conn, (product.id, id), stock, now).await?;
    }
    Ok(Written { name: format!("variation:{id}"), before: Value::Null, after: json!({ "offer": offer, "has": has }) })
}

async fn change(
    conn: &mut MySqlConnection,
    product: &AdminProduct,
    stored: &Stored,
    (offer, has): (&Offer, &BTreeMap<String, String>),
    now: DateTime<Utc>,
) -> Result<Written> {
    if offer.is_default && !stored.offer.is_default {
        variations::update_no_default(&mut *conn, product.id, now).await?;
    }
    variations::update(&mut *conn, stored.id, offer, now).await?;
    if *has != stored.has {
        variations::delete_attributes(&mut *conn, stored.id).await?;
        give(conn, stored.id, has).await?;
    }
    Ok(Written {
        name: format!("variation:{}", stored.id),
        before: json!({ "offer": stored.offer, "has": stored.has }),
        after: json!({ "offer": offer, "has": has }),
    })
}

async fn give(conn: &mut MySqlConnection, variation: VariationId, has: &BTreeMap<String, String>) -> Result<()> {
    for (attribute, value) in has {
        if !variations::insert_attribute(&mut *conn, variation, (attribute, value)).await? {
            return Err(Error::invalid(ATTRIBUTES, format!("{attribute} has no value {value}")));
        }
    }
    Ok(())
}

async fn expect_free(conn: &mut MySqlConnection, sku: &Sku) -> Result<()> {
    match variations::find_by_sku(conn, sku).await? {
        Some(_) => Err(Error::invalid(SKU, "another variation is called so")),
        None => Ok(()),
    }
}

fn first_stock(cells: &Cells) -> Result<Option<NonZeroU32>> {
    let cell = text(cells, "stock_quantity");
    if cell.is_empty() {
        return Ok(None);
    }
    let stock = cell.parse().ok().and_then(|number: i64| Count::try_from(number).ok());
    let stock = stock.ok_or_else(|| Error::invalid("stock_quantity", "must be a whole number from 0 to 1000000"))?;
    Ok(u32::try_from(stock.get()).ok().and_then(NonZeroU32::new))
}

/// The product costs what its cheapest variation costs; whoever reads it anew reads another revision.
async fn follow(conn: &mut MySqlConnection, product: &AdminProduct, now: DateTime<Utc>) -> Result<()> {
    products::alter(&mut *conn, product, (product.draft.clone(), None), now).await?;
    let after = products::find(&mut *conn, product.id).await?;
    if after.revision == product.revision {
        variations::update_product_revision(&mut *conn, product.id, now).await?;
        products::tell(conn, product.id).await?;
    }
    Ok(())
}
