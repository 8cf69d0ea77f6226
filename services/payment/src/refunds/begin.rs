//! Decides that money goes back, within the caller's transaction.

use chrono::{DateTime, Utc};
use commerce::ids::RefundId;
use commerce::orders::{Gateway, RefundPurpose};
use kernel::Paise;
use shared::web::{Error, Result};
use sqlx::MySqlConnection;

use crate::store;
use crate::store::refunds::NewRefund;
use crate::tenders::Tender;

const TOO_MUCH: Error =
    Error::Impossible { code: "REFUND_EXCEEDS_PAYMENT", message: "this is more than is left of the payment" };

/// So much of `tender` goes back; its row is locked. Never more than came, whoever else asks.
pub(crate) async fn begin(
    conn: &mut MySqlConnection,
    tender: &Tender,
    amount: Paise,
    (purpose, reason): (RefundPurpose, &str),
    now: DateTime<Utc>,
) -> Result<RefundId> {
    if !store::attempts::take_for_refund(conn, tender.id, amount, now).await? {
        return Err(TOO_MUCH);
    }
    // Cash goes back by hand: no gateway is asked.
    let next_check_at = (tender.gateway != Gateway::CashOnDelivery).then_some(now);
    let new = NewRefund { tender, amount, purpose, reason, next_check_at };
    Ok(store::refunds::insert(conn, &new, now).await?)
}
