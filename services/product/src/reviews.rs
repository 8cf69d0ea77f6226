//! What customers think of products: written by them, read by somebody of the shop, shown, voted on.
//!
//! - A customer reviews a product once, and may change or withdraw that. The key of the table decides, not who asks first.
//! - Shoppers see approved reviews. One that is written or changed waits for approval unless `reviews_need_approval` is off.
//! - A purchase is verified by an order of the author's with the product that was delivered and not refunded in whole; it is
//!   looked for when the review is written, changed and approved.
//! - An author is a first name and an initial, and nobody after the account was erased.

mod ask;
mod moderating;
mod reading;
mod text;
mod voting;
mod writing;

pub use ask::{DecideReview, ListOfStaff, ListReviews, ReviewForm, ReviewSort, Verdict, Vote};
pub use moderating::{decide, list_for_staff};
pub use reading::{RatingCount, ReviewPage, find_mine, find_own, list};
pub use text::{Comment, Reason, Title};
pub use voting::{Votes, vote};
pub use writing::{change, withdraw, write};

use chrono::{DateTime, Utc};
use commerce::ids::{ProductId, ReviewId};
use kernel::{UserId, text_enum};
use rust_decimal::Decimal;
use serde::Serialize;
use shared::audit::Notary;
use shared::changes::{self, Topic};
use shared::settings::Settings;
use shared::web::{Error, Result};
use sqlx::{FromRow, MySqlConnection, MySqlPool};
use utoipa::ToSchema;

const NO_SUCH_REVIEW: Error = Error::NotFound("review");
const NO_SUCH_PRODUCT: Error = Error::NotFound("product");

/// Where reviews are written and decided about.
#[derive(Clone, Debug)]
pub struct Desk {
    pub(crate) database: MySqlPool,
    pub(crate) settings: Settings,
    pub(crate) notary: Notary,
}

text_enum! {
    /// Whether a review is shown.
    pub enum ReviewStatus {
        /// Nobody has read it yet.
        Pending = "pending",
        /// Everybody sees it.
        Approved = "approved",
        /// Only its author sees it, and why.
        Rejected = "rejected",
    }
}

/// A review as everybody sees it.
#[derive(Debug, Serialize, FromRow, ToSchema)]
pub struct Review {
    /// Its key.
    pub id: ReviewId,
    /// Its name outside of this shop.
    pub uuid: String,
    /// Of which product.
    pub product_id: ProductId,
    /// How many stars of five.
    #[schema(minimum = 1, maximum = 5)]
    pub rating: u8,
    /// What it says in short.
    pub title: Option<String>,
    /// What it says.
    pub comment: Option<String>,
    /// Who wrote it: a first name and an initial; nobody if the account was deleted.
    #[schema(example = "Asha R.")]
    pub author: Option<String>,
    /// Whether the author got the product from this shop.
    pub is_verified_purchase: bool,
    /// How many people it has helped.
    pub helpful_count: u32,
    /// How many people it has not helped.
    pub unhelpful_count: u32,
    /// What the shop says to it.
    pub reply: Option<String>,
    /// When the shop said so.
    pub replied_at: Option<DateTime<Utc>>,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

/// A review as its author sees it.
#[derive(Debug, Serialize, FromRow, ToSchema)]
pub struct OwnReview {
    /// What everybody would see.
    #[serde(flatten)]
    #[sqlx(flatten)]
    pub review: Review,
    /// Whether it is shown.
    pub status: ReviewStatus,
    /// Why it is not.
    pub rejection_reason: Option<String>,
}

/// A review as the shop's staff see it.
#[derive(Debug, Serialize, FromRow, ToSchema)]
pub struct StaffReview {
    /// What its author sees.
    #[serde(flatten)]
    #[sqlx(flatten)]
    pub own: OwnReview,
    /// What is reviewed.
    pub product_name: String,
    /// Who wrote it.
    #[schema(value_type = u64)]
    pub user_id: UserId,
    /// Another number after every change of what it says and of what was decided, for `If-Match`.
    pub revision: u64,
}

/// What has to be known of a review to change it.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct Standing {
    pub(crate) id: ReviewId,
    pub(crate) product_id: ProductId,
    pub(crate) user_id: UserId,
    pub(crate) rating: u8,
    pub(crate) status: ReviewStatus,
    pub(crate) rejection_reason: Option<String>,
    pub(crate) reply: Option<String>,
    pub(crate) revision: u64,
}

impl Standing {
    /// What it adds to the rating of its product.
    fn counted(&self) -> Option<u8> {
        (self.status == ReviewStatus::Approved).then_some(self.rating)
    }
}

/// The mean of so many ratings, to two decimals; nothing of none.
pub(crate) fn mean(sum: u64, count: u64) -> Option<Decimal> {
    Decimal::from(sum).checked_div(Decimal::from(count)).map(|mean| mean.round_dp(2).normalize())
}

/// While the shop has no reviews it is as if there were no such routes.
async fn expect_open(conn: &mut MySqlConnection, settings: &Settings) -> Result<()> {
    if settings.read(conn).await?.flag("enable_reviews")? { Ok(()) } else { Err(Error::NotFound("page")) }
}

/// Lets every replica show `product` and its reviews anew.
async fn announce(conn: &mut MySqlConnection, product: ProductId) -> sqlx::Result<()> {
    changes::record(conn, Topic::CatalogueChanged, &format!("product:{product}")).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mean_has_two_decimals_and_is_none_of_nothing() {
        let told = |sum, count| mean(sum, count).map(|mean| mean.to_string());
        assert_eq!(
            [told(14, 3), told(5, 1), told(9, 2), told(0, 0)].map(Option::unwrap_or_default),
            ["4.67", "5", "4.5", ""]
        );
    }
}
