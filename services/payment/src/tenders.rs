//! Tenders: what is offered for an order, and what becomes of it.
//!
//! - cash on delivery: [`open`] by the order's confirmation, [`collect`]ed by the carrier
//! - online: begun by the customer ([`initiate`], `online`), moved by what the gateway says ([`verify`], the webhooks, the
//!   task `poll`), always through `settle`

mod collect;
mod initiate;
mod listen;
mod online;
mod open;
mod poll;
mod schedule;
mod settle;
mod verify;
mod view;

pub use collect::collect;
pub(crate) use initiate::initiate;
pub use initiate::{Initiate, Initiated};
pub(crate) use listen::consumer;
pub(crate) use online::record;
pub use open::Opened;
pub(crate) use poll::poll;
pub(crate) use schedule::doubled;
pub(crate) use settle::follow;
pub use verify::{Callback, verify};
pub use view::{find, list_of_order};

use chrono::{DateTime, Utc};
use commerce::ids::{OrderId, PaymentId};
use commerce::orders::{Gateway, PaymentMethod};
use kernel::{Paise, UserId, text_enum};
use serde::Serialize;
use serde_json::Value;
use sqlx::FromRow;
use sqlx::types::Json;
use utoipa::ToSchema;

text_enum! {
    /// How far a tender has come.
    pub enum TenderStatus {
        /// It is written down; the gateway has not answered yet.
        Initiated = "initiated",
        /// Nobody knows whether the gateway has heard of it; it will be asked.
        Unknown = "unknown",
        /// It is offered; the money is still to come.
        Created = "created",
        /// The bank has promised the money.
        Authorized = "authorized",
        /// The money is in the shop's hands.
        Captured = "captured",
        /// The money has not come, and nobody waits for it.
        Failed = "failed",
        /// Some of the money went back.
        PartiallyRefunded = "partially_refunded",
        /// All of it went back.
        Refunded = "refunded",
    }
}

/// What can happen to a tender.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TenderStep {
    /// The gateway knows of it.
    Offer,
    /// The gateway was asked, and what came of it is not known.
    Doubt,
    /// The bank promises the money, late perhaps.
    Authorize,
    /// The gateway takes the money, late perhaps.
    Capture,
    /// The carrier takes the cash.
    Collect,
    /// The money will not come, as far as anybody knows.
    Fail,
    /// Some goes back, and some stays.
    RefundPart,
    /// The last of it goes back.
    RefundAll,
}

impl TenderStatus {
    /// Where `step` leads from here; `None` if it cannot happen here. A failed payment may still succeed: banks answer
    /// late (Razorpay, "Late Authorization").
    pub const fn after(self, step: TenderStep) -> Option<Self> {
        match (self, step) {
            (Self::Initiated | Self::Unknown, TenderStep::Offer) => Some(Self::Created),
            (Self::Initiated | Self::Unknown, TenderStep::Doubt) => Some(Self::Unknown),
            (Self::Created | Self::Failed, TenderStep::Authorize) => Some(Self::Authorized),
            (Self::Created | Self::Authorized | Self::Failed, TenderStep::Capture)
            | (Self::Created, TenderStep::Collect) => Some(Self::Captured),
            (Self::Initiated | Self::Unknown | Self::Created | Self::Authorized, TenderStep::Fail) => {
                Some(Self::Failed)
            }
            (Self::Captured | Self::PartiallyRefunded, TenderStep::RefundPart) => Some(Self::PartiallyRefunded),
            (Self::Captured | Self::PartiallyRefunded, TenderStep::RefundAll) => Some(Self::Refunded),
            _ => None,
        }
    }

    /// Whether the shop has, or had, the money.
    pub const fn is_captured(self) -> bool {
        matches!(self, Self::Captured | Self::PartiallyRefunded | Self::Refunded)
    }
}

/// What is offered for an order: one attempt to pay it.
#[derive(Debug, Serialize, FromRow, ToSchema)]
pub struct Tender {
    /// Its key.
    pub id: PaymentId,
    /// Its name outside of this shop: the gateway's receipt.
    pub uuid: String,
    /// The order that it pays.
    pub order_id: OrderId,
    /// The number that people call the order by.
    pub order_number: String,
    /// Whose order it is.
    pub user_id: UserId,
    /// How much.
    pub amount: Paise,
    /// How much of it goes or went back.
    pub refunded_amount: Paise,
    /// The currency of the amounts.
    pub currency: String,
    /// How the customer pays; once it is paid, as the gateway says.
    pub payment_method: Option<PaymentMethod>,
    /// Who moves the money.
    #[sqlx(rename = "gateway_name")]
    pub gateway: Gateway,
    /// The gateway's name for the attempt; of cash on delivery, the order's number.
    pub gateway_order_id: Option<String>,
    /// The gateway's name for the payment.
    #[sqlx(rename = "gateway_transaction_id")]
    pub gateway_payment_id: Option<String>,
    /// What the gateway tells about the payment: the end of a card's number, a UPI address, a bank.
    #[schema(value_type = Option<Object>)]
    pub details: Option<Json<Value>>,
    /// How far it has come.
    pub status: TenderStatus,
    /// Why it failed, if it did.
    pub failure_reason: Option<String>,
    /// When it was offered.
    pub initiated_at: DateTime<Utc>,
    /// Until when it can be paid; absent if it does not end by itself.
    pub expires_at: Option<DateTime<Utc>>,
    /// When the bank promised the money.
    pub authorized_at: Option<DateTime<Utc>>,
    /// When the money came.
    pub captured_at: Option<DateTime<Utc>>,
    /// When it failed.
    pub failed_at: Option<DateTime<Utc>>,
    /// When the gateway was last asked to offer it.
    #[serde(skip)]
    pub asked_at: Option<DateTime<Utc>>,
}

impl Tender {
    /// What has not gone back, and is not about to.
    pub fn left(&self) -> Paise {
        self.amount.checked_sub(self.refunded_amount).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEPS: [TenderStep; 8] = [
        TenderStep::Offer,
        TenderStep::Doubt,
        TenderStep::Authorize,
        TenderStep::Capture,
        TenderStep::Collect,
        TenderStep::Fail,
        TenderStep::RefundPart,
        TenderStep::RefundAll,
    ];

    fn from(status: TenderStatus) -> Vec<&'static str> {
        let mut next: Vec<_> = STEPS.iter().filter_map(|&step| Some(status.after(step)?.as_str())).collect();
        next.sort_unstable();
        next.dedup();
        next
    }

    #[test]
    fn money_that_came_only_ever_goes_back() {
        assert_eq!(from(TenderStatus::Captured), ["partially_refunded", "refunded"]);
        assert_eq!(from(TenderStatus::PartiallyRefunded), ["partially_refunded", "refunded"]);
        assert_eq!(from(TenderStatus::Refunded), [""; 0]);
    }

    #[test]
    fn a_failed_payment_may_still_succeed_and_cash_that_was_called_off_may_not() {
        assert_eq!(from(TenderStatus::Failed), ["authorized", "captured"]);
        assert_eq!(TenderStatus::Failed.after(TenderStep::Collect), None);
    }

    #[test]
    fn what_the_gateway_does_not_know_cannot_be_paid() {
        for status in [TenderStatus::Initiated, TenderStatus::Unknown] {
            assert_eq!(from(status), ["created", "failed", "unknown"]);
        }
        assert_eq!(from(TenderStatus::Created), ["authorized", "captured", "failed"]);
        assert_eq!(from(TenderStatus::Authorized), ["captured", "failed"]);
    }
}
