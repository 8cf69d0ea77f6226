//! Reads and writes reviews.

pub(crate) mod ratings;
pub(crate) mod staff;
pub(crate) mod votes;

use chrono::{DateTime, Utc};
use commerce::ids::{OrderItemId, ProductId, ReviewId};
use kernel::UserId;
use sqlx::{MySql, MySqlConnection, QueryBuilder};
use uuid::Uuid;

use crate::reviews::{
    Comment, ListReviews, OwnReview, RatingCount, Review, ReviewForm, ReviewSort, ReviewStatus, Standing, Title,
};

/// Whoever can sign in by nothing any more was erased, and is nobody.
const COLUMNS: &str = "
    SELECT r.id, r.uuid, r.product_id, r.rating, r.title, r.comment, r.is_verified_purchase, r.helpful_count,
           r.unhelpful_count, r.reply, r.replied_at, r.created_at, r.updated_at, r.status, r.rejection_reason,
           CASE WHEN COALESCE(u.email, u.phone, u.username) IS NOT NULL
                THEN TRIM(CONCAT(u.first_name, CASE WHEN u.last_name = '' THEN ''
                                                    ELSE CONCAT(' ', UPPER(LEFT(u.last_name, 1)), '.') END))
           END AS author";

const FROM: &str = " FROM product_reviews r JOIN users u ON u.id = r.user_id";

/// What is kept of a review that is written or changed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Written<'a> {
    pub(crate) form: &'a ReviewForm,
    pub(crate) status: ReviewStatus,
    /// The delivered line that proves the purchase.
    pub(crate) purchase: Option<OrderItemId>,
}

impl<'a> Written<'a> {
    fn title(&self) -> Option<&'a str> {
        self.form.title.as_ref().map(Title::as_str)
    }

    fn comment(&self) -> Option<&'a str> {
        self.form.comment.as_ref().map(Comment::as_str)
    }
}

fn select() -> QueryBuilder<MySql> {
    let mut query = QueryBuilder::new(COLUMNS);
    query.push(FROM);
    query
}

/// One page of the approved reviews of `product`.
pub(crate) async fn list(
    conn: &mut MySqlConnection,
    product: ProductId,
    wanted: &ListReviews,
) -> sqlx::Result<Vec<Review>> {
    let mut query = select();
    query.push(" WHERE r.product_id = ").push_bind(product).push(" AND r.status = 'approved'");
    if let Some(rating) = wanted.rating {
        query.push(" AND r.rating = ").push_bind(rating);
    }
    query.push(match wanted.sort() {
        ReviewSort::Newest => " ORDER BY r.id DESC",
        ReviewSort::Helpful => " ORDER BY r.helpful_count DESC, r.id DESC",
        ReviewSort::Rating => " ORDER BY r.rating DESC, r.id DESC",
    });
    let page = wanted.request();
    query.push(" LIMIT ").push_bind(page.limit()).push(" OFFSET ").push_bind(page.offset());
    query.build_query_as().fetch_all(conn).await
}

/// How many approved reviews of `product` give how many stars.
pub(crate) async fn list_counts(conn: &mut MySqlConnection, product: ProductId) -> sqlx::Result<Vec<RatingCount>> {
    sqlx::query_as(
        "SELECT rating, CAST(COUNT(*) AS UNSIGNED) AS count FROM product_reviews
         WHERE product_id = ? AND status = 'approved' GROUP BY rating",
    )
    .bind(product)
    .fetch_all(conn)
    .await
}

/// The review with this key, if `user` wrote it.
pub(crate) async fn find_own(
    conn: &mut MySqlConnection,
    user: UserId,
    id: ReviewId,
) -> sqlx::Result<Option<OwnReview>> {
    let mut query = select();
    query.push(" WHERE r.id = ").push_bind(id).push(" AND r.user_id = ").push_bind(user);
    query.build_query_as().fetch_optional(conn).await
}

/// What `user` wrote about `product`.
pub(crate) async fn find_of(
    conn: &mut MySqlConnection,
    user: UserId,
    product: ProductId,
) -> sqlx::Result<Option<OwnReview>> {
    let mut query = select();
    query.push(" WHERE r.product_id = ").push_bind(product).push(" AND r.user_id = ").push_bind(user);
    query.build_query_as().fetch_optional(conn).await
}

/// The last line of an order of `user` by which they got `product`.
pub(crate) async fn find_purchase(
    conn: &mut MySqlConnection,
    user: UserId,
    product: ProductId,
) -> sqlx::Result<Option<OrderItemId>> {
    sqlx::query_scalar(
        "SELECT i.id FROM orders o JOIN order_items i ON i.order_id = o.id
         WHERE o.user_id = ? AND o.status = 'delivered' AND i.product_id = ? ORDER BY i.id DESC LIMIT 1",
    )
    .bind(user)
    .bind(product)
    .fetch_optional(conn)
    .await
}

/// How a review stands; nobody else changes it, or votes on it, before the transaction ends.
pub(crate) async fn lock(conn: &mut MySqlConnection, id: ReviewId) -> sqlx::Result<Option<Standing>> {
    sqlx::query_as(
        "SELECT id, product_id, user_id, rating, status, rejection_reason, reply, revision
         FROM product_reviews WHERE id = ? FOR UPDATE",
    )
    .bind(id)
    .fetch_optional(conn)
    .await
}

/// Writes a new review; of one customer and product there is one.
pub(crate) async fn insert(
    conn: &mut MySqlConnection,
    (user, product): (UserId, ProductId),
    written: &Written<'_>,
    now: DateTime<Utc>,
) -> sqlx::Result<ReviewId> {
    let insert = sqlx::query(
        "INSERT INTO product_reviews (uuid, product_id, user_id, order_item_id, rating, title, comment, status,
                                      created_at, updated_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(Uuid::now_v7().to_string())
    .bind(product)
    .bind(user)
    .bind(written.purchase)
    .bind(written.form.rating)
    .bind(written.title())
    .bind(written.comment())
    .bind(written.status)
    .bind(now)
    .bind(now);
    ReviewId::new(insert.execute(conn).await?.last_insert_id()).ok_or(sqlx::Error::RowNotFound)
}

/// Writes a review anew; whatever was decided about it does not hold any more.
pub(crate) async fn update(
    conn: &mut MySqlConnection,
    id: ReviewId,
    written: &Written<'_>,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE product_reviews
         SET order_item_id = ?, rating = ?, title = ?, comment = ?, status = ?, rejection_reason = NULL, updated_at = ?,
             revision = revision + 1
         WHERE id = ?",
    )
    .bind(written.purchase)
    .bind(written.form.rating)
    .bind(written.title())
    .bind(written.comment())
    .bind(written.status)
    .bind(now)
    .bind(id)
    .execute(conn)
    .await
    .map(drop)
}

/// What proves the purchase, or that nothing does.
pub(crate) async fn update_purchase(
    conn: &mut MySqlConnection,
    id: ReviewId,
    purchase: Option<OrderItemId>,
) -> sqlx::Result<()> {
    sqlx::query("UPDATE product_reviews SET order_item_id = ?, updated_at = updated_at WHERE id = ?")
        .bind(purchase)
        .bind(id)
        .execute(conn)
        .await
        .map(drop)
}

/// Forgets a review whose votes are gone.
pub(crate) async fn delete(conn: &mut MySqlConnection, id: ReviewId) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM product_reviews WHERE id = ?").bind(id).execute(conn).await.map(drop)
}
