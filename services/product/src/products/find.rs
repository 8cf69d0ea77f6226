//! What a shopper may ask of the list.

use commerce::ids::{BrandId, CategoryId, ProductId, VariationId};
use kernel::{PageNumber, PageRequest, PageSize, Paise, text_enum};
use serde::{Deserialize, Deserializer};
use utoipa::{IntoParams, ToSchema};
use validator::{Validate, ValidationError};

/// The filters, sort and page of the product list.
#[derive(Debug, Default, Deserialize, Validate, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
#[validate(schema(function = "prices_in_order"))]
pub struct ListProducts {
    /// Products of this category and of every one below it.
    #[param(value_type = Option<u64>, minimum = 1)]
    pub category_id: Option<CategoryId>,
    /// Products of these brands; may be repeated.
    #[param(value_type = Vec<u64>)]
    #[validate(length(max = 50, message = "must not be repeated more than 50 times"))]
    pub brand_id: Vec<BrandId>,
    /// Listed at this price or more.
    #[param(value_type = Option<f64>, minimum = 0)]
    pub min_price: Option<Paise>,
    /// Listed at this price or less.
    #[param(value_type = Option<f64>, minimum = 0)]
    pub max_price: Option<Paise>,
    /// Every word has to be found in the name, the short description or the SKU.
    #[param(value_type = Option<String>, max_length = 200)]
    pub search: Option<Search>,
    /// What to sort by; the newest first unless said.
    pub sort_by: Option<ProductSort>,
    /// In which direction; `asc` unless said, `desc` when nothing is said at all.
    pub sort_order: Option<SortOrder>,
    /// Which page, from 1.
    #[param(value_type = Option<u32>, minimum = 1)]
    pub page: Option<PageNumber>,
    /// How many per page.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    pub page_size: Option<PageSize>,
}

impl ListProducts {
    pub(crate) fn request(&self) -> PageRequest {
        PageRequest::of(self.page, self.page_size)
    }
}

/// The code of a rule of the whole names the field that it blames.
fn prices_in_order(wanted: &ListProducts) -> Result<(), ValidationError> {
    match (wanted.min_price, wanted.max_price) {
        (Some(min), Some(max)) if max < min => {
            Err(ValidationError::new("max_price").with_message("must not be below min_price".into()))
        }
        _ => Ok(()),
    }
}

text_enum! {
    /// What the list can be sorted by.
    pub enum ProductSort {
        /// By name, as a dictionary sorts.
        Name = "name",
        /// By listed price.
        BasePrice = "base_price",
        /// By age.
        CreatedAt = "created_at",
        /// By how often it was looked at.
        ViewCount = "view_count",
        /// By how often it was sold.
        TotalSold = "total_sold",
    }
}

text_enum! {
    /// In which direction a list is sorted.
    pub enum SortOrder {
        /// Smallest first.
        Ascending = "asc",
        /// Largest first.
        Descending = "desc",
    }
}

/// The words that somebody looks for: at most ten, of 200 characters in all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search(Vec<String>);

impl Search {
    /// Each word; none when nothing but white space was sent.
    pub fn words(&self) -> &[String] {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Search {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let words: Vec<_> = text.split_whitespace().map(str::to_owned).collect();
        if words.len() > 10 || text.chars().count() > 200 || text.contains(char::is_control) {
            return Err(serde::de::Error::custom("expected at most ten words of 200 characters in all"));
        }
        Ok(Self(words))
    }
}

/// The products that a cart page wants to know about.
#[derive(Debug, eserde::Deserialize, Validate, ToSchema)]
pub struct CartInfoRequest {
    /// Their ids, at most 50.
    #[validate(length(min = 1, max = 50, message = "must hold 1 to 50 ids"))]
    #[schema(min_items = 1, max_items = 50)]
    pub product_ids: Vec<ProductId>,
}

/// The products whose stock somebody wants to know.
#[derive(Debug, Default, Deserialize, Validate, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct AskStock {
    /// Their ids, at most 50: separated by commas, or the parameter repeated.
    #[serde(deserialize_with = "ids")]
    #[validate(length(min = 1, max = 50, message = "must hold 1 to 50 ids"))]
    #[param(value_type = Vec<u64>, style = Form, explode = false, min_items = 1, max_items = 50)]
    pub product_ids: Vec<ProductId>,
}

fn ids<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<ProductId>, D::Error> {
    let texts = Vec::<String>::deserialize(deserializer)?;
    let ids = texts.iter().flat_map(|text| text.split(',')).map(|id| id.trim().parse().ok().and_then(ProductId::new));
    let ids: Option<_> = ids.collect();
    ids.ok_or_else(|| serde::de::Error::custom("expected positive integers, separated by commas"))
}

/// How many pieces somebody wants.
#[derive(Debug, Default, Deserialize, Validate, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct AskQuantity {
    /// Of the product; 1 unless said.
    #[validate(range(min = 1, max = 2_147_483_647, message = "must be from 1 to 2147483647"))]
    #[param(minimum = 1, maximum = 2_147_483_647)]
    quantity: Option<i32>,
    /// Of which variation: required of a product that is sold by them, refused of any other.
    #[param(value_type = Option<u64>, minimum = 1)]
    pub(super) variation_id: Option<VariationId>,
}

impl AskQuantity {
    /// How many pieces.
    pub fn quantity(&self) -> i32 {
        self.quantity.unwrap_or(1)
    }
}
