//! The SQL of past reviews.

use chrono::{DateTime, Utc};
use commerce::ids::{OrderItemId, ProductId};
use kernel::UserId;
use sqlx::{FromRow, MySqlConnection};
use uuid::Uuid;

use crate::seed::customers::opinions::Opinion;

/// A product that somebody got.
#[derive(Clone, Copy, Debug, FromRow)]
pub(in crate::seed) struct Got {
    pub(in crate::seed) product_id: ProductId,
    pub(in crate::seed) order_item_id: OrderItemId,
    pub(in crate::seed) delivered_at: DateTime<Utc>,
}

/// What `user` got, each product once: the last time counts.
pub(in crate::seed) async fn list_got(conn: &mut MySqlConnection, user: UserId) -> sqlx::Result<Vec<Got>> {
    sqlx::query_as(
        "SELECT i.product_id, MAX(i.id) AS order_item_id, MAX(o.delivered_at) AS delivered_at
         FROM orders o JOIN order_items i ON i.order_id = o.id
         WHERE o.user_id = ? AND o.status = 'delivered' GROUP BY i.product_id ORDER BY i.product_id",
    )
    .bind(user)
    .fetch_all(conn)
    .await
}

pub(in crate::seed) async fn insert(
    conn: &mut MySqlConnection,
    user: UserId,
    got: &Got,
    opinion: &Opinion,
) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO product_reviews (uuid, product_id, user_id, order_item_id, rating, title, comment, status,
                                      created_at, updated_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(Uuid::now_v7().to_string())
    .bind(got.product_id)
    .bind(user)
    .bind(got.order_item_id)
    .bind(opinion.rating)
    .bind(opinion.title)
    .bind(opinion.comment)
    .bind(if opinion.is_approved { "approved" } else { "pending" })
    .bind(opinion.at)
    .bind(opinion.at)
    .execute(conn)
    .await
    .map(drop)
}

/// One more approved review of `product` gives so many stars.
pub(in crate::seed) async fn insert_rating(
    conn: &mut MySqlConnection,
    product: ProductId,
    rating: u8,
) -> sqlx::Result<()> {
    sqlx::query("INSERT IGNORE INTO product_ratings (product_id, review_count, rating_sum) VALUES (?, 0, 0)")
        .bind(product)
        .execute(&mut *conn)
        .await?;
    sqlx::query(
        "UPDATE product_ratings SET review_count = review_count + 1, rating_sum = rating_sum + ? WHERE product_id = ?",
    )
    .bind(rating)
    .bind(product)
    .execute(conn)
    .await
    .map(drop)
}
