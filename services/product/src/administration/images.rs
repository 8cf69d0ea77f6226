//! The pictures of a product, in the shop's order: the first is the one that lists show.

mod sweeping;

use commerce::ids::{ImageId, ProductId};
use media::{Form, Name, Rendition, Shelf, Studio, Unfinished};
use serde::Serialize;
use serde_json::json;
use shared::Ground;
use shared::audit::{By, Entry, Subject};
use shared::changes::{self, Topic};
use shared::database;
use shared::identity::ManageProducts;
use shared::web::{Captioned, Error, Result};
use sqlx::{FromRow, MySqlConnection};
use utoipa::ToSchema;
use validator::Validate;

pub(crate) use self::sweeping::{LONGEST_SWEEP, PERIOD, sweep};
use super::{CHANGED_MEANWHILE, Desk};
use crate::store;

/// How many pixels a picture is wide and high at most, each size a file.
const SIZES: &[u32] = &[160, 480, 960, 1600];
/// The one that a product names.
const SHOWN: u32 = 960;
/// How many pictures a product has at most.
const MOST: usize = 12;
/// Where under the folder of uploads they lie.
const FOLDER: &str = "products";

const NO_SUCH_PRODUCT: Error = Error::NotFound("product");
const NO_SUCH_IMAGE: Error = Error::NotFound("image");
const TOO_MANY: Error =
    Error::Impossible { code: "INVALID_STATE", message: "a product has at most twelve pictures: remove one first" };

/// Where pictures of products are made and kept.
#[derive(Clone, Debug)]
pub struct Gallery {
    pub(crate) desk: Desk,
    pub(crate) studio: Studio,
    pub(crate) shelf: Shelf,
}

/// A picture of a product.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Image {
    /// Its key.
    pub id: ImageId,
    /// The one that the product names.
    #[schema(example = "/uploads/products/0b0e…-960.jpg")]
    pub url: String,
    /// What people read who do not see it.
    pub alt: Option<String>,
    /// How many pixels the largest of its files is wide.
    pub width: u32,
    /// How many pixels the largest of its files is high.
    pub height: u32,
    /// Each size in each form.
    pub files: Vec<ImageFile>,
}

/// A file of a picture.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ImageFile {
    /// How many pixels it is wide and high at most.
    pub size: u32,
    /// `webp`, and `jpg` or `png`.
    pub format: &'static str,
    /// Where it is; what is there never changes.
    pub url: String,
}

/// The pictures of a product.
#[derive(Debug, Serialize, ToSchema)]
pub struct Pictures {
    /// Of which product.
    pub product_id: ProductId,
    /// Which revision the product has: send it along to change only what you have seen.
    pub revision: u64,
    /// In the shop's order.
    pub images: Vec<Image>,
}

/// A new order of the pictures of a product.
#[derive(Clone, Debug, eserde::Deserialize, Validate, ToSchema)]
pub struct OrderImages {
    /// Every picture of the product, once.
    pub images: Vec<ImageId>,
}

/// What the shop knows of a picture that lies on the shelf.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct Hung {
    pub(crate) id: ImageId,
    pub(crate) name: String,
    pub(crate) form: String,
    pub(crate) alt: Option<String>,
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) sort_order: u32,
}

/// A picture whose files are there.
#[derive(Debug)]
pub(crate) struct NewImage {
    pub(crate) name: Name,
    pub(crate) form: Form,
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) alt: Option<String>,
}

/// The pictures of `product`.
pub async fn list(conn: &mut MySqlConnection, product: ProductId) -> Result<Pictures> {
    let revision = store::images::find_revision(conn, product).await?.ok_or(NO_SUCH_PRODUCT)?;
    let hung = store::images::list(conn, product).await?;
    Ok(Pictures { product_id: product, revision, images: hung.into_iter().map(Image::of).collect() })
}

