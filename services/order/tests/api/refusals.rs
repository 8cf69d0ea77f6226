//! What is no order: nonsense, too much, too little, not here, not so.

use serde_json::{Value, json};
use shared::config::ServiceName;
use sqlx::MySqlPool;
use testing::{TestApp, build};

use crate::shop::{ORDERS, Shop, bengaluru, refused};

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn every_wrong_field_is_named(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let asha = shop.asha();
    let body =
        json!({ "items": [{ "product_id": 0, "quantity": 1.5 }], "payment_method": "barter", "gst_number": "X" });
    let fields = ["gst_number", "items[0].product_id", "items[0].quantity", "payment_method", "shipping_address"];
    let mut named = asha.post(ORDERS, body).await.wrong_fields();
    named.sort();
    assert_eq!(named, fields);
    let with = |field: &str, value: Value| {
        let mut wish = shop.wish(1);
        wish[field] = value;
        wish
    };
    for (wish, field) in [
        (with("items", json!([])), "items"),
        (with("items", json!([{ "product_id": 1, "quantity": 0 }])), "items[0].quantity"),
        (with("items", json!([{ "product_id": 1, "quantity": -1 }])), "items[0].quantity"),
        (with("items", json!([{ "product_id": 1, "quantity": 1_000_001 }])), "items[0].quantity"),
        (with("items", json!([{ "product_id": 1, "quantity": 4_294_967_296_u64 }])), "items[0].quantity"),
        (with("items", json!([{ "product_id": 1, "quantity": "1" }])), "items[0].quantity"),
        (with("items", json!([{ "product_id": 1 }])), "items[0].quantity"),
        (with("items", json!([{ "product_id": 1, "quantity": 1, "variation_id": 7 }])), "items[0].variation_id"),
        (with("customer_note", json!("a\u{0}b")), "customer_note"),
        (with("customer_note", json!("x".repeat(1001))), "customer_note"),
        (with("use_gst_invoice", json!(true)), "gst_number"),
        (with("gst_number", json!("27AAPFU0939F1ZX")), "gst_number"),
        (with("shipping_address", json!(0)), "shipping_address"),
        (with("shipping_address", json!(-7)), "shipping_address"),
        (with("shipping_address", json!(1.5)), "shipping_address"),
        (with("shipping_address", json!("1")), "shipping_address"),
        (with("shipping_address", json!([1])), "shipping_address"),
        (with("shipping_address", Value::Null), "shipping_address"),
        (with("shipping_address", json!(18_446_744_073_709_551_616_f64)), "shipping_address"),
        (with("billing_address", json!(true)), "billing_address"),
        (with("expected_total", json!(-1)), "expected_total"),
        (with("expected_total", json!(1.005)), "expected_total"),
    ] {
        assert_eq!(asha.post(ORDERS, wish.clone()).await.wrong_fields(), [field], "{wish}");
    }
    assert_eq!(
        asha.with_header("idempotency-key", "a b").post(ORDERS, shop.wish(1)).await.wrong_fields(),
        ["Idempotency-Key"]
    );
    assert_eq!(shop.orders().await, 0);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn an_address_is_whole_and_its_pin_lies_in_its_state(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    for field in ["full_name", "phone", "address_line1", "city", "state", "postal_code"] {
        let mut wish = shop.wish(1);
        wish["shipping_address"].as_object_mut().unwrap().remove(field);
        let wrong = shop.asha().post(ORDERS, wish).await.wrong_fields();
        assert_eq!(wrong, [format!("shipping_address.{field}")]);
    }
    let mut wish = shop.wish(1);
    wish["shipping_address"]["state"] = "Atlantis".into();
    assert_eq!(shop.asha().post(ORDERS, wish).await.wrong_fields(), ["shipping_address.state"]);
    let mut wish = shop.wish(1);
    wish["billing_address"] = bengaluru();
    wish["billing_address"]["postal_code"] = "411001".into();
    assert_eq!(shop.asha().post(ORDERS, wish).await.wrong_fields(), ["billing_address.postal_code"]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_is_not_for_sale_is_not_found(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let draft = shop.product("Draft").await.status("draft").insert(&db).await;
    let gone = shop.product("Gone").await.status("archived").insert(&db).await;
    let hidden = build::product("Hidden", build::category("Secret").hidden().insert(&db).await).insert(&db).await;
    for id in [draft.get(), gone.get(), hidden.get(), 999_999, u64::MAX] {
        let mut wish = shop.wish(1);
        wish["items"][0]["product_id"] = id.into();
        refused(&shop.asha().post(ORDERS, wish).await, 404, "NOT_FOUND");
    }
    assert_eq!((shop.stock(draft).await, shop.stock(hidden).await), (10, 10));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn an_order_has_its_limits(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let plenty = shop.product("Plenty").await.stock(1000).insert(&db).await;
    let mut wish = shop.wish(1);
    wish["items"][0] = json!({ "product_id": plenty, "quantity": 11 });
    refused(&shop.asha().post(ORDERS, wish.clone()).await, 422, "QUANTITY_LIMIT");
    wish["items"] = json!([{ "product_id": plenty, "quantity": 6 }, { "product_id": plenty, "quantity": 5 }]);
    refused(&shop.asha().post(ORDERS, wish).await, 422, "QUANTITY_LIMIT");
    shop.set("max_cart_items_total", "3").await;
    refused(&shop.asha().post(ORDERS, shop.wish(4)).await, 422, "CART_FULL");
    shop.set("max_cart_items_total", "50").await;
    shop.set("min_order_amount", "118.01").await;
    refused(&shop.asha().post(ORDERS, shop.wish(1)).await, 422, "MINIMUM_ORDER_AMOUNT");
    shop.set("min_order_amount", "118.00").await;
    assert_eq!(shop.asha().post(ORDERS, shop.wish(1)).await.status.as_u16(), 201);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn cash_is_taken_up_to_an_amount_and_at_some_doors(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    shop.set("cod_max_amount", "167.99").await;
    refused(&shop.asha().post(ORDERS, shop.wish(1)).await, 422, "COD_NOT_AVAILABLE");
    shop.set("cod_max_amount", "168").await;
    shop.set("cod_available_pincodes", r#"["560", "4000", ""]"#).await;
    refused(&shop.asha().post(ORDERS, shop.wish(1)).await, 422, "COD_NOT_AVAILABLE");
    shop.set("cod_available_pincodes", r#"["560", "4110"]"#).await;
    assert_eq!(shop.asha().post(ORDERS, shop.wish(1)).await.status.as_u16(), 201);
    shop.set("supported_payment_methods", r#"["upi"]"#).await;
    refused(&shop.asha().post(ORDERS, shop.wish(2)).await, 422, "PAYMENT_METHOD_UNAVAILABLE");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn without_a_gateway_nobody_can_hold_goods_for_a_payment_that_cannot_come(db: MySqlPool) {
    let mut shop = Shop::new(&db).await;
    shop.app = TestApp::new(&db, ServiceName::Order, order_service::build).await;
    let mut wish = shop.wish(1);
    for method in ["upi", "credit_card", "debit_card", "netbanking", "wallet"] {
        wish["payment_method"] = method.into();
        refused(&shop.asha().post(ORDERS, wish.clone()).await, 422, "PAYMENT_METHOD_UNAVAILABLE");
    }
    assert_eq!(shop.stock(shop.soap).await, 10);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn there_is_no_order_of_nothing_and_no_coupon_yet(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let mut wish = shop.wish(1);
    wish["items"] = Value::Null;
    refused(&shop.asha().post(ORDERS, wish).await, 422, "EMPTY_CART");
    let mut wish = shop.wish(1);
    wish["coupon_code"] = "DIWALI".into();
    refused(&shop.asha().post(ORDERS, wish.clone()).await, 422, "COUPON_NOT_APPLICABLE");
    wish["coupon_code"] = " ".into();
    assert_eq!(shop.asha().post(ORDERS, wish).await.status.as_u16(), 201);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_sold_out_product_takes_nothing_from_the_others(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let rare = shop.product("Rare").await.stock(1).insert(&db).await;
    let mut wish = shop.wish(1);
    wish["items"] = json!([{ "product_id": shop.soap, "quantity": 1 }, { "product_id": rare, "quantity": 2 }]);
    refused(&shop.asha().post(ORDERS, wish).await, 422, "INSUFFICIENT_STOCK");
    assert_eq!((shop.stock(shop.soap).await, shop.stock(rare).await, shop.orders().await), (10, 1, 0));
    assert!(shop.events().await.is_empty());
}
