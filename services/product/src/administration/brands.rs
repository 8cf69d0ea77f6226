//! Brands as the staff makes, changes and removes them.

use chrono::{DateTime, Utc};
use commerce::ids::BrandId;
use serde::Serialize;
use shared::audit::{By, Subject};
use shared::changes::{self, Topic};
use shared::database::Failure;
use shared::identity::ManageBrands;
use shared::web::{Error, Result};
use sqlx::{FromRow, MySqlConnection};
use utoipa::ToSchema;
use validator::Validate;

use super::texts::{Label, Name, PictureAddress, Sentences};
use super::{Act, CHANGED_MEANWHILE, Desk};
use crate::slugs::{self, Kind, Slug, Wish};
use crate::store;

const NO_SUCH_BRAND: Error = Error::NotFound("brand");
const IN_USE: Error = Error::Conflict { code: "CONFLICT", message: "the brand is in use: products are sold under it" };

/// A brand, whole, as the staff sees it.
#[derive(Clone, Debug, PartialEq, Serialize, FromRow, ToSchema)]
pub struct AdminBrand {
    /// Its key.
    pub id: BrandId,
    /// Its name outside of this shop.
    pub uuid: String,
    /// The last part of its page's address.
    #[schema(value_type = String)]
    pub slug: Slug,
    /// What the staff says of it.
    #[serde(flatten)]
    #[sqlx(flatten)]
    pub said: BrandDraft,
    /// Since when it is there.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// How often it has changed: what `If-Match` names.
    pub revision: u64,
}

/// What the staff says of a brand.
#[derive(Clone, Debug, PartialEq, Serialize, FromRow, ToSchema)]
pub struct BrandDraft {
    /// Its name.
    #[schema(value_type = String)]
    pub name: Name,
    /// A few sentences about it.
    #[schema(value_type = Option<String>)]
    pub description: Option<Sentences>,
    /// Its picture.
    #[schema(value_type = Option<String>)]
    pub logo_url: Option<PictureAddress>,
    /// Where it is at home in the net.
    #[schema(value_type = Option<String>)]
    pub website_url: Option<PictureAddress>,
    /// Where it stands among the others: lower comes first.
    pub sort_order: i32,
    /// Whether shoppers are told of it.
    pub is_active: bool,
    /// Whether it is from India.
    pub is_indian_brand: bool,
    /// From where it is.
    #[schema(value_type = Option<String>)]
    pub brand_origin_country: Option<Label>,
}

/// What is said of a brand, wholly: what is absent is taken away, or as the shop usually has it.
#[derive(Clone, Debug, eserde::Deserialize, Validate, ToSchema)]
pub struct BrandForm {
    /// Its name.
    #[schema(value_type = String, example = "Van")]
    pub name: Name,
    /// The last part of its page's address; made from the name at first, and kept if absent.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub slug: Option<Slug>,
    /// A few sentences about it.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub description: Option<Sentences>,
    /// Its picture.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub logo_url: Option<PictureAddress>,
    /// Where it is at home in the net: an https address.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub website_url: Option<PictureAddress>,
    /// Where it stands among the others; 0 unless said.
    #[serde(default)]
    pub sort_order: Option<i32>,
    /// Whether shoppers are told of it; yes unless said.
    #[serde(default)]
    pub is_active: Option<bool>,
    /// Whether it is from India; no unless said.
    #[serde(default)]
    pub is_indian_brand: Option<bool>,
    /// From where it is.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub brand_origin_country: Option<Label>,
}

/// A brand, whether shoppers are told of it or not.
pub async fn find(conn: &mut MySqlConnection, id: BrandId) -> Result<AdminBrand> {
    store::admin_brands::find(conn, id).await?.ok_or(NO_SUCH_BRAND)
}

/// Adds a brand.
///
/// # Errors
/// 409 when the address that was asked for is taken.
pub async fn create(desk: &Desk, by: &By<ManageBrands>, form: &BrandForm) -> Result<AdminBrand> {
    let draft = form.draft()?;
    let mut tx = desk.database.begin().await?;
    let wish = form.slug.clone().map_or_else(|| form.named(), Wish::Exactly);
    let id = insert(&mut tx, &draft, &wish, by.now).await?;
    let after = find(&mut tx, id).await?;
    tell(&mut tx, id).await?;
    let act = Act { action: "brand.create", subject: subject(id), before: None, after: Some(&after) };
    desk.write_down(&mut tx, by, act).await?;
    tx.commit().await?;
    Ok(after)
}

