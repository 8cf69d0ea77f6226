//! `/api/v1/payments/transactions` and `/api/v1/payments/order`

use serde_json::json;
use sqlx::MySqlPool;

use crate::Shop;

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_payment_is_shown_to_its_owner_and_to_those_who_see_all(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let order = shop.cash_order().await;
    shop.hear(&shop.confirmed(order)).await;
    let id = shop.tenders(order).await[0].0;
    let shown = shop.asha().get(&format!("/api/v1/payments/transactions/{id}")).await.data();
    let expected = json!({
        "id": id, "uuid": shown["uuid"], "order_id": order, "order_number": format!("PV-{order}"),
        "user_id": shop.asha, "amount": 104.99, "currency": "INR", "payment_method": "cash_on_delivery",
        "gateway": "cash_on_delivery", "gateway_order_id": format!("PV-{order}"), "gateway_payment_id": null,
        "details": null, "refunded_amount": 0.0, "status": "created", "failure_reason": null,
        "initiated_at": "2026-11-22T12:00:00Z", "expires_at": null, "authorized_at": null, "captured_at": null,
        "failed_at": null,
    });
    assert_eq!(shown, expected);
    for path in [format!("/api/v1/payments/transactions/{id}"), format!("/api/v1/payments/order/{order}")] {
        let data = shop.asha().get(&path).await.data();
        assert_eq!(shop.app.as_user(shop.admin).get(&path).await.data(), data, "{path}");
        for user in [shop.ravi, shop.support] {
            let answer = shop.app.as_user(user).get(&path).await;
            assert_eq!((answer.status.as_u16(), answer.error().as_str()), (404, "NOT_FOUND"), "{path}");
        }
        assert_eq!(shop.app.anonymous().get(&path).await.error(), "UNAUTHORIZED");
    }
    assert_eq!(shop.asha().get(&format!("/api/v1/payments/order/{order}")).await.data(), json!([expected]));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_is_not_there_is_not_found(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let unpaid = shop.cash_order().await;
    assert_eq!(shop.asha().get(&format!("/api/v1/payments/order/{unpaid}")).await.data(), json!([]));
    for user in [shop.asha, shop.admin] {
        for path in ["/api/v1/payments/transactions/99999", "/api/v1/payments/order/99999"] {
            assert_eq!(shop.app.as_user(user).get(path).await.error(), "NOT_FOUND", "{path}");
        }
    }
    assert_eq!(shop.asha().get("/api/v1/payments/transactions/x").await.wrong_fields(), ["id"]);
    assert_eq!(shop.asha().get("/api/v1/payments/order/0").await.wrong_fields(), ["order_id"]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn everybody_lists_their_own_payments(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let mut orders = Vec::new();
    for _ in 0..3 {
        let order = shop.cash_order().await;
        shop.hear(&shop.confirmed(order)).await;
        orders.push(order);
    }
    let path = "/api/v1/payments/transactions";
    let page = shop.asha().get(&format!("{path}?page_size=2")).await.data();
    let numbers: Vec<_> = page["items"].as_array().unwrap().iter().map(|item| item["order_id"].clone()).collect();
    assert_eq!(numbers, [json!(orders[2]), json!(orders[1])]);
    assert_eq!(page["pagination"]["total_count"], 3);
    let rest = shop.asha().get(&format!("{path}?page_size=2&page=2")).await.data();
    assert_eq!(rest["items"][0]["order_id"], json!(orders[0]));
    for user in [shop.ravi, shop.admin] {
        assert_eq!(shop.app.as_user(user).get(path).await.data()["pagination"]["total_count"], 0);
    }
    assert_eq!(shop.app.anonymous().get(path).await.error(), "UNAUTHORIZED");
    assert_eq!(shop.asha().get(&format!("{path}?page=0")).await.wrong_fields(), ["page"]);
}
