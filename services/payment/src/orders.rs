//! What of an order a payment depends on.

use chrono::{DateTime, Utc};
use commerce::ids::OrderId;
use commerce::orders::{OrderStatus, PaymentMethod, PaymentStatus};
use kernel::{Paise, UserId};
use shared::identity::{self, Permission, ViewPayments};
use shared::web::{Error, Result};
use sqlx::{FromRow, MySqlConnection};

use crate::store;

/// An order as the order service wrote it.
#[derive(Debug, FromRow)]
pub struct Order {
    /// Its key.
    pub id: OrderId,
    /// The number that people call it by.
    #[sqlx(rename = "order_number")]
    pub number: String,
    /// Whose it is.
    pub user_id: UserId,
    /// What the customer pays in all.
    pub total_amount: Paise,
    /// The currency of the total.
    pub currency: String,
    /// Where it stands.
    pub status: OrderStatus,
    /// Where its payment stands.
    pub payment_status: PaymentStatus,
    /// How the customer means to pay.
    pub payment_method: PaymentMethod,
    /// Until when its goods are held; absent for what is confirmed or over.
    pub hold_expires_at: Option<DateTime<Utc>>,
    /// The PIN of the address that it goes to.
    pub postal_code: Option<String>,
}

const CALLED_OFF: Error = Error::Impossible { code: "INVALID_STATE", message: "this order is cancelled" };
const PAID_OTHERWISE: Error =
    Error::Impossible { code: "INVALID_STATE", message: "this order is not paid on delivery" };
const PAID_ON_DELIVERY: Error =
    Error::Conflict { code: "CONFLICT", message: "this order is paid on delivery: the carrier takes the cash" };
const PAID: Error = Error::Impossible { code: "INVALID_STATE", message: "this order is paid already" };
const TOO_LATE: Error =
    Error::Impossible { code: "INVALID_STATE", message: "the time to pay for this order is over: please order again" };
const FREE: Error = Error::Impossible { code: "INVALID_STATE", message: "there is nothing to pay for this order" };

impl Order {
    /// Whether the shop will not send it, or has taken back all of it.
    pub const fn is_called_off(&self) -> bool {
        matches!(self.status, OrderStatus::Cancelled | OrderStatus::Refunded)
    }

    /// Says why it cannot be paid in any way, if so.
    pub fn refusal(&self) -> Option<Error> {
        self.is_called_off().then_some(CALLED_OFF)
    }

    /// Says why no cash can be taken for it when it is delivered, if so.
    pub fn takes_cash(&self) -> Result<()> {
        if self.is_called_off() {
            Err(CALLED_OFF)
        } else if !self.payment_method.is_on_delivery() {
            Err(PAID_OTHERWISE)
        } else if self.total_amount == Paise::ZERO {
            Err(FREE)
        } else {
            Ok(())
        }
    }

    /// Says why it cannot be paid online now, if so.
    pub fn takes_online(&self, now: DateTime<Utc>) -> Result<()> {
        if self.is_called_off() {
            Err(CALLED_OFF)
        } else if self.payment_method.is_on_delivery() {
            Err(PAID_ON_DELIVERY)
        } else if self.total_amount == Paise::ZERO {
            Err(FREE)
        } else if !self.is_due() {
            Err(PAID)
        } else if self.hold_expires_at.is_none_or(|until| until <= now) {
            Err(TOO_LATE)
        } else {
            Ok(())
        }
    }

    /// Whether money is still to come.
    pub fn is_due(&self) -> bool {
        let is_unpaid = matches!(self.payment_status, PaymentStatus::Pending | PaymentStatus::Failed);
        is_unpaid && !self.is_called_off() && self.total_amount > Paise::ZERO
    }
}

/// The order `id` for its owner; to anybody else there is none.
pub async fn find_own(conn: &mut MySqlConnection, user: UserId, id: OrderId) -> Result<Order> {
    let order = store::orders::find(conn, id).await?.filter(|order| order.user_id == user);
    order.ok_or(Error::NotFound("order"))
}

/// Whether `user` may see payments of `owner`: their own, or everybody's by permission.
pub async fn may_see(conn: &mut MySqlConnection, user: UserId, owner: UserId) -> Result<bool> {
    Ok(user == owner || identity::holds(conn, user, ViewPayments::NAME).await?)
}
