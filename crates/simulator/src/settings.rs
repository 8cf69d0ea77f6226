//! What a simulator is started with.

use std::net::SocketAddr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Keys, secrets, where webhooks go and how the account is set up.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where to listen; port 0 takes a free one.
    pub address: SocketAddr,
    /// The public half of the API key.
    pub key_id: String,
    /// The secret half; also signs checkout's callback.
    pub key_secret: String,
    /// Signs webhooks.
    pub webhook_secret: String,
    /// Where webhooks are sent; without it they are only recorded.
    pub webhook_url: Option<String>,
    /// How webhooks are sent again.
    pub retries: Retries,
    /// How the account behaves.
    pub account: Account,
}

/// Webhooks are sent until one is answered with 2xx: after `first`, twice that, four times that…
#[derive(Clone, Copy, Debug)]
pub struct Retries {
    /// How long an answer may take.
    pub patience: Duration,
    /// The pause before the second attempt.
    pub first: Duration,
    /// How long after the event the last attempt is made; then the webhook is disabled.
    pub window: Duration,
}

/// What a merchant chooses in the dashboard.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Account {
    /// What happens to authorised payments of orders that do not say it themselves.
    pub capture: Capture,
    /// What happens when a receipt is used again.
    pub receipts: Receipts,
    /// What state a refund is created in.
    pub refunds: Refunds,
    /// The largest order, in paise.
    pub maximum_amount: u64,
}

/// Who captures an authorised payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Capture {
    /// Razorpay, at once.
    Automatic,
    /// The shop, by the API.
    Manual,
}

/// What creating a second order with the same receipt does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Receipts {
    /// It makes a second order.
    Repeatable,
    /// It is refused.
    Rejected,
    /// It answers with the first order.
    Returned,
}

/// What state a new refund is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refunds {
    /// Done, as Razorpay says by default before the bank has a reference.
    Processed,
    /// Waiting until the control API says how it ended.
    Pending,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
            key_id: "rzp_test_simulator0001".to_owned(),
            key_secret: "simulator-key-secret".to_owned(),
            webhook_secret: "simulator-webhook-secret".to_owned(),
            webhook_url: None,
            retries: Retries::default(),
            account: Account::default(),
        }
    }
}

impl Default for Retries {
    fn default() -> Self {
        let day = Duration::from_hours(24);
        Self { patience: Duration::from_secs(5), first: Duration::from_secs(5), window: day }
    }
}

impl Default for Account {
    fn default() -> Self {
        Self {
            capture: Capture::Automatic,
            receipts: Receipts::Repeatable,
            refunds: Refunds::Processed,
            maximum_amount: 500_000_000,
        }
    }
}
