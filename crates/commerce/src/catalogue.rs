//! The catalogue's enums, spelled as the owner's `CREATE TABLE products` spells them.

use kernel::text_enum;

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
