//! The catalogue that comes with the repository, carried inside the binary.

use anyhow::Context;
use chrono::{DateTime, Utc};
use commerce::catalogue::ProductType;
use kernel::Paise;
use rust_decimal::Decimal;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

use super::images::{Motif, Picture};

/// What a shop sells on its first day.
#[derive(Debug)]
pub struct Catalogue {
    pub(super) categories: Vec<CategoryRow>,
    pub(super) brands: Vec<BrandRow>,
    pub(super) products: Vec<ProductRow>,
    pub(super) attributes: Vec<AttributeRow>,
    pub(super) values: Vec<ValueRow>,
    pub(super) variations: Vec<VariationRow>,
    pub(super) coupons: Vec<CouponRow>,
}

impl Catalogue {
    /// The CSV files under `data`.
    ///
    /// # Errors
    /// When a line of them is not right: the message names it.
    pub fn of_the_repository() -> anyhow::Result<Self> {
        Ok(Self {
            categories: rows(include_str!("../../../../data/catalogue/categories.csv")).context("categories.csv")?,
            brands: rows(include_str!("../../../../data/catalogue/brands.csv")).context("brands.csv")?,
            products: rows(include_str!("../../../../data/catalogue/products.csv")).context("products.csv")?,
            attributes: rows(include_str!("../../../../data/catalogue/attributes.csv")).context("attributes.csv")?,
            values: rows(include_str!("../../../../data/catalogue/attribute_values.csv"))
                .context("attribute_values.csv")?,
            variations: rows(include_str!("../../../../data/catalogue/variations.csv")).context("variations.csv")?,
            coupons: rows(include_str!("../../../../data/coupons.csv")).context("coupons.csv")?,
        })
    }

    /// A picture of every product.
    pub(super) fn pictures(&self) -> Vec<Picture<'_>> {
        self.products.iter().map(|product| self.picture(product)).collect()
    }

    fn picture<'a>(&'a self, product: &'a ProductRow) -> Picture<'a> {
        let shelf = (self.root_of(&product.category_slug), product.category_slug.as_str());
        Picture { slug: &product.slug, motif: product.motif, shelf, brand: &product.brand_slug }
    }

    /// The main category above another one.
    fn root_of<'a>(&'a self, shelf: &'a str) -> &'a str {
        let row = self.categories.iter().find(|category| category.slug == shelf);
        row.and_then(|category| category.parent_slug.as_deref()).unwrap_or(shelf)
    }

    /// What a product is sold as, in the shop's order; nothing if it is sold as itself.
    pub(super) fn variations_of<'a>(&'a self, product: &'a ProductRow) -> impl Iterator<Item = &'a VariationRow> {
        self.variations.iter().filter(|variation| variation.product_sku == product.sku)
    }

    /// How a product is sold.
    pub(super) fn kind_of(&self, product: &ProductRow) -> ProductType {
        if self.variations_of(product).next().is_some() { ProductType::Variable } else { ProductType::Simple }
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
    pub(super) motif: Motif,
}

#[derive(Debug, Deserialize)]
pub(super) struct AttributeRow {
    pub(super) slug: String,
    pub(super) name: String,
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) sort_order: i32,
}

#[derive(Debug, Deserialize)]
pub(super) struct ValueRow {
    pub(super) attribute_slug: String,
    pub(super) value: String,
    pub(super) color_code: Option<String>,
    pub(super) sort_order: i32,
}

#[derive(Debug, Deserialize)]
pub(super) struct VariationRow {
    pub(super) product_sku: String,
    pub(super) sku: String,
    #[serde(deserialize_with = "rupees")]
    pub(super) price: Paise,
    #[serde(deserialize_with = "rupees")]
    pub(super) compare_price: Paise,
    pub(super) stock: u32,
    pub(super) low_stock_threshold: u32,
    pub(super) weight_grams: u32,
    #[serde(deserialize_with = "flag")]
    pub(super) is_default: bool,
    colour: Option<String>,
    size: Option<String>,
    pack: Option<String>,
}

impl VariationRow {
    /// What it has: the slug of an attribute, and a value of that.
    pub(super) fn attributes(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let columns = [("colour", &self.colour), ("size", &self.size), ("pack", &self.pack)];
        columns.into_iter().filter_map(|(slug, value)| Some((slug, value.as_deref()?)))
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct CouponRow {
    pub(super) code: String,
    pub(super) name: String,
    pub(super) description: Option<String>,
    pub(super) discount_type: String,
    #[serde(deserialize_with = "rust_decimal::serde::str::deserialize")]
    pub(super) discount_value: Decimal,
    #[serde(deserialize_with = "rupees_if_any")]
    pub(super) maximum_discount_amount: Option<Paise>,
    #[serde(deserialize_with = "rupees")]
    pub(super) minimum_order_amount: Paise,
    pub(super) category_slug: Option<String>,
    pub(super) usage_limit: Option<u32>,
    pub(super) usage_limit_per_user: Option<u32>,
    pub(super) valid_from: DateTime<Utc>,
    pub(super) valid_until: Option<DateTime<Utc>>,
}

/// As it is written: the csv crate would guess a float.
fn rupees<'de, D: Deserializer<'de>>(field: D) -> Result<Paise, D::Error> {
    String::deserialize(field)?.parse().map_err(serde::de::Error::custom)
}

fn rupees_if_any<'de, D: Deserializer<'de>>(field: D) -> Result<Option<Paise>, D::Error> {
    let text = Option::<String>::deserialize(field)?.filter(|text| !text.is_empty());
    text.map(|text| text.parse().map_err(serde::de::Error::custom)).transpose()
}

fn flag<'de, D: Deserializer<'de>>(field: D) -> Result<bool, D::Error> {
    u8::deserialize(field).map(|flag| flag == 1)
}

#[cfg(test)]
mod tests;
