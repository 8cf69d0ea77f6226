//! Razorpay: its calls, one function each.

mod answer;
mod key;
mod lists;
mod requests;
mod transport;
mod webhook;
mod wire;

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use self::key::Key;
use self::lists::List;
use self::requests::{CaptureBody, OrderBody, RefundBody};
use self::transport::Transport;
use self::wire::{OrderShape, PaymentShape, RefundShape};
use crate::signature::is_signed;
use crate::{Fault, Gateway, Money, NewOrder, NewRefund, Notice, Order, Payment, Refund};

/// Where Razorpay is, and who we are there.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Without `/v1`: `https://api.razorpay.com`.
    pub base_url: String,
    /// The public half of the key.
    pub key_id: String,
    /// The secret half, which also signs what the checkout hands to the browser.
    pub secret: SecretString,
    /// What signs webhooks: the present secret, then the previous one. Empty ones are left out.
    pub webhook_secrets: Vec<SecretString>,
    /// How long a call may take, everything included; with lists, each page of a hundred.
    pub deadline: Duration,
}

impl Settings {
    /// What a call may take unless somebody knows better.
    pub const DEADLINE: Duration = Duration::from_secs(6);
}

/// A client of Razorpay. It sends nothing twice, but for a `GET` whose connection broke.
#[derive(Debug)]
pub struct Razorpay {
    transport: Transport,
    webhook_secrets: Vec<SecretString>,
}

impl Razorpay {
    /// A client that has not called yet. Fails when `base_url` is no address, or there is no TLS to be had.
    pub fn new(settings: Settings) -> anyhow::Result<Self> {
        let Settings { base_url, key_id, secret, mut webhook_secrets, deadline } = settings;
        webhook_secrets.retain(|secret| !secret.expose_secret().is_empty());
        let transport = Transport::new(&base_url, Key::new(key_id, secret), deadline)?;
        Ok(Self { transport, webhook_secrets })
    }

    /// The public half of the key, for the checkout in the browser.
    pub fn key_id(&self) -> &str {
        self.transport.key().id()
    }

    /// The order that keeps a receipt from being used again.
    async fn order_with(&self, wanted: &NewOrder<'_>) -> Result<Order, Fault> {
        let what = || format!("the order with the receipt {} cannot be seen", wanted.receipt);
        match self.find_order(wanted.receipt).await {
            Ok(Some(order)) => Ok(order),
            Ok(None) => Err(Fault::Unknown { cause: anyhow::anyhow!(what()) }),
            Err(fault) => Err(Fault::Unknown { cause: anyhow::Error::new(fault).context(what()) }),
        }
    }
}

impl Gateway for Razorpay {
    async fn create_order(&self, wanted: &NewOrder<'_>) -> Result<Order, Fault> {
        let made = match self.transport.post::<OrderShape>("orders", &OrderBody::from(wanted)).await {
            Err(fault) if is_receipt_taken(&fault) => self.order_with(wanted).await?,
            made => made?.into(),
        };
        if made.amount == wanted.amount && made.currency == wanted.currency { Ok(made) } else { Err(receipt_taken()) }
    }

    async fn find_order(&self, receipt: &str) -> Result<Option<Order>, Fault> {
        let list = List::new("orders", |order: &Order| &order.id).with(("receipt", receipt));
        let orders = list.all::<OrderShape>(&self.transport).await?;
        let ours = orders.into_iter().filter(|order| order.receipt.as_deref() == Some(receipt));
        // Of those of the same second the last one in the list is the oldest.
        Ok(ours.rev().min_by_key(|order| order.created_at))
    }

    async fn order(&self, id: &str) -> Result<Order, Fault> {
        let order: OrderShape = self.transport.get(&format!("orders/{}", checked(id)?), &[]).await?;
        Ok(order.into())
    }

    async fn payments_of(&self, order: &str) -> Result<Vec<Payment>, Fault> {
        let path = format!("orders/{}/payments", checked(order)?);
        List::new(&path, |payment: &Payment| &payment.id).all::<PaymentShape>(&self.transport).await
    }

    async fn payment(&self, id: &str) -> Result<Payment, Fault> {
        let path = format!("payments/{}", checked(id)?);
        let payment: PaymentShape = self.transport.get(&path, &[("expand[]", "card")]).await?;
        Ok(payment.into())
    }

    async fn capture(&self, id: &str, amount: &Money<'_>) -> Result<Payment, Fault> {
        let path = format!("payments/{}/capture", checked(id)?);
        let payment: PaymentShape = self.transport.post(&path, &CaptureBody::from(amount)).await?;
        Ok(payment.into())
    }

    async fn refund(&self, wanted: &NewRefund<'_>) -> Result<Refund, Fault> {
        let path = format!("payments/{}/refund", checked(wanted.payment)?);
        let refund: RefundShape = self.transport.post_keyed(&path, wanted.key, &RefundBody::from(wanted)).await?;
        Ok(refund.into())
    }

    async fn refunds_of(&self, payment: &str) -> Result<Vec<Refund>, Fault> {
        let path = format!("payments/{}/refunds", checked(payment)?);
        List::new(&path, |refund: &Refund| &refund.id).all::<RefundShape>(&self.transport).await
    }

    async fn refund_by_id(&self, id: &str) -> Result<Refund, Fault> {
        let refund: RefundShape = self.transport.get(&format!("refunds/{}", checked(id)?), &[]).await?;
        Ok(refund.into())
    }

    fn is_callback(&self, order: &str, payment: &str, signature: &str) -> bool {
        self.transport.key().has_signed(&[order.as_bytes(), b"|", payment.as_bytes()], signature)
    }

    fn is_webhook(&self, body: &[u8], signature: &str) -> Option<bool> {
        let mut secrets = self.webhook_secrets.iter();
        (!self.webhook_secrets.is_empty()).then(|| secrets.any(|secret| is_signed(secret, &[body], signature)))
    }

    fn read_event(&self, body: &[u8]) -> Option<Notice> {
        webhook::read(body)
    }
}

/// An id as it may stand in a path. Some come from browsers, and whatever is no id names nothing.
fn checked(id: &str) -> Result<&str, Fault> {
    let is_plain = id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if is_plain && (1..=64).contains(&id.len()) { Ok(id) } else { Err(Fault::Missing) }
}

fn is_receipt_taken(fault: &Fault) -> bool {
    matches!(fault, Fault::Refused { description, .. } if description.starts_with("Order receipt should be unique"))
}

fn receipt_taken() -> Fault {
    Fault::Refused {
        code: "RECEIPT_TAKEN".to_owned(),
        reason: None,
        description: "the order with this receipt is about another amount".to_owned(),
    }
}
