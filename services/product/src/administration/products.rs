//! Products as the staff makes, reads, changes and archives them.
//!
//! [`add`] and [`alter`] do it in a transaction of the caller's, with everything but the audit log.

mod draft;
mod find;
mod form;

pub use draft::{Draft, Prices, Status, Taxed};
pub use find::{Beginning, ListDrafts};
pub use form::ProductForm;

use std::num::NonZeroU32;

use chrono::{DateTime, Utc};
use commerce::catalogue::{ProductType, StockStatus};
use commerce::ids::ProductId;
use kernel::{Page, Paise, Patch};
use serde::Serialize;
use serde_json::Value;
use shared::audit::{By, Subject};
use shared::changes::{self, Topic};
use shared::database::Failure;
use shared::identity::ManageProducts;
use shared::web::{Error, FieldError, Result};
use sqlx::types::Json;
use sqlx::{FromRow, MySqlConnection};
use utoipa::ToSchema;

use super::{Act, CHANGED_MEANWHILE, Desk};
use crate::administration::texts::{Count, Name, Sku};
use crate::slugs::{self, Kind, Slug, Wish};
use crate::store;

const NO_SUCH_PRODUCT: Error = Error::NotFound("product");
const SKU_TAKEN: Error = Error::Conflict { code: "CONFLICT", message: "sku: another product is called so" };
const HAS_STOCK: Error = Error::Conflict {
    code: "CONFLICT",
    message: "product_type: only what has no stock left, and is held for no order, becomes sold by variation",
};
const HAS_VARIATIONS: Error =
    Error::Conflict { code: "CONFLICT", message: "product_type: what has variations is sold by them" };
const SOLD_AS_NOTHING: Error =
    Error::Impossible { code: "INVALID_STATE", message: "status: it has no active variation to be sold as" };

/// A product, whole, as the staff sees it.
#[derive(Clone, Debug, Serialize, FromRow, ToSchema)]
pub struct AdminProduct {
    /// Its key.
    pub id: ProductId,
    /// Its name outside of this shop.
    pub uuid: String,
    /// The last part of its page's address.
    #[schema(value_type = String, example = "aged-basmati-rice")]
    pub slug: Slug,
    /// What the staff says of it.
    #[serde(flatten)]
    #[sqlx(flatten)]
    pub draft: Draft,
    /// How many can be sold now, of all variations together.
    pub stock_quantity: i32,
    /// What to tell about its stock.
    pub stock_status: StockStatus,
    /// How many pieces are owed to orders.
    pub backordered_quantity: u64,
    /// Its first picture.
    pub main_image_url: Option<String>,
    /// Its other pictures.
    #[schema(value_type = Option<Object>)]
    pub image_gallery: Option<Json<Value>>,
    /// Since when it is in the catalogue.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// How often it has changed: what `If-Match` names.
    pub revision: u64,
}

/// A product in a list of the staff's.
#[derive(Debug, Serialize, FromRow, ToSchema)]
pub struct DraftSummary {
    /// Its key.
    pub id: ProductId,
    /// Its name outside of this shop.
    pub uuid: String,
    /// What the warehouse calls it.
    #[schema(value_type = String)]
    pub sku: Sku,
    /// Its name.
    #[schema(value_type = String)]
    pub name: Name,
    /// The last part of its page's address.
    #[schema(value_type = String)]
    pub slug: Slug,
    /// Whether shoppers find it.
    pub status: Status,
    /// How it is sold.
    pub product_type: ProductType,
    /// The listed price.
    pub base_price: Paise,
    /// The maximum retail price.
    pub compare_price: Option<Paise>,
    /// How many can be sold now.
    pub stock_quantity: i32,
    /// What to tell about its stock.
    pub stock_status: StockStatus,
    /// Its first picture.
    pub main_image_url: Option<String>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// How often it has changed: what `If-Match` names.
    pub revision: u64,
}

