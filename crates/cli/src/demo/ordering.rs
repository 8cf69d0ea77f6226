//! The customer orders, looks at what was ordered, and cancels.

use anyhow::{Context, ensure};
use commerce::orders::{Gateway, OrderStatus, PaymentStatus};
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
        "payment_method": "cash_on_delivery",
        "shipping_address": {
            "full_name": "Asha Kulkarni", "phone": "98220 12345", "address_line1": "7 Laxmi Road",
            "city": "Pune", "state": "Maharashtra", "postal_code": "411001",
        },
        "customer_note": "Please ring twice",
    });
    let placed = place(shopper, body).await?;
    let ordered = placed.order.items.iter().map(|item| (item.product_id, item.quantity));
    same_pieces("the order", ordered, basket)?;
    let note = told(&placed.order);
    Ok((placed, note))
}

async fn place(shopper: &mut Shopper, body: Value) -> anyhow::Result<Placed> {
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
    let order: Order = shopper.get(format!("/api/v1/orders/{id}")).await?.expect(StatusCode::OK)?.data()?;
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
    let path = format!("/api/v1/payments/order/{}", order.id);
    let look = async |shopper: &mut Shopper| {
        let tenders: Vec<Tender> = shopper.get(path.clone()).await?.expect(StatusCode::OK)?.data()?;
        let [tender] = tenders.as_slice() else { anyhow::bail!("expected one tender, got {}", tenders.len()) };
        let (gateway, amount) = (tender.gateway, tender.amount);
        ensure!(gateway == Gateway::CashOnDelivery, "expected cash on delivery, got {}", gateway.as_str());
        ensure!(amount == order.total_amount, "expected ₹{}, got ₹{amount}", order.total_amount);
        Ok(format!("one tender: cash on delivery, ₹{amount}, {}", tender.status))
    };
    Ok(((), shopper.eventually(look).await?))
}

/// Orders one more piece of the last product to another state, and cancels that.
pub(super) async fn order_and_cancel(shopper: &mut Shopper, basket: &[Pick], letterbox: &Letterbox) -> Checked<Order> {
    let pick = basket.last().context("the basket is empty")?;
    let body = json!({
        "items": [{ "product_id": pick.product, "quantity": 1 }],
        "payment_method": "cash_on_delivery",
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

async fn cancel(shopper: &mut Shopper, order: &Order) -> anyhow::Result<()> {
    let path = format!("/api/v1/orders/{}/cancel", order.id);
    let answer = shopper.post(path, json!({ "reason": "Ordered by mistake" })).await?.expect(StatusCode::OK)?;
    let status = answer.data::<Order>()?.status;
    ensure!(status == OrderStatus::Cancelled, "expected a cancelled order, got {}", status.as_str());
    Ok(())
}
