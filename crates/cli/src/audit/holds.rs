//! What orders hold of the stock, against the orders and against the ledger.

use sqlx::MySqlConnection;

use super::{Finding, store};

pub(super) async fn belong_to_an_order(conn: &mut MySqlConnection) -> sqlx::Result<Finding> {
    let wrong = store::list_holds_without_order(conn).await?;
    of_holds(conn, "no hold without its order", &wrong).await
}

pub(super) async fn are_what_was_ordered(conn: &mut MySqlConnection) -> sqlx::Result<Finding> {
    let wrong = store::list_holds_off_their_line(conn).await?;
    of_holds(conn, "a hold is as much as its order's line", &wrong).await
}

pub(super) async fn end_with_their_order(conn: &mut MySqlConnection) -> sqlx::Result<Finding> {
    let wrong = store::list_holds_that_outlive_their_order(conn).await?;
    of_holds(conn, "nothing is held for a cancelled order", &wrong).await
}

pub(super) async fn last_as_long_as_their_order(conn: &mut MySqlConnection) -> sqlx::Result<Finding> {
    let wrong = store::list_holds_that_left_their_order(conn).await?;
    of_holds(conn, "no order that stands has lost its hold", &wrong).await
}

pub(super) async fn are_what_movements_took(conn: &mut MySqlConnection) -> sqlx::Result<Finding> {
    let examined = store::count_products(conn).await?;
    let wrong = store::list_products_off_their_holds(conn).await?;
    Ok(Finding::new("Σ held and sold = −Σ hold and release movements", (examined, "products"), &wrong))
}

pub(super) async fn are_what_products_owe(conn: &mut MySqlConnection) -> sqlx::Result<Finding> {
    let examined = store::count_products(conn).await?;
    let wrong = store::list_products_off_what_they_owe(conn).await?;
    Ok(Finding::new("backordered = Σ that held orders wait for", (examined, "products"), &wrong))
}

async fn of_holds(conn: &mut MySqlConnection, check: &'static str, wrong: &[u64]) -> sqlx::Result<Finding> {
    Ok(Finding::new(check, (store::count_holds(conn).await?, "holds"), wrong))
}