/// A product that is to be.
#[derive(Clone, Debug)]
pub struct NewProduct {
    /// What is said of it.
    pub draft: Draft,
    /// Where its page is to be.
    pub wish: Wish,
    /// Its first stock.
    pub stock: Option<NonZeroU32>,
}

/// Which product is changed, as whoever changes it has read it.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// The product.
    pub id: ProductId,
    /// The revision that they have read.
    pub revision: u64,
}

/// How a product is changed.
#[derive(Clone, Copy, Debug)]
pub enum Change<'a> {
    /// It is described anew.
    Wholly(&'a ProductForm),
    /// What is named becomes another.
    Partly(&'a ProductForm),
    /// It is sold no more.
    Archive,
}

impl NewProduct {
    /// What `form` describes.
    ///
    /// # Errors
    /// 400 names every fault of the form.
    pub fn of(form: &ProductForm) -> Result<Self> {
        let draft = form.whole()?;
        let stock = match form.stock_quantity {
            Patch::Set(stock) => first_stock(&draft, stock)?,
            Patch::Keep | Patch::Clear => None,
        };
        let wish = match &form.slug {
            Patch::Set(slug) => Wish::Exactly(slug.clone()),
            Patch::Keep | Patch::Clear => named(&draft),
        };
        Ok(Self { draft, wish, stock })
    }
}

fn first_stock(draft: &Draft, stock: Count) -> Result<Option<NonZeroU32>> {
    let stock = u32::try_from(stock.get()).ok().and_then(NonZeroU32::new);
    match draft.product_type {
        ProductType::Variable if stock.is_some() => {
            Err(Error::invalid("stock_quantity", "is given to the variations of what is sold by them"))
        }
        ProductType::Digital if stock.is_some() => {
            Err(Error::invalid("stock_quantity", "is not counted of a download"))
        }
        _ => Ok(stock),
    }
}

fn named(draft: &Draft) -> Wish {
    Wish::Like(Slug::of(Kind::Product, draft.name.as_str()))
}

impl Change<'_> {
    /// What becomes of `old`, and where its page moves to if it does.
    fn applied_to(self, old: &AdminProduct) -> Result<(Draft, Option<Wish>)> {
        let (draft, form) = match self {
            Self::Wholly(form) => (form.whole()?, form),
            Self::Partly(form) => (form.onto(&old.draft)?, form),
            Self::Archive => return Ok((Draft { status: Status::Archived, ..old.draft.clone() }, None)),
        };
        let wish = match &form.slug {
            Patch::Keep => None,
            Patch::Clear => Some(named(&draft)),
            Patch::Set(slug) => Some(Wish::Exactly(slug.clone())),
        };
        Ok((draft, wish))
    }
}

/// One page of the products that `wanted` describes, the newest first, whether shoppers find them or not.
pub async fn list(conn: &mut MySqlConnection, wanted: &ListDrafts) -> Result<Page<DraftSummary>> {
    let total = store::drafts::count(conn, wanted).await?;
    let items = store::drafts::list(conn, wanted).await?;
    Ok(Page::new(items, wanted.request(), total))
}

/// One product, whether shoppers find it or not.
pub async fn find(conn: &mut MySqlConnection, id: ProductId) -> Result<AdminProduct> {
    store::drafts::find(conn, id).await?.ok_or(NO_SUCH_PRODUCT)
}

/// Adds a product, with an address of its own and its first stock.
///
/// # Errors
/// 400 names every fault; 409 when its SKU, or the address that was asked for, is taken.
pub async fn create(desk: &Desk, by: &By<ManageProducts>, new: &NewProduct) -> Result<AdminProduct> {
    let mut tx = desk.database.begin().await?;
    let id = add(&mut tx, new, by.now).await?;
    let after = find(&mut tx, id).await?;
    let act = Act { action: "product.create", subject: subject(id), before: None, after: Some(&after) };
    desk.write_down(&mut tx, by, act).await?;
    tx.commit().await?;
    Ok(after)
}

