//! Cancels an order: its goods go back on the shelf, what was paid is asked back.

use chrono::{DateTime, Utc};
use commerce::events::{OrderCancelled, RefundRequested};
use commerce::ids::OrderId;
use commerce::orders::{OrderStatus, PaymentStatus, Step};
use inventory::Return;
use kernel::{Paise, UserId};
use shared::config::ServiceName;
use shared::database::retry;
use shared::identity::{ManageOrders, Permission, holds};
use shared::messaging::outbox;
use shared::web::{Error, Result};
use sqlx::MySqlConnection;

use super::{Actor, CancelOrder, Field, Order};
use crate::state::Shop;
use crate::store;
use crate::store::history::{self, Entry};
use crate::store::orders::Locked;

const NO_SUCH_ORDER: Error = Error::NotFound("order");
const TOO_LATE: Error =
    Error::Impossible { code: "INVALID_STATE", message: "the order is on its way and cannot be cancelled any more" };

/// Why an order ends before it was sent.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cancellation<'a> {
    pub(super) by: Actor,
    pub(super) user: Option<UserId>,
    pub(super) reason: &'a str,
    pub(super) stock: Return,
}

/// Cancels the order `id` for its owner or the shop's staff. Asked again, it changes nothing.
pub(crate) async fn cancel(shop: &Shop, user: UserId, id: OrderId, wanted: &CancelOrder) -> Result<Order> {
    let now = shop.clock.now();
    retry(|| cancel_once(shop, (user, now), id, wanted)).await
}

async fn cancel_once(
    shop: &Shop,
    (user, now): (UserId, DateTime<Utc>),
    id: OrderId,
    wanted: &CancelOrder,
) -> Result<Order> {
    let mut tx = shop.database.begin().await?;
    let order = store::orders::lock(&mut tx, id).await?.ok_or(NO_SUCH_ORDER)?;
    let by = actor(&mut tx, user, &order).await?;
    if order.status != OrderStatus::Cancelled {
        let reason = wanted.reason.as_deref().unwrap_or("cancelled on request");
        end(&mut tx, &order, Cancellation { by, user: Some(user), reason, stock: Return::Released }, now).await?;
    }
    let shown = store::orders::find(&mut tx, id).await?.ok_or(NO_SUCH_ORDER)?;
    tx.commit().await?;
    Ok(shown)
}

/// As whom `user` cancels; a stranger is told that there is nothing.
async fn actor(conn: &mut MySqlConnection, user: UserId, order: &Locked) -> Result<Actor> {
    if order.user_id == user {
        return Ok(Actor::Customer);
    }
    if holds(conn, user, ManageOrders::NAME).await? { Ok(Actor::Admin) } else { Err(NO_SUCH_ORDER) }
}

/// Ends an order that its caller has locked, if it can still be ended.
pub(super) async fn end(
    conn: &mut MySqlConnection,
    order: &Locked,
    why: Cancellation<'_>,
    now: DateTime<Utc>,
) -> Result<()> {
    let cancelled = order.status.after(Step::Cancel).ok_or(TOO_LATE)?;
    inventory::release(conn, order.id, why.stock, now).await?;
    store::orders::update_cancelled(conn, order.id, why.reason, now).await?;
    let entry = Entry {
        order: order.id,
        field: Field::Status,
        old: Some(order.status.as_str()),
        new: cancelled.as_str(),
        by: why.by,
        user: why.user,
        reason: Some(why.reason),
    };
    history::insert(conn, &entry, now).await?;
    tell(conn, order, why.reason, now).await
}

async fn tell(conn: &mut MySqlConnection, order: &Locked, reason: &str, now: DateTime<Utc>) -> Result<()> {
    let is_paid = order.payment_status == PaymentStatus::Paid;
    let cancelled = OrderCancelled {
        order_id: order.id,
        order_number: order.order_number.clone(),
        user_id: order.user_id,
        reason: reason.to_owned(),
        paid: if is_paid { order.total_amount } else { Paise::ZERO },
        revision: order.revision + 1,
    };
    outbox::emit(conn, ServiceName::Order, now, &cancelled).await?;
    if is_paid {
        outbox::emit(conn, ServiceName::Order, now, &refund_of(order, reason)).await?;
    }
    Ok(())
}

/// The wish to give back all that was paid for an order.
pub(super) fn refund_of(order: &Locked, reason: &str) -> RefundRequested {
    RefundRequested {
        order_id: order.id,
        order_number: order.order_number.clone(),
        user_id: order.user_id,
        amount: order.total_amount,
        reason: reason.to_owned(),
        revision: order.revision + 1,
    }
}