/// Hangs the picture in `sent` behind those of `product`, all its files first. With `expected` only if the product is still
/// that revision.
pub async fn add(
    gallery: &Gallery,
    by: &By<ManageProducts>,
    (product, expected): (ProductId, Option<u64>),
    sent: Captioned,
) -> Result<Pictures> {
    gallery.expect_room(product).await?;
    let pictures = gallery.studio.fitted(sent.file, SIZES).await.map_err(unfinished)?;
    let (form, width, height) = facts(&pictures);
    let name = gallery.shelf.put(pictures).await.map_err(|error| Error::unavailable(anyhow::Error::new(error)))?;
    let new = NewImage { name, form, width, height, alt: sent.alt };
    let hung = database::retry(|| add_once(gallery, by, (product, expected), &new)).await;
    // Whether a commit that was not answered happened, nobody knows: its files are left to the sweeping.
    if matches!(&hung, Err(error) if !matches!(error, Error::Unavailable { .. })) {
        gallery.clear_away(name).await;
    }
    hung
}

async fn add_once(
    gallery: &Gallery,
    by: &By<ManageProducts>,
    (product, expected): (ProductId, Option<u64>),
    new: &NewImage,
) -> Result<Pictures> {
    let mut tx = gallery.desk.database.begin().await?;
    let before = lock(&mut tx, product, expected).await?;
    if before.len() >= MOST {
        return Err(TOO_MANY);
    }
    let place = before.last().map_or(0, |last| last.sort_order.saturating_add(1));
    store::images::insert(&mut tx, product, (new, place), by.now).await?;
    let images = gallery.hang(&mut tx, by, product, &before).await?;
    tx.commit().await?;
    Ok(images)
}

/// Takes a picture of `product` away, if the product is still the revision `expected`; its files go when that is done.
pub async fn remove(
    gallery: &Gallery,
    by: &By<ManageProducts>,
    (product, expected): (ProductId, u64),
    image: ImageId,
) -> Result<Pictures> {
    let (images, name) = database::retry(|| remove_once(gallery, by, (product, expected), image)).await?;
    if let Ok(name) = name.parse() {
        gallery.clear_away(name).await;
    }
    Ok(images)
}

async fn remove_once(
    gallery: &Gallery,
    by: &By<ManageProducts>,
    (product, expected): (ProductId, u64),
    image: ImageId,
) -> Result<(Pictures, String)> {
    let mut tx = gallery.desk.database.begin().await?;
    let before = lock(&mut tx, product, Some(expected)).await?;
    let gone = before.iter().find(|hung| hung.id == image).ok_or(NO_SUCH_IMAGE)?;
    store::images::delete(&mut tx, image).await?;
    store::images::update_variations_without(&mut tx, product, &gone.name, by.now).await?;
    let images = gallery.hang(&mut tx, by, product, &before).await?;
    tx.commit().await?;
    Ok((images, gone.name.clone()))
}

/// Puts the pictures of `product` into another order, if the product is still the revision `expected`.
pub async fn order(
    gallery: &Gallery,
    by: &By<ManageProducts>,
    (product, expected): (ProductId, u64),
    wanted: &OrderImages,
) -> Result<Pictures> {
    let mut tx = gallery.desk.database.begin().await?;
    let before = lock(&mut tx, product, Some(expected)).await?;
    let (mut known, mut named): (Vec<_>, _) = (before.iter().map(|hung| hung.id).collect(), wanted.images.clone());
    known.sort_unstable();
    named.sort_unstable();
    if known != named {
        return Err(Error::invalid("images", "must name every picture of the product once"));
    }
    for (place, image) in (0_u32..).zip(&wanted.images) {
        store::images::update_place(&mut tx, *image, place).await?;
    }
    let images = gallery.hang(&mut tx, by, product, &before).await?;
    tx.commit().await?;
    Ok(images)
}

