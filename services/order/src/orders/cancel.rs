//! Cancels an order: its goods go back on the shelf, what was paid is asked back.

use chrono::{DateTime, Utc};
use commerce::events::{OrderCancelled, RefundRequested};
use commerce::ids::OrderId;
use commerce::orders::{OrderStatus, PaymentStatus, RefundPurpose, Step};
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
    // Also one that is refunded by now: its second cancellation is answered like the first.
    if order.cancelled_at.is_none() {
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

/// Ends an order that its caller has locked, if it can still be ended. One whose money has gone back already goes all the
/// way.
pub(super) async fn end(
    conn: &mut MySqlConnection,
    order: &Locked,
    why: Cancellation<'_>,
    now: DateTime<Utc>,
) -> Result<()> {
    let cancelled = order.status.after(Step::Cancel).ok_or(TOO_LATE)?;
    let is_refunded = order.payment_status == PaymentStatus::Refunded;
    let refunded = cancelled.after(Step::Refund).filter(|_| is_refunded);
    inventory::release(conn, order.id, why.stock, now).await?;
    store::orders::update_cancelled(conn, order.id, refunded.unwrap_or(cancelled), why.reason, now).await?;
    write_history(conn, order, why, (order.status, cancelled), now).await?;
    if let Some(refunded) = refunded {
        write_history(conn, order, why, (cancelled, refunded), now).await?;
    }
    tell(conn, order, why.reason, now).await
}

async fn write_history(
    conn: &mut MySqlConnection,
    order: &Locked,
    why: Cancellation<'_>,
    (old, new): (OrderStatus, OrderStatus),
    now: DateTime<Utc>,
) -> Result<()> {
    let entry = Entry {
        order: order.id,
        field: Field::Status,
        old: Some(old.as_str()),
        new: new.as_str(),
        by: why.by,
        user: why.user,
        reason: Some(why.reason),
    };
    Ok(history::insert(conn, &entry, now).await?)
}

async fn tell(conn: &mut MySqlConnection, order: &Locked, reason: &str, now: DateTime<Utc>) -> Result<()> {
    let to_go_back = to_go_back(conn, order).await?;
    let cancelled = OrderCancelled {
        order_id: order.id,
        order_number: order.order_number.clone(),
        user_id: order.user_id,
        reason: reason.to_owned(),
        paid: to_go_back.unwrap_or(Paise::ZERO),
        revision: order.revision + 1,
    };
    outbox::emit(conn, ServiceName::Order, now, &cancelled).await?;
    if let Some(amount) = to_go_back {
        outbox::emit(conn, ServiceName::Order, now, &RefundRequested { amount, ..refund_of(order, reason) }).await?;
    }
    Ok(())
}

/// What has to go back of what was paid: without what has gone back already, or is on its way.
async fn to_go_back(conn: &mut MySqlConnection, order: &Locked) -> Result<Option<Paise>> {
    if !matches!(order.payment_status, PaymentStatus::Paid | PaymentStatus::PartiallyRefunded) {
        return Ok(None);
    }
    let gone = store::payments::find_refunded(conn, order.id).await?;
    Ok(order.total_amount.checked_sub(gone).filter(|left| *left > Paise::ZERO))
}

/// The wish to give back all that was paid for an order.
pub(super) fn refund_of(order: &Locked, reason: &str) -> RefundRequested {
    RefundRequested {
        order_id: order.id,
        order_number: order.order_number.clone(),
        user_id: order.user_id,
        amount: order.total_amount,
        reason: reason.to_owned(),
        payment_id: None,
        purpose: RefundPurpose::Order,
        revision: order.revision + 1,
    }
}
