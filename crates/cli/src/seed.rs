//! `pavitra seed`

mod catalogue;
mod store;

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::process::ExitCode;

use anyhow::Context;
use chrono::{DateTime, Utc};
use clap::Args;
use commerce::ids::{BrandId, CategoryId};
use shared::clock::Clock;
use shared::config::{Database, Reader};
use shared::database::connect_lazily;
use sqlx::{Acquire, MySqlConnection};

use self::catalogue::Catalogue;

/// Fills the shop with the products of an Indian general store. What is there already is left as it is.
#[derive(Debug, Args)]
pub struct Seed {}

impl Seed {
    pub(crate) async fn run(self) -> anyhow::Result<ExitCode> {
        let mut env = Reader::from_process();
        let database = Database::read(&mut env);
        let database = connect_lazily(&env.finish(database)?);
        let mut conn = database.acquire().await.context("the database does not answer")?;
        let added = fill(&mut conn, &Catalogue::of_the_repository()?, Clock::System.now()).await?;
        tracing::info!("{added} products added");
        Ok(ExitCode::SUCCESS)
    }
}

/// Adds what the catalogue has and the shop has not, all or nothing; how many products that were.
pub async fn fill(conn: &mut MySqlConnection, catalogue: &Catalogue, now: DateTime<Utc>) -> anyhow::Result<usize> {
    store::lock(conn).await?;
    let mut tx = conn.begin().await?;
    let categories = add_categories(&mut tx, catalogue).await?;
    let brands = add_brands(&mut tx, catalogue).await?;
    let added = add_products(&mut tx, catalogue, (&categories, &brands), now).await?;
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

async fn add_products(
    conn: &mut MySqlConnection,
    catalogue: &Catalogue,
    (categories, brands): (&HashMap<String, CategoryId>, &HashMap<String, BrandId>),
    now: DateTime<Utc>,
) -> anyhow::Result<usize> {
    let mut added = 0;
    for product in &catalogue.products {
        let category = *categories.get(&product.category_slug).context("a product's category is in the catalogue")?;
        let brand = brands.get(&product.brand_slug).copied();
        let Some(id) = store::insert_product(conn, product, (category, brand), now).await? else { continue };
        if let Some(stock) = NonZeroU32::new(product.stock) {
            inventory::open(conn, id, stock, now).await?;
        }
        added += 1;
    }
    Ok(added)
}
