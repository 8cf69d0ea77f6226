//! The customer's browser says that it has paid.

use commerce::ids::PaymentId;
use commerce::orders::Gateway;
use gateways::{Fault, Gateway as _, Razorpay};
use kernel::UserId;
use shared::web::{Error, Result};
use utoipa::ToSchema;
use validator::Validate;

use super::{Tender, follow};
use crate::gateway::to_error;
use crate::state::Till;
use crate::store;

/// What Razorpay's checkout hands to the page, as it comes.
#[derive(Debug, eserde::Deserialize, Validate, ToSchema)]
pub struct Callback {
    /// The payment.
    #[serde(rename = "razorpay_payment_id")]
    pub payment_id: String,
    /// The order at the gateway.
    #[serde(rename = "razorpay_order_id")]
    pub order_id: String,
    /// That both belong together: hex HMAC-SHA256 under the key's secret.
    #[serde(rename = "razorpay_signature")]
    pub signature: String,
}

const NOT_ONLINE: Error =
    Error::Impossible { code: "INVALID_STATE", message: "this payment is not made through Razorpay" };

/// The attempt `id` of `user`, brought to where the gateway's own record says that it stands.
///
/// # Errors
/// 404 for somebody else's; 400 for a signature, or an order, that is not the gateway's for this attempt; 503 while the gateway
/// does not answer: nothing is lost, its webhook or the poller brings the news.
pub async fn verify(till: &Till, user: UserId, id: PaymentId, said: &Callback) -> Result<Tender> {
    let tender = store::tenders::find(&mut *till.database.acquire().await?, id).await?;
    let tender = tender.filter(|tender| tender.user_id == user).ok_or(Error::NotFound("payment"))?;
    let razorpay = till.razorpay.as_deref().filter(|_| tender.gateway == Gateway::Razorpay).ok_or(NOT_ONLINE)?;
    is_of(razorpay, &tender, said)?;
    let payment = razorpay.payment(&said.payment_id).await.map_err(|fault| match fault {
        Fault::Missing => not_its_payment(),
        fault => to_error(fault),
    })?;
    if payment.order_id != tender.gateway_order_id {
        return Err(not_its_payment());
    }
    follow(&till.database, razorpay, tender.id, &payment, till.clock.now()).await
}

/// The signature covers the order that *we* know, so that a payment for a cheaper one does not pass.
fn is_of(razorpay: &Razorpay, tender: &Tender, said: &Callback) -> Result<()> {
    let order = tender.gateway_order_id.as_deref().ok_or_else(not_its_order)?;
    if said.order_id != order {
        return Err(not_its_order());
    }
    if razorpay.is_callback(order, &said.payment_id, &said.signature) {
        return Ok(());
    }
    tracing::warn!(payment = %tender.id, "a checkout's signature is not the gateway's");
    Err(Error::invalid("razorpay_signature", "is not the gateway's"))
}

fn not_its_order() -> Error {
    Error::invalid("razorpay_order_id", "is not this payment's")
}

fn not_its_payment() -> Error {
    Error::invalid("razorpay_payment_id", "is not this payment's")
}
