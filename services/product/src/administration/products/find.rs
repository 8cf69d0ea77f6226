//! What the staff may ask of the list of products.

use commerce::ids::{BrandId, CategoryId};
use kernel::{PageNumber, PageRequest, PageSize};
use serde::Deserialize;
use utoipa::IntoParams;
use validator::Validate;

use super::Status;
use crate::administration::texts::{Label, Malformed};

/// The filters and page of the list.
#[derive(Debug, Default, Deserialize, Validate, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct ListDrafts {
    /// How a SKU or a name begins.
    #[param(value_type = Option<String>, max_length = 100)]
    pub search: Option<Beginning>,
    /// Those in this state.
    pub status: Option<Status>,
    /// Those that stand in this very category.
    #[param(value_type = Option<u64>, minimum = 1)]
    pub category_id: Option<CategoryId>,
    /// Those of this brand.
    #[param(value_type = Option<u64>, minimum = 1)]
    pub brand_id: Option<BrandId>,
    /// Which page, from 1.
    #[param(value_type = Option<u32>, minimum = 1)]
    pub page: Option<PageNumber>,
    /// How many per page.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    pub page_size: Option<PageSize>,
}

/// How what is looked for begins.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub struct Beginning(Label);

impl TryFrom<String> for Beginning {
    type Error = Malformed;

    fn try_from(text: String) -> Result<Self, Malformed> {
        text.parse().map(Self)
    }
}

impl Beginning {
    /// The text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl ListDrafts {
    pub(crate) fn request(&self) -> PageRequest {
        PageRequest::of(self.page, self.page_size)
    }
}
