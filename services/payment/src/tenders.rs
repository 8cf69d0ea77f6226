//! Tenders: what is offered for an order, and what becomes of it.

mod collect;
mod initiate;
mod listen;
mod open;
mod view;

pub use collect::collect;
pub use initiate::{Initiate, Initiated, initiate};
pub(crate) use listen::consumer;
pub use open::Opened;
pub use view::{find, list_of_order};

use chrono::{DateTime, Utc};
use commerce::ids::{OrderId, PaymentId};
use commerce::orders::{Gateway, PaymentMethod};
use kernel::{Paise, UserId, text_enum};
use serde::Serialize;
use sqlx::FromRow;
use utoipa::ToSchema;

text_enum! {
    /// How far a tender has come.
    pub enum TenderStatus {
        /// It is offered; the money is still to come.
        Created = "created",
        /// The money is in the shop's hands.
        Captured = "captured",
        /// The money will not come.
        Failed = "failed",
    }
}

/// What can happen to a tender.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TenderStep {
    /// The money comes.
    Capture,
    /// It will not.
    Fail,
}

impl TenderStatus {
    /// Where `step` leads from here; `None` if it cannot happen here.
    pub const fn after(self, step: TenderStep) -> Option<Self> {
        match (self, step) {
            (Self::Created, TenderStep::Capture) => Some(Self::Captured),
            (Self::Created, TenderStep::Fail) => Some(Self::Failed),
            (Self::Captured | Self::Failed, _) => None,
        }
    }
}

/// What is offered for an order: one attempt to pay it.
#[derive(Debug, Serialize, FromRow, ToSchema)]
pub struct Tender {
    /// Its key.
    pub id: PaymentId,
    /// Its name outside of this shop.
    pub uuid: String,
    /// The order that it pays.
    pub order_id: OrderId,
    /// The number that people call the order by.
    pub order_number: String,
    /// Whose order it is.
    pub user_id: UserId,
    /// How much.
    pub amount: Paise,
    /// The currency of the amount.
    pub currency: String,
    /// How the customer pays.
    pub payment_method: Option<PaymentMethod>,
    /// Who moves the money.
    #[sqlx(rename = "gateway_name")]
    pub gateway: Gateway,
    /// How far it has come.
    pub status: TenderStatus,
    /// Why it failed, if it did.
    pub failure_reason: Option<String>,
    /// When it was offered.
    pub initiated_at: DateTime<Utc>,
    /// When the money came.
    pub captured_at: Option<DateTime<Utc>>,
    /// When it failed.
    pub failed_at: Option<DateTime<Utc>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tender_ends_once() {
        assert_eq!(TenderStatus::Created.after(TenderStep::Capture), Some(TenderStatus::Captured));
        assert_eq!(TenderStatus::Created.after(TenderStep::Fail), Some(TenderStatus::Failed));
        for ended in [TenderStatus::Captured, TenderStatus::Failed] {
            for step in [TenderStep::Capture, TenderStep::Fail] {
                assert_eq!(ended.after(step), None);
            }
        }
    }
}
