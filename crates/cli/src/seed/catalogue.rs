//! The catalogue that comes with the repository, carried inside the binary.

use anyhow::Context;
use kernel::Paise;
use rust_decimal::Decimal;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

/// What a shop sells on its first day.
#[derive(Debug)]
pub struct Catalogue {
    pub(super) categories: Vec<CategoryRow>,
    pub(super) brands: Vec<BrandRow>,
    pub(super) products: Vec<ProductRow>,
}

impl Catalogue {
    /// The CSV files under `data/catalogue`.
    ///
    /// # Errors
    /// When a line of them is not right: the message names it.
    pub fn of_the_repository() -> anyhow::Result<Self> {
        Ok(Self {
            categories: rows(include_str!("../../../../data/catalogue/categories.csv")).context("categories.csv")?,
            brands: rows(include_str!("../../../../data/catalogue/brands.csv")).context("brands.csv")?,
            products: rows(include_str!("../../../../data/catalogue/products.csv")).context("products.csv")?,
        })
    }

    /// How many products it has.
    pub fn size(&self) -> usize {
        self.products.len()
    }
}

fn rows<T: DeserializeOwned>(text: &str) -> csv::Result<Vec<T>> {
    csv::Reader::from_reader(text.as_bytes()).deserialize().collect()
}

#[derive(Debug, Deserialize)]
pub(super) struct CategoryRow {
    pub(super) slug: String,
    pub(super) name: String,
    pub(super) name_hindi: Option<String>,
    pub(super) parent_slug: Option<String>,
    pub(super) description: Option<String>,
    pub(super) sort_order: i32,
}

#[derive(Debug, Deserialize)]
pub(super) struct BrandRow {
    pub(super) slug: String,
    pub(super) name: String,
    pub(super) description: Option<String>,
    pub(super) sort_order: i32,
}

#[derive(Debug, Deserialize)]
pub(super) struct ProductRow {
    pub(super) sku: String,
    pub(super) name: String,
    pub(super) slug: String,
    pub(super) category_slug: String,
    pub(super) brand_slug: String,
    pub(super) short_description: String,
    pub(super) description: String,
    pub(super) specification: String,
    #[serde(deserialize_with = "rupees")]
    pub(super) base_price: Paise,
    #[serde(deserialize_with = "rupees")]
    pub(super) compare_price: Paise,
    #[serde(deserialize_with = "rust_decimal::serde::str::deserialize")]
    pub(super) gst_rate: Decimal,
    pub(super) hsn_code: String,
    pub(super) stock: u32,
    pub(super) low_stock_threshold: u32,
    pub(super) weight_grams: u32,
    pub(super) max_cart_quantity: u32,
    #[serde(deserialize_with = "flag")]
    pub(super) is_featured: bool,
    #[serde(deserialize_with = "flag")]
    pub(super) is_trending: bool,
    #[serde(deserialize_with = "flag")]
    pub(super) is_bestseller: bool,
}

/// As it is written: the csv crate would guess a float.
fn rupees<'de, D: Deserializer<'de>>(field: D) -> Result<Paise, D::Error> {
    String::deserialize(field)?.parse().map_err(serde::de::Error::custom)
}

fn flag<'de, D: Deserializer<'de>>(field: D) -> Result<bool, D::Error> {
    u8::deserialize(field).map(|flag| flag == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalogue_is_whole_and_no_price_is_above_its_mrp() {
        let catalogue = Catalogue::of_the_repository().unwrap();
        assert_eq!(catalogue.size(), 40);
        for product in &catalogue.products {
            assert!(product.base_price <= product.compare_price, "{}", product.sku);
            assert!(catalogue.categories.iter().any(|category| category.slug == product.category_slug));
            assert!(catalogue.brands.iter().any(|brand| brand.slug == product.brand_slug));
        }
    }
}
