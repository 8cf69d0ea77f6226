//! Brands, with how much of each a shopper finds.

use commerce::ids::BrandId;
use serde::Serialize;
use sqlx::FromRow;
use utoipa::ToSchema;

/// A brand as a shopper sees it.
#[derive(Debug, Serialize, FromRow, ToSchema)]
pub struct Brand {
    /// Its key.
    pub id: BrandId,
    /// Its name outside of this shop.
    pub uuid: String,
    /// Its name.
    pub name: String,
    /// The last part of its page's address.
    pub slug: String,
    /// A sentence about it.
    pub description: Option<String>,
    /// Its picture.
    pub logo_url: Option<String>,
    /// How many products a shopper finds.
    pub product_count: i64,
}
