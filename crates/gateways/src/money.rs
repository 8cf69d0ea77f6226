//! Orders, payments and refunds as every gateway has them.

use chrono::{DateTime, Utc};
use commerce::orders::PaymentMethod;
use kernel::Paise;

/// An amount with its currency.
#[derive(Clone, Copy, Debug)]
pub struct Money<'a> {
    /// How much.
    pub amount: Paise,
    /// `INR`.
    pub currency: &'a str,
}

/// An order to be made.
#[derive(Clone, Copy, Debug)]
pub struct NewOrder<'a> {
    /// Our own name for it, unique, at most 40 characters.
    pub receipt: &'a str,
    /// What is to be paid.
    pub amount: Paise,
    /// `INR`.
    pub currency: &'a str,
    /// What people see in the gateway's dashboard: at most 15 pairs. Values are cut to 256 characters.
    pub notes: &'a [(&'a str, &'a str)],
}

/// Money to be given back.
#[derive(Clone, Copy, Debug)]
pub struct NewRefund<'a> {
    /// Makes it happen once, and is its receipt: 10 to 40 letters, digits, `-` and `_`.
    pub key: &'a str,
    /// The captured payment.
    pub payment: &'a str,
    /// How much of it.
    pub amount: Paise,
    /// Why, for the gateway's dashboard. Must be the same whenever the key is. Cut to 256 characters.
    pub reason: &'a str,
}

/// An order at the gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// The gateway's id.
    pub id: String,
    /// Our own name for it.
    pub receipt: Option<String>,
    /// What is to be paid.
    pub amount: Paise,
    /// The currency of `amount`.
    pub currency: String,
    /// Where it stands.
    pub status: OrderStatus,
    /// When it was made, to the second.
    pub created_at: DateTime<Utc>,
}

/// Where an order stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderStatus {
    /// Nobody has tried to pay it.
    Created,
    /// Somebody has tried; nothing is captured.
    Attempted,
    /// A payment was captured. It stays so when the money goes back.
    Paid,
    /// A word that we do not know.
    Other,
}

/// An attempt to pay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    /// The gateway's id.
    pub id: String,
    /// The gateway's id of the order.
    pub order_id: Option<String>,
    /// What it pays.
    pub amount: Paise,
    /// The currency of `amount`.
    pub currency: String,
    /// Where it stands.
    pub status: PaymentStatus,
    /// What the customer paid with in the end; `None` if we have no word for it.
    pub method: Option<PaymentMethod>,
    /// What may be kept of how it was paid: `vpa`, `bank`, `wallet`, `card` (`last4`, `network`, `type`, `issuer`), and
    /// the bank's references `rrn`, `arn`, `auth_code`, `upi_transaction_id`, `bank_transaction_id`, `transaction_id`.
    /// An object; what is not known is not in it.
    pub details: serde_json::Value,
    /// What the gateway keeps, with tax; known once captured.
    pub fee: Option<Paise>,
    /// The tax within `fee`.
    pub tax: Option<Paise>,
    /// What went back so far.
    pub refunded: Paise,
    /// Why it failed, in a sentence of at most 200 characters.
    pub failure: Option<String>,
    /// When it was begun, to the second.
    pub created_at: DateTime<Utc>,
}

/// Where a payment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaymentStatus {
    /// The bank was asked.
    Created,
    /// The bank promised the money; nobody took it yet.
    Authorized,
    /// The money was taken; some of it may have gone back.
    Captured,
    /// All of it went back; also a promise that was never taken.
    Refunded,
    /// Declined, so far: the bank may still change its mind.
    Failed,
    /// A word that we do not know.
    Other,
}

/// Money on its way back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refund {
    /// The gateway's id.
    pub id: String,
    /// The gateway's id of the payment.
    pub payment_id: String,
    /// How much.
    pub amount: Paise,
    /// The currency of `amount`.
    pub currency: String,
    /// Where it stands.
    pub status: RefundStatus,
    /// Our own name for it.
    pub receipt: Option<String>,
}

/// Where a refund stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefundStatus {
    /// On its way.
    Pending,
    /// Done.
    Processed,
    /// The bank did not take it.
    Failed,
    /// A word that we do not know.
    Other,
}
