//! `pavitra seed`

mod catalogue;
mod chance;
mod customers;
mod images;
mod many;
mod store;
mod variations;

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use chrono::{DateTime, Utc};
use clap::Args;
use commerce::ids::{BrandId, CategoryId};
use shared::changes::{self, Topic};
use shared::clock::Clock;
use shared::config::{Database, Reader};
use shared::database::connect_lazily;
use sqlx::{Acquire, MySqlConnection};

use self::catalogue::Catalogue;
use self::store::Place;
use self::variations::Values;

/// Where uploaded files rest unless UPLOADS_DIR says otherwise.
const UPLOADS: &str = ".local/uploads";

/// Fills the shop with the products of an Indian general store. What is there already is left as it is.
#[derive(Debug, Args)]
pub struct Seed {
    /// Draw a picture of every product into UPLOADS_DIR
    #[arg(long)]
    images: bool,
    /// Add so many customers with their past orders
    #[arg(long, default_value_t = 0, value_name = "NUMBER")]
    customers: u32,
    /// Add so many generated products, to measure with
    #[arg(long, default_value_t = 0, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(..=i64::from(many::MOST)))]
    size: u32,
}

impl Seed {
    pub(crate) async fn run(self) -> anyhow::Result<ExitCode> {
        let mut env = Reader::from_process();
        let database = Database::read(&mut env);
        let uploads = env.path("UPLOADS_DIR").unwrap_or_else(|| PathBuf::from(UPLOADS));
        let database = connect_lazily(&env.finish(database)?);
        let mut conn = database.acquire().await.context("the database does not answer")?;
        let now = Clock::System.now();
        store::lock(&mut conn).await?;
        self.seed(&mut conn, &uploads, now).await?;
        store::unlock(&mut conn).await?;
        Ok(ExitCode::SUCCESS)
    }

    async fn seed(&self, conn: &mut MySqlConnection, uploads: &Path, now: DateTime<Utc>) -> anyhow::Result<()> {
        let catalogue = Catalogue::of_the_repository()?;
        // What was bought in the past was on the shelf before.
        let opened = if self.customers > 0 { now - customers::PAST } else { now };
        let added = fill(conn, &catalogue, opened).await?;
        tracing::info!("{added} products added");
        if self.images {
            let drawn = draw(conn, &catalogue, uploads, now).await?;
            tracing::info!("{drawn} pictures drawn");
        }
        if self.customers > 0 {
            let (customers, orders) = customers::add(conn, self.customers, now).await?;
            tracing::info!("{customers} customers added, with {orders} past orders");
        }
        if self.size > 0 {
            let generated = many::add(conn, self.size, now).await?;
            tracing::info!("{generated} generated products added");
        }
        changes::record(conn, Topic::CatalogueChanged, "all").await?;
        Ok(())
    }
}

/// Draws the pictures that are missing, and shows them where a product has none; how many were drawn.
async fn draw(
    conn: &mut MySqlConnection,
    catalogue: &Catalogue,
    uploads: &Path,
    now: DateTime<Utc>,
) -> anyhow::Result<usize> {
    let pictures = catalogue.pictures();
    let drawn = images::draw_missing(&pictures, uploads)?;
    let mut tx = conn.begin().await?;
    for picture in &pictures {
        store::update_image(&mut tx, picture.slug, &picture.url(), now).await?;
    }
    tx.commit().await?;
    Ok(drawn)
}

/// Adds what the catalogue has and the shop has not, all or nothing; how many products that were.
pub async fn fill(conn: &mut MySqlConnection, catalogue: &Catalogue, now: DateTime<Utc>) -> anyhow::Result<usize> {
    store::lock(conn).await?;
    let mut tx = conn.begin().await?;
    let categories = add_categories(&mut tx, catalogue).await?;
    let brands = add_brands(&mut tx, catalogue).await?;
    let values = variations::add_values(&mut tx, catalogue).await?;
    let added = add_products(&mut tx, catalogue, &Shelves { categories: &categories, brands, values }, now).await?;
    add_coupons(&mut tx, catalogue, &categories, now).await?;
    tx.commit().await?;
    store::unlock(conn).await?;
    Ok(added)
}

async fn add_categories(
    conn: &mut MySqlConnection,
    catalogue: &Catalogue,
) -> anyhow::Result<HashMap<String, CategoryId>> {
    let mut known = HashMap::new();
    for category in &catalogue.categories {
        let parent = category.parent_slug.as_ref().map(|slug| known.get(slug).copied().context("a parent comes first"));
        let id = store::find_or_insert_category(conn, category, parent.transpose()?).await?;
        known.insert(category.slug.clone(), id);
    }
    Ok(known)
}

async fn add_brands(conn: &mut MySqlConnection, catalogue: &Catalogue) -> anyhow::Result<HashMap<String, BrandId>> {
    let mut known = HashMap::new();
    for brand in &catalogue.brands {
        known.insert(brand.slug.clone(), store::find_or_insert_brand(conn, brand).await?);
    }
    Ok(known)
}

/// What products refer to.
struct Shelves<'a> {
    categories: &'a HashMap<String, CategoryId>,
    brands: HashMap<String, BrandId>,
    values: Values,
}

/// A product comes with its variations, or is there already and stays as it is.
async fn add_products(
    conn: &mut MySqlConnection,
    catalogue: &Catalogue,
    shelves: &Shelves<'_>,
    now: DateTime<Utc>,
) -> anyhow::Result<usize> {
    let mut added = 0;
    for product in &catalogue.products {
        let category = shelves.categories.get(&product.category_slug).copied();
        let place = Place {
            category: category.context("a product's category is in the catalogue")?,
            brand: shelves.brands.get(&product.brand_slug).copied(),
            kind: catalogue.kind_of(product),
        };
        let Some(id) = store::insert_product(conn, product, place, now).await? else { continue };
        if let Some(stock) = NonZeroU32::new(product.stock) {
            inventory::open(conn, id, stock, now).await?;
        }
        variations::add(conn, (id, catalogue.variations_of(product)), &shelves.values, now).await?;
        added += 1;
    }
    Ok(added)
}

async fn add_coupons(
    conn: &mut MySqlConnection,
    catalogue: &Catalogue,
    categories: &HashMap<String, CategoryId>,
    now: DateTime<Utc>,
) -> anyhow::Result<()> {
    for coupon in &catalogue.coupons {
        let category = coupon.category_slug.as_ref().map(|slug| categories.get(slug).copied().context("a category"));
        store::insert_coupon(conn, coupon, category.transpose()?, now).await?;
    }
    Ok(())
}
