//! The stock of a product, and of its variations, against the ledger of their movements.

use sqlx::MySqlConnection;

use super::{Finding, store};

pub(super) async fn is_the_sum_of_its_movements(conn: &mut MySqlConnection) -> sqlx::Result<Finding> {
    let examined = store::count_products(conn).await?;
    let wrong = store::list_products_off_their_movements(conn).await?;
    Ok(Finding::new("stock = Σ movements, and not negative", (examined, "products"), &wrong))
}

pub(super) async fn is_told_by_every_movement(conn: &mut MySqlConnection) -> sqlx::Result<Finding> {
    let examined = store::count_movements(conn).await?;
    let wrong = store::list_movements_off_their_chain(conn).await?;
    Ok(Finding::new("stock after a movement = Σ so far, not negative", (examined, "movements"), &wrong))
}

pub(super) async fn of_a_variation_is_the_sum_of_its_movements(conn: &mut MySqlConnection) -> sqlx::Result<Finding> {
    let examined = store::count_variations(conn).await?;
    let wrong = store::list_variations_off_their_movements(conn).await?;
    Ok(Finding::new("stock of a variation = Σ movements", (examined, "variations"), &wrong))
}

pub(super) async fn is_the_sum_of_its_variations(conn: &mut MySqlConnection) -> sqlx::Result<Finding> {
    let examined = store::count_products(conn).await?;
    let wrong = store::list_products_off_their_variations(conn).await?;
    Ok(Finding::new("Σ stock of variations = stock", (examined, "products"), &wrong))
}
