//! What an order is made of, and what it leaves behind.

use serde_json::{Value, json};
use sqlx::MySqlPool;

use crate::shop::{ORDERS, Shop, bengaluru, id_of, pune};

fn paise(value: &Value) -> i64 {
    let text = value.to_string();
    let (rupees, paise) = text.split_once('.').unwrap_or((&text, "0"));
    format!("{rupees}{paise:0<2}").parse().unwrap()
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn cash_on_delivery_is_confirmed_at_once_and_unpaid(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let answer = shop.asha().post(ORDERS, shop.wish(2)).await;
    let id = id_of(&answer);
    assert_eq!(answer.headers["location"], format!("/api/v1/orders/{id}").as_str());
    insta::assert_json_snapshot!(answer.json(), {
        ".data.uuid" => "[uuid]", ".data.order_number" => "[number]", ".data.items" => "[items]",
        ".data.shipping_address" => "[address]",
    }, @r#"
    {
      "data": {
        "billing_address": null,
        "cancelled_at": null,
        "cancelled_reason": null,
        "created_at": "2026-11-22T12:00:00Z",
        "currency": "INR",
        "customer_note": null,
        "discount_amount": 0.0,
        "gst_number": null,
        "hold_expires_at": null,
        "id": 1,
        "is_gst_invoice": false,
        "item_count": 1,
        "items": "[items]",
        "order_number": "[number]",
        "paid_at": null,
        "payment_method": "cash_on_delivery",
        "payment_status": "pending",
        "place_of_supply": "27",
        "shipping_address": "[address]",
        "shipping_amount": 50.0,
        "status": "confirmed",
        "subtotal": 236.0,
        "tax_amount": 43.62,
        "total_amount": 286.0,
        "updated_at": "2026-11-22T12:00:00Z",
        "user_id": 1,
        "uuid": "[uuid]",
        "waits_for": {
          "for": "packing",
          "since": "2026-11-22T12:00:00Z",
          "unblocked_by": "the shop begins to pack it"
        }
      },
      "message": "Operation successful",
      "success": true
    }
    "#);
    assert_eq!(shop.stock(shop.soap).await, 8);
    assert_eq!(shop.events().await, ["order.placed", "order.confirmed"]);
    assert_eq!(shop.asha().get(&format!("{ORDERS}/{id}")).await.data(), answer.data());
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_line_says_what_it_is_made_of(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let order = shop.asha().post(ORDERS, shop.wish(2)).await.data();
    insta::assert_json_snapshot!(order["items"][0], @r#"
        {
          "cgst_amount": 18.0,
          "discount_amount": 0.0,
          "gst_rate": 18,
          "hsn_code": "19053100",
          "igst_amount": 0.0,
          "is_gst_inclusive": true,
          "payable_amount": 286.0,
          "product_id": 1,
          "product_image": null,
          "product_name": "Neem Soap",
          "product_sku": "NEEM-SOAP",
          "quantity": 2,
          "sgst_amount": 18.0,
          "shipping_amount": 50.0,
          "shipping_cgst": 3.81,
          "shipping_igst": 0.0,
          "shipping_sgst": 3.81,
          "shipping_taxable": 42.38,
          "taxable_amount": 200.0,
          "total_price": 236.0,
          "unit_price": 118.0,
          "variation_attributes": null,
          "variation_id": null
        }
    "#);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_sale_to_another_state_bears_igst_and_delivery_its_share(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let mut wish = shop.wish(1);
    wish["shipping_address"] = bengaluru();
    let order = shop.asha().post(ORDERS, wish).await.data();
    let line = &order["items"][0];
    assert_eq!((&order["place_of_supply"], paise(&line["igst_amount"])), (&"29".into(), 1800));
    // ₹50.00 of delivery at 18 % inclusive: 5000·18/118 = 762.71…
    assert_eq!((paise(&line["shipping_igst"]), paise(&line["shipping_taxable"])), (763, 4237));
    assert_eq!((paise(&order["tax_amount"]), paise(&order["total_amount"])), (2563, 16_800));
    assert_eq!((paise(&line["cgst_amount"]), paise(&line["sgst_amount"])), (0, 0));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_registered_buyer_s_supply_takes_place_where_the_buyer_is_registered(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let mut wish = shop.wish(1);
    wish["gst_number"] = "27AAPFU0939F1ZV".into();
    wish["use_gst_invoice"] = true.into();
    wish["shipping_address"] = bengaluru();
    let order = shop.asha().post(ORDERS, wish.clone()).await.data();
    assert_eq!((&order["place_of_supply"], &order["gst_number"]), (&"27".into(), &"27AAPFU0939F1ZV".into()));
    assert_eq!(paise(&order["items"][0]["cgst_amount"]), 900);
    wish["use_gst_invoice"] = false.into();
    let order = shop.asha().post(ORDERS, wish).await.data();
    assert_eq!((&order["place_of_supply"], &order["is_gst_invoice"]), (&"29".into(), &false.into()));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_shop_without_gstin_sells_without_tax(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    shop.set("gst_number", "").await;
    let order = shop.asha().post(ORDERS, shop.wish(1)).await.data();
    assert_eq!((paise(&order["tax_amount"]), paise(&order["total_amount"])), (0, 16_800));
    assert_eq!(paise(&order["items"][0]["taxable_amount"]), 11_800);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn every_figure_of_an_order_adds_up(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let odd = shop.product("Odd").await.at(19_999).insert(&db).await;
    let cheap = shop.product("Cheap").await.at(1).insert(&db).await;
    for address in [pune(), bengaluru()] {
        let mut wish = shop.wish(1);
        wish["items"] = json!([
            { "product_id": odd, "quantity": 3 }, { "product_id": cheap, "quantity": 1 },
            { "product_id": shop.soap, "quantity": 1 }, { "product_id": cheap, "quantity": 1 },
        ]);
        wish["shipping_address"] = address;
        let order = shop.asha().post(ORDERS, wish).await.data();
        let lines = order["items"].as_array().unwrap();
        assert_eq!(lines.len(), 3, "one line a product");
        let sum = |fields: &[&str]| lines.iter().flat_map(|line| fields.iter().map(|f| paise(&line[*f]))).sum::<i64>();
        let taxes = ["cgst_amount", "sgst_amount", "igst_amount", "shipping_cgst", "shipping_sgst", "shipping_igst"];
        assert_eq!(paise(&order["total_amount"]), sum(&["payable_amount"]));
        assert_eq!(paise(&order["tax_amount"]), sum(&taxes));
        assert_eq!(paise(&order["shipping_amount"]), sum(&["shipping_amount"]));
        assert_eq!(paise(&order["subtotal"]), 3 * 19_999 + 2 + 11_800);
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn without_items_the_cart_is_ordered_and_empty_afterwards(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let rice = shop.product("Rice").await.insert(&db).await;
    shop.fill_cart(shop.soap, 2).await;
    shop.fill_cart(rice, 1).await;
    let mut wish = shop.wish(1);
    wish.as_object_mut().unwrap().remove("items");
    let order = shop.asha().post(ORDERS, wish).await.data();
    assert_eq!((order["item_count"].as_i64(), shop.in_cart().await), (Some(2), 0));
    assert_eq!((shop.stock(shop.soap).await, shop.stock(rice).await), (8, 9));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_is_ordered_by_itself_leaves_the_cart_and_the_rest_stays(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    shop.fill_cart(shop.soap, 3).await;
    id_of(&shop.asha().post(ORDERS, shop.wish(2)).await);
    assert_eq!(shop.in_cart().await, 1);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn the_document_s_own_call_works(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let body = json!({
        "items": [{ "product_id": shop.soap, "quantity": 1, "price": 1.0 }],
        "shipping_address": pune(), "billing_address": pune(), "payment_method": "cash_on_delivery",
        "customer_note": "Please ring twice.\nThank you", "use_gst_invoice": false, "gst_number": "",
        "user_id": 999, "status": "delivered", "total_amount": 0.01, "payment_status": "paid",
    });
    let order = shop.asha().post("/api/v1/orders/", body).await.data();
    assert_eq!((&order["user_id"], paise(&order["total_amount"])), (&shop.asha.get().into(), 16_800));
    assert_eq!((&order["status"], &order["payment_status"]), (&"confirmed".into(), &"pending".into()));
    assert_eq!(order["customer_note"], "Please ring twice.\nThank you");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn the_customer_pays_what_was_shown_or_is_told(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let mut wish = shop.wish(1);
    wish["expected_total"] = "118.00".into();
    let answer = shop.asha().post(ORDERS, wish.clone()).await;
    assert_eq!((answer.status.as_u16(), answer.error().as_str()), (409, "PRICE_CHANGED"));
    assert!(answer.text.contains(r#""total_amount":168.00"#), "{}", answer.text);
    assert_eq!((shop.orders().await, shop.stock(shop.soap).await), (0, 10));
    wish["expected_total"] = json!(168);
    id_of(&shop.asha().post(ORDERS, wish).await);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn the_line_keeps_its_price_when_the_product_s_changes(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let id = shop.order(1).await;
    sqlx::query("UPDATE products SET base_price = 5, name = 'Other', compare_price = 5").execute(&db).await.unwrap();
    let line = shop.asha().get(&format!("{ORDERS}/{id}")).await.data()["items"][0].clone();
    assert_eq!((&line["product_name"], paise(&line["unit_price"])), (&"Neem Soap".into(), 11_800));
}
