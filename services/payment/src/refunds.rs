//! Money that goes back: written down first, then asked for under its own key, then followed until it is there.

mod begin;
mod observe;
mod request;
mod send;

pub(crate) use begin::begin;
pub(crate) use observe::{Followed, follow};
pub(crate) use request::consumer;
pub(crate) use send::sending;

use chrono::{DateTime, Utc};
use commerce::ids::{OrderId, PaymentId, RefundId};
use commerce::orders::{Gateway, RefundPurpose};
use gateways::RefundStatus as AtGateway;
use kernel::{Paise, UserId, text_enum};
use serde::Serialize;
use sqlx::FromRow;
use utoipa::ToSchema;

text_enum! {
    /// How far a refund has come.
    pub enum RefundStatus {
        /// It is written down; the gateway has not been asked yet.
        Initiated = "initiated",
        /// The gateway was asked, and what came of it is not known; it will be asked again under the same key.
        Unknown = "unknown",
        /// The money is on its way.
        Pending = "pending",
        /// The money has gone back.
        Processed = "processed",
        /// The bank did not take it: the customer still has to get it.
        Failed = "failed",
    }
}

impl RefundStatus {
    /// Where the gateway's word leads from here; `None` if that is no news.
    pub(crate) fn after(self, said: AtGateway) -> Option<Self> {
        let next = match said {
            AtGateway::Pending => Self::Pending,
            AtGateway::Processed => Self::Processed,
            AtGateway::Failed => Self::Failed,
            AtGateway::Other => return None,
        };
        match self {
            Self::Initiated | Self::Unknown => Some(next),
            Self::Pending if next != Self::Pending => Some(next),
            Self::Pending | Self::Processed | Self::Failed => None,
        }
    }
}

/// Money on its way back to a customer.
#[derive(Clone, Debug, Serialize, FromRow, ToSchema)]
pub struct Refund {
    /// Its key.
    pub id: RefundId,
    /// Its name outside of this shop: the gateway's idempotency key and receipt.
    pub uuid: String,
    /// The payment that goes back.
    pub payment_id: PaymentId,
    /// Of which order.
    pub order_id: OrderId,
    /// The number that people call the order by.
    pub order_number: String,
    /// Whose it is.
    pub user_id: UserId,
    /// How much.
    pub amount: Paise,
    /// The currency of the amount.
    pub currency: String,
    /// Whether the order is over, or was paid once too often.
    pub purpose: RefundPurpose,
    /// Why.
    pub reason: String,
    /// Who moves the money.
    #[sqlx(rename = "gateway_name")]
    pub gateway: Gateway,
    /// The gateway's name for it.
    pub gateway_refund_id: Option<String>,
    /// How far it has come.
    pub status: RefundStatus,
    /// Why it failed, if it did.
    pub failure_reason: Option<String>,
    /// When it was decided.
    pub initiated_at: DateTime<Utc>,
    /// When it was done.
    pub processed_at: Option<DateTime<Utc>>,
    /// When it failed.
    pub failed_at: Option<DateTime<Utc>>,
    /// How often the gateway was asked.
    #[serde(skip)]
    pub(crate) checks: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refund_ends_once_whatever_comes_late() {
        for open in [RefundStatus::Initiated, RefundStatus::Unknown] {
            assert_eq!(open.after(AtGateway::Pending), Some(RefundStatus::Pending));
            assert_eq!(open.after(AtGateway::Processed), Some(RefundStatus::Processed));
        }
        assert_eq!(RefundStatus::Pending.after(AtGateway::Failed), Some(RefundStatus::Failed));
        assert_eq!(RefundStatus::Pending.after(AtGateway::Pending), None);
        for ended in [RefundStatus::Processed, RefundStatus::Failed] {
            for said in [AtGateway::Pending, AtGateway::Processed, AtGateway::Failed, AtGateway::Other] {
                assert_eq!(ended.after(said), None);
            }
        }
        assert_eq!(RefundStatus::Initiated.after(AtGateway::Other), None);
    }
}
