//! A customer means to pay.

use chrono::{DateTime, Utc};
use commerce::ids::{OrderId, PaymentId};
use commerce::orders::{Gateway, PaymentMethod};
use kernel::{Paise, UserId};
use serde::Serialize;
use shared::web::{Error, Result};
use sqlx::MySqlPool;
use utoipa::ToSchema;
use validator::Validate;

use super::open::open;
use super::{Opened, Tender, TenderStatus};
use crate::orders::Order;
use crate::store;

/// What a customer means to pay, and how.
#[derive(Debug, eserde::Deserialize, Validate, ToSchema)]
pub struct Initiate {
    /// Which order.
    #[schema(value_type = u64, minimum = 1)]
    pub order_id: OrderId,
    /// What the customer was shown; must be the order's total.
    #[serde(default)]
    pub amount: Option<Paise>,
    /// The currency of the amount; must be the order's.
    #[serde(default)]
    pub currency: Option<String>,
    /// How the customer pays; the order's method if absent.
    #[serde(default)]
    pub payment_method: Option<PaymentMethod>,
    /// Who moves the money; what the method needs if absent.
    #[serde(default)]
    pub gateway: Option<Gateway>,
}

/// A payment that is under way, with what a check-out needs to go on.
#[derive(Debug, Serialize, ToSchema)]
pub struct Initiated {
    /// Its key.
    pub payment_id: PaymentId,
    /// Who moves the money.
    pub gateway: Gateway,
    /// Razorpay's public key; absent with other gateways.
    pub razorpay_key: Option<String>,
    /// Razorpay's name for the attempt; absent with other gateways.
    pub razorpay_order_id: Option<String>,
    /// What Stripe's form needs; absent with other gateways.
    pub stripe_client_secret: Option<String>,
    /// How much, in rupees.
    pub amount: Paise,
    /// How much, in paise.
    pub amount_minor: i64,
    /// The currency of both.
    pub currency: String,
    /// Until when it can be paid; absent if it does not end by itself.
    pub expires_at: Option<DateTime<Utc>>,
    /// How far it has come.
    pub status: TenderStatus,
}

const OTHER_AMOUNT: Error = Error::Impossible {
    code: "AMOUNT_MISMATCH",
    message: "this is not the total of the order: please look at the order again",
};
const NO_GATEWAY: Error =
    Error::Impossible { code: "GATEWAY_UNAVAILABLE", message: "this shop takes no online payments yet" };

/// The tender of an order of `user`, opened if there is none yet. Asked again, it answers the same one.
///
/// # Errors
/// 404 for an order of somebody else; `AMOUNT_MISMATCH`; `GATEWAY_UNAVAILABLE` for everything that is paid online;
/// `INVALID_STATE` for an order that is cancelled, free or paid otherwise.
pub async fn initiate(db: &MySqlPool, user: UserId, wanted: &Initiate, now: DateTime<Utc>) -> Result<Opened> {
    let mut tx = db.begin().await?;
    let order = store::orders::lock(&mut tx, wanted.order_id).await?.filter(|order| order.user_id == user);
    let order = order.ok_or(Error::NotFound("order"))?;
    wanted.fits(&order)?;
    let opened = open(&mut tx, &order, now).await?;
    tx.commit().await?;
    Ok(opened)
}

impl Initiate {
    fn fits(&self, order: &Order) -> Result<()> {
        let is_same = self.amount.is_none_or(|amount| amount == order.total_amount)
            && self.currency.as_ref().is_none_or(|currency| *currency == order.currency);
        if !is_same {
            return Err(OTHER_AMOUNT);
        }
        let method = self.payment_method.unwrap_or(order.payment_method);
        let is_cash = self.gateway.map_or(method.is_on_delivery(), |gateway| gateway == Gateway::CashOnDelivery);
        if is_cash || order.is_called_off() { order.takes_cash() } else { Err(NO_GATEWAY) }
    }
}

impl From<Tender> for Initiated {
    fn from(tender: Tender) -> Self {
        Self {
            payment_id: tender.id,
            gateway: tender.gateway,
            razorpay_key: None,
            razorpay_order_id: None,
            stripe_client_secret: None,
            amount: tender.amount,
            amount_minor: tender.amount.get(),
            currency: tender.currency,
            expires_at: None,
            status: tender.status,
        }
    }
}
