//! Somebody of the shop reads reviews, decides which are shown, and answers them.

use commerce::ids::ReviewId;
use kernel::{Page, Patch};
use serde_json::{Value, json};
use shared::audit::{By, Entry, Subject};
use shared::database;
use shared::identity::ManageReviews;
use shared::web::{Error, Result};
use sqlx::MySqlConnection;

use super::writing::count;
use super::{DecideReview, Desk, ListOfStaff, NO_SUCH_REVIEW, ReviewStatus, StaffReview, Standing, Verdict};
use crate::store;

const CHANGED_MEANWHILE: Error =
    Error::Conflict { code: "CONFLICT", message: "the review has changed meanwhile: read it again" };

/// One page of all reviews that `wanted` describes, the newest first.
pub async fn list_for_staff(conn: &mut MySqlConnection, wanted: &ListOfStaff) -> Result<Page<StaffReview>> {
    let total = store::reviews::staff::count(conn, wanted).await?;
    let items = store::reviews::staff::list(conn, wanted).await?;
    Ok(Page::new(items, wanted.request(), total))
}

/// Shows a review or does not, and answers it. `revision` is the one that was read: what its author wrote since is not
/// decided about unread.
///
/// # Errors
/// 404 when there is no such review, 409 when it has another revision.
pub async fn decide(
    desk: &Desk,
    by: &By<ManageReviews>,
    id: ReviewId,
    revision: Option<u64>,
    decided: &DecideReview,
) -> Result<StaffReview> {
    database::retry(|| decide_once(desk, by, id, revision, decided)).await
}

async fn decide_once(
    desk: &Desk,
    by: &By<ManageReviews>,
    id: ReviewId,
    revision: Option<u64>,
    decided: &DecideReview,
) -> Result<StaffReview> {
    let mut tx = desk.database.begin().await?;
    let before = store::reviews::lock(&mut tx, id).await?.ok_or(NO_SUCH_REVIEW)?;
    if revision.is_some_and(|seen| seen != before.revision) {
        return Err(CHANGED_MEANWHILE);
    }
    let after = decide_about(&before, decided);
    if facts(&before) != facts(&after) {
        store::reviews::staff::update_decided(&mut tx, &after, by.now).await?;
        if decided.status == Some(Verdict::Approved) {
            let purchase = store::reviews::find_purchase(&mut tx, before.user_id, before.product_id).await?;
            store::reviews::update_purchase(&mut tx, id, purchase).await?;
        }
        count(&mut tx, before.product_id, before.counted(), after.counted()).await?;
        let entry = Entry {
            by: &by.actor,
            action: "review.decide",
            subject: Subject::new("review", id.to_string()),
            before: facts(&before),
            after: facts(&after),
        };
        desk.notary.record(&mut tx, &entry, by.now).await?;
    }
    let review = store::reviews::staff::find(&mut tx, id).await?.ok_or(NO_SUCH_REVIEW)?;
    tx.commit().await?;
    Ok(review)
}

fn decide_about(before: &Standing, decided: &DecideReview) -> Standing {
    let mut after = before.clone();
    after.reply = match &decided.reply {
        Patch::Keep => after.reply,
        Patch::Clear => None,
        Patch::Set(reply) => Some(reply.as_str().to_owned()),
    };
    if let Some(verdict) = decided.status {
        after.status = ReviewStatus::from(verdict);
        after.rejection_reason = decided.rejection_reason.as_ref().map(|reason| reason.as_str().to_owned());
    }
    after
}

/// What the audit log knows of a decision.
fn facts(review: &Standing) -> Value {
    json!({ "status": review.status, "rejection_reason": review.rejection_reason, "reply": review.reply })
}
