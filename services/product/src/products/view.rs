//! How a product is shown: in a list, on its page, in a cart.

use chrono::{DateTime, Utc};
use commerce::catalogue::{ProductType, StockStatus};
use commerce::gst::GstRate;
use commerce::ids::{BrandId, CategoryId, ProductId, VariationId};
use kernel::Paise;
use rust_decimal::Decimal;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::administration::images::Image;

/// What another object is called and where its page is.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct NamedRef<Id> {
    /// Its key.
    pub id: Id,
    /// Its name.
    pub name: String,
    /// The last part of its page's address.
    pub slug: String,
}

/// A product as a list shows it.
#[expect(clippy::struct_excessive_bools, reason = "the owner's columns")]
#[derive(Debug, Serialize, ToSchema)]
pub struct ProductSummary {
    /// Its key.
    pub id: ProductId,
    /// Its name outside of this shop.
    pub uuid: String,
    /// What the warehouse calls it.
    #[schema(example = "GRC-RICE-001")]
    pub sku: String,
    /// Its name.
    pub name: String,
    /// The last part of its page's address.
    pub slug: String,
    /// One sentence about it.
    pub short_description: Option<String>,
    /// The listed price; the lowest one of a product that is sold by variation.
    pub base_price: Paise,
    /// The maximum retail price printed on it, never below the listed price.
    pub compare_price: Option<Paise>,
    /// By how many whole percent the customer pays less than the maximum retail price, rounded down.
    #[schema(minimum = 0, maximum = 100, example = 15)]
    pub discount_percent: u8,
    /// What the customer pays.
    pub price_with_gst: Paise,
    /// The value of the goods alone.
    pub price_without_gst: Paise,
    /// The rate of GST in percent.
    pub gst_rate: GstRate,
    /// Whether the listed price holds the tax.
    pub is_gst_inclusive: bool,
    /// What to tell about its stock.
    pub stock_status: StockStatus,
    /// How it is sold.
    pub product_type: ProductType,
    /// Its first picture.
    pub main_image_url: Option<String>,
    /// Chosen by the shop.
    pub is_featured: bool,
    /// Looked at a lot.
    pub is_trending: bool,
    /// Bought a lot.
    pub is_bestseller: bool,
    /// How many of it one cart takes.
    pub max_cart_quantity: i32,
    /// The mean of its approved reviews' stars, of five; nothing while there is none.
    #[serde(with = "rust_decimal::serde::float_option")]
    #[schema(value_type = Option<f64>, example = 4.67)]
    pub rating: Option<Decimal>,
    /// How many approved reviews it has.
    pub review_count: u64,
    /// Where it stands.
    pub category: NamedRef<CategoryId>,
    /// Who makes it.
    pub brand: Option<NamedRef<BrandId>>,
    /// Since when it is in the catalogue.
    pub created_at: DateTime<Utc>,
}

/// A product as its page shows it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Product {
    /// What a list shows too.
    #[serde(flatten)]
    pub summary: ProductSummary,
    /// How often it was looked at; some seconds late.
    pub view_count: i64,
    /// How many pieces were sold in confirmed orders.
    pub total_sold: i64,
    /// Its story.
    pub description: Option<String>,
    /// Its facts, as names and values.
    pub specification: Option<Value>,
    /// Its other pictures.
    pub image_gallery: Option<Value>,
    /// All of its pictures that the shop has made sizes of, in the shop's order.
    pub images: Vec<Image>,
    /// The heading of the customs tariff that its tax follows.
    #[schema(example = "10063020")]
    pub hsn_code: Option<String>,
    /// How many can be sold now, of all variations together.
    pub stock_quantity: i32,
    /// What it weighs.
    #[serde(with = "rust_decimal::serde::float_option")]
    #[schema(value_type = Option<f64>, example = 5100.0)]
    pub weight_grams: Option<Decimal>,
    /// How many one cart takes at least.
    pub min_cart_quantity: i32,
    /// Whether it may be sent back.
    pub is_returnable: bool,
    /// For how many days; the shop's setting when absent.
    pub return_period_days: Option<i32>,
    /// What it is sold as, in the shop's order; nothing if it is sold as itself.
    pub variations: Vec<Variation>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

