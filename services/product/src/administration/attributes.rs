//! What variations differ in, and the values of it.

use std::collections::HashMap;

use commerce::ids::{AttributeId, AttributeValueId};
use kernel::text_enum;
use serde::Serialize;
use shared::audit::{By, Subject};
use shared::changes::{self, Topic};
use shared::database::Failure;
use shared::identity::ManageProducts;
use shared::web::{Error, Result};
use sqlx::{FromRow, MySqlConnection};
use utoipa::ToSchema;
use validator::Validate;

use super::texts::{ColorCode, Count, Label};
use super::{Act, Desk};
use crate::slugs::Slug;
use crate::store;

/// When more products than this show something else, all of them are told of at once.
pub(crate) const TOLD: u32 = 1_000;
/// The column holds no more.
const LONGEST_SLUG: usize = 100;
const NO_SUCH_ATTRIBUTE: Error = Error::NotFound("attribute");
const NO_SUCH_VALUE: Error = Error::NotFound("value");
const SLUG_TAKEN: Error = Error::Conflict { code: "CONFLICT", message: "slug: another attribute is called so" };
const VALUE_TAKEN: Error = Error::Conflict { code: "CONFLICT", message: "value: the attribute has this one already" };
const IN_USE: Error = Error::Conflict { code: "CONFLICT", message: "in use: variations have it" };

text_enum! {
    /// How shoppers choose a value.
    pub enum AttributeType {
        /// By how it looks.
        Color = "color",
        /// From a row of sizes.
        Size = "size",
        /// By reading.
        Text = "text",
        /// From a list.
        Select = "select",
    }
}

/// Something that variations differ in.
#[derive(Clone, Debug, Serialize, FromRow, ToSchema)]
pub struct AdminAttribute {
    /// Its key.
    pub id: AttributeId,
    /// For people.
    #[schema(value_type = String, example = "Size")]
    pub name: Label,
    /// For programs; filters name it.
    #[schema(value_type = String, example = "size")]
    pub slug: Slug,
    /// How shoppers choose a value.
    #[serde(rename = "type")]
    pub kind: AttributeType,
    /// Its place among the others.
    #[schema(value_type = u32)]
    pub sort_order: Count,
    /// What it can be.
    #[sqlx(skip)]
    pub values: Vec<AdminValue>,
}

/// A value of an attribute.
#[derive(Clone, Debug, Serialize, FromRow, ToSchema)]
pub struct AdminValue {
    /// Its key.
    pub id: AttributeValueId,
    /// Of what.
    #[serde(skip)]
    pub(crate) attribute_id: AttributeId,
    /// What it is.
    #[schema(value_type = String, example = "XL")]
    pub value: Label,
    /// How it looks, if it is a colour.
    #[schema(value_type = Option<String>, example = "#2a3d8f")]
    pub color_code: Option<ColorCode>,
    /// Its place among the others.
    #[schema(value_type = u32)]
    pub sort_order: Count,
}

/// What is said of an attribute, always wholly.
#[derive(Clone, Debug, eserde::Deserialize, Validate, ToSchema)]
pub struct AttributeForm {
    /// For people.
    #[schema(value_type = Label, example = "Size")]
    pub name: Label,
    /// For programs; made from the name if absent.
    #[serde(default)]
    #[schema(value_type = Option<Slug>)]
    pub slug: Option<Slug>,
    /// How shoppers choose a value; `select` unless said.
    #[serde(default, rename = "type")]
    pub kind: Option<AttributeType>,
    /// Its place among the others; 0 unless said.
    #[serde(default)]
    #[schema(value_type = Option<Count>)]
    pub sort_order: Option<Count>,
}

/// What is said of a value, always wholly.
#[derive(Clone, Debug, eserde::Deserialize, Validate, ToSchema)]
pub struct ValueForm {
    /// What it is.
    #[schema(value_type = Label, example = "XL")]
    pub value: Label,
    /// How it looks, if it is a colour.
    #[serde(default)]
    #[schema(value_type = Option<ColorCode>)]
    pub color_code: Option<ColorCode>,
    /// Its place among the others; 0 unless said.
    #[serde(default)]
    #[schema(value_type = Option<Count>)]
    pub sort_order: Option<Count>,
}

