//! Reads all reviews for the shop's staff, and writes what they decide.

use chrono::{DateTime, Utc};
use commerce::ids::ReviewId;
use sqlx::{MySql, MySqlConnection, QueryBuilder};

use super::{COLUMNS, FROM};
use crate::reviews::{ListOfStaff, StaffReview, Standing};

fn select() -> QueryBuilder<MySql> {
    let mut query = QueryBuilder::new(COLUMNS);
    query.push(", r.user_id, r.revision, p.name AS product_name").push(FROM);
    query.push(" JOIN products p ON p.id = r.product_id");
    query
}

pub(crate) async fn list(conn: &mut MySqlConnection, wanted: &ListOfStaff) -> sqlx::Result<Vec<StaffReview>> {
    let mut query = select();
    narrow(&mut query, wanted);
    let page = wanted.request();
    query.push(" ORDER BY r.id DESC LIMIT ").push_bind(page.limit()).push(" OFFSET ").push_bind(page.offset());
    query.build_query_as().fetch_all(conn).await
}

pub(crate) async fn count(conn: &mut MySqlConnection, wanted: &ListOfStaff) -> sqlx::Result<u64> {
    let mut query = QueryBuilder::new("SELECT COUNT(*) FROM product_reviews r");
    narrow(&mut query, wanted);
    let count: i64 = query.build_query_scalar().fetch_one(conn).await?;
    Ok(count.unsigned_abs())
}

pub(crate) async fn find(conn: &mut MySqlConnection, id: ReviewId) -> sqlx::Result<Option<StaffReview>> {
    let mut query = select();
    query.push(" WHERE r.id = ").push_bind(id);
    query.build_query_as().fetch_optional(conn).await
}

fn narrow(query: &mut QueryBuilder<MySql>, wanted: &ListOfStaff) {
    query.push(" WHERE TRUE");
    if let Some(status) = wanted.status {
        query.push(" AND r.status = ").push_bind(status);
    }
    if let Some(product) = wanted.product_id {
        query.push(" AND r.product_id = ").push_bind(product);
    }
    if let Some(rating) = wanted.rating {
        query.push(" AND r.rating = ").push_bind(rating);
    }
}

/// What was decided; a reply that stays keeps its time.
pub(crate) async fn update_decided(
    conn: &mut MySqlConnection,
    decided: &Standing,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE product_reviews
         SET status = ?, rejection_reason = ?,
             replied_at = CASE WHEN ? IS NULL THEN NULL WHEN reply = ? THEN replied_at ELSE ? END,
             reply = ?, updated_at = updated_at, revision = revision + 1
         WHERE id = ?",
    )
    .bind(decided.status)
    .bind(&decided.rejection_reason)
    .bind(&decided.reply)
    .bind(&decided.reply)
    .bind(now)
    .bind(&decided.reply)
    .bind(decided.id)
    .execute(conn)
    .await
    .map(drop)
}
