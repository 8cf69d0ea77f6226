//! What a payment does to an order.

use commerce::events::PaymentCaptured;
use commerce::ids::{OrderId, PaymentId};
use commerce::orders::Gateway;
use futures::future::join_all;
use kernel::Paise;
use serde_json::json;
use shared::messaging::Message;
use sqlx::MySqlPool;
use testing::noon;

use crate::shop::{ORDERS, Shop};

fn captured(shop: &Shop, order: OrderId, paise: i64) -> Message {
    let event = PaymentCaptured {
        payment_id: PaymentId::new(1).unwrap(),
        order_id: order,
        user_id: shop.asha,
        amount: Paise::new(paise),
        currency: "INR".to_owned(),
        gateway: Gateway::CashOnDelivery,
    };
    Message::of(&event, noon(), None).unwrap()
}

async fn states(shop: &Shop, order: OrderId) -> (String, String) {
    let order = shop.asha().get(&format!("{ORDERS}/{order}")).await.data();
    (order["status"].as_str().unwrap().to_owned(), order["payment_status"].as_str().unwrap().to_owned())
}

fn pair(status: &str, payment: &str) -> (String, String) {
    (status.to_owned(), payment.to_owned())
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn cash_that_was_collected_makes_the_order_paid_once(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let order = shop.order(1).await;
    let message = captured(&shop, order, 16_800);
    let told = join_all((0..4).map(|_| shop.app.deliver(&message))).await;
    assert!(told.iter().all(Result::is_ok), "{told:?}");
    assert_eq!(states(&shop, order).await, pair("confirmed", "paid"));
    let paid: i64 =
        sqlx::query_scalar("SELECT COUNT(*) FROM order_history WHERE new_value = 'paid'").fetch_one(&db).await.unwrap();
    assert_eq!((paid, shop.events().await.len()), (1, 2));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_payment_confirms_the_order_that_waited_for_it_and_its_goods_stay(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let order = shop.unpaid_order().await;
    shop.app.deliver(&captured(&shop, order, 16_800)).await.unwrap();
    assert_eq!(states(&shop, order).await, pair("confirmed", "paid"));
    shop.app.later(chrono::TimeDelta::hours(1));
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
    shop.app.deliver(&captured(&shop, cancelled_first, 16_800)).await.unwrap();
    let refunds = shop.events().await.into_iter().filter(|kind| kind == "refund.requested").count();
    assert_eq!((refunds, shop.stock(shop.soap).await), (2, 10));
    assert_eq!(states(&shop, cancelled_first).await, pair("cancelled", "paid"));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_was_paid_twice_is_asked_back_once(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let order = shop.order(1).await;
    shop.app.deliver(&captured(&shop, order, 16_800)).await.unwrap();
    let again = captured(&shop, order, 16_800);
    shop.app.deliver(&again).await.unwrap();
    shop.app.deliver(&again).await.unwrap();
    assert_eq!(shop.events().await, ["order.placed", "order.confirmed", "refund.requested"]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn an_amount_that_is_not_the_order_s_is_nobody_s_payment(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let order = shop.order(1).await;
    assert!(shop.app.deliver(&captured(&shop, order, 1)).await.is_err());
    assert!(shop.app.deliver(&captured(&shop, OrderId::new(999).unwrap(), 16_800)).await.is_err());
    assert_eq!(states(&shop, order).await, pair("confirmed", "pending"));
}