impl AttributeForm {
    fn slug(&self) -> Result<Slug> {
        let made = || Slug::from_name(self.name.as_str());
        let slug = self.slug.clone().or_else(made).filter(|slug| slug.as_str().len() <= LONGEST_SLUG);
        slug.ok_or_else(|| Error::invalid("slug", "must be given, with at most 100 letters, digits and hyphens"))
    }
}

/// All attributes with their values, in the shop's order. A shop has dozens, so they travel together.
pub async fn list(conn: &mut MySqlConnection) -> Result<Vec<AdminAttribute>> {
    let mut attributes = store::attributes::list(conn).await?;
    let mut values: HashMap<_, Vec<_>> = HashMap::new();
    for value in store::attributes::list_values(conn).await? {
        values.entry(value.attribute_id).or_default().push(value);
    }
    for attribute in &mut attributes {
        attribute.values = values.remove(&attribute.id).unwrap_or_default();
    }
    Ok(attributes)
}

/// One attribute with its values.
pub async fn find(conn: &mut MySqlConnection, id: AttributeId) -> Result<AdminAttribute> {
    let attributes = list(conn).await?;
    attributes.into_iter().find(|attribute| attribute.id == id).ok_or(NO_SUCH_ATTRIBUTE)
}

/// Adds an attribute.
///
/// # Errors
/// 409 when another has its slug.
pub async fn create(desk: &Desk, by: &By<ManageProducts>, form: &AttributeForm) -> Result<AdminAttribute> {
    let slug = form.slug()?;
    let mut tx = desk.database.begin().await?;
    let inserted = store::attributes::insert(&mut tx, form, &slug, by.now).await;
    let id = inserted.map_err(|error| told_as(SLUG_TAKEN, error))?;
    let after = find(&mut tx, id).await?;
    let act = Act { action: "attribute.create", subject: subject(id), before: None, after: Some(&after) };
    desk.write_down(&mut tx, by, act).await?;
    tx.commit().await?;
    Ok(after)
}

/// Describes an attribute anew; whatever has it shows so within a second.
///
/// # Errors
/// As [`create`].
pub async fn change(
    desk: &Desk,
    by: &By<ManageProducts>,
    id: AttributeId,
    form: &AttributeForm,
) -> Result<AdminAttribute> {
    let slug = form.slug()?;
    let mut tx = desk.database.begin().await?;
    let before = lock(&mut tx, id).await?;
    let updated = store::attributes::update(&mut tx, id, form, &slug).await;
    updated.map_err(|error| told_as(SLUG_TAKEN, error))?;
    tell(&mut tx, id).await?;
    finish(desk, by, tx, ("attribute.change", before)).await
}

/// Removes an attribute with its values, and shows those that are left.
///
/// # Errors
/// 409 when a variation has one of them.
pub async fn remove(desk: &Desk, by: &By<ManageProducts>, id: AttributeId) -> Result<Vec<AdminAttribute>> {
    let mut tx = desk.database.begin().await?;
    let before = lock(&mut tx, id).await?;
    for value in &before.values {
        expect_unused(&mut tx, value.id).await?;
        store::attributes::delete_value(&mut tx, value.id).await?;
    }
    store::attributes::delete(&mut tx, id).await?;
    let left = list(&mut tx).await?;
    let act = Act { action: "attribute.remove", subject: subject(id), before: Some(&before), after: None };
    desk.write_down(&mut tx, by, act).await?;
    tx.commit().await?;
    Ok(left)
}

