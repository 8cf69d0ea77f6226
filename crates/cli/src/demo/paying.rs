//! Orders that are paid online: told to the shop by the browser, by the gateway alone, and paid back.

use anyhow::{Context, bail, ensure};
use commerce::ids::OrderId;
use commerce::orders::{Gateway, OrderStatus, PaymentMethod, PaymentStatus};
use kernel::Paise;
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::answers::{Attempt, Order, Tender};
use super::browsing::{Pick, see_stock};
use super::checkout::{Checkout, Outcome};
use super::invoice::{self, Levy};
use super::letters::Letterbox;
use super::ordering::{at_home, cancel, find_order, find_tender, place};
use super::shopper::Shopper;
use super::timeline::Checked;

/// One of the vendor's test cards: always declined.
const EMPTY_CARD: &str = "4100 2800 0008 0001";
const GOOD_CARD: &str = "4111 1111 1111 1111";
/// How many pieces of the last product are paid online and kept.
const KEPT: u32 = 2;

/// An order that waits for its money, and what a checkout needs to pay it.
pub(super) struct Begun {
    order: Order,
    attempt: Attempt,
}

/// Orders one more piece of the last product, to be paid online; nothing is confirmed before that.
pub(super) async fn order(shopper: &mut Shopper, basket: &[Pick], method: PaymentMethod) -> Checked<Order> {
    let pick = basket.last().context("the basket is empty")?;
    let body = json!({
        "items": [pick.item(1)],
        "payment_method": method,
        "shipping_address": at_home(),
    });
    let order = place(shopper, body).await?.order;
    invoice::check(&order, Levy::WithinTheState)?;
    stands(&order, OrderStatus::Pending, PaymentStatus::Pending)?;
    let note = format!("order {}, {}: pending until ₹{} are paid", order.number, method.as_str(), order.total_amount);
    Ok((order, note))
}

fn stands(order: &Order, status: OrderStatus, payment: PaymentStatus) -> anyhow::Result<()> {
    let (due, got) = ((status.as_str(), payment.as_str()), (order.status.as_str(), order.payment_status.as_str()));
    ensure!(due == got, "expected order {} to be {}, {}, got {}, {}", order.number, due.0, due.1, got.0, got.1);
    Ok(())
}

/// Begins to pay `order`: the gateway is to take its total, to the paisa.
pub(super) async fn begin(shopper: &mut Shopper, order: Order) -> Checked<Begun> {
    let body = json!({
        "order_id": order.id, "amount": order.total_amount, "currency": "INR",
        "payment_method": order.payment_method, "gateway": Gateway::Razorpay,
    });
    let answer = shopper.post("/api/v1/payments/initiate", body).await?;
    let is_known = answer.is_repeated && answer.status == StatusCode::OK;
    let answer = answer.expect(if is_known { StatusCode::OK } else { StatusCode::CREATED })?;
    let attempt: Attempt = answer.read()?;
    ensure!(attempt == answer.data()?, "expected the same fields at the top and in data, got two sets");
    let (due, gateway) = (order.total_amount, attempt.gateway);
    ensure!(gateway == Gateway::Razorpay, "expected Razorpay, got {}", gateway.as_str());
    ensure!(attempt.currency == "INR", "expected INR, got {}", attempt.currency);
    let paise = attempt.amount_minor;
    ensure!(attempt.amount == due && paise == due.get(), "expected ₹{due}, got ₹{}, {paise} paise", attempt.amount);
    ensure!(attempt.razorpay_key.is_some(), "expected Razorpay's key, got none");
    let note = format!("{}: {paise} paise", attempt.gateway_order()?);
    Ok((Begun { order, attempt }, note))
}

impl Attempt {
    fn gateway_order(&self) -> anyhow::Result<&str> {
        self.razorpay_order_id.as_deref().context("expected Razorpay's order, got none")
    }
}

/// Pays, and hands what checkout says to the shop.
pub(super) async fn pay(shopper: &mut Shopper, checkout: &Checkout, begun: &Begun, means: Value) -> Checked {
    let path = format!("/api/v1/payments/verify/{}", begun.attempt.payment_id);
    let callback = take(checkout, begun, &means).await?;
    let tender: Tender = shopper.post(path, callback).await?.expect(StatusCode::OK)?.data()?;
    let (status, due, got) = (&tender.status, begun.order.total_amount, tender.amount);
    ensure!(status == "captured" && got == due, "expected ₹{due} to be captured, got ₹{got}, {status}");
    Ok(((), format!("the checkout's callback is genuine: ₹{got} captured")))
}

