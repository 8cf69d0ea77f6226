//! How the variations of a product are shown.

use commerce::catalogue::StockStatus;
use commerce::ids::{ProductId, VariationId};
use kernel::Paise;
use rust_decimal::Decimal;
use serde::Serialize;
use utoipa::ToSchema;

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
