//! Address books: where somebody's parcels and bills go. An order keeps a copy, so a book may change.
#![expect(clippy::unnecessary_wraps, reason = "eserde derives such functions for deserialize_with")]

use chrono::{DateTime, Utc};
use commerce::address::{Country, Phone, Pin, Text, unless_blank};
use commerce::ids::AddressId;
use commerce::place::StateCode;
use kernel::{UserId, text_enum};
use serde::Serialize;
use shared::web::{Error, Result};
use sqlx::{FromRow, MySqlConnection, MySqlPool};
use utoipa::ToSchema;
use validator::Validate;

use crate::store;
use crate::store::addresses::Entry;

/// How many addresses a book holds.
pub const MOST: usize = 20;

const FULL: Error = Error::Impossible { code: "ADDRESS_LIMIT", message: "an address book holds twenty addresses" };
const NO_SUCH_ADDRESS: Error = Error::NotFound("address");

text_enum! {
    /// What an address is for.
    pub enum AddressType {
        /// Parcels.
        Shipping = "shipping",
        /// Bills.
        Billing = "billing",
    }
}

text_enum! {
    /// What kind of place it is.
    pub enum AddressLabel {
        /// Where somebody lives.
        Home = "home",
        /// Where somebody works.
        Work = "work",
        /// Somewhere else.
        Other = "other",
    }
}

/// An address as its holder writes it, with the rules and the other names of the address of an order: eserde does not
/// name the fields of a flattened one.
#[derive(Clone, Debug, eserde::Deserialize, Validate, ToSchema)]
pub struct AddressForm {
    /// Who takes the parcel.
    #[serde(alias = "name")]
    #[schema(value_type = String, min_length = 1, max_length = 200)]
    pub full_name: Text<200>,
    /// An Indian mobile number that the carrier can call.
    #[serde(alias = "mobile")]
    pub phone: Phone,
    /// House and street.
    #[serde(alias = "line1", alias = "street", alias = "address")]
    #[schema(value_type = String, min_length = 1, max_length = 255)]
    pub address_line1: Text<255>,
    /// What did not fit into the first line.
    #[serde(default, alias = "line2", deserialize_with = "unless_blank")]
    #[schema(value_type = Option<String>, max_length = 255)]
    pub address_line2: Option<Text<255>>,
    /// What it is close to.
    #[serde(default, deserialize_with = "unless_blank")]
    #[schema(value_type = Option<String>, max_length = 255)]
    pub landmark: Option<Text<255>>,
    /// Town or city.
    #[schema(value_type = String, min_length = 1, max_length = 100)]
    pub city: Text<100>,
    /// State or union territory: its name in any case, its two-letter code or its GST code.
    #[schema(value_type = String, min_length = 1, max_length = 100)]
    pub state: Text<100>,
    /// Six digits.
    #[serde(alias = "pincode", alias = "pin", alias = "zip")]
    pub postal_code: Pin,
    /// The shop sends within India only.
    #[serde(default)]
    pub country: Country,
    /// What it is for; parcels unless said, or as before.
    #[serde(default)]
    pub address_type: Option<AddressType>,
    /// What kind of place it is; a home unless said, or as before.
    #[serde(default, alias = "label")]
    pub address_type_detail: Option<AddressLabel>,
    /// Whether it is the one that is proposed. The first of its kind is anyway, and another takes its turn only by
    /// becoming it.
    #[serde(default)]
    pub is_default: Option<bool>,
}

/// An address in a book.
#[derive(Debug, Serialize, FromRow, ToSchema)]
pub struct SavedAddress {
    /// Its key.
    pub id: AddressId,
    /// Its name outside of this shop.
    pub uuid: String,
    /// What it is for.
    pub address_type: AddressType,
    /// What kind of place it is.
    pub address_type_detail: AddressLabel,
    /// Who takes the parcel.
    pub full_name: String,
    /// Whom the carrier calls.
    pub phone: String,
    /// House and street.
    pub address_line1: String,
    /// What did not fit into the first line.
    pub address_line2: Option<String>,
    /// What it is close to.
    pub landmark: Option<String>,
    /// Town or city.
    pub city: String,
    /// State or union territory.
    pub state: String,
    /// Its two-digit GST code.
    pub state_code: StateCode,
    /// Six digits.
    pub postal_code: String,
    /// `India`.
    pub country: String,
    /// Whether it is proposed among those of its kind.
    pub is_default: bool,
    /// Since when it is in the book.
    pub created_at: DateTime<Utc>,
}

