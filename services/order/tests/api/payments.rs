//! What a payment does to an order.

use chrono::TimeDelta;
use commerce::events::{CashPromised, PaymentCaptured, PaymentFailed};
use commerce::ids::{OrderId, PaymentId};
use commerce::orders::Gateway;
use futures::future::join_all;
use kernel::Paise;
use serde_json::json;
use shared::messaging::Message;
use sqlx::MySqlPool;
use testing::noon;

use crate::shop::{ORDERS, Shop, pair};

/// So much has come in by the payment number 1.
fn captured(shop: &Shop, order: OrderId, paise: i64) -> Message {
    captured_by(shop, order, 1, paise)
}

fn captured_by(shop: &Shop, order: OrderId, payment: u64, paise: i64) -> Message {
    let event = PaymentCaptured {
        payment_id: PaymentId::new(payment).unwrap(),
        order_id: order,
        user_id: shop.asha,
        amount: Paise::new(paise),
        currency: "INR".to_owned(),
        gateway: Gateway::Razorpay,
    };
    Message::of(&event, noon(), None).unwrap()
}

fn failed(shop: &Shop, order: OrderId, reason: &str) -> Message {
    let (payment_id, reason) = (PaymentId::new(1).unwrap(), reason.to_owned());
    let event = PaymentFailed { payment_id, order_id: order, user_id: shop.asha, reason };
    Message::of(&event, noon(), None).unwrap()
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn cash_that_was_collected_makes_the_order_paid_once(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let order = shop.order(1).await;
    let message = captured(&shop, order, 16_800);
    let told = join_all((0..4).map(|_| shop.app.deliver(&message))).await;
    assert!(told.iter().all(Result::is_ok), "{told:?}");
    assert_eq!(shop.states(order).await, pair("confirmed", "paid"));
    let paid: i64 =
        sqlx::query_scalar("SELECT COUNT(*) FROM order_history WHERE new_value = 'paid'").fetch_one(&db).await.unwrap();
    assert_eq!((paid, shop.events().await.len()), (1, 2));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_payment_confirms_the_order_that_waited_for_it_and_its_goods_stay(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let order = shop.unpaid_order().await;
    shop.app.deliver(&captured(&shop, order, 16_800)).await.unwrap();
    assert_eq!(shop.states(order).await, pair("confirmed", "paid"));
    shop.app.later(TimeDelta::hours(1));
    shop.app.tick("expiry").await.unwrap();
    assert_eq!(shop.stock(shop.soap).await, 9);
    assert_eq!(shop.events().await, ["order.placed", "order.confirmed"]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_was_paid_for_a_cancelled_order_is_asked_back(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let paid_first = shop.order(1).await;
    shop.app.deliver(&captured(&shop, paid_first, 16_800)).await.unwrap();
    shop.asha().post(&format!("{ORDERS}/{paid_first}/cancel"), json!({})).await.data();
    let cancelled_first = shop.order(1).await;
    shop.asha().post(&format!("{ORDERS}/{cancelled_first}/cancel"), json!({})).await.data();
    shop.app.deliver(&captured_by(&shop, cancelled_first, 2, 16_800)).await.unwrap();
    let refunds = shop.told("refund.requested").await;
    assert_eq!((refunds.len(), shop.stock(shop.soap).await), (2, 10));
    let expected =
        [(paid_first, json!(null), "cancelled on request"), (cancelled_first, json!(2), "paid after it was cancelled")];
    for (refund, (order, payment, reason)) in refunds.iter().zip(expected) {
        assert_eq!((&refund["order_id"], &refund["payment_id"]), (&json!(order), &payment));
        assert_eq!(
            (&refund["purpose"], &refund["reason"], refund["amount"].as_f64()),
            (&json!("order"), &json!(reason), Some(168.0))
        );
    }
    assert_eq!(shop.states(cancelled_first).await, pair("cancelled", "paid"));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_was_paid_twice_is_asked_back_once(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let order = shop.order(1).await;
    shop.app.deliver(&captured(&shop, order, 16_800)).await.unwrap();
    // Whatever came in, and of the payment that it came by.
    let again = captured_by(&shop, order, 2, 9_900);
    shop.app.deliver(&again).await.unwrap();
    shop.app.deliver(&again).await.unwrap();
    assert_eq!(shop.events().await, ["order.placed", "order.confirmed", "refund.requested"]);
    let refund = shop.told("refund.requested").await.remove(0);
    assert_eq!((&refund["payment_id"], &refund["purpose"]), (&json!(2), &json!("surplus")));
    assert_eq!((refund["amount"].as_f64(), &refund["reason"]), (Some(99.0), &json!("paid twice")));
    assert_eq!(shop.states(order).await, pair("confirmed", "paid"), "the order itself stays paid");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn an_attempt_that_failed_leaves_the_order_open_for_the_next(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let order = shop.unpaid_order().await;
    shop.app.later(TimeDelta::minutes(10));
    let message = failed(&shop, order, "the bank said no");
    let told = join_all((0..4).map(|_| shop.app.deliver(&message))).await;
    assert!(told.iter().all(Result::is_ok), "{told:?}");
    shop.app.deliver(&failed(&shop, order, "the bank said no again")).await.unwrap();
    assert_eq!(shop.states(order).await, pair("pending", "failed"));
    let shown = shop.asha().get(&format!("{ORDERS}/{order}")).await.data();
    assert_eq!(shown["hold_expires_at"], "2026-11-22T12:30:00Z", "the goods stay where they are");
    assert_eq!((&shown["waits_for"]["for"], &shown["waits_for"]["since"]), (&json!("payment"), &shown["created_at"]));
    assert_eq!(shown["waits_for"]["unblocked_by"], "another try to pay before the hold on the goods ends");
    assert_eq!((shop.stock(shop.soap).await, shop.events().await), (9, vec!["order.placed".to_owned()]));
    shop.app.deliver(&captured(&shop, order, 16_800)).await.unwrap();
    assert_eq!(shop.states(order).await, pair("confirmed", "paid"));
    assert_eq!(shop.way(order, "payment_status").await, ["pending", "failed", "paid"]);
    let history = shop.asha().get(&format!("{ORDERS}/{order}/history")).await.data();
    let failure = history.as_array().unwrap().iter().find(|change| change["new_value"] == "failed").unwrap();
    assert_eq!((&failure["change_type"], &failure["reason"]), (&json!("system"), &json!("the bank said no")));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_failure_that_comes_late_says_nothing_about_an_order_that_is_paid(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let order = shop.unpaid_order().await;
    shop.app.deliver(&captured(&shop, order, 16_800)).await.unwrap();
    shop.app.deliver(&failed(&shop, order, "the bank said no")).await.unwrap();
    assert_eq!(shop.states(order).await, pair("confirmed", "paid"));
    assert_eq!(shop.way(order, "payment_status").await, ["pending", "paid"]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn an_order_whose_payment_failed_is_given_up_like_any_other_and_no_reason_is_too_long(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let order = shop.unpaid_order().await;
    shop.app.deliver(&failed(&shop, order, &"न".repeat(256))).await.unwrap();
    shop.app.later(TimeDelta::minutes(30));
    shop.app.tick("expiry").await.unwrap();
    assert_eq!(shop.states(order).await, pair("cancelled", "failed"));
    assert!(shop.told("refund.requested").await.is_empty());
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn an_amount_that_is_not_the_order_s_is_nobody_s_payment(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let order = shop.order(1).await;
    assert!(shop.app.deliver(&captured(&shop, order, 1)).await.is_err());
    let nobody_s = OrderId::new(999).unwrap();
    assert!(shop.app.deliver(&captured(&shop, nobody_s, 16_800)).await.is_err());
    assert!(shop.app.deliver(&failed(&shop, nobody_s, "no")).await.is_err());
    assert_eq!(shop.states(order).await, pair("confirmed", "pending"));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn an_order_is_confirmed_when_its_customer_pays_on_delivery_after_all(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let order = shop.unpaid_order().await;
    let promise = |order| {
        let (payment_id, amount) = (PaymentId::new(2).unwrap(), Paise::new(16_800));
        let event = CashPromised { payment_id, order_id: order, user_id: shop.asha, amount };
        Message::of(&event, noon(), None).unwrap()
    };
    let message = promise(order);
    let told = join_all((0..3).map(|_| shop.app.deliver(&message))).await;
    assert!(told.iter().all(Result::is_ok), "{told:?}");
    assert_eq!(shop.states(order).await, pair("confirmed", "pending"));
    shop.app.later(TimeDelta::hours(2));
    shop.app.tick("expiry").await.unwrap();
    assert_eq!(
        (shop.stock(shop.soap).await, shop.events().await),
        (9, vec!["order.placed".to_owned(), "order.confirmed".to_owned()])
    );
    let shown = shop.asha().get(&format!("{ORDERS}/{order}")).await.data();
    assert_eq!((&shown["payment_method"], &shown["hold_expires_at"]), (&json!("cash_on_delivery"), &json!(null)));
    shop.app.deliver(&captured(&shop, order, 16_800)).await.unwrap();
    assert_eq!(shop.states(order).await, pair("confirmed", "paid"));
    let over = shop.unpaid_order().await;
    shop.asha().post(&format!("{ORDERS}/{over}/cancel"), json!({})).await.data();
    shop.app.deliver(&promise(over)).await.unwrap();
    assert_eq!(shop.states(over).await, pair("cancelled", "pending"));
}
