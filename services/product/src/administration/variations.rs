//! What a product is sold as: each with prices, a SKU and a combination of its own.
//!
//! A variation changes with its product: `If-Match` names the product's revision, which grows with every change of one.

mod form;

pub use form::VariationForm;

use chrono::{DateTime, Utc};
use commerce::catalogue::{ProductType, StockStatus};
use commerce::ids::{AttributeId, AttributeValueId, ProductId, VariationId};
use kernel::Paise;
use serde::Serialize;
use shared::audit::{By, Subject};
use shared::database::Failure;
use shared::identity::ManageProducts;
use shared::web::{Error, Result};
use sqlx::{FromRow, MySqlConnection};
use utoipa::ToSchema;

use super::products::{self, AdminProduct, Prices, Status, Target};
use super::texts::{Count, Grams, PictureAddress, Sku};
use super::{Act, Desk};
use crate::store;

/// So many variations has a product at most.
const MOST: usize = 200;
const VALUES: &str = "attribute_value_ids";
const NO_SUCH_PRODUCT: Error = Error::NotFound("product");
const NO_SUCH_VARIATION: Error = Error::NotFound("variation");
const NOT_VARIABLE: Error = Error::Impossible {
    code: "INVALID_STATE",
    message: "the product is not sold by variation: change its product_type first",
};
const TOO_MANY: Error = Error::Impossible { code: "INVALID_STATE", message: "a product has at most 200 variations" };
const SKU_TAKEN: Error = Error::Conflict { code: "CONFLICT", message: "sku: another variation is called so" };
const COMBINATION_TAKEN: Error =
    Error::Conflict { code: "CONFLICT", message: "attribute_value_ids: another variation of the product has them" };

/// A variation as the staff sees it.
#[derive(Clone, Debug, Serialize, FromRow, ToSchema)]
pub struct AdminVariation {
    /// Its key.
    pub id: VariationId,
    /// Of which product.
    pub product_id: ProductId,
    /// What the warehouse calls it; no other variation is called so.
    #[schema(value_type = String, example = "KURTA-M")]
    pub sku: Sku,
    /// The listed price.
    pub price: Paise,
    /// The maximum retail price printed on it.
    pub compare_price: Option<Paise>,
    /// How many can be sold now.
    pub stock_quantity: i32,
    /// What to tell about its stock.
    pub stock_status: StockStatus,
    /// With so many left, or fewer, little is left.
    #[schema(value_type = u32)]
    pub low_stock_threshold: Count,
    /// What it weighs.
    #[schema(value_type = Option<f64>)]
    pub weight_grams: Option<Grams>,
    /// Its picture; the product's when absent.
    #[schema(value_type = Option<String>)]
    pub image_url: Option<PictureAddress>,
    /// Whether it is the one to begin with.
    pub is_default: bool,
    /// Its place among the others.
    #[schema(value_type = u32)]
    pub sort_order: Count,
    /// Whether it is sold.
    pub is_active: bool,
    /// What it has.
    #[sqlx(skip)]
    pub attributes: Vec<Has>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// The revision of its product: what `If-Match` names.
    pub revision: u64,
}

/// A value that a variation has of an attribute.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, FromRow, ToSchema)]
pub struct Has {
    /// Of which variation.
    #[serde(skip)]
    pub(crate) variation_id: VariationId,
    /// Of what.
    pub attribute_id: AttributeId,
    /// Which one.
    pub value_id: AttributeValueId,
    /// What they differ in, for people.
    #[schema(example = "Size")]
    pub name: String,
    /// What this one has of it.
    #[schema(example = "M")]
    pub value: String,
}

/// A value with its attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, FromRow)]
pub(crate) struct Chosen {
    pub(crate) attribute_id: AttributeId,
    pub(crate) value_id: AttributeValueId,
}

/// What a product is sold as.
#[derive(Debug, Serialize, ToSchema)]
pub struct Offers {
    /// All of it, what is not sold any more too, in the shop's order.
    pub variations: Vec<AdminVariation>,
    /// The revision of the product: what `If-Match` names.
    pub revision: u64,
}

/// Which variation is changed, of a product as whoever changes it has read it.
#[derive(Clone, Copy, Debug)]
pub struct VariationTarget {
    /// The product.
    pub product: Target,
    /// The variation.
    pub id: VariationId,
}

