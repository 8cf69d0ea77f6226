//! What the catalogue says already of the rows of a batch.

use std::collections::{BTreeSet, HashMap};

use commerce::ids::{BrandId, CategoryId, ProductId};
use shared::web::Result;
use sqlx::MySqlConnection;

use super::super::columns::{Cells, PARENT_SKU, SKU};
use super::super::record::attributes_by_variation;
use super::super::{ProductRow, VariationRow};
use super::{is_variation, text};
use crate::store::transfer::rows;

/// What is written by others than the staff, and read for what is new only.
const NOT_COMPARED: [&str; 3] = ["stock_quantity", "revision", PARENT_SKU];
/// Pictures are sent, not named.
const PICTURES: [&str; 2] = ["main_image_url", "image_gallery"];
/// What follows from the variations of a product.
const DERIVED: [&str; 2] = ["base_price", "compare_price"];

/// Products, variations, categories and brands that rows name, as the catalogue had them when the batch began. Keys are
/// compared as the database does it: small and capital letters are the same.
#[derive(Debug, Default)]
pub(super) struct Known {
    products: HashMap<String, (ProductRow, Cells)>,
    variations: HashMap<String, (VariationRow, Cells)>,
    categories: HashMap<String, CategoryId>,
    brands: HashMap<String, BrandId>,
    /// What rows of this batch have added.
    added: HashMap<String, ProductId>,
    /// What rows of this batch have changed.
    touched: BTreeSet<String>,
    /// Those that were added and that shoppers are to find as soon as they have a variation.
    pub(super) unpublished: Vec<(String, ProductId)>,
}

impl Known {
    pub(super) async fn read<'a>(conn: &mut MySqlConnection, rows: impl Iterator<Item = &'a Cells>) -> Result<Self> {
        let (mut products, mut variations) = (BTreeSet::new(), BTreeSet::new());
        let (mut categories, mut brands) = (BTreeSet::new(), BTreeSet::new());
        for cells in rows {
            if is_variation(cells) {
                products.insert(text(cells, PARENT_SKU));
                variations.insert(text(cells, SKU));
            } else {
                products.insert(text(cells, SKU));
            }
            categories.insert(text(cells, "category_slug"));
            brands.insert(text(cells, "brand_slug"));
        }
        let mut known = Self::default();
        known.read_products(&mut *conn, &products.into_iter().collect::<Vec<_>>()).await?;
        known.read_variations(&mut *conn, &variations.into_iter().collect::<Vec<_>>()).await?;
        let categories = rows::list_categories(&mut *conn, &categories.into_iter().collect::<Vec<_>>()).await?;
        known.categories = categories.into_iter().collect();
        let brands = rows::list_brands(conn, &brands.into_iter().collect::<Vec<_>>()).await?;
        known.brands = brands.into_iter().collect();
        Ok(known)
    }

    async fn read_products(&mut self, conn: &mut MySqlConnection, skus: &[&str]) -> Result<()> {
        for product in rows::list_products_by_sku(conn, skus).await? {
            let cells = product.cells();
            self.products.insert(key(&product.sku), (product, cells));
        }
        Ok(())
    }

    async fn read_variations(&mut self, conn: &mut MySqlConnection, skus: &[&str]) -> Result<()> {
        let found = rows::list_variations_by_sku(&mut *conn, skus).await?;
        let products: BTreeSet<_> = found.iter().map(|variation| variation.product_id).collect();
        let havings = rows::list_attributes(conn, &products.into_iter().collect::<Vec<_>>()).await?;
        let attributes = attributes_by_variation(&havings);
        for variation in found {
            let cells = variation.cells(attributes.get(&variation.id).map_or("", String::as_str));
            self.variations.insert(key(&variation.sku), (variation, cells));
        }
        Ok(())
    }

    /// Whether a row says nothing that is not so already.
    pub(super) fn is_as_it_is(&self, cells: &Cells) -> bool {
        let sku = key(text(cells, SKU));
        if self.touched.contains(&sku) {
            return false;
        }
        let says_so = |stored: &Cells, others: &[&str]| {
            let mut compared =
                cells.iter().filter(|(column, _)| !NOT_COMPARED.contains(column) && !others.contains(column));
            compared.all(|(column, cell)| stored.get(column).map_or("", String::as_str) == cell)
        };
        if is_variation(cells) {
            let stored =
                self.variations.get(&sku).filter(|(it, _)| key(&it.parent_sku) == key(text(cells, PARENT_SKU)));
            return stored.is_some_and(|(_, stored)| says_so(stored, &[]));
        }
        let Some((product, stored)) = self.products.get(&sku) else { return false };
        let derived: &[&str] = if product.product_type == "variable" { &DERIVED } else { &[] };
        says_so(stored, &[&PICTURES[..], derived].concat())
    }

    /// The product with this key, and the revision that it had.
    pub(super) fn product(&self, sku: &str) -> Option<ProductId> {
        let added = self.added.get(&key(sku)).copied();
        added.or_else(|| self.products.get(&key(sku)).map(|(product, _)| product.id))
    }

    /// The variation with this key.
    pub(super) fn variation(&self, sku: &str) -> Option<&VariationRow> {
        self.variations.get(&key(sku)).map(|(variation, _)| variation)
    }

    pub(super) fn category(&self, slug: &str) -> Option<CategoryId> {
        self.categories.get(slug).copied()
    }

    pub(super) fn brand(&self, slug: &str) -> Option<BrandId> {
        self.brands.get(slug).copied()
    }

    /// A row has added this product.
    pub(super) fn add(&mut self, sku: &str, id: ProductId) {
        self.added.insert(key(sku), id);
    }

    /// A row has changed this product or variation: what was read of it holds no longer.
    pub(super) fn touch(&mut self, sku: &str) {
        self.touched.insert(key(sku));
    }
}

fn key(sku: &str) -> String {
    sku.trim().to_lowercase()
}
