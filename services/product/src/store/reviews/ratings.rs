//! Writes what approved reviews say of a product all together.

use commerce::ids::ProductId;
use sqlx::MySqlConnection;

/// One more review gives so many stars.
pub(crate) async fn insert_or_add(conn: &mut MySqlConnection, product: ProductId, rating: u8) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO product_ratings (product_id, review_count, rating_sum) VALUES (?, 1, ?)
         ON DUPLICATE KEY UPDATE review_count = review_count + 1, rating_sum = rating_sum + VALUES(rating_sum)",
    )
    .bind(product)
    .bind(rating)
    .execute(conn)
    .await
    .map(drop)
}

/// One review less gives so many stars.
pub(crate) async fn update_taken_off(conn: &mut MySqlConnection, product: ProductId, rating: u8) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE product_ratings SET review_count = review_count - 1, rating_sum = rating_sum - ? WHERE product_id = ?",
    )
    .bind(rating)
    .bind(product)
    .execute(conn)
    .await
    .map(drop)
}