/// Changes a product, all of it or nothing.
///
/// # Errors
/// 400 names every fault; 409 when it is not of the revision that was read any more, when its SKU or the address is
/// taken, and when it cannot be sold in that way; 422 when there is nothing to be sold as.
pub async fn change(desk: &Desk, by: &By<ManageProducts>, target: Target, change: Change<'_>) -> Result<AdminProduct> {
    let mut tx = desk.database.begin().await?;
    let before = lock(&mut tx, target).await?;
    let (draft, wish) = change.applied_to(&before)?;
    alter(&mut tx, &before, (draft, wish), by.now).await?;
    let after = find(&mut tx, target.id).await?;
    let action = if matches!(change, Change::Archive) { "product.archive" } else { "product.change" };
    let act = Act { action, subject: subject(target.id), before: Some(&before), after: Some(&after) };
    desk.write_down(&mut tx, by, act).await?;
    tx.commit().await?;
    Ok(after)
}

pub(crate) fn subject(id: ProductId) -> Subject {
    Subject::new("product", id.to_string())
}

/// The product as it was read; nobody else changes it before the transaction ends.
pub(crate) async fn lock(conn: &mut MySqlConnection, target: Target) -> Result<AdminProduct> {
    let found = store::drafts::lock(conn, target.id).await?.ok_or(NO_SUCH_PRODUCT)?;
    if found.revision == target.revision { Ok(found) } else { Err(CHANGED_MEANWHILE) }
}

/// [`create`] without the audit log, in the caller's transaction.
pub async fn add(conn: &mut MySqlConnection, new: &NewProduct, now: DateTime<Utc>) -> Result<ProductId> {
    let NewProduct { draft, wish, stock } = new;
    if draft.product_type == ProductType::Variable && draft.status == Status::Active {
        return Err(SOLD_AS_NOTHING);
    }
    expect_sound(conn, draft).await?;
    let id = insert(conn, draft, wish, now).await?;
    if let Some(stock) = stock {
        inventory::open(conn, id, *stock, now).await?;
    }
    tell(conn, id).await?;
    Ok(id)
}

/// [`change`] without the audit log, in the caller's transaction, which has locked the product. Nothing happens when
/// nothing becomes another.
pub async fn alter(
    conn: &mut MySqlConnection,
    before: &AdminProduct,
    (draft, wish): (Draft, Option<Wish>),
    now: DateTime<Utc>,
) -> Result<()> {
    let draft = following(conn, before.id, draft).await?;
    if draft == before.draft && wish.is_none() {
        return Ok(());
    }
    expect_sound(conn, &draft).await?;
    expect_sellable_so(conn, before, draft.product_type).await?;
    let is_moved = update(conn, before, (&draft, wish.as_ref()), now).await?;
    if is_moved || draft != before.draft { tell(conn, before.id).await } else { Ok(()) }
}

/// Tells every replica that shoppers see something else.
pub(crate) async fn tell(conn: &mut MySqlConnection, id: ProductId) -> Result<()> {
    Ok(changes::record(conn, Topic::CatalogueChanged, &format!("product:{id}")).await?)
}

/// What is sold by variation costs what the cheapest active one costs; one that shoppers find is sold as something, and at
/// prices that the law allows.
async fn following(conn: &mut MySqlConnection, id: ProductId, mut draft: Draft) -> Result<Draft> {
    if draft.product_type != ProductType::Variable {
        return Ok(draft);
    }
    let offers = store::variants::list_prices(conn, id).await?;
    if let Some(cheapest) = offers.first() {
        (draft.base_price, draft.compare_price) = (cheapest.price, cheapest.compare_price);
    }
    if draft.status == Status::Active {
        if offers.is_empty() {
            return Err(SOLD_AS_NOTHING);
        }
        let mut faults = offers.iter().map(|prices| prices.unsellable(draft.taxed(), "base_price"));
        if let Some(faults) = faults.find(|faults| !faults.is_empty()) {
            return Err(Error::Invalid(faults));
        }
    }
    Ok(draft)
}