/// Describes a brand anew, if it still is the revision that was read.
///
/// # Errors
/// As [`create`]; 409 when it has changed meanwhile.
pub async fn change(
    desk: &Desk,
    by: &By<ManageBrands>,
    target: (BrandId, u64),
    form: &BrandForm,
) -> Result<AdminBrand> {
    let draft = form.draft()?;
    let mut tx = desk.database.begin().await?;
    let before = lock(&mut tx, target).await?;
    update(&mut tx, &before, (&draft, form.slug.as_ref()), by.now).await?;
    let after = find(&mut tx, before.id).await?;
    tell(&mut tx, before.id).await?;
    let act = Act { action: "brand.change", subject: subject(before.id), before: Some(&before), after: Some(&after) };
    desk.write_down(&mut tx, by, act).await?;
    tx.commit().await?;
    Ok(after)
}

/// Removes a brand that nothing is sold under, if it still is the revision that was read.
///
/// # Errors
/// 409 when it is in use, or has changed meanwhile.
pub async fn remove(desk: &Desk, by: &By<ManageBrands>, target: (BrandId, u64)) -> Result<AdminBrand> {
    let mut tx = desk.database.begin().await?;
    let before = lock(&mut tx, target).await?;
    if store::admin_brands::is_in_use(&mut tx, before.id).await? {
        return Err(IN_USE);
    }
    store::slugs::delete_of(&mut tx, Kind::Brand, before.id.get()).await?;
    store::admin_brands::delete(&mut tx, before.id).await?;
    tell(&mut tx, before.id).await?;
    let act = Act { action: "brand.remove", subject: subject(before.id), before: Some(&before), after: None };
    desk.write_down(&mut tx, by, act).await?;
    tx.commit().await?;
    Ok(before)
}

/// The brand as it was read; nobody else changes it before the transaction ends.
async fn lock(conn: &mut MySqlConnection, (id, revision): (BrandId, u64)) -> Result<AdminBrand> {
    let found = store::admin_brands::lock(conn, id).await?.ok_or(NO_SUCH_BRAND)?;
    if found.revision == revision { Ok(found) } else { Err(CHANGED_MEANWHILE) }
}

async fn insert(conn: &mut MySqlConnection, draft: &BrandDraft, wish: &Wish, now: DateTime<Utc>) -> Result<BrandId> {
    for _ in 0..slugs::MOST_TRIES {
        let slug = slugs::choose(conn, Kind::Brand, wish, None).await?;
        match store::admin_brands::insert(conn, draft, &slug, now).await {
            Err(error) if Failure::of(&error) == Failure::Duplicate => {}
            inserted => return Ok(inserted?),
        }
    }
    Err(slugs::TAKEN)
}

async fn update(
    conn: &mut MySqlConnection,
    before: &AdminBrand,
    (draft, wanted): (&BrandDraft, Option<&Slug>),
    now: DateTime<Utc>,
) -> Result<()> {
    let slug = match wanted {
        None => before.slug.clone(),
        Some(slug) => slugs::choose(conn, Kind::Brand, &Wish::Exactly(slug.clone()), Some(before.id.get())).await?,
    };
    match store::admin_brands::update(conn, before.id, (draft, &slug), now).await {
        Err(error) if Failure::of(&error) == Failure::Duplicate => return Err(slugs::TAKEN),
        updated => updated?,
    }
    if slug != before.slug {
        slugs::remember(conn, (Kind::Brand, before.id.get()), (&before.slug, &slug), now).await?;
    }
    Ok(())
}

fn subject(id: BrandId) -> Subject {
    Subject::new("brand", id.to_string())
}

async fn tell(conn: &mut MySqlConnection, id: BrandId) -> Result<()> {
    Ok(changes::record(conn, Topic::CatalogueChanged, &format!("brand:{id}")).await?)
}

impl BrandForm {
    fn named(&self) -> Wish {
        Wish::Like(Slug::of(Kind::Brand, self.name.as_str()))
    }

    fn draft(&self) -> Result<BrandDraft> {
        let form = self.clone();
        if form.website_url.as_ref().is_some_and(|url| !url.as_str().starts_with("https://")) {
            return Err(Error::invalid("website_url", "must begin with https://"));
        }
        Ok(BrandDraft {
            name: form.name,
            description: form.description,
            logo_url: form.logo_url,
            website_url: form.website_url,
            sort_order: form.sort_order.unwrap_or_default(),
            is_active: form.is_active.unwrap_or(true),
            is_indian_brand: form.is_indian_brand.unwrap_or(false),
            brand_origin_country: form.brand_origin_country,
        })
    }
}
