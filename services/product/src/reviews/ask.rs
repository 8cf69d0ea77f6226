//! What somebody may ask of reviews, and say with them.

use commerce::ids::ProductId;
use kernel::{PageNumber, PageRequest, PageSize, Patch, text_enum};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use validator::{Validate, ValidationError};

use super::{Comment, Reason, ReviewStatus, Title};

text_enum! {
    /// Which reviews come first.
    pub enum ReviewSort {
        /// The youngest.
        Newest = "newest",
        /// Those that helped most people.
        Helpful = "helpful",
        /// Those with the most stars.
        Rating = "rating",
    }
}

/// The filter, sort and page of the reviews of a product.
#[derive(Debug, Default, Deserialize, Validate, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct ListReviews {
    /// Which come first; the newest unless said.
    pub sort: Option<ReviewSort>,
    /// Only those with so many stars.
    #[validate(range(min = 1, max = 5, message = "must be from 1 to 5"))]
    #[param(minimum = 1, maximum = 5)]
    pub rating: Option<u8>,
    /// Which page, from 1.
    #[param(value_type = Option<u32>, minimum = 1)]
    pub page: Option<PageNumber>,
    /// How many per page.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    pub page_size: Option<PageSize>,
}

impl ListReviews {
    pub(crate) fn request(&self) -> PageRequest {
        PageRequest::of(self.page, self.page_size)
    }

    pub(crate) fn sort(&self) -> ReviewSort {
        self.sort.unwrap_or(ReviewSort::Newest)
    }
}

/// What a customer thinks of a product.
#[derive(Debug, eserde::Deserialize, Validate, ToSchema)]
pub struct ReviewForm {
    /// How many stars of five.
    #[validate(range(min = 1, max = 5, message = "must be from 1 to 5"))]
    #[schema(minimum = 1, maximum = 5, example = 5)]
    pub rating: u8,
    /// In short.
    #[serde(default)]
    #[schema(example = "Keeps what it promises")]
    pub title: Option<Title>,
    /// In full.
    #[serde(default)]
    pub comment: Option<Comment>,
}

/// Whether a review has helped.
#[derive(Clone, Copy, Debug, eserde::Deserialize, Validate, ToSchema)]
pub struct Vote {
    /// Yes or no.
    pub is_helpful: bool,
}

/// The filters and the page of all reviews, the newest first.
#[derive(Debug, Default, Deserialize, Validate, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct ListOfStaff {
    /// Only those that stand so.
    pub status: Option<ReviewStatus>,
    /// Only those of this product.
    #[param(value_type = Option<u64>, minimum = 1)]
    pub product_id: Option<ProductId>,
    /// Only those with so many stars.
    #[validate(range(min = 1, max = 5, message = "must be from 1 to 5"))]
    #[param(minimum = 1, maximum = 5)]
    pub rating: Option<u8>,
    /// Which page, from 1.
    #[param(value_type = Option<u32>, minimum = 1)]
    pub page: Option<PageNumber>,
    /// How many per page.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    pub page_size: Option<PageSize>,
}

impl ListOfStaff {
    pub(crate) fn request(&self) -> PageRequest {
        PageRequest::of(self.page, self.page_size)
    }
}

text_enum! {
    /// What somebody of the shop decides about a review.
    pub enum Verdict {
        /// Everybody may see it.
        Approved = "approved",
        /// Nobody but its author may see it.
        Rejected = "rejected",
    }
}

impl From<Verdict> for ReviewStatus {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Approved => Self::Approved,
            Verdict::Rejected => Self::Rejected,
        }
    }
}

/// What becomes of a review; what is absent stays.
#[derive(Debug, eserde::Deserialize, Validate, ToSchema)]
#[validate(schema(function = "has_its_reason"))]
pub struct DecideReview {
    /// Whether it is shown.
    #[serde(default)]
    pub status: Option<Verdict>,
    /// Why it is not: required then, and refused otherwise.
    #[serde(default)]
    pub rejection_reason: Option<Reason>,
    /// What the shop says to it; `null` takes that back.
    #[serde(default)]
    #[schema(value_type = Option<Comment>)]
    pub reply: Patch<Comment>,
}

/// The code of a rule of the whole names the field that it blames.
fn has_its_reason(decided: &DecideReview) -> Result<(), ValidationError> {
    let fault =
        |field: &'static str, message: &'static str| Err(ValidationError::new(field).with_message(message.into()));
    match (decided.status, &decided.rejection_reason) {
        (None, None) if decided.reply == Patch::Keep => fault("status", "is required where no reply is given"),
        (Some(Verdict::Rejected), None) => fault("rejection_reason", "is required to reject a review"),
        (None | Some(Verdict::Approved), Some(_)) => fault("rejection_reason", "belongs to a rejected review"),
        _ => Ok(()),
    }
}
