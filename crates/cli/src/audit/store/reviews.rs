//! The SQL of the audit of reviews: it lists what should not be there, by id.

use sqlx::MySqlConnection;

pub(in crate::audit) async fn count(conn: &mut MySqlConnection) -> sqlx::Result<i64> {
    sqlx::query_scalar("SELECT COUNT(*) FROM product_reviews").fetch_one(conn).await
}

pub(in crate::audit) async fn count_rated(conn: &mut MySqlConnection) -> sqlx::Result<i64> {
    sqlx::query_scalar("SELECT COUNT(*) FROM product_ratings").fetch_one(conn).await
}

/// Products by id whose rating is not that of their approved reviews, or that have some and no rating.
pub(in crate::audit) async fn list_products_off_their_reviews(conn: &mut MySqlConnection) -> sqlx::Result<Vec<u64>> {
    sqlx::query_scalar(
        "SELECT p.id FROM products p
         LEFT JOIN product_ratings g ON g.product_id = p.id
         LEFT JOIN (SELECT product_id, COUNT(*) AS reviews, SUM(rating) AS stars FROM product_reviews
                    WHERE status = 'approved' GROUP BY product_id) r ON r.product_id = p.id
         WHERE COALESCE(g.review_count, 0) <> COALESCE(r.reviews, 0) OR COALESCE(g.rating_sum, 0) <> COALESCE(r.stars, 0)
         ORDER BY p.id",
    )
    .fetch_all(conn)
    .await
}

pub(in crate::audit) async fn list_off_their_votes(conn: &mut MySqlConnection) -> sqlx::Result<Vec<u64>> {
    sqlx::query_scalar(
        "SELECT r.id FROM product_reviews r
         LEFT JOIN (SELECT review_id, COUNT(CASE WHEN is_helpful THEN 1 END) AS helped, COUNT(*) AS votes
                    FROM review_helpfulness GROUP BY review_id) v ON v.review_id = r.id
         WHERE r.helpful_count <> COALESCE(v.helped, 0)
            OR r.helpful_count + r.unhelpful_count <> COALESCE(v.votes, 0)
         ORDER BY r.id",
    )
    .fetch_all(conn)
    .await
}