/// All variations of a product.
pub async fn list(conn: &mut MySqlConnection, product: ProductId) -> Result<Offers> {
    let found = store::drafts::find(conn, product).await?.ok_or(NO_SUCH_PRODUCT)?;
    Ok(Offers { variations: store::variants::list(conn, product).await?, revision: found.revision })
}

/// One variation of a product.
pub async fn find(conn: &mut MySqlConnection, product: ProductId, id: VariationId) -> Result<AdminVariation> {
    let variations = store::variants::list(conn, product).await?;
    variations.into_iter().find(|variation| variation.id == id).ok_or(NO_SUCH_VARIATION)
}

/// Adds a variation with its first stock; the product's price follows.
///
/// # Errors
/// 400 names every fault; 409 when the product is not of the revision that was read any more, and when the SKU or the
/// combination is taken; 422 when the product is not sold by variation.
pub async fn create(
    desk: &Desk,
    by: &By<ManageProducts>,
    target: Target,
    form: &VariationForm,
) -> Result<AdminVariation> {
    let mut tx = desk.database.begin().await?;
    let (product, siblings) = lock(&mut tx, target).await?;
    let after = add(&mut tx, (&product, &siblings), form, by.now).await?;
    let act = Act { action: "variation.create", subject: subject(after.id), before: None, after: Some(&after) };
    desk.write_down(&mut tx, by, act).await?;
    tx.commit().await?;
    Ok(after)
}

/// Adds a variation to a product that the caller has locked, beside its `siblings`, as [`create`] does.
pub(crate) async fn add(
    conn: &mut MySqlConnection,
    (product, siblings): (&AdminProduct, &[AdminVariation]),
    form: &VariationForm,
    now: DateTime<Utc>,
) -> Result<AdminVariation> {
    if siblings.len() >= MOST {
        return Err(TOO_MANY);
    }
    let has = expect_sound(conn, (product, siblings), form, None).await?;
    if form.is_default() {
        store::variants::update_without_default(conn, product.id, now).await?;
    }
    let id = store::variants::insert(conn, product.id, form, now).await.map_err(taken)?;
    store::variants::insert_attributes(conn, id, &has).await?;
    if let Some(stock) = form.first_stock() {
        inventory::open_variation(conn, (product.id, id), stock, now).await?;
    }
    products::follow(conn, product, now).await?;
    find(conn, product.id, id).await
}

/// Describes a variation anew, but for its stock; the product's price follows.
///
/// # Errors
/// As [`create`]; 422 also when a product that shoppers find would be sold as nothing.
pub async fn change(
    desk: &Desk,
    by: &By<ManageProducts>,
    target: VariationTarget,
    form: &VariationForm,
) -> Result<AdminVariation> {
    let mut tx = desk.database.begin().await?;
    let (product, siblings) = lock(&mut tx, target.product).await?;
    let before = siblings.iter().find(|sibling| sibling.id == target.id).ok_or(NO_SUCH_VARIATION)?;
    let after = alter(&mut tx, (&product, &siblings), (target.id, form), by.now).await?;
    let act =
        Act { action: "variation.change", subject: subject(target.id), before: Some(before), after: Some(&after) };
    desk.write_down(&mut tx, by, act).await?;
    tx.commit().await?;
    Ok(after)
}

/// Describes one of the `siblings` of a product that the caller has locked anew, as [`change`] does.
pub(crate) async fn alter(
    conn: &mut MySqlConnection,
    (product, siblings): (&AdminProduct, &[AdminVariation]),
    (id, form): (VariationId, &VariationForm),
    now: DateTime<Utc>,
) -> Result<AdminVariation> {
    let has = expect_sound(conn, (product, siblings), form, Some(id)).await?;
    if form.is_default() {
        store::variants::update_without_default(conn, product.id, now).await?;
    }
    store::variants::update(conn, id, form, now).await.map_err(taken)?;
    store::variants::delete_attributes(conn, id).await?;
    store::variants::insert_attributes(conn, id, &has).await?;
    products::follow(conn, product, now).await?;
    find(conn, product.id, id).await
}

