//! What a shopper may ask of the list.

use commerce::ids::{BrandId, CategoryId, ProductId, VariationId};
use kernel::{PageNumber, PageRequest, PageSize, Paise, text_enum};
use serde::{Deserialize, Deserializer};
use utoipa::{IntoParams, ToSchema};
use validator::{Validate, ValidationError};

use super::{Attributes, Cursor, Sorting};

/// The filters, sort and page of the product list.
#[derive(Debug, Default, Deserialize, Validate, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
#[validate(schema(function = "prices_in_order"), schema(function = "goes_on"))]
pub struct ListProducts {
    /// Products of this category and of every one below it.
    #[param(value_type = Option<u64>, minimum = 1)]
    pub category_id: Option<CategoryId>,
    /// The same by the last part of the category's address.
    #[param(max_length = 255)]
    #[validate(length(max = 255, message = "must not be longer than 255 characters"))]
    pub category_slug: Option<String>,
    /// Products of these brands; may be repeated.
    #[param(value_type = Vec<u64>)]
    #[validate(length(max = 50, message = "must not be repeated more than 50 times"))]
    pub brand_id: Vec<BrandId>,
    /// The same by the last part of their addresses; may be repeated, and both may be given.
    #[validate(length(max = 50, message = "must not be repeated more than 50 times"))]
    pub brand_slug: Vec<String>,
    /// Listed at this price or more.
    #[param(value_type = Option<f64>, minimum = 0)]
    pub min_price: Option<Paise>,
    /// Listed at this price or less.
    #[param(value_type = Option<f64>, minimum = 0)]
    pub max_price: Option<Paise>,
    /// Only what is in stock, or only what is not.
    pub in_stock: Option<bool>,
    /// Only what the shop chose, or only what it did not.
    pub featured: Option<bool>,
    /// Only what is looked at a lot, or only what is not.
    pub trending: Option<bool>,
    /// Only what is bought a lot, or only what is not.
    pub bestseller: Option<bool>,
    /// Only what is on sale, or only what is not.
    pub on_sale: Option<bool>,
    /// Every word has to be found: in the name, the brand, the category, the attributes, the SKU or a description, as it
    /// stands, by a synonym, or nearly so.
    #[param(value_type = Option<String>, max_length = 200)]
    pub search: Option<Search>,
    /// What to sort by; unless said, what fits best comes first, and the newest first when nothing is searched for.
    pub sort_by: Option<ProductSort>,
    /// In which direction; `asc` unless said, `desc` when nothing is said at all.
    pub sort_order: Option<SortOrder>,
    /// Where an endless list goes on: `next_cursor` of the page before, with the same filters and sort.
    #[param(value_type = Option<String>, max_length = 1000)]
    pub cursor: Option<Cursor>,
    /// Whether to count the list by category, brand, price and attribute.
    pub facets: Option<bool>,
    /// Which page, from 1; none ends later than 100,000 products from the beginning.
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

    /// What the list is sorted by: with nothing to look for, nothing fits better than something else.
    pub(crate) fn sorting(&self) -> Sorting {
        let searches = self.search.as_ref().is_some_and(|search| !search.words().is_empty());
        match self.sort_by {
            None | Some(ProductSort::Relevance) => {
                let by = if searches { ProductSort::Relevance } else { ProductSort::CreatedAt };
                let said = self.sort_order.filter(|_| !searches);
                Sorting { by, direction: said.unwrap_or(SortOrder::Descending) }
            }
            Some(by) => Sorting { by, direction: self.sort_order.unwrap_or(SortOrder::Ascending) },
        }
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

fn goes_on(wanted: &ListProducts) -> Result<(), ValidationError> {
    match &wanted.cursor {
        Some(_) if wanted.page.is_some() => {
            Err(ValidationError::new("page").with_message("must not be given with a cursor".into()))
        }
        Some(cursor) if cursor.sorting != wanted.sorting() => {
            Err(ValidationError::new("cursor").with_message("belongs to a list with another sort".into()))
        }
        _ => Ok(()),
    }
}

/// A list as it is asked for.
#[derive(Debug, Default)]
pub struct Wanted {
    /// Its filters, sort and page.
    pub list: ListProducts,
    /// What variations should have.
    pub attributes: Attributes,
}

text_enum! {
    /// What the list can be sorted by.
    pub enum ProductSort {
        /// By how well it fits what is searched for, then by sales and stock; the best first in either order.
        Relevance = "relevance",
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
        /// By how well it is rated: as if ten more reviews gave three and a half stars each, so that many good reviews
        /// come before a few very good ones.
        Rating = "rating",
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

/// What somebody is typing.
#[derive(Debug, Default, Deserialize, Validate, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct AskSuggestions {
    /// The words so far, the last of them perhaps half; nothing is suggested for none.
    #[param(value_type = Option<String>, max_length = 200)]
    pub q: Option<Search>,
}
