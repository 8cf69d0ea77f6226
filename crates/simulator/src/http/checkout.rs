//! `/checkout`: what checkout.js does in the customer's browser, without the browser.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::routing::post;
use serde::{Deserialize, Serialize};

use super::{Answer, Done, Input, Shared};
use crate::gateway::Gateway;
use crate::payments::{self, Decline, Payment, Tender};
use crate::refusal::Refusal;

pub(super) fn router() -> Router<Arc<Gateway>> {
    Router::new().route("/checkout", post(pay))
}

/// What the shop opens checkout with, and what the customer chooses in it.
#[derive(Debug, Deserialize)]
struct Checkout {
    /// The public key; checked if it is there.
    key: Option<String>,
    order_id: String,
    #[serde(flatten)]
    tender: Tender,
}

/// What checkout hands to the shop's handler.
#[derive(Debug, Serialize)]
#[expect(clippy::struct_field_names, reason = "the names that checkout.js uses")]
pub(super) struct Callback {
    razorpay_payment_id: String,
    razorpay_order_id: String,
    razorpay_signature: String,
}

impl Callback {
    pub(super) fn of(payment: &Payment, gateway: &Gateway) -> Self {
        Self {
            razorpay_signature: gateway.sign_callback(&payment.order_id, &payment.id),
            razorpay_payment_id: payment.id.clone(),
            razorpay_order_id: payment.order_id.clone(),
        }
    }
}

/// Pays an order. The vendor's test inputs fail, with the error that checkout shows: `failure@razorpay`, and the cards.
async fn pay(State(gateway): Shared, Input(checkout): Input<Checkout>) -> Done<Callback> {
    if checkout.key.as_ref().is_some_and(|key| *key != gateway.settings.key_id) {
        return Err(Refusal::unauthenticated("Authentication failed"));
    }
    let Checkout { order_id, tender, .. } = checkout;
    let payment = gateway.write(|books, now| {
        let payment = payments::attempt(books, &order_id, &tender, now)?;
        match Decline::of(&tender) {
            None => payments::carry(books, &payment.id, None, now),
            Some(decline) => {
                payments::fail(books, &payment.id, &decline, now)?;
                Err(decline.refusal().concerning(&payment.id, &order_id))
            }
        }
    })?;
    Ok(Answer(Callback::of(&payment, &gateway)))
}
