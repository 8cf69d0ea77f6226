//! Whether a review has helped its readers.

use chrono::{DateTime, Utc};
use commerce::ids::ReviewId;
use kernel::UserId;
use serde::Serialize;
use shared::database;
use shared::web::{Error, Result};
use utoipa::ToSchema;

use super::{Desk, NO_SUCH_REVIEW, ReviewStatus, Vote, expect_open};
use crate::store;

const ONE_S_OWN: Error = Error::Impossible { code: "INVALID_STATE", message: "nobody votes on their own review" };

/// How a review stands with its readers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Votes {
    /// How many people it has helped.
    pub helpful_count: u32,
    /// How many people it has not helped.
    pub unhelpful_count: u32,
    /// What the caller says.
    pub is_helpful: bool,
}

/// `user` says whether a review that everybody sees has helped; a second vote takes the place of the first. Votes on one
/// review wait for each other, so that each is counted once.
///
/// # Errors
/// 404 when a shopper does not see the review or the shop has no reviews, 422 when it is their own.
pub async fn vote(desk: &Desk, user: UserId, id: ReviewId, vote: Vote, now: DateTime<Utc>) -> Result<Votes> {
    database::retry(|| vote_once(desk, user, id, vote, now)).await
}

async fn vote_once(desk: &Desk, user: UserId, id: ReviewId, vote: Vote, now: DateTime<Utc>) -> Result<Votes> {
    let mut tx = desk.database.begin().await?;
    expect_open(&mut tx, &desk.settings).await?;
    let review = store::reviews::lock(&mut tx, id).await?.ok_or(NO_SUCH_REVIEW)?;
    if review.user_id == user {
        return Err(ONE_S_OWN);
    }
    let is_shown = review.status == ReviewStatus::Approved
        && store::lists::find_category(&mut tx, review.product_id).await?.is_some();
    if !is_shown {
        return Err(NO_SUCH_REVIEW);
    }
    store::reviews::votes::insert_or_update(&mut tx, id, user, vote, now).await?;
    let (helpful_count, unhelpful_count) = store::reviews::votes::count(&mut tx, id).await?;
    store::reviews::votes::update_counts(&mut tx, id, (helpful_count, unhelpful_count)).await?;
    tx.commit().await?;
    Ok(Votes { helpful_count, unhelpful_count, is_helpful: vote.is_helpful })
}
