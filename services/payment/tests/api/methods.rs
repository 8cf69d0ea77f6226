//! `GET /api/v1/payments/methods`

use commerce::ids::OrderId;
use commerce::orders::PaymentMethod;
use serde_json::{Value, json};
use shared::changes::{self, Topic};
use sqlx::MySqlPool;

use crate::Shop;
use crate::counter::Counter;

const PATH: &str = "/api/v1/payments/methods";

async fn set(shop: &Shop, key: &str, value: &str) {
    let update = sqlx::query("UPDATE site_settings SET setting_value = ? WHERE setting_key = ?").bind(value).bind(key);
    assert_eq!(update.execute(&shop.db).await.unwrap().rows_affected(), 1, "{key}");
    let mut conn = shop.db.acquire().await.unwrap();
    changes::record(&mut conn, Topic::SettingsChanged, key).await.unwrap();
    shop.app.hear_changes().await;
}

async fn open_for(shop: &Shop, order: OrderId) -> usize {
    let data = shop.asha().get(&format!("{PATH}?order_id={order}")).await.data();
    data["methods"].as_array().unwrap().len()
}

fn cash(max_amount: f64, pincodes: &[&str]) -> Value {
    json!({ "methods": [{ "payment_method": "cash_on_delivery", "gateway": "cash_on_delivery", "max_amount": max_amount,
                          "pincodes": pincodes }] })
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn cash_on_delivery_is_open_with_the_limits_of_the_settings(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    assert_eq!(shop.asha().get(PATH).await.data(), cash(50_000.0, &["*"]));
    set(&shop, "cod_max_amount", "104.99").await;
    set(&shop, "cod_available_pincodes", r#"["40", "110001"]"#).await;
    assert_eq!(shop.asha().get(PATH).await.data(), cash(104.99, &["40", "110001"]));
    assert_eq!(shop.app.anonymous().get(PATH).await.error(), "UNAUTHORIZED");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_the_shop_does_not_offer_is_not_open(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    set(&shop, "supported_payment_methods", r#"["upi"]"#).await;
    assert_eq!(shop.asha().get(PATH).await.data(), json!({ "methods": [] }));
    set(&shop, "supported_payment_methods", r#"["cash_on_delivery"]"#).await;
    assert_eq!(shop.asha().get(PATH).await.data(), cash(50_000.0, &["*"]));
    set(&shop, "supported_gateways", r#"["razorpay"]"#).await;
    assert_eq!(shop.asha().get(PATH).await.data(), json!({ "methods": [] }));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn the_value_and_the_pin_of_an_order_decide(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let order = shop.cash_order().await;
    assert_eq!(open_for(&shop, order).await, 1);
    set(&shop, "cod_max_amount", "104.98").await;
    assert_eq!(open_for(&shop, order).await, 0);
    set(&shop, "cod_max_amount", "104.99").await;
    assert_eq!(open_for(&shop, order).await, 1);
    for (pincodes, count) in [(r#"["11", "400051"]"#, 0), (r#"["400050"]"#, 1), (r#"["40"]"#, 1), ("[]", 0)] {
        set(&shop, "cod_available_pincodes", pincodes).await;
        assert_eq!(open_for(&shop, order).await, count, "{pincodes}");
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn an_order_that_waits_for_no_cash_has_no_open_method(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let (upi, free) = (shop.order(500, PaymentMethod::Upi).await, shop.order(0, PaymentMethod::CashOnDelivery).await);
    let (paid, cancelled) = (shop.cash_order().await, shop.cash_order().await);
    sqlx::query("UPDATE orders SET payment_status = 'paid', paid_at = created_at WHERE id = ?")
        .bind(paid)
        .execute(&db)
        .await
        .unwrap();
    shop.set_status(cancelled, "cancelled").await;
    for order in [upi, free, paid, cancelled] {
        assert_eq!(open_for(&shop, order).await, 0, "{order}");
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn the_methods_of_an_order_are_its_owner_s_business(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let order = shop.cash_order().await;
    let path = format!("{PATH}?order_id={order}");
    for user in [shop.ravi, shop.support, shop.admin] {
        assert_eq!(shop.app.as_user(user).get(&path).await.error(), "NOT_FOUND");
    }
    assert_eq!(shop.app.anonymous().get(&path).await.error(), "UNAUTHORIZED");
    assert_eq!(shop.asha().get(&format!("{PATH}?order_id=99999")).await.error(), "NOT_FOUND");
    assert_eq!(shop.asha().get(&format!("{PATH}?order_id=0")).await.wrong_fields(), ["order_id"]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn an_order_that_waits_for_its_payment_may_be_paid_online_while_its_goods_are_held(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let order = counter.order(1999).await;
    let path = format!("{PATH}?order_id={order}");
    let methods = counter.asha().get(&path).await.data()["methods"].clone();
    let offered: Vec<_> = methods.as_array().unwrap().iter().map(|offer| offer["payment_method"].clone()).collect();
    assert_eq!(offered, ["upi", "credit_card", "debit_card", "netbanking", "wallet", "cash_on_delivery"]);
    assert_eq!((&methods[0]["gateway"], &methods[0]["max_amount"]), (&json!("razorpay"), &Value::Null));
    set(&counter.shop, "supported_payment_methods", r#"["upi"]"#).await;
    assert_eq!(open_for(&counter.shop, order).await, 1);
    set(&counter.shop, "supported_gateways", r#"["cash_on_delivery"]"#).await;
    assert_eq!(open_for(&counter.shop, order).await, 0);
    set(&counter.shop, "supported_payment_methods", r#"["upi", "cash_on_delivery"]"#).await;
    assert_eq!(open_for(&counter.shop, order).await, 1);
    set(&counter.shop, "supported_gateways", r#"["razorpay", "cash_on_delivery"]"#).await;
    assert_eq!(open_for(&counter.shop, order).await, 2);
    counter.shop.app.later(chrono::TimeDelta::minutes(30));
    assert_eq!(open_for(&counter.shop, order).await, 0);
}
