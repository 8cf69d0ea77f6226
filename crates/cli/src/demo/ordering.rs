//! The customer orders, looks at what was ordered, and cancels.

use anyhow::{Context, ensure};
use commerce::ids::OrderId;
use commerce::orders::{Gateway, OrderStatus, PaymentMethod, PaymentStatus};
use reqwest::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use super::answers::{Cart, Change, Order, Tender};
use super::browsing::{Pick, same_pieces, see_stock};
use super::invoice::{self, Levy};
use super::letters::Letterbox;
use super::shopper::{Answer, Shopper};
use super::timeline::Checked;

/// An order as it was sent, and the first answer to it.
pub(super) struct Placed {
    key: String,
    body: Value,
    answer: String,
    pub(super) order: Order,
}

/// Orders the cart, to be paid on delivery, for an address in the seller's state.
pub(super) async fn order_cart(shopper: &mut Shopper, basket: &[Pick]) -> Checked<Placed> {
    let body = json!({
        "payment_method": PaymentMethod::CashOnDelivery,
        "shipping_address": at_home(),
        "customer_note": "Please ring twice",
    });
    let placed = place(shopper, body).await?;
    let ordered = placed.order.items.iter().map(|item| (item.product_id, item.variation_id, item.quantity));
    same_pieces("the order", ordered, basket)?;
    let note = told(&placed.order);
    Ok((placed, note))
}

/// In the seller's state.
pub(super) fn at_home() -> Value {
    json!({
        "full_name": "Asha Kulkarni", "phone": "98220 12345", "address_line1": "7 Laxmi Road",
        "city": "Pune", "state": "Maharashtra", "postal_code": "411001",
    })
}

pub(super) async fn place(shopper: &mut Shopper, body: Value) -> anyhow::Result<Placed> {
    let key = Uuid::new_v4().to_string();
    let answer = send(shopper, &key, &body).await?;
    Ok(Placed { order: answer.data()?, answer: answer.body, key, body })
}

async fn send(shopper: &mut Shopper, key: &str, body: &Value) -> anyhow::Result<Answer> {
    shopper.post_once("/api/v1/orders", key, body.clone()).await?.expect(StatusCode::CREATED)
}

fn told(order: &Order) -> String {
    let Order { number, status, total_amount, .. } = order;
    format!("order {number}, {}, ₹{total_amount}", status.as_str())
}

pub(super) async fn order_again(shopper: &mut Shopper, placed: &Placed) -> Checked {
    let answer = send(shopper, &placed.key, &placed.body).await?;
    let replayed = answer.header("idempotent-replayed").unwrap_or_default();
    ensure!(replayed == "true", "expected Idempotent-Replayed: true, got {replayed:?}");
    let (due, got) = (&placed.order.number, answer.data::<Order>()?.number);
    ensure!(got == *due, "expected order {due} again, got {got}");
    ensure!(answer.body == placed.answer, "expected the first answer byte for byte, got another one");
    Ok(((), "the same key: the same answer, replayed".to_owned()))
}

pub(super) async fn show_order(shopper: &mut Shopper, placed: &Placed) -> Checked<Order> {
    let id = placed.order.id;
    let history: Vec<Change> =
        shopper.get(format!("/api/v1/orders/{id}/history")).await?.expect(StatusCode::OK)?.data()?;
    let last =
        history.iter().rfind(|change| change.field_changed == "status").context("expected a history, got none")?;
    ensure!(last.new_value == "confirmed", "expected the history to end with confirmed, got {}", last.new_value);
    let order = find_order(shopper, id).await?;
    let (status, payment) = (order.status, order.payment_status);
    ensure!(status == OrderStatus::Confirmed, "expected a confirmed order, got {}", status.as_str());
    ensure!(payment == PaymentStatus::Pending, "expected a pending payment, got {}", payment.as_str());
    invoice::check(&order, Levy::WithinTheState)?;
    let note = format!("confirmed, payment pending, ₹{} of it tax, CGST = SGST", order.tax_amount);
    Ok((order, note))
}

pub(super) async fn see_effects(shopper: &mut Shopper, basket: &[Pick]) -> Checked {
    let cart: Cart = shopper.get("/api/v1/users/cart").await?.expect(StatusCode::OK)?.data()?;
    ensure!(cart.items.is_empty(), "expected an empty cart, got one of {} lines", cart.items.len());
    let stock = see_stock(shopper, basket, |pick| pick.quantity).await?;
    Ok(((), format!("the cart is empty, {stock} pieces are left")))
}

pub(super) async fn see_tender(shopper: &mut Shopper, order: &Order) -> Checked {
    let look = async |shopper: &mut Shopper| find_tender(shopper, order, Gateway::CashOnDelivery).await;
    let Tender { amount, status, .. } = shopper.eventually(look).await?;
    Ok(((), format!("one tender: cash on delivery, ₹{amount}, {status}")))
}

/// The one tender of `order`, through `gateway` and over its total.
pub(super) async fn find_tender(shopper: &mut Shopper, order: &Order, gateway: Gateway) -> anyhow::Result<Tender> {
    let mut tenders = list_tenders(shopper, order).await?;
    let count = tenders.len();
    let tender = tenders.pop().filter(|_| count == 1).with_context(|| format!("expected one tender, got {count}"))?;
    let (got, amount) = (tender.gateway, tender.amount);
    ensure!(got == gateway, "expected a tender by {}, got one by {}", gateway.as_str(), got.as_str());
    ensure!(amount == order.total_amount, "expected ₹{}, got ₹{amount}", order.total_amount);
    Ok(tender)
}

pub(super) async fn list_tenders(shopper: &mut Shopper, order: &Order) -> anyhow::Result<Vec<Tender>> {
    shopper.get(format!("/api/v1/payments/order/{}", order.id)).await?.expect(StatusCode::OK)?.data()
}

pub(super) async fn find_order(shopper: &mut Shopper, id: OrderId) -> anyhow::Result<Order> {
    shopper.get(format!("/api/v1/orders/{id}")).await?.expect(StatusCode::OK)?.data()
}

/// Orders one more piece of the last product to another state, and cancels that.
pub(super) async fn order_and_cancel(shopper: &mut Shopper, basket: &[Pick], letterbox: &Letterbox) -> Checked<Order> {
    let pick = basket.last().context("the basket is empty")?;
    let body = json!({
        "items": [pick.item(1)],
        "payment_method": PaymentMethod::CashOnDelivery,
        "shipping_address": {
            "full_name": "Asha Kulkarni", "phone": "98220 12345", "address_line1": "12 Church Street",
            "city": "Bengaluru", "state": "Karnataka", "postal_code": "560001",
        },
    });
    let order = place(shopper, body).await?.order;
    invoice::check(&order, Levy::BetweenStates)?;
    cancel(shopper, &order).await?;
    let stock = see_stock(shopper, basket, |pick| pick.quantity).await?;
    let letter = letterbox.see_cancellation(shopper, &order).await?;
    let note = format!("{}, IGST ₹{}: cancelled, {stock} pieces again, {letter}", order.number, order.tax_amount);
    Ok((order, note))
}

pub(super) async fn cancel(shopper: &mut Shopper, order: &Order) -> anyhow::Result<()> {
    let path = format!("/api/v1/orders/{}/cancel", order.id);
    let answer = shopper.post(path, json!({ "reason": "Ordered by mistake" })).await?.expect(StatusCode::OK)?;
    let status = answer.data::<Order>()?.status;
    ensure!(status == OrderStatus::Cancelled, "expected a cancelled order, got {}", status.as_str());
    Ok(())
}
