//! The catalogue's words: its enums, spelled as the owner's `CREATE TABLE products` spells them, and what variations differ in.

use kernel::text_enum;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How many characters a name has at most.
const NAME: usize = 255;

text_enum! {
    /// What a shopper is told about the stock of a product.
    pub enum StockStatus {
        /// More than the low-stock threshold can be sold.
        InStock = "in_stock",
        /// Something is left, at most the low-stock threshold.
        LowStock = "low_stock",
        /// Nothing is left.
        OutOfStock = "out_of_stock",
        /// Nothing is left, and more may be ordered all the same.
        OnBackorder = "on_backorder",
    }
}

text_enum! {
    /// How a product is sold.
    pub enum ProductType {
        /// One thing with one price.
        Simple = "simple",
        /// Sold as one of its variations.
        Variable = "variable",
        /// Delivered as a download.
        Digital = "digital",
    }
}

/// What a variation has of something that variations differ in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Attribute {
    /// What they differ in, for programs.
    #[schema(example = "size")]
    pub slug: String,
    /// What they differ in, for people.
    #[schema(example = "Size")]
    pub name: String,
    /// What this one has of it.
    #[schema(example = "XL")]
    pub value: String,
}

/// What people call a variation of the product `name`: `Basmati Rice, 5 kg`; cut to what a name may have.
pub fn full_name(name: &str, attributes: &[Attribute]) -> String {
    let parts = std::iter::once(name).chain(attributes.iter().map(|attribute| attribute.value.as_str()));
    parts.collect::<Vec<_>>().join(", ").chars().take(NAME).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variation_is_called_by_what_it_has() {
        let has = |value: &str| Attribute { slug: "a".to_owned(), name: "A".to_owned(), value: value.to_owned() };
        assert_eq!(full_name("Kurta", &[has("40"), has("indigo")]), "Kurta, 40, indigo");
        assert_eq!(full_name("Soap", &[]), "Soap");
        assert_eq!(full_name(&"क".repeat(250), &[has("40"), has("indigo")]).chars().count(), 255);
    }
}