/// One of the things that a product is sold as. Its rate of GST and its limits in a cart are the product's.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Variation {
    /// Its key.
    pub id: VariationId,
    /// Of which product.
    #[serde(skip)]
    pub(crate) product_id: ProductId,
    /// What the warehouse calls it.
    #[schema(example = "GRC-RICE-001-5KG")]
    pub sku: String,
    /// What it has, in the shop's order.
    pub attributes: Vec<VariationAttribute>,
    /// The listed price.
    pub price: Paise,
    /// The maximum retail price printed on it, never below the listed price.
    pub compare_price: Option<Paise>,
    /// By how many whole percent the customer pays less than the maximum retail price, rounded down.
    #[schema(minimum = 0, maximum = 100, example = 15)]
    pub discount_percent: u8,
    /// What the customer pays.
    pub price_with_gst: Paise,
    /// The value of the goods alone.
    pub price_without_gst: Paise,
    /// What to tell about its stock.
    pub stock_status: StockStatus,
    /// How many can be sold now.
    pub stock_quantity: i32,
    /// How many one cart can take now: limited by the product's rule and, where it is counted, by the variation's stock.
    pub available_quantity: i32,
    /// What it weighs.
    #[serde(with = "rust_decimal::serde::float_option")]
    #[schema(value_type = Option<f64>, example = 5100.0)]
    pub weight_grams: Option<Decimal>,
    /// Its picture; the product's when absent.
    pub image_url: Option<String>,
    /// Whether it is the one to begin with.
    pub is_default: bool,
}

/// What a variation has of something that variations differ in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct VariationAttribute {
    /// What they differ in, for programs.
    #[schema(example = "colour")]
    pub slug: String,
    /// What they differ in, for people.
    #[schema(example = "Colour")]
    pub name: String,
    /// What this one has of it.
    #[schema(example = "Indigo")]
    pub value: String,
    /// How that looks, if it is a colour.
    #[schema(example = "#2a3d8f")]
    pub color_code: Option<String>,
}

/// What a cart page is told about its products.
#[derive(Debug, Serialize, ToSchema)]
pub struct CartInfo {
    /// Those that can be shown.
    pub items: Vec<CartItem>,
    /// Those that are not in the shop (any more).
    pub missing: Vec<ProductId>,
}

/// The present price and availability of one product.
#[derive(Debug, Serialize, ToSchema)]
pub struct CartItem {
    /// What a list shows too.
    #[serde(flatten)]
    pub summary: ProductSummary,
    /// How many one cart takes at least.
    pub min_cart_quantity: i32,
    /// How many one cart can take now: limited by the product's rule and, where it is counted, by its stock.
    pub available_quantity: i32,
    /// What it is sold as, in the shop's order; nothing if it is sold as itself.
    pub variations: Vec<Variation>,
}

/// By how many whole percent `price` is below the maximum retail price, which has all taxes in it; never told too high.
pub(crate) fn discount_percent(maximum: Option<Paise>, price: Paise) -> u8 {
    let Some(maximum) = maximum.map(Paise::get).filter(|maximum| *maximum > 0) else { return 0 };
    let percent = (maximum - price.get()).checked_mul(100).map(|share| share / maximum);
    percent.and_then(|percent| u8::try_from(percent).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_discount_is_never_told_too_high() {
        let told = |maximum, price| discount_percent(Some(Paise::new(maximum)), Paise::new(price));
        assert_eq!([told(10_000, 8_500), told(10_000, 8_501), told(300, 100), told(100, 0)], [15, 14, 66, 100]);
        assert_eq!([told(100, 100), told(100, 101), told(100, 100_000), told(0, 100)], [0; 4]);
        assert_eq!(discount_percent(None, Paise::new(100)), 0);
    }
}
