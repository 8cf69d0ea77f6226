//! What products and reviews say of ratings and votes against the reviews and votes themselves.

use sqlx::MySqlConnection;

use super::{Finding, store};

pub(super) async fn make_the_ratings_of_products(conn: &mut MySqlConnection) -> sqlx::Result<Finding> {
    let examined = store::reviews::count_rated(conn).await?;
    let wrong = store::reviews::list_products_off_their_reviews(conn).await?;
    Ok(Finding::new("rating of a product = Σ approved reviews", (examined, "products"), &wrong))
}

pub(super) async fn count_their_votes(conn: &mut MySqlConnection) -> sqlx::Result<Finding> {
    let examined = store::reviews::count(conn).await?;
    let wrong = store::reviews::list_off_their_votes(conn).await?;
    Ok(Finding::new("votes of a review = Σ votes on it", (examined, "reviews"), &wrong))
}
