//! A customer writes a review, changes it, withdraws it.

use chrono::{DateTime, Utc};
use commerce::ids::{ProductId, ReviewId};
use kernel::UserId;
use shared::database::{self, Failure};
use shared::settings::Settings;
use shared::web::{Error, Result};
use sqlx::MySqlConnection;

use super::{
    Desk, NO_SUCH_PRODUCT, NO_SUCH_REVIEW, OwnReview, ReviewForm, ReviewStatus, Standing, announce, expect_open,
};
use crate::store;
use crate::store::reviews::Written;

const REVIEWED: Error =
    Error::Conflict { code: "CONFLICT", message: "you have reviewed this product already: change that review" };

/// `user` says what they think of `product`.
///
/// # Errors
/// 404 when a shopper does not see the product or the shop has no reviews, 409 when they have said so before.
pub async fn write(
    desk: &Desk,
    user: UserId,
    product: ProductId,
    form: &ReviewForm,
    now: DateTime<Utc>,
) -> Result<OwnReview> {
    database::retry(|| write_once(desk, user, product, form, now)).await
}

async fn write_once(
    desk: &Desk,
    user: UserId,
    product: ProductId,
    form: &ReviewForm,
    now: DateTime<Utc>,
) -> Result<OwnReview> {
    let mut tx = desk.database.begin().await?;
    expect_open(&mut tx, &desk.settings).await?;
    store::lists::find_category(&mut tx, product).await?.ok_or(NO_SUCH_PRODUCT)?;
    let written = written(&mut tx, &desk.settings, (user, product), form).await?;
    let id = store::reviews::insert(&mut tx, (user, product), &written, now)
        .await
        .map_err(|error| if Failure::of(&error) == Failure::Duplicate { REVIEWED } else { error.into() })?;
    count(&mut tx, product, None, counted(&written)).await?;
    let review = store::reviews::find_own(&mut tx, user, id).await?.ok_or(NO_SUCH_REVIEW)?;
    tx.commit().await?;
    Ok(review)
}

/// `user` thinks otherwise by now; what is absent is taken back. Somebody reads it again before it is shown.
///
/// # Errors
/// 404 when there is no such review of theirs, or the shop has no reviews.
pub async fn change(
    desk: &Desk,
    user: UserId,
    id: ReviewId,
    form: &ReviewForm,
    now: DateTime<Utc>,
) -> Result<OwnReview> {
    database::retry(|| change_once(desk, user, id, form, now)).await
}

async fn change_once(
    desk: &Desk,
    user: UserId,
    id: ReviewId,
    form: &ReviewForm,
    now: DateTime<Utc>,
) -> Result<OwnReview> {
    let mut tx = desk.database.begin().await?;
    expect_open(&mut tx, &desk.settings).await?;
    let before = lock_own(&mut tx, user, id).await?;
    let written = written(&mut tx, &desk.settings, (user, before.product_id), form).await?;
    store::reviews::update(&mut tx, id, &written, now).await?;
    count(&mut tx, before.product_id, before.counted(), counted(&written)).await?;
    let review = store::reviews::find_own(&mut tx, user, id).await?.ok_or(NO_SUCH_REVIEW)?;
    tx.commit().await?;
    Ok(review)
}

/// `user` takes a review back, and with it what others said about it.
///
/// # Errors
/// 404 when there is no such review of theirs.
pub async fn withdraw(desk: &Desk, user: UserId, id: ReviewId) -> Result<()> {
    database::retry(|| withdraw_once(desk, user, id)).await
}

async fn withdraw_once(desk: &Desk, user: UserId, id: ReviewId) -> Result<()> {
    let mut tx = desk.database.begin().await?;
    let before = lock_own(&mut tx, user, id).await?;
    store::reviews::votes::delete_all(&mut tx, id).await?;
    store::reviews::delete(&mut tx, id).await?;
    count(&mut tx, before.product_id, before.counted(), None).await?;
    tx.commit().await?;
    Ok(())
}

async fn lock_own(conn: &mut MySqlConnection, user: UserId, id: ReviewId) -> Result<Standing> {
    store::reviews::lock(conn, id).await?.filter(|review| review.user_id == user).ok_or(NO_SUCH_REVIEW)
}

/// What is to be kept of `form`.
async fn written<'a>(
    conn: &mut MySqlConnection,
    settings: &Settings,
    (user, product): (UserId, ProductId),
    form: &'a ReviewForm,
) -> Result<Written<'a>> {
    let must_wait = settings.read(&mut *conn).await?.flag("reviews_need_approval")?;
    let status = if must_wait { ReviewStatus::Pending } else { ReviewStatus::Approved };
    let purchase = store::reviews::find_purchase(conn, user, product).await?;
    Ok(Written { form, status, purchase })
}

fn counted(written: &Written<'_>) -> Option<u8> {
    (written.status == ReviewStatus::Approved).then_some(written.form.rating)
}

/// Keeps the rating of the product; whatever was seen of the review, or is now, is told to every replica.
pub(super) async fn count(
    conn: &mut MySqlConnection,
    product: ProductId,
    before: Option<u8>,
    after: Option<u8>,
) -> sqlx::Result<()> {
    if before.is_none() && after.is_none() {
        return Ok(());
    }
    match (before, after) {
        (Some(before), Some(after)) if before == after => {}
        (before, after) => {
            if let Some(rating) = after {
                store::reviews::ratings::insert_or_add(&mut *conn, product, rating).await?;
            }
            if let Some(rating) = before {
                store::reviews::ratings::update_taken_off(&mut *conn, product, rating).await?;
            }
        }
    }
    announce(conn, product).await
}