/// Adds a value to an attribute, and shows the attribute.
///
/// # Errors
/// 409 when the attribute has it already.
pub async fn create_value(
    desk: &Desk,
    by: &By<ManageProducts>,
    id: AttributeId,
    form: &ValueForm,
) -> Result<AdminAttribute> {
    let mut tx = desk.database.begin().await?;
    let before = lock(&mut tx, id).await?;
    let inserted = store::attributes::insert_value(&mut tx, id, form, by.now).await;
    inserted.map_err(|error| told_as(VALUE_TAKEN, error))?;
    finish(desk, by, tx, ("attribute.change", before)).await
}

/// Describes a value anew, and shows its attribute; whatever has it shows so within a second.
///
/// # Errors
/// As [`create_value`].
pub async fn change_value(
    desk: &Desk,
    by: &By<ManageProducts>,
    (id, value): (AttributeId, AttributeValueId),
    form: &ValueForm,
) -> Result<AdminAttribute> {
    let mut tx = desk.database.begin().await?;
    let before = lock_with(&mut tx, id, value).await?;
    let updated = store::attributes::update_value(&mut tx, value, form).await;
    updated.map_err(|error| told_as(VALUE_TAKEN, error))?;
    tell(&mut tx, id).await?;
    finish(desk, by, tx, ("attribute.change", before)).await
}

/// Removes a value, and shows what is left of its attribute.
///
/// # Errors
/// 409 when a variation has it.
pub async fn remove_value(
    desk: &Desk,
    by: &By<ManageProducts>,
    (id, value): (AttributeId, AttributeValueId),
) -> Result<AdminAttribute> {
    let mut tx = desk.database.begin().await?;
    let before = lock_with(&mut tx, id, value).await?;
    expect_unused(&mut tx, value).await?;
    store::attributes::delete_value(&mut tx, value).await?;
    finish(desk, by, tx, ("attribute.change", before)).await
}

/// What became of the attribute, written down and committed.
async fn finish(
    desk: &Desk,
    by: &By<ManageProducts>,
    mut tx: sqlx::Transaction<'_, sqlx::MySql>,
    (action, before): (&'static str, AdminAttribute),
) -> Result<AdminAttribute> {
    let after = find(&mut tx, before.id).await?;
    let act = Act { action, subject: subject(before.id), before: Some(&before), after: Some(&after) };
    desk.write_down(&mut tx, by, act).await?;
    tx.commit().await?;
    Ok(after)
}

fn subject(id: AttributeId) -> Subject {
    Subject::new("attribute", id.to_string())
}

/// The attribute; nobody else changes it or its values before the transaction ends.
async fn lock(conn: &mut MySqlConnection, id: AttributeId) -> Result<AdminAttribute> {
    store::attributes::lock(conn, id).await?.ok_or(NO_SUCH_ATTRIBUTE)?;
    find(conn, id).await
}

async fn lock_with(conn: &mut MySqlConnection, id: AttributeId, value: AttributeValueId) -> Result<AdminAttribute> {
    let attribute = lock(conn, id).await?;
    if attribute.values.iter().any(|it| it.id == value) { Ok(attribute) } else { Err(NO_SUCH_VALUE) }
}

/// No variation has the value, and none gets it before the transaction ends.
async fn expect_unused(conn: &mut MySqlConnection, value: AttributeValueId) -> Result<()> {
    store::attributes::lock_value(conn, value).await?;
    if store::attributes::is_used(conn, value).await? { Err(IN_USE) } else { Ok(()) }
}

/// Tells every replica which products show something else.
async fn tell(conn: &mut MySqlConnection, id: AttributeId) -> Result<()> {
    let products = store::attributes::list_products(conn, id, TOLD).await?;
    let subjects: Vec<_> = match products.len() {
        many if many >= usize::try_from(TOLD).unwrap_or(usize::MAX) => vec!["all".to_owned()],
        _ => products.iter().map(|product| format!("product:{product}")).collect(),
    };
    Ok(changes::record_all(conn, Topic::CatalogueChanged, &subjects).await?)
}

/// Somebody was faster, or it was there before.
fn told_as(taken: Error, error: sqlx::Error) -> Error {
    if Failure::of(&error) == Failure::Duplicate { taken } else { error.into() }
}