/// Lets a locked product follow its variations, one of which has changed: its prices, and its revision.
pub(crate) async fn follow(conn: &mut MySqlConnection, before: &AdminProduct, now: DateTime<Utc>) -> Result<()> {
    let draft = following(conn, before.id, before.draft.clone()).await?;
    store::drafts::update(conn, before.id, (&draft, &before.slug), now).await?;
    tell(conn, before.id).await
}

/// Whether a product that was sold in one way may be sold in another.
async fn expect_sellable_so(conn: &mut MySqlConnection, old: &AdminProduct, new: ProductType) -> Result<()> {
    let (was_variable, is_variable) = (old.draft.product_type == ProductType::Variable, new == ProductType::Variable);
    if is_variable && !was_variable {
        let is_empty = old.stock_quantity == 0 && old.backordered_quantity == 0;
        if !is_empty || store::variants::is_held(conn, old.id).await? {
            return Err(HAS_STOCK);
        }
    }
    if was_variable && !is_variable && store::variants::exists(conn, old.id).await? {
        return Err(HAS_VARIATIONS);
    }
    Ok(())
}

async fn expect_sound(conn: &mut MySqlConnection, draft: &Draft) -> Result<()> {
    let mut faults = draft.faults();
    if !store::drafts::lock_category(conn, draft.category_id).await? {
        faults.push(FieldError::new("category_id", "must be the id of a category"));
    }
    if let Some(brand) = draft.brand_id
        && !store::drafts::lock_brand(conn, brand).await?
    {
        faults.push(FieldError::new("brand_id", "must be the id of a brand"));
    }
    if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
}

/// The UNIQUE key decides who has a slug: who was too slow chooses again.
async fn insert(conn: &mut MySqlConnection, draft: &Draft, wish: &Wish, now: DateTime<Utc>) -> Result<ProductId> {
    for _ in 0..slugs::MOST_TRIES {
        expect_free_sku(conn, &draft.sku, None).await?;
        let slug = slugs::choose(conn, Kind::Product, wish, None).await?;
        match store::drafts::insert(conn, draft, &slug, now).await {
            Err(error) if Failure::of(&error) == Failure::Duplicate => {}
            inserted => return Ok(inserted?),
        }
    }
    Err(Error::unavailable(anyhow::anyhow!("others were faster with every slug")))
}

/// As [`insert`]; whether the page has moved.
async fn update(
    conn: &mut MySqlConnection,
    before: &AdminProduct,
    (draft, wish): (&Draft, Option<&Wish>),
    now: DateTime<Utc>,
) -> Result<bool> {
    for _ in 0..slugs::MOST_TRIES {
        expect_free_sku(conn, &draft.sku, Some(before.id)).await?;
        let slug = match wish {
            Some(wish) => slugs::choose(conn, Kind::Product, wish, Some(before.id.get())).await?,
            None => before.slug.clone(),
        };
        let is_moved = slug != before.slug;
        if !is_moved && *draft == before.draft {
            return Ok(false);
        }
        match store::drafts::update(conn, before.id, (draft, &slug), now).await {
            Err(error) if Failure::of(&error) == Failure::Duplicate => continue,
            updated => updated?,
        }
        if is_moved {
            slugs::remember(conn, (Kind::Product, before.id.get()), (&before.slug, &slug), now).await?;
        }
        return Ok(is_moved);
    }
    Err(Error::unavailable(anyhow::anyhow!("others were faster with every slug")))
}

async fn expect_free_sku(conn: &mut MySqlConnection, sku: &Sku, owner: Option<ProductId>) -> Result<()> {
    match store::drafts::find_by_sku(conn, sku).await? {
        Some(other) if Some(other) != owner => Err(SKU_TAKEN),
        _ => Ok(()),
    }
}
