//! Writes whom a review has helped.

use chrono::{DateTime, Utc};
use commerce::ids::ReviewId;
use kernel::UserId;
use sqlx::MySqlConnection;

use crate::reviews::Vote;

/// `user` says so, whatever they said before.
pub(crate) async fn insert_or_update(
    conn: &mut MySqlConnection,
    review: ReviewId,
    user: UserId,
    vote: Vote,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO review_helpfulness (review_id, user_id, is_helpful, created_at) VALUES (?, ?, ?, ?)
         ON DUPLICATE KEY UPDATE is_helpful = VALUES(is_helpful)",
    )
    .bind(review)
    .bind(user)
    .bind(vote.is_helpful)
    .bind(now)
    .execute(conn)
    .await
    .map(drop)
}

/// How many a review has helped, and how many it has not.
pub(crate) async fn count(conn: &mut MySqlConnection, review: ReviewId) -> sqlx::Result<(u32, u32)> {
    let (helped, not_helped): (i64, i64) = sqlx::query_as(
        "SELECT COUNT(CASE WHEN is_helpful THEN 1 END), COUNT(CASE WHEN NOT is_helpful THEN 1 END)
         FROM review_helpfulness WHERE review_id = ?",
    )
    .bind(review)
    .fetch_one(conn)
    .await?;
    let counted = |count| u32::try_from(count).unwrap_or(u32::MAX);
    Ok((counted(helped), counted(not_helped)))
}

/// Tells it with the review. That is no change of the review itself.
pub(crate) async fn update_counts(
    conn: &mut MySqlConnection,
    review: ReviewId,
    (helpful, unhelpful): (u32, u32),
) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE product_reviews SET helpful_count = ?, unhelpful_count = ?, updated_at = updated_at WHERE id = ?",
    )
    .bind(helpful)
    .bind(unhelpful)
    .bind(review)
    .execute(conn)
    .await
    .map(drop)
}

/// Forgets every vote on a review.
pub(crate) async fn delete_all(conn: &mut MySqlConnection, review: ReviewId) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM review_helpfulness WHERE review_id = ?").bind(review).execute(conn).await.map(drop)
}
