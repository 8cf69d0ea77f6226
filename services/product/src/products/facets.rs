//! How many products of a list there are of each kind: what a shopper could narrow it to.

use commerce::ids::{BrandId, CategoryId};
use kernel::Paise;
use serde::Serialize;
use utoipa::ToSchema;

/// The counts of a list. Each kind is counted as if the list were not narrowed by it, so that a shopper sees what else
/// there is.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Facets {
    /// By category, what lies below included; the largest first.
    pub categories: Vec<CategoryCount>,
    /// By brand; the largest first.
    pub brands: Vec<BrandCount>,
    /// By listed price; the lowest first, those without a product too.
    pub prices: Vec<PriceCount>,
    /// By what variations have, in the shop's order.
    pub attributes: Vec<AttributeCounts>,
}

/// How many products are in a category or below it.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CategoryCount {
    /// Its key.
    pub id: CategoryId,
    /// Its name.
    pub name: String,
    /// The last part of its page's address.
    pub slug: String,
    /// The category around it.
    pub parent_id: Option<CategoryId>,
    /// How many.
    pub count: u64,
}

/// How many products are of a brand.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct BrandCount {
    /// Its key.
    pub id: BrandId,
    /// Its name.
    pub name: String,
    /// The last part of its page's address.
    pub slug: String,
    /// How many.
    pub count: u64,
}

/// How many products are listed between two prices.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PriceCount {
    /// At this price or more.
    pub min_price: Paise,
    /// At this price or less; no limit if absent.
    pub max_price: Option<Paise>,
    /// How many.
    pub count: u64,
}

/// How many products have each value of an attribute.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AttributeCounts {
    /// For programs.
    #[schema(example = "size")]
    pub slug: String,
    /// For people.
    #[schema(example = "Size")]
    pub name: String,
    /// Each value; the most frequent first.
    pub values: Vec<ValueCount>,
}

/// How many products are sold with a value.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ValueCount {
    /// Which one.
    #[schema(example = "1 kg")]
    pub value: String,
    /// How many.
    pub count: u64,
}