/// What checkout hands to the page when it is paid by `means`.
async fn take(checkout: &Checkout, begun: &Begun, means: &Value) -> anyhow::Result<Value> {
    match checkout.pay(&begun.attempt, means).await? {
        Outcome::Paid(callback) => Ok(callback),
        Outcome::Declined(reason) => bail!("expected a payment by {means}, got {reason}"),
    }
}

/// The order hears of it by itself: confirmed, paid, with one captured tender and a letter.
pub(super) async fn see_paid(shopper: &mut Shopper, letterbox: &Letterbox, begun: Begun) -> Checked<Order> {
    let Tender { payment_method, .. } = await_paid(shopper, &begun.order).await?;
    let order = find_order(shopper, begun.order.id).await?;
    let ((), letter) = letterbox.see_confirmation(shopper, &order).await?;
    let method = payment_method.map_or("?", PaymentMethod::as_str);
    Ok((order, format!("confirmed, paid by {method}; {letter}")))
}

async fn await_paid(shopper: &mut Shopper, order: &Order) -> anyhow::Result<Tender> {
    await_order(shopper, order.id, (OrderStatus::Confirmed, PaymentStatus::Paid)).await?;
    let tender = find_tender(shopper, order, Gateway::Razorpay).await?;
    ensure!(tender.status == "captured", "expected a captured tender, got {}", tender.status);
    Ok(tender)
}

async fn await_order(
    shopper: &mut Shopper,
    id: OrderId,
    (status, payment): (OrderStatus, PaymentStatus),
) -> anyhow::Result<Order> {
    let look = async |shopper: &mut Shopper| {
        let order = find_order(shopper, id).await?;
        stands(&order, status, payment)?;
        Ok(order)
    };
    shopper.eventually(look).await
}

/// Orders, and tries to pay with a card that has no money.
pub(super) async fn be_declined(shopper: &mut Shopper, basket: &[Pick], checkout: &Checkout) -> Checked<Begun> {
    let (order, _) = order(shopper, basket, PaymentMethod::CreditCard).await?;
    let (begun, _) = begin(shopper, order).await?;
    match checkout.pay(&begun.attempt, &card(EMPTY_CARD)).await? {
        Outcome::Paid(_) => bail!("expected the card {EMPTY_CARD} to be declined, got a payment"),
        Outcome::Declined(reason) => {
            let note = format!("order {}, ₹{}: declined, {reason}", begun.order.number, begun.order.total_amount);
            Ok((begun, note))
        }
    }
}

/// Pays the same attempt with another card, and closes the browser: the gateway's webhook alone tells the shop.
pub(super) async fn pay_and_leave(shopper: &mut Shopper, checkout: &Checkout, begun: Begun) -> Checked<Order> {
    take(checkout, &begun, &card(GOOD_CARD)).await?;
    await_paid(shopper, &begun.order).await?;
    let order = find_order(shopper, begun.order.id).await?;
    Ok((order, "another card, and no callback: the webhook alone makes it confirmed, paid".to_owned()))
}

fn card(number: &str) -> Value {
    json!({ "method": "card", "card": { "number": number } })
}

/// Orders, pays and cancels: the goods go back on the shelf, and the money to the customer.
pub(super) async fn pay_and_cancel(
    shopper: &mut Shopper,
    basket: &[Pick],
    letterbox: &Letterbox,
    checkout: &Checkout,
) -> Checked<Order> {
    let (order, _) = order(shopper, basket, PaymentMethod::Netbanking).await?;
    let (begun, _) = begin(shopper, order).await?;
    pay(shopper, checkout, &begun, json!({ "method": "netbanking" })).await?;
    await_paid(shopper, &begun.order).await?;
    cancel(shopper, &begun.order).await?;
    let order = await_order(shopper, begun.order.id, (OrderStatus::Refunded, PaymentStatus::Refunded)).await?;
    let tender = find_tender(shopper, &order, Gateway::Razorpay).await?;
    ensure!(tender.status == "refunded", "expected a refunded tender, got {}", tender.status);
    let refund = checkout.see_refund(begun.attempt.gateway_order()?, order.total_amount).await?;
    let last = basket.last().map(|pick| pick.product);
    let online = |pick: &Pick| if Some(pick.product) == last { KEPT } else { 0 };
    see_stock(shopper, basket, |pick| pick.quantity + online(pick)).await?;
    let letter = letterbox.see_refund(shopper, &order).await?;
    let (number, amount): (_, Paise) = (&order.number, order.total_amount);
    let note = format!("{number}: paid, cancelled, ₹{amount} back at the gateway ({refund}), {letter}");
    Ok((order, note))
}
