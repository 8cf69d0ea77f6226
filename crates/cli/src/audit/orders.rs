//! The figures of an order against those of its lines.

use sqlx::MySqlConnection;

use super::{Finding, store};

pub(super) async fn have_lines(conn: &mut MySqlConnection) -> sqlx::Result<Finding> {
    let wrong = store::list_orders_without_lines(conn).await?;
    of_orders(conn, "no order without lines", &wrong).await
}

pub(super) async fn cost_what_their_lines_cost(conn: &mut MySqlConnection) -> sqlx::Result<Finding> {
    let wrong = store::list_orders_off_their_total(conn).await?;
    of_orders(conn, "total = Σ payable of the lines", &wrong).await
}

pub(super) async fn are_taxed_as_their_lines_are(conn: &mut MySqlConnection) -> sqlx::Result<Finding> {
    let wrong = store::list_orders_off_their_tax(conn).await?;
    of_orders(conn, "tax = Σ taxes of the lines", &wrong).await
}

pub(super) async fn are_the_sum_of_their_lines(conn: &mut MySqlConnection) -> sqlx::Result<Finding> {
    let wrong = store::list_orders_off_their_sums(conn).await?;
    of_orders(conn, "subtotal, discount and shipping = Σ of the lines", &wrong).await
}

async fn of_orders(conn: &mut MySqlConnection, check: &'static str, wrong: &[u64]) -> sqlx::Result<Finding> {
    Ok(Finding::new(check, (store::count_orders(conn).await?, "orders"), wrong))
}
