//! A customer means to pay.

use chrono::{DateTime, Utc};
use commerce::events::CashPromised;
use commerce::ids::{OrderId, PaymentId};
use commerce::orders::{Gateway, PaymentMethod};
use kernel::{Paise, UserId};
use serde::Serialize;
use shared::config::ServiceName;
use shared::database::idempotency::{Lease, Try};
use shared::database::retry;
use shared::messaging::outbox;
use shared::settings::Values;
use shared::web::once::{self, Begun};
use shared::web::{Answer, Error, Flat, IdempotencyKey, Result};
use sqlx::MySqlConnection;
use utoipa::ToSchema;
use validator::Validate;

use super::open::open;
use super::schedule::next_check;
use super::{Opened, Tender, TenderStatus, online};
use crate::methods;
use crate::orders::Order;
use crate::state::Till;
use crate::store;
use crate::store::attempts::NewAttempt;

/// What a customer means to pay, and how.
#[derive(Debug, Serialize, eserde::Deserialize, Validate, ToSchema)]
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
    Error::Impossible { code: "GATEWAY_UNAVAILABLE", message: "this shop does not take payments by this gateway" };
const OTHER_GATEWAY: Error =
    Error::Conflict { code: "CONFLICT", message: "this order is being paid another way: please finish that first" };
const NO_CASH: Error =
    Error::Impossible { code: "COD_NOT_AVAILABLE", message: "this order cannot be paid in cash on delivery" };
const PAID: Error = Error::Impossible { code: "INVALID_STATE", message: "this order is paid already" };

/// The payment of an order of `user` that is under way, begun if there is none. Asked again, it answers the same one.
///
/// An order that waits for its payment can be paid on delivery instead, once nobody is paying it.
///
/// # Errors
/// 404 for an order of somebody else; 409 while it is being paid by another gateway; `AMOUNT_MISMATCH`;
/// `GATEWAY_UNAVAILABLE`; `INVALID_STATE` for an order that is cancelled, free, paid, or whose time is over;
/// `PAYMENT_REFUSED` when the gateway does not want it, 503 when it does not answer.
pub(crate) async fn initiate(till: &Till, user: UserId, key: IdempotencyKey, wanted: &Initiate) -> Result<Answer> {
    if key.0.is_none() {
        return to_answer(till, begin(till, user, wanted).await?);
    }
    let attempt = Try::of(user, "payments.initiate", key.0, wanted).map_err(|error| Error::Internal(error.into()))?;
    match once::begin(&till.database, &attempt, till.clock.now()).await? {
        Begun::Before { answer, .. } => Ok(answer),
        Begun::First(lease) => {
            let answer = begin_once(till, user, wanted, &lease).await;
            once::settle(&till.database, &lease, answer).await
        }
    }
}

async fn begin_once(till: &Till, user: UserId, wanted: &Initiate, lease: &Lease) -> Result<Answer> {
    let answer = to_answer(till, begin(till, user, wanted).await?)?;
    let mut tx = till.database.begin().await?;
    answer.keep(&mut tx, lease, till.clock.now()).await?;
    tx.commit().await?;
    Ok(answer)
}

fn to_answer(till: &Till, opened: Opened) -> Result<Answer> {
    let key = till.razorpay.as_ref().map(|razorpay| razorpay.key_id());
    let (is_new, tender) = match opened {
        Opened::New(tender) => (true, tender),
        Opened::Known(tender) => (false, tender),
    };
    let id = tender.id;
    let initiated = Initiated::of(tender, key);
    let flat = if is_new {
        Flat::created(format!("/api/v1/payments/transactions/{id}"), initiated)
    } else {
        Flat::ok(initiated)
    };
    Answer::flat(flat, id.get())
}

/// How far one gets within the database.
enum Step {
    Done(Opened),
    /// The row is there, and the gateway does not know of it yet.
    Offer(Tender),
    /// Somebody else is between the two, or was.
    Resume(Tender),
}

async fn begin(till: &Till, user: UserId, wanted: &Initiate) -> Result<Opened> {
    let now = till.clock.now();
    let step = retry(|| write(till, user, wanted, now)).await?;
    let razorpay = || till.razorpay.as_deref().ok_or(NO_GATEWAY);
    match step {
        Step::Done(opened) => Ok(opened),
        Step::Offer(tender) => online::offer(&till.database, razorpay()?, &tender, now).await.map(Opened::New),
        Step::Resume(tender) => online::resume(&till.database, razorpay()?, tender, now).await.map(Opened::Known),
    }
}