/// Takes a variation out of the shop: for good, unless an order, a cart or a movement of stock names it; such a one is
/// not sold any more.
///
/// # Errors
/// As [`change`].
pub async fn remove(desk: &Desk, by: &By<ManageProducts>, target: VariationTarget) -> Result<Offers> {
    let mut tx = desk.database.begin().await?;
    let (product, siblings) = lock(&mut tx, target.product).await?;
    let before = siblings.iter().find(|sibling| sibling.id == target.id).ok_or(NO_SUCH_VARIATION)?;
    // Who names it from now on waits for the end of this.
    store::variants::lock_one(&mut tx, target.id).await?;
    if store::variants::is_named(&mut tx, target.id).await? {
        store::variants::update_inactive(&mut tx, target.id, by.now).await?;
    } else {
        store::variants::delete_attributes(&mut tx, target.id).await?;
        store::variants::delete(&mut tx, target.id).await?;
    }
    products::follow(&mut tx, &product, by.now).await?;
    let left = list(&mut tx, product.id).await?;
    let after = left.variations.iter().find(|variation| variation.id == target.id);
    let act = Act { action: "variation.remove", subject: subject(target.id), before: Some(before), after };
    desk.write_down(&mut tx, by, act).await?;
    tx.commit().await?;
    Ok(left)
}

fn subject(id: VariationId) -> Subject {
    Subject::new("variation", id.to_string())
}

/// The product, which nobody else changes before the transaction ends, and all its variations.
async fn lock(conn: &mut MySqlConnection, target: Target) -> Result<(AdminProduct, Vec<AdminVariation>)> {
    let product = products::lock(conn, target).await?;
    if product.draft.product_type != ProductType::Variable {
        return Err(NOT_VARIABLE);
    }
    let siblings = store::variants::list(conn, product.id).await?;
    Ok((product, siblings))
}

/// The values that it is to have, if everything of it may be so beside its siblings.
async fn expect_sound(
    conn: &mut MySqlConnection,
    (product, siblings): (&AdminProduct, &[AdminVariation]),
    form: &VariationForm,
    own: Option<VariationId>,
) -> Result<Vec<Chosen>> {
    let (prices, taxed) = (Prices { price: form.price, compare_price: form.compare_price }, product.draft.taxed());
    let mut faults = prices.faults(taxed, "price");
    if faults.is_empty() && product.draft.status == Status::Active && form.is_active() {
        faults = prices.unsellable(taxed, "price");
    }
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    if store::variants::find_by_sku(conn, &form.sku).await?.is_some_and(|other| Some(other) != own) {
        return Err(SKU_TAKEN);
    }
    let mut has = store::variants::list_values(conn, &form.attribute_value_ids).await?;
    has.sort_unstable();
    expect_choice(&has, form.attribute_value_ids.len())?;
    expect_another_choice(&has, siblings.iter().filter(|sibling| Some(sibling.id) != own))?;
    Ok(has)
}

/// Each value exists and is of an attribute of its own.
fn expect_choice(has: &[Chosen], wanted: usize) -> Result<()> {
    if has.len() != wanted {
        return Err(Error::invalid(VALUES, "must be ids of values, each of them once"));
    }
    let is_twice = has.iter().zip(has.iter().skip(1)).any(|(one, next)| one.attribute_id == next.attribute_id);
    if is_twice { Err(Error::invalid(VALUES, "must not name an attribute twice")) } else { Ok(()) }
}

/// The siblings have other values of the same attributes.
fn expect_another_choice<'a>(has: &[Chosen], siblings: impl Iterator<Item = &'a AdminVariation>) -> Result<()> {
    for sibling in siblings {
        let mut theirs: Vec<_> = sibling
            .attributes
            .iter()
            .map(|it| Chosen { attribute_id: it.attribute_id, value_id: it.value_id })
            .collect();
        theirs.sort_unstable();
        if theirs == has {
            return Err(COMBINATION_TAKEN);
        }
        if !theirs.iter().map(|it| it.attribute_id).eq(has.iter().map(|it| it.attribute_id)) {
            return Err(Error::invalid(
                VALUES,
                "must be of the same attributes as those of the product's other variations",
            ));
        }
    }
    Ok(())
}

/// Somebody was faster with this SKU.
fn taken(error: sqlx::Error) -> Error {
    if Failure::of(&error) == Failure::Duplicate { SKU_TAKEN } else { error.into() }
}
