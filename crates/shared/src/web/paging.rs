//! Which page of a list that has no other filters.

use kernel::{PageNumber, PageRequest, PageSize};
use serde::Deserialize;
use utoipa::IntoParams;
use validator::Validate;

/// `page` and `page_size`, as every list takes them. A list with filters has the two fields among its own.
#[derive(Debug, Default, Deserialize, Validate, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct Paging {
    /// Which page, from 1.
    #[param(value_type = Option<u32>, minimum = 1)]
    page: Option<PageNumber>,
    /// How many per page.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    page_size: Option<PageSize>,
}

impl Paging {
    /// The page that was asked for, or the first twenty.
    pub fn request(&self) -> PageRequest {
        PageRequest::of(self.page, self.page_size)
    }
}