/// Puts an address into the book of `user`, at most twenty however many come at once.
pub async fn add(db: &MySqlPool, user: UserId, form: &AddressForm, now: DateTime<Utc>) -> Result<SavedAddress> {
    let mut tx = db.begin().await?;
    let book = lock_book(&mut tx, user).await?;
    if book.len() >= MOST {
        return Err(FULL);
    }
    let state = places::state_of(&mut tx, (&form.state, &form.postal_code), "").await?;
    let kind = form.address_type.unwrap_or(AddressType::Shipping);
    let label = form.address_type_detail.unwrap_or(AddressLabel::Home);
    let id = store::addresses::insert(&mut tx, user, &store::addresses::Row { form, kind, label, state }, now).await?;
    let wants_default = form.is_default == Some(true);
    if wants_default || !book.iter().any(|entry| entry.address_type == kind && entry.is_default) {
        make_default(&mut tx, user, id, kind).await?;
    }
    finish(tx, user, id).await
}

/// Writes an address anew.
pub async fn replace(
    db: &MySqlPool,
    user: UserId,
    id: AddressId,
    form: &AddressForm,
    now: DateTime<Utc>,
) -> Result<SavedAddress> {
    let mut tx = db.begin().await?;
    let book = lock_book(&mut tx, user).await?;
    let old = book.iter().find(|entry| entry.id == id).ok_or(NO_SUCH_ADDRESS)?;
    let state = places::state_of(&mut tx, (&form.state, &form.postal_code), "").await?;
    let kind = form.address_type.unwrap_or(old.address_type);
    let label = form.address_type_detail.unwrap_or(old.address_type_detail);
    store::addresses::update(&mut tx, id, &store::addresses::Row { form, kind, label, state }, now).await?;
    let stays_default = old.is_default && old.address_type == kind;
    if form.is_default == Some(true) || stays_default {
        make_default(&mut tx, user, id, kind).await?;
    }
    propose_another(&mut tx, user).await?;
    finish(tx, user, id).await
}

/// Proposes this address among those of its kind.
pub async fn propose(db: &MySqlPool, user: UserId, id: AddressId) -> Result<SavedAddress> {
    let mut tx = db.begin().await?;
    let book = lock_book(&mut tx, user).await?;
    let entry = book.iter().find(|entry| entry.id == id).ok_or(NO_SUCH_ADDRESS)?;
    make_default(&mut tx, user, id, entry.address_type).await?;
    finish(tx, user, id).await
}

/// Takes an address out of the book; the youngest of its kind is proposed instead of it.
pub async fn remove(db: &MySqlPool, user: UserId, id: AddressId) -> Result<()> {
    let mut tx = db.begin().await?;
    let book = lock_book(&mut tx, user).await?;
    book.iter().find(|entry| entry.id == id).ok_or(NO_SUCH_ADDRESS)?;
    store::addresses::delete(&mut tx, id).await?;
    propose_another(&mut tx, user).await?;
    tx.commit().await?;
    Ok(())
}

/// What is in the book; nobody else writes to it before the transaction ends.
async fn lock_book(conn: &mut MySqlConnection, user: UserId) -> Result<Vec<Entry>> {
    store::profiles::lock_owner(conn, user).await?.ok_or(Error::Unauthenticated)?;
    Ok(store::addresses::list_entries(conn, user).await?)
}

async fn make_default(conn: &mut MySqlConnection, user: UserId, id: AddressId, kind: AddressType) -> sqlx::Result<()> {
    store::addresses::update_none_default(conn, user, kind).await?;
    store::addresses::update_default(conn, id).await
}

/// A kind that has lost its default proposes its youngest address.
async fn propose_another(conn: &mut MySqlConnection, user: UserId) -> sqlx::Result<()> {
    let book = store::addresses::list_entries(conn, user).await?;
    for kind in [AddressType::Shipping, AddressType::Billing] {
        let of_the_kind: Vec<&Entry> = book.iter().filter(|entry| entry.address_type == kind).collect();
        if of_the_kind.iter().any(|entry| entry.is_default) {
            continue;
        }
        if let Some(youngest) = of_the_kind.iter().max_by_key(|entry| entry.id) {
            store::addresses::update_default(conn, youngest.id).await?;
        }
    }
    Ok(())
}

async fn finish(mut tx: sqlx::Transaction<'_, sqlx::MySql>, user: UserId, id: AddressId) -> Result<SavedAddress> {
    let saved = store::addresses::find(&mut tx, user, id).await?.ok_or(NO_SUCH_ADDRESS)?;
    tx.commit().await?;
    Ok(saved)
}
