//! Payments against the orders that they pay, and refunds against the payments that go back.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::MySqlConnection;

use super::store::money as store;
use super::{Backlog, Finding};

/// A bank that has not answered by then has declined.
const DECIDED: TimeDelta = TimeDelta::hours(1);

pub(super) async fn pays_what_is_paid(conn: &mut MySqlConnection) -> sqlx::Result<Finding> {
    let examined = super::store::count_orders(conn).await?;
    let wrong = store::list_orders_paid_by_nobody(conn).await?;
    Ok(Finding::new("what is paid was paid by a payment", (examined, "orders"), &wrong))
}

pub(super) async fn is_kept_for_an_order(
    conn: &mut MySqlConnection,
    backlog: Backlog,
    now: DateTime<Utc>,
) -> sqlx::Result<Finding> {
    let wrong = store::list_payments_kept_for_nothing(conn, backlog.too_old(now)).await?;
    of_payments(conn, "money pays one order once, or goes back", &wrong).await
}

pub(super) async fn goes_back_by_refunds(conn: &mut MySqlConnection) -> sqlx::Result<Finding> {
    let wrong = store::list_payments_off_their_refunds(conn).await?;
    of_payments(conn, "what goes back = Σ refunds", &wrong).await
}

pub(super) async fn is_decided_about(conn: &mut MySqlConnection, now: DateTime<Utc>) -> sqlx::Result<Finding> {
    let wrong = store::list_undecided_attempts(conn, now - DECIDED).await?;
    of_payments(conn, "no attempt outlives its time", &wrong).await
}

pub(super) async fn is_refunded(
    conn: &mut MySqlConnection,
    backlog: Backlog,
    now: DateTime<Utc>,
) -> sqlx::Result<Finding> {
    let examined = store::count_refunds(conn).await?;
    let wrong = store::list_refunds_not_made(conn, backlog.too_old(now)).await?;
    Ok(Finding::new("no refund waits or has failed", (examined, "refunds"), &wrong))
}

pub(super) async fn is_heard_of(
    conn: &mut MySqlConnection,
    backlog: Backlog,
    now: DateTime<Utc>,
) -> sqlx::Result<Finding> {
    let examined = store::count_webhooks(conn).await?;
    let wrong = store::list_unprocessed_webhooks(conn, backlog.too_old(now)).await?;
    Ok(Finding::new("no webhook waits", (examined, "webhooks"), &wrong))
}

async fn of_payments(conn: &mut MySqlConnection, check: &'static str, wrong: &[u64]) -> sqlx::Result<Finding> {
    Ok(Finding::new(check, (store::count_payments(conn).await?, "payments"), wrong))
}
