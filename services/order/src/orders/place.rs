//! Places an order: stock, price, tax, lines, history, events and the client's answer, all or nothing.

mod prepare;

use carts::CartLine;
use chrono::{DateTime, TimeDelta, Utc};
use commerce::events::{OrderConfirmed, OrderPlaced, OrderedItem};
use commerce::ids::OrderId;
use commerce::orders::{OrderStatus, PaymentStatus, Step};
use inventory::{Demand, Taken};
use kernel::UserId;
use shared::config::ServiceName;
use shared::database::idempotency::{Lease, Try};
use shared::database::retry;
use shared::messaging::outbox;
use shared::settings::Values;
use shared::web::once::{self, Begun};
use shared::web::{Answer, Error, IdempotencyKey, Result};
use sqlx::MySqlConnection;

use self::prepare::Prepared;
use super::number::order_number;
use super::{Actor, Field, PlaceOrder, rules};
use crate::state::Shop;
use crate::store;
use crate::store::history::{self, Entry};
use crate::store::orders::NewOrder;

const CURRENCY: &str = "INR";

/// Places the order that `user` wants, once for each key, and answers a second try like the first.
///
/// Without a key, the same body within two minutes is the same order while that order is open. A body without items means
/// the cart of its moment: if there is something in it again, it is another order.
pub(crate) async fn place(shop: &Shop, user: UserId, key: IdempotencyKey, wanted: &PlaceOrder) -> Result<Answer> {
    let now = shop.clock.now();
    let attempt = Try::of(user, "orders.place", key.0, wanted).map_err(|error| Error::Internal(error.into()))?;
    let lease = match once::begin(&shop.database, &attempt, now).await? {
        Begun::First(lease) => lease,
        Begun::Before { answer, resource, lease } => {
            if !attempt.is_derived() || is_the_same_wish(shop, user, resource, wanted).await? {
                return Ok(answer);
            }
            once::again(&shop.database, lease, now).await?
        }
    };
    let answer = retry(|| place_once(shop, (user, now), &lease, wanted)).await;
    once::settle(&shop.database, &lease, answer).await
}

async fn is_the_same_wish(shop: &Shop, user: UserId, order: u64, wanted: &PlaceOrder) -> Result<bool> {
    let mut conn = shop.database.acquire().await?;
    let Some(order) = OrderId::new(order) else { return Ok(false) };
    let is_open = store::orders::find_status(&mut conn, order).await?.is_some_and(OrderStatus::is_open);
    if !is_open || wanted.items.is_some() {
        return Ok(is_open);
    }
    Ok(carts::list(&mut conn, carts::Owner::User(user)).await?.is_empty())
}

async fn place_once(
    shop: &Shop,
    (user, now): (UserId, DateTime<Utc>),
    lease: &Lease,
    wanted: &PlaceOrder,
) -> Result<Answer> {
    let mut tx = shop.database.begin().await?;
    let settings = shop.settings.read(&mut tx).await?;
    let (prepared, taken) = prepare::prepare(&mut tx, (&settings, shop.online), user, wanted).await?;
    let written = Written::of(&prepared, &settings, (user, now), wanted)?;
    if written.status == OrderStatus::Pending {
        keep_unpaid_orders_few(&mut tx, &settings, user).await?;
    }
    let order = written.insert(&mut tx, taken, wanted).await?;
    written.tell(&mut tx, order).await?;
    take_from_cart(&mut tx, user, &prepared, now).await?;
    let shown = store::orders::find(&mut tx, order).await?.ok_or(Error::NotFound("order"))?;
    let answer = Answer::created(format!("/api/v1/orders/{order}"), order.get(), &shown)?;
    answer.keep(&mut tx, lease, now).await?;
    tx.commit().await?;
    Ok(answer)
}

/// The orders of one customer queue here, so that two at once are counted one after the other. The customer's row is locked
/// no earlier: the order's row refers to it, and so does what a cancellation writes after its products.
async fn keep_unpaid_orders_few(conn: &mut MySqlConnection, settings: &Values, user: UserId) -> Result<()> {
    store::customers::lock(conn, user).await?;
    rules::of_unpaid_orders(store::orders::count_unpaid(conn, user).await?, settings)
}

async fn take_from_cart(
    conn: &mut MySqlConnection,
    user: UserId,
    prepared: &Prepared,
    now: DateTime<Utc>,
) -> Result<()> {
    let line = |Demand { product, variation, quantity }: Demand| CartLine { product, variation, quantity };
    let ordered: Vec<_> = prepared.lines.iter().map(|each| line(each.demand)).collect();
    Ok(carts::take_ordered(conn, user, &ordered, now).await?)
}