/// The pictures of `product`, whose row nobody else changes before the transaction ends.
async fn lock(conn: &mut MySqlConnection, product: ProductId, expected: Option<u64>) -> Result<Vec<Hung>> {
    let revision = store::images::lock_revision(conn, product).await?.ok_or(NO_SUCH_PRODUCT)?;
    if expected.is_some_and(|expected| expected != revision) {
        return Err(CHANGED_MEANWHILE);
    }
    Ok(store::images::list(conn, product).await?)
}

impl Gallery {
    pub(crate) fn new(ground: &Ground) -> Self {
        let shelf = Shelf::new(&ground.config.uploads_dir, FOLDER);
        Self { desk: Desk::new(ground), studio: Studio::default(), shelf }
    }

    /// Before any work is done.
    async fn expect_room(&self, product: ProductId) -> Result<()> {
        let mut conn = self.desk.database.acquire().await?;
        store::images::find_revision(&mut conn, product).await?.ok_or(NO_SUCH_PRODUCT)?;
        if store::images::list(&mut conn, product).await?.len() < MOST { Ok(()) } else { Err(TOO_MANY) }
    }

    /// Lets the product name its pictures as they are now, tells everybody, and writes it down.
    async fn hang(
        &self,
        conn: &mut MySqlConnection,
        by: &By<ManageProducts>,
        product: ProductId,
        before: &[Hung],
    ) -> Result<Pictures> {
        let urls: Vec<_> = store::images::list(conn, product).await?.iter().map(Hung::url).collect();
        store::images::update_shown(conn, product, &urls, by.now).await?;
        changes::record(conn, Topic::CatalogueChanged, &format!("product:{product}")).await?;
        let images = list(conn, product).await?;
        let entry = Entry {
            by: &by.actor,
            action: "product.images",
            subject: Subject::new("product", product.to_string()),
            before: json!({ "images": before.iter().map(|hung| hung.id).collect::<Vec<_>>() }),
            after: json!({ "images": images.images.iter().map(|image| image.id).collect::<Vec<_>>() }),
        };
        self.desk.notary.record(conn, &entry, by.now).await?;
        Ok(images)
    }

    /// Files that stay behind are in nobody's way, and no reason to fail.
    async fn clear_away(&self, name: Name) {
        if let Err(error) = self.shelf.remove(name, SIZES).await {
            tracing::warn!(exception = %error, "the files of a picture stayed behind");
        }
    }
}

impl Image {
    /// As it is shown.
    pub(crate) fn of(hung: Hung) -> Self {
        let (url, form) = (hung.url(), hung.form());
        let Hung { id, name, alt, width, height, .. } = hung;
        let file = |name: Name, size, form: Form| ImageFile {
            size,
            format: form.extension(),
            url: name.url(FOLDER, size, form),
        };
        let sizes = |name| SIZES.iter().flat_map(move |size| [file(name, *size, Form::Webp), file(name, *size, form)]);
        Self { id, url, alt, width, height, files: name.parse().ok().into_iter().flat_map(sizes).collect() }
    }
}

impl Hung {
    /// Beside WebP.
    fn form(&self) -> Form {
        Form::of(&self.form).unwrap_or(Form::Jpeg)
    }

    fn url(&self) -> String {
        self.name.parse().map_or_else(|_never| String::new(), |name: Name| name.url(FOLDER, SHOWN, self.form()))
    }
}

/// What the files are beside WebP, and how large the largest is.
fn facts(pictures: &[Rendition]) -> (Form, u32, u32) {
    let beside = pictures.iter().filter(|picture| picture.form != Form::Webp);
    let largest = beside.max_by_key(|picture| picture.size);
    largest.map_or((Form::Jpeg, 1, 1), |picture| (picture.form, picture.width, picture.height))
}

fn unfinished(error: Unfinished) -> Error {
    match error {
        Unfinished::Refused(refused) => Error::invalid("file", refused.to_string()),
        Unfinished::Busy => Error::unavailable(anyhow::Error::new(error)),
    }
}