async fn write(till: &Till, user: UserId, wanted: &Initiate, now: DateTime<Utc>) -> Result<Step> {
    let mut tx = till.database.begin().await?;
    let order = store::orders::lock(&mut tx, wanted.order_id).await?.filter(|order| order.user_id == user);
    let order = order.ok_or(Error::NotFound("order"))?;
    wanted.fits(&order)?;
    let step = match wanted.gateway(&order) {
        Gateway::CashOnDelivery if order.payment_method.is_on_delivery() => {
            order.takes_cash()?;
            Step::Done(open(&mut tx, &order, now).await?)
        }
        Gateway::CashOnDelivery => {
            let settings = till.settings.read(&mut tx).await?;
            Step::Done(switch_to_cash(&mut tx, &settings, &order, now).await?)
        }
        Gateway::Razorpay if till.razorpay.is_some() => write_online(&mut tx, &order, wanted, now).await?,
        Gateway::Razorpay | Gateway::Stripe => return Err(order.refusal().unwrap_or(NO_GATEWAY)),
    };
    tx.commit().await?;
    Ok(step)
}

/// An order that waits for its payment, and that nobody is paying at the moment, is paid on delivery instead.
async fn switch_to_cash(
    conn: &mut MySqlConnection,
    settings: &Values,
    order: &Order,
    now: DateTime<Utc>,
) -> Result<Opened> {
    order.takes_online(now)?;
    if store::tenders::find_open(conn, order.id).await?.is_some_and(|open| open.gateway != Gateway::CashOnDelivery) {
        return Err(OTHER_GATEWAY);
    }
    is_unpaid(conn, order).await?;
    if !methods::takes_cash(settings, order, now)? {
        return Err(NO_CASH);
    }
    let opened = open(conn, order, now).await?;
    if let Opened::New(tender) = &opened {
        let event =
            CashPromised { payment_id: tender.id, order_id: order.id, user_id: order.user_id, amount: tender.amount };
        outbox::emit(conn, ServiceName::Payment, now, &event).await?;
    }
    Ok(opened)
}

/// The order may not have heard of a payment yet.
async fn is_unpaid(conn: &mut MySqlConnection, order: &Order) -> Result<()> {
    let captured = store::tenders::lock_captured(conn, order.id).await?;
    if captured.iter().any(|paid| paid.left() > Paise::ZERO) { Err(PAID) } else { Ok(()) }
}

/// The attempt that is open, or a new one: the order is locked, and the schema allows one.
async fn write_online(
    conn: &mut MySqlConnection,
    order: &Order,
    wanted: &Initiate,
    now: DateTime<Utc>,
) -> Result<Step> {
    order.takes_online(now)?;
    is_unpaid(conn, order).await?;
    match store::tenders::find_open(conn, order.id).await? {
        Some(open) if open.gateway != Gateway::Razorpay => return Err(OTHER_GATEWAY),
        Some(open) if open.gateway_order_id.is_none() => return Ok(Step::Resume(open)),
        Some(open) => return Ok(Step::Done(Opened::Known(open))),
        None => {}
    }
    let method = wanted.payment_method.filter(|method| !method.is_on_delivery()).unwrap_or(order.payment_method);
    let next_check_at = next_check(TenderStatus::Initiated, 0, order.hold_expires_at, now);
    let new = NewAttempt { order, gateway: Gateway::Razorpay, method, next_check_at };
    let id = store::attempts::insert(conn, &new, now).await?;
    Ok(Step::Offer(store::tenders::find(conn, id).await?.ok_or(Error::NotFound("payment"))?))
}

impl Initiate {
    fn fits(&self, order: &Order) -> Result<()> {
        let is_same = self.amount.is_none_or(|amount| amount == order.total_amount)
            && self.currency.as_ref().is_none_or(|currency| *currency == order.currency);
        if is_same { Ok(()) } else { Err(OTHER_AMOUNT) }
    }

    fn gateway(&self, order: &Order) -> Gateway {
        let method = self.payment_method.unwrap_or(order.payment_method);
        let usual = if method.is_on_delivery() { Gateway::CashOnDelivery } else { Gateway::Razorpay };
        self.gateway.unwrap_or(usual)
    }
}

impl Initiated {
    fn of(tender: Tender, razorpay_key: Option<&str>) -> Self {
        let is_razorpay = tender.gateway == Gateway::Razorpay;
        Self {
            payment_id: tender.id,
            gateway: tender.gateway,
            razorpay_key: razorpay_key.filter(|_| is_razorpay).map(str::to_owned),
            razorpay_order_id: tender.gateway_order_id.filter(|_| is_razorpay),
            stripe_client_secret: None,
            amount: tender.amount,
            amount_minor: tender.amount.get(),
            currency: tender.currency,
            expires_at: tender.expires_at,
            status: tender.status,
        }
    }
}
