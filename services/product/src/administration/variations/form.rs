//! A variation as the staff describes it, always wholly.

use std::num::NonZeroU32;

use commerce::ids::AttributeValueId;
use kernel::Paise;
use utoipa::ToSchema;
use validator::Validate;

use crate::administration::texts::{Count, Grams, PictureAddress, Sku};

/// What is said of a variation: what is absent is as the shop usually has it.
#[derive(Clone, Debug, PartialEq, eserde::Deserialize, Validate, ToSchema)]
pub struct VariationForm {
    /// What the warehouse calls it; no other variation is called so.
    #[schema(value_type = Sku, example = "KURTA-M")]
    pub sku: Sku,
    /// The listed price.
    pub price: Paise,
    /// The maximum retail price printed on it.
    #[serde(default)]
    pub compare_price: Option<Paise>,
    /// A value of each attribute that the product's variations differ in; no other variation of the product has the same.
    #[validate(length(min = 1, max = 10, message = "must be 1 to 10 ids of values"))]
    pub attribute_value_ids: Vec<AttributeValueId>,
    /// With so many left, or fewer, little is left; 5 unless said.
    #[serde(default)]
    #[schema(value_type = Option<Count>)]
    pub low_stock_threshold: Option<Count>,
    /// What it weighs.
    #[serde(default)]
    #[schema(value_type = Option<Grams>)]
    pub weight_grams: Option<Grams>,
    /// Its picture; the product's if absent.
    #[serde(default)]
    #[schema(value_type = Option<PictureAddress>)]
    pub image_url: Option<PictureAddress>,
    /// Whether it is the one to begin with, and no other is any more; no unless said.
    #[serde(default)]
    pub is_default: Option<bool>,
    /// Its place among the others; 0 unless said.
    #[serde(default)]
    #[schema(value_type = Option<Count>)]
    pub sort_order: Option<Count>,
    /// Whether it is sold; yes unless said.
    #[serde(default)]
    pub is_active: Option<bool>,
    /// The first stock of one that is new; later it is changed by movements only, and this is not looked at.
    #[serde(default)]
    #[schema(value_type = Option<Count>)]
    pub stock_quantity: Option<Count>,
}

impl VariationForm {
    /// Whether it is sold.
    pub fn is_active(&self) -> bool {
        self.is_active.unwrap_or(true)
    }

    /// Whether it is the one to begin with.
    pub fn is_default(&self) -> bool {
        self.is_default.unwrap_or(false)
    }

    /// With how many left little is left.
    pub fn low_stock_threshold(&self) -> i32 {
        self.low_stock_threshold.map_or(5, Count::get)
    }

    /// With what it begins, if with anything.
    pub(crate) fn first_stock(&self) -> Option<NonZeroU32> {
        self.stock_quantity.and_then(|stock| u32::try_from(stock.get()).ok()).and_then(NonZeroU32::new)
    }

    /// Its place among the others.
    pub fn sort_order(&self) -> i32 {
        self.sort_order.map_or(0, Count::get)
    }
}
