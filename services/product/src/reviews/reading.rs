//! Reviews as shoppers and authors read them.

use commerce::ids::{ProductId, ReviewId};
use kernel::{Page, UserId};
use rust_decimal::Decimal;
use serde::Serialize;
use shared::settings::Settings;
use shared::web::Result;
use sqlx::{FromRow, MySqlConnection};
use utoipa::ToSchema;

use super::{ListReviews, NO_SUCH_PRODUCT, NO_SUCH_REVIEW, OwnReview, Review, expect_open, mean};
use crate::store;

/// How many approved reviews give so many stars.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, FromRow, ToSchema)]
pub struct RatingCount {
    /// How many stars of five.
    #[schema(minimum = 1, maximum = 5)]
    pub rating: u8,
    /// How many reviews.
    pub count: u64,
}

/// One page of the approved reviews of a product, beside what all of them say together.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReviewPage {
    /// Its reviews, and where it lies in the whole.
    #[serde(flatten)]
    pub page: Page<Review>,
    /// The mean of all ratings; nothing while there is none.
    #[serde(with = "rust_decimal::serde::float_option")]
    #[schema(value_type = Option<f64>, example = 4.67)]
    pub rating: Option<Decimal>,
    /// How many reviews there are, whatever the page is narrowed to.
    pub review_count: u64,
    /// How many give how many stars, from five to one.
    pub histogram: Vec<RatingCount>,
}

/// One page of the reviews that shoppers see of `product`.
///
/// # Errors
/// When a shopper does not see the product, or the shop has no reviews.
pub async fn list(
    conn: &mut MySqlConnection,
    settings: &Settings,
    product: ProductId,
    wanted: &ListReviews,
) -> Result<ReviewPage> {
    expect_open(conn, settings).await?;
    store::lists::find_category(conn, product).await?.ok_or(NO_SUCH_PRODUCT)?;
    let counted = store::reviews::list_counts(conn, product).await?;
    let items = store::reviews::list(conn, product, wanted).await?;
    let among = |rating| counted.iter().find(|one| one.rating == rating).map_or(0, |one| one.count);
    let histogram: Vec<_> = (1..=5).rev().map(|rating| RatingCount { rating, count: among(rating) }).collect();
    let review_count = histogram.iter().map(|one| one.count).sum();
    let sum = histogram.iter().map(|one| one.count.saturating_mul(one.rating.into())).sum();
    let page = Page::new(items, wanted.request(), wanted.rating.map_or(review_count, among));
    Ok(ReviewPage { page, rating: mean(sum, review_count), review_count, histogram })
}

/// A review of `user`.
///
/// # Errors
/// When there is no such review, or it is somebody else's.
pub async fn find_own(conn: &mut MySqlConnection, user: UserId, id: ReviewId) -> Result<OwnReview> {
    store::reviews::find_own(conn, user, id).await?.ok_or(NO_SUCH_REVIEW)
}

/// What `user` has written about `product`.
///
/// # Errors
/// When that is nothing.
pub async fn find_mine(conn: &mut MySqlConnection, user: UserId, product: ProductId) -> Result<OwnReview> {
    store::reviews::find_of(conn, user, product).await?.ok_or(NO_SUCH_REVIEW)
}
