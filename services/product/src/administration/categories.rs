//! Categories as the staff makes, moves and removes them.

mod tree;

use chrono::{DateTime, Utc};
use commerce::ids::CategoryId;
use serde::Serialize;
use shared::audit::{By, Subject};
use shared::changes::{self, Topic};
use shared::database::Failure;
use shared::identity::ManageCategories;
use shared::web::{Error, Result};
use sqlx::{FromRow, MySqlConnection};
use utoipa::ToSchema;
use validator::Validate;

use self::tree::Tree;
use super::texts::{Name, PictureAddress, Sentences};
use super::{Act, CHANGED_MEANWHILE, Desk};
use crate::slugs::{self, Kind, Slug, Wish};
use crate::store;

const NO_SUCH_CATEGORY: Error = Error::NotFound("category");
const IN_USE: Error = Error::Conflict {
    code: "CONFLICT",
    message: "the category is in use: products or categories stand in it, or a coupon is for it",
};

/// A category, whole, as the staff sees it.
#[derive(Clone, Debug, PartialEq, Serialize, FromRow, ToSchema)]
pub struct AdminCategory {
    /// Its key.
    pub id: CategoryId,
    /// Its name outside of this shop.
    pub uuid: String,
    /// The last part of its page's address.
    #[schema(value_type = String)]
    pub slug: Slug,
    /// What the staff says of it.
    #[serde(flatten)]
    #[sqlx(flatten)]
    pub said: CategoryDraft,
    /// Since when it is there.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// How often it has changed: what `If-Match` names.
    pub revision: u64,
}

/// What the staff says of a category.
#[derive(Clone, Debug, PartialEq, Serialize, FromRow, ToSchema)]
pub struct CategoryDraft {
    /// Its name.
    #[schema(value_type = String)]
    pub name: Name,
    /// Its name in Hindi.
    #[schema(value_type = Option<String>)]
    pub name_hindi: Option<Name>,
    /// A few sentences about it.
    #[schema(value_type = Option<String>)]
    pub description: Option<Sentences>,
    /// The same in Hindi.
    #[schema(value_type = Option<String>)]
    pub description_hindi: Option<Sentences>,
    /// The title of its page for search engines.
    #[schema(value_type = Option<String>)]
    pub meta_title: Option<Name>,
    /// What search engines tell about it.
    #[schema(value_type = Option<String>)]
    pub meta_description: Option<Sentences>,
    /// The category around it.
    pub parent_id: Option<CategoryId>,
    /// Its picture.
    #[schema(value_type = Option<String>)]
    pub image_url: Option<PictureAddress>,
    /// Where it stands among its neighbours: lower comes first.
    pub sort_order: i32,
    /// Whether shoppers find it, and what is in it.
    pub is_active: bool,
    /// Chosen by the shop.
    pub is_featured: bool,
}

/// What is said of a category, wholly: what is absent is taken away, or as the shop usually has it.
#[derive(Clone, Debug, eserde::Deserialize, Validate, ToSchema)]
pub struct CategoryForm {
    /// Its name.
    #[schema(value_type = String, example = "Rice")]
    pub name: Name,
    /// Its name in Hindi.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "चावल")]
    pub name_hindi: Option<Name>,
    /// The last part of its page's address; made from the name at first, and kept if absent.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub slug: Option<Slug>,
    /// A few sentences about it.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub description: Option<Sentences>,
    /// The same in Hindi.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub description_hindi: Option<Sentences>,
    /// The title of its page for search engines.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub meta_title: Option<Name>,
    /// What search engines tell about it.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub meta_description: Option<Sentences>,
    /// The category around it; none for one that stands at the top.
    #[serde(default)]
    #[schema(value_type = Option<u64>)]
    pub parent_id: Option<CategoryId>,
    /// Its picture.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub image_url: Option<PictureAddress>,
    /// Where it stands among its neighbours; 0 unless said.
    #[serde(default)]
    pub sort_order: Option<i32>,
    /// Whether shoppers find it; yes unless said.
    #[serde(default)]
    pub is_active: Option<bool>,
    /// Chosen by the shop; no unless said.
    #[serde(default)]
    pub is_featured: Option<bool>,
}

/// A category, whether shoppers find it or not.
pub async fn find(conn: &mut MySqlConnection, id: CategoryId) -> Result<AdminCategory> {
    store::admin_categories::find(conn, id).await?.ok_or(NO_SUCH_CATEGORY)
}

/// Adds a category.
///
/// # Errors
/// 400 and 422 say why it cannot stand there; 409 when the address that was asked for is taken.
pub async fn create(desk: &Desk, by: &By<ManageCategories>, form: &CategoryForm) -> Result<AdminCategory> {
    let mut tx = desk.database.begin().await?;
    let draft = form.draft();
    Tree::lock(&mut tx).await?.expect_room(None, draft.parent_id)?;
    let wish = form.slug.clone().map_or_else(|| form.named(), Wish::Exactly);
    let id = insert(&mut tx, &draft, &wish, by.now).await?;
    let after = find(&mut tx, id).await?;
    tell(&mut tx, id).await?;
    let act = Act { action: "category.create", subject: subject(id), before: None, after: Some(&after) };
    desk.write_down(&mut tx, by, act).await?;
    tx.commit().await?;
    Ok(after)
}

