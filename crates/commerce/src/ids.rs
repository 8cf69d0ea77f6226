//! Keys of the catalogue, one type each.

use kernel::id;

id! {
    /// A product: the key of `products`.
    ProductId
}

id! {
    /// A category: the key of `categories`.
    CategoryId
}

id! {
    /// A brand: the key of `brands`.
    BrandId
}
