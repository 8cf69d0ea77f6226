//! `POST /api/v1/payments/initiate`

use commerce::orders::PaymentMethod;
use futures::future::join_all;
use serde_json::{Value, json};
use sqlx::MySqlPool;
use testing::Answer;

use crate::Shop;

const PATH: &str = "/api/v1/payments/initiate";

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn cash_on_delivery_is_offered_once_and_shown_again(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let order = shop.cash_order().await;
    let first = shop.asha().post(PATH, json!({ "order_id": order })).await;
    let tenders = shop.tenders(order).await;
    let payment = tenders[0].0;
    let expected = json!({
        "payment_id": payment, "gateway": "cash_on_delivery", "razorpay_key": null, "razorpay_order_id": null,
        "stripe_client_secret": null, "amount": 104.99, "amount_minor": 10499, "currency": "INR", "expires_at": null,
        "status": "created",
    });
    assert_eq!((first.status.as_u16(), &first.data()), (201, &expected));
    assert_eq!(first.headers["location"], format!("/api/v1/payments/transactions/{payment}"));
    for (field, value) in expected.as_object().unwrap() {
        assert_eq!(&first.json()[field], value, "{field} at the top");
    }
    assert!(first.text.contains("\"amount\":104.99"));
    let body = json!({ "order_id": order, "amount": "104.99", "currency": "INR", "payment_method": "cash_on_delivery",
                       "gateway": "cash_on_delivery" });
    let again = shop.asha().post(PATH, body).await;
    assert_eq!((again.status.as_u16(), again.data()), (200, expected));
    assert_eq!(shop.tenders(order).await, tenders);
    assert!(shop.announced().await.is_empty());
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn an_order_is_paid_by_its_owner(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let order = shop.cash_order().await;
    assert_eq!(shop.app.anonymous().post(PATH, json!({ "order_id": order })).await.error(), "UNAUTHORIZED");
    for user in [shop.ravi, shop.support, shop.admin] {
        for id in [order.get(), 99_999] {
            let answer = shop.app.as_user(user).post(PATH, json!({ "order_id": id })).await;
            assert_eq!((answer.status.as_u16(), answer.error().as_str()), (404, "NOT_FOUND"), "{user} {id}");
        }
    }
    assert!(shop.tenders(order).await.is_empty());
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn the_amount_is_the_total_of_the_order(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let order = shop.cash_order().await;
    for wrong in [json!({ "amount": 104.98 }), json!({ "amount": 0 }), json!({ "amount": 104.99, "currency": "USD" })] {
        assert_eq!(refused(&shop, order.get(), wrong.clone()).await, (422, "AMOUNT_MISMATCH".to_owned()), "{wrong}");
    }
    assert!(shop.tenders(order).await.is_empty());
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn nothing_is_paid_online_yet(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let (cash, upi) = (shop.cash_order().await, shop.order(500, PaymentMethod::Upi).await);
    for (order, wanted) in [
        (cash, json!({ "gateway": "razorpay" })),
        (cash, json!({ "gateway": "stripe", "payment_method": "cash_on_delivery" })),
        (cash, json!({ "payment_method": "upi" })),
        (upi, json!({})),
        (upi, json!({ "gateway": "razorpay", "payment_method": "upi" })),
    ] {
        let expected = (422, "GATEWAY_UNAVAILABLE".to_owned());
        assert_eq!(refused(&shop, order.get(), wanted.clone()).await, expected, "{wanted}");
    }
    let switched = refused(&shop, upi.get(), json!({ "gateway": "cash_on_delivery" })).await;
    assert_eq!(switched, (422, "INVALID_STATE".to_owned()));
    assert!(shop.tenders(cash).await.is_empty() && shop.tenders(upi).await.is_empty());
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn an_order_that_is_cancelled_or_free_is_not_paid(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let (order, free) = (shop.cash_order().await, shop.order(0, PaymentMethod::CashOnDelivery).await);
    let invalid = (422, "INVALID_STATE".to_owned());
    assert_eq!(refused(&shop, free.get(), json!({})).await, invalid);
    for status in ["cancelled", "refunded"] {
        shop.set_status(order, status).await;
        assert_eq!(refused(&shop, order.get(), json!({})).await, invalid, "{status}");
        assert_eq!(refused(&shop, order.get(), json!({ "gateway": "razorpay" })).await, invalid, "{status}");
    }
    assert!(shop.tenders(order).await.is_empty() && shop.tenders(free).await.is_empty());
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn every_wrong_field_is_named(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let body = json!({ "order_id": 0, "amount": -1, "payment_method": "cheque", "gateway": "paypal", "currency": 7 });
    let mut wrong = shop.asha().post(PATH, body).await.wrong_fields();
    wrong.sort();
    assert_eq!(wrong, ["amount", "currency", "gateway", "order_id", "payment_method"]);
    assert_eq!(shop.asha().post(PATH, json!({})).await.wrong_fields(), ["order_id"]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn five_who_ask_at_once_get_one_tender(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let order = shop.cash_order().await;
    let asha = shop.asha();
    let answers = join_all((0..5).map(|_| asha.post(PATH, json!({ "order_id": order })))).await;
    let mut statuses: Vec<_> = answers.iter().map(|answer| answer.status.as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 200, 200, 200, 201]);
    assert!(answers.iter().map(Answer::data).all(|data| data == answers[0].data()));
    assert_eq!(shop.tenders(order).await.len(), 1);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_is_initiated_while_the_order_is_cancelled_is_not_offered(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let order = shop.cash_order().await;
    let asha = shop.asha();
    let answer = shop.amid_cancellation(order, asha.post(PATH, json!({ "order_id": order }))).await;
    assert_eq!((answer.status.as_u16(), answer.error().as_str()), (422, "INVALID_STATE"));
    assert!(shop.tenders(order).await.is_empty());
}

/// The status and code of what Asha is told who wants this of an order.
async fn refused(shop: &Shop, order: u64, mut wanted: Value) -> (u16, String) {
    wanted["order_id"] = order.into();
    let answer = shop.asha().post(PATH, wanted).await;
    (answer.status.as_u16(), answer.error())
}
