//! Brands, with how much of each a shopper finds.

use commerce::ids::BrandId;
use kernel::{PageNumber, PageRequest, PageSize};
use serde::{Deserialize, Serialize};
use sqlx::FromRow;
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

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

/// Which page of brands.
#[derive(Debug, Default, Deserialize, Validate, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct ListBrands {
    /// Which page, from 1.
    #[param(value_type = Option<u32>, minimum = 1)]
    page: Option<PageNumber>,
    /// How many per page.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    page_size: Option<PageSize>,
}

impl ListBrands {
    pub(crate) fn request(&self) -> PageRequest {
        PageRequest::of(self.page, self.page_size)
    }
}
