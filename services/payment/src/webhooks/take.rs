//! Takes a webhook in: whose it is, and whether it came before.

use chrono::{DateTime, Utc};
use commerce::orders::Gateway;
use gateways::Gateway as _;
use shared::database::Failure;
use shared::digest::sha256;
use shared::web::{Error, Result};

use crate::state::Till;
use crate::store;
use crate::store::events::NewEvent;

/// A webhook as it came.
#[derive(Debug)]
pub(crate) struct Delivery<'a> {
    /// Proves that it is the gateway's, over every byte of the body.
    pub(crate) signature: Option<&'a str>,
    /// The gateway's name for the event, the same however often it is sent.
    pub(crate) event_id: Option<&'a str>,
    /// The body, unread.
    pub(crate) body: &'a [u8],
}

/// Keeps a webhook of Razorpay's, once however often it comes.
///
/// # Errors
/// 400 if it is not the gateway's: nothing is kept. 503 if nobody can tell, or it cannot be kept: it will be sent again.
pub(crate) async fn take(till: &Till, delivery: Delivery<'_>, now: DateTime<Utc>) -> Result<()> {
    let Some(razorpay) = till.razorpay.as_deref() else { return Err(Error::NotFound("gateway")) };
    match razorpay.is_webhook(delivery.body, delivery.signature.unwrap_or_default()) {
        Some(true) => keep(till, &delivery, now).await,
        Some(false) => {
            tracing::warn!("a webhook is not the gateway's");
            Err(Error::invalid("X-Razorpay-Signature", "is not the gateway's"))
        }
        None => {
            tracing::error!("webhooks cannot be checked: RAZORPAY_WEBHOOK_SECRET is not set");
            Err(Error::unavailable(anyhow::anyhow!("no secret for webhooks")))
        }
    }
}

async fn keep(till: &Till, delivery: &Delivery<'_>, now: DateTime<Utc>) -> Result<()> {
    let hash = sha256(delivery.body);
    let event_id = delivery.event_id.filter(|id| (1..=255).contains(&id.len())).unwrap_or(&hash);
    let event = NewEvent { gateway: Gateway::Razorpay, event_id, hash: &hash, body: delivery.body };
    match store::events::insert(&mut *till.database.acquire().await?, &event, now).await {
        Err(error) if Failure::of(&error) == Failure::Duplicate => Ok(()),
        kept => Ok(kept?),
    }
}