/// Describes a category anew, if it still is the revision that was read.
///
/// # Errors
/// As [`create`]; 409 when it has changed meanwhile.
pub async fn change(
    desk: &Desk,
    by: &By<ManageCategories>,
    (id, revision): (CategoryId, u64),
    form: &CategoryForm,
) -> Result<AdminCategory> {
    let mut tx = desk.database.begin().await?;
    let tree = Tree::lock(&mut tx).await?;
    let before = read(&mut tx, (id, revision)).await?;
    let draft = form.draft();
    tree.expect_room(Some(id), draft.parent_id)?;
    update(&mut tx, &before, (&draft, form.slug.as_ref()), by.now).await?;
    let after = find(&mut tx, id).await?;
    tell(&mut tx, id).await?;
    let act = Act { action: "category.change", subject: subject(id), before: Some(&before), after: Some(&after) };
    desk.write_down(&mut tx, by, act).await?;
    tx.commit().await?;
    Ok(after)
}

/// Removes a category that nothing stands in, if it still is the revision that was read.
///
/// # Errors
/// 409 when it is in use, or has changed meanwhile.
pub async fn remove(
    desk: &Desk,
    by: &By<ManageCategories>,
    (id, revision): (CategoryId, u64),
) -> Result<AdminCategory> {
    let mut tx = desk.database.begin().await?;
    Tree::lock(&mut tx).await?;
    let before = read(&mut tx, (id, revision)).await?;
    if store::admin_categories::is_in_use(&mut tx, id).await? {
        return Err(IN_USE);
    }
    store::slugs::delete_of(&mut tx, Kind::Category, id.get()).await?;
    store::admin_categories::delete(&mut tx, id).await?;
    tell(&mut tx, id).await?;
    let act = Act { action: "category.remove", subject: subject(id), before: Some(&before), after: None };
    desk.write_down(&mut tx, by, act).await?;
    tx.commit().await?;
    Ok(before)
}

/// The category, whose row nobody else changes: the whole tree is locked.
async fn read(conn: &mut MySqlConnection, (id, revision): (CategoryId, u64)) -> Result<AdminCategory> {
    let found = find(conn, id).await?;
    if found.revision == revision { Ok(found) } else { Err(CHANGED_MEANWHILE) }
}

async fn insert(
    conn: &mut MySqlConnection,
    draft: &CategoryDraft,
    wish: &Wish,
    now: DateTime<Utc>,
) -> Result<CategoryId> {
    for _ in 0..slugs::MOST_TRIES {
        let slug = slugs::choose(conn, Kind::Category, wish, None).await?;
        match store::admin_categories::insert(conn, draft, &slug, now).await {
            Err(error) if Failure::of(&error) == Failure::Duplicate => {}
            inserted => return Ok(inserted?),
        }
    }
    Err(slugs::TAKEN)
}

async fn update(
    conn: &mut MySqlConnection,
    before: &AdminCategory,
    (draft, wanted): (&CategoryDraft, Option<&Slug>),
    now: DateTime<Utc>,
) -> Result<()> {
    let slug = match wanted {
        None => before.slug.clone(),
        Some(slug) => {
            let wish = Wish::Exactly(slug.clone());
            slugs::choose(conn, Kind::Category, &wish, Some(before.id.get())).await?
        }
    };
    match store::admin_categories::update(conn, before.id, (draft, &slug), now).await {
        Err(error) if Failure::of(&error) == Failure::Duplicate => return Err(slugs::TAKEN),
        updated => updated?,
    }
    if slug != before.slug {
        slugs::remember(conn, (Kind::Category, before.id.get()), (&before.slug, &slug), now).await?;
    }
    Ok(())
}

fn subject(id: CategoryId) -> Subject {
    Subject::new("category", id.to_string())
}

async fn tell(conn: &mut MySqlConnection, id: CategoryId) -> Result<()> {
    Ok(changes::record(conn, Topic::CatalogueChanged, &format!("category:{id}")).await?)
}

impl CategoryForm {
    fn named(&self) -> Wish {
        Wish::Like(Slug::of(Kind::Category, self.name.as_str()))
    }

    fn draft(&self) -> CategoryDraft {
        let form = self.clone();
        CategoryDraft {
            name: form.name,
            name_hindi: form.name_hindi,
            description: form.description,
            description_hindi: form.description_hindi,
            meta_title: form.meta_title,
            meta_description: form.meta_description,
            parent_id: form.parent_id,
            image_url: form.image_url,
            sort_order: form.sort_order.unwrap_or_default(),
            is_active: form.is_active.unwrap_or(true),
            is_featured: form.is_featured.unwrap_or(false),
        }
    }
}