/// An order that is about to be written.
struct Written<'a> {
    number: String,
    user: UserId,
    now: DateTime<Utc>,
    prepared: &'a Prepared,
    status: OrderStatus,
    expires_at: Option<DateTime<Utc>>,
    wanted: &'a PlaceOrder,
}

impl<'a> Written<'a> {
    /// Cash on delivery is confirmed by the order itself; any other method holds the goods until it is paid.
    fn of(
        prepared: &'a Prepared,
        settings: &Values,
        (user, now): (UserId, DateTime<Utc>),
        wanted: &'a PlaceOrder,
    ) -> Result<Self> {
        let waits = TimeDelta::minutes(settings.whole("payment_timeout_minutes")?.into());
        let confirmed = OrderStatus::Pending.after(Step::Confirm).filter(|_| wanted.payment_method.is_on_delivery());
        Ok(Self {
            number: order_number(now),
            user,
            now,
            prepared,
            status: confirmed.unwrap_or(OrderStatus::Pending),
            expires_at: if confirmed.is_some() { None } else { Some(now + waits) },
            wanted,
        })
    }

    /// The order's row, then what refers to it.
    async fn insert(&self, conn: &mut MySqlConnection, taken: Taken, wanted: &PlaceOrder) -> Result<OrderId> {
        let new = NewOrder {
            number: &self.number,
            user: self.user,
            status: self.status,
            method: wanted.payment_method,
            priced: &self.prepared.priced,
            place: self.prepared.terms.place,
            shipping_address: &self.prepared.terms.shipping_address,
            billing_address: self.prepared.terms.billing_address.as_ref(),
            customer_note: wanted.customer_note.as_deref(),
            gstin: wanted.gstin(),
            hold_expires_at: self.expires_at,
        };
        let order = store::orders::insert(conn, &new, self.now).await?;
        taken.hold(conn, order, self.expires_at, self.now).await?;
        store::items::insert(conn, order, &self.prepared.lines, self.now).await?;
        self.write_history(conn, order).await?;
        Ok(order)
    }

    async fn write_history(&self, conn: &mut MySqlConnection, order: OrderId) -> Result<()> {
        let begin = |field, new| Entry {
            order,
            field,
            old: None,
            new,
            by: Actor::Customer,
            user: Some(self.user),
            reason: None,
        };
        history::insert(conn, &begin(Field::Status, OrderStatus::Pending.as_str()), self.now).await?;
        history::insert(conn, &begin(Field::PaymentStatus, PaymentStatus::Pending.as_str()), self.now).await?;
        if self.status != OrderStatus::Pending {
            let (old, reason) = (Some(OrderStatus::Pending.as_str()), Some("cash on delivery"));
            let confirmed =
                Entry { old, reason, by: Actor::System, user: None, ..begin(Field::Status, self.status.as_str()) };
            history::insert(conn, &confirmed, self.now).await?;
        }
        Ok(())
    }

    async fn tell(&self, conn: &mut MySqlConnection, order: OrderId) -> Result<()> {
        outbox::emit(conn, ServiceName::Order, self.now, &self.placed(order)).await?;
        if self.status == OrderStatus::Confirmed {
            outbox::emit(conn, ServiceName::Order, self.now, &self.confirmed(order)).await?;
        }
        Ok(())
    }

    fn placed(&self, order_id: OrderId) -> OrderPlaced {
        let item = |Demand { product, variation, quantity }: Demand| OrderedItem {
            product_id: product,
            variation_id: variation,
            quantity: quantity.get(),
        };
        OrderPlaced {
            order_id,
            order_number: self.number.clone(),
            user_id: self.user,
            total: self.prepared.priced.total,
            currency: CURRENCY.to_owned(),
            payment_method: self.wanted.payment_method,
            items: self.prepared.lines.iter().map(|line| item(line.demand)).collect(),
            revision: 1,
        }
    }

    fn confirmed(&self, order_id: OrderId) -> OrderConfirmed {
        OrderConfirmed {
            order_id,
            order_number: self.number.clone(),
            user_id: self.user,
            total: self.prepared.priced.total,
            currency: CURRENCY.to_owned(),
            payment_method: self.wanted.payment_method,
            revision: 1,
        }
    }
}
