//! `POST /api/v1/payments/initiate` for what is paid online, while everything works.

use chrono::TimeDelta;
use commerce::ids::OrderId;
use commerce::orders::PaymentMethod;
use futures::future::join_all;
use serde_json::{Value, json};
use sqlx::mysql::MySqlArguments;
use sqlx::query::Query;
use sqlx::{MySql, MySqlPool};
use testing::noon;

use crate::acts::{once, refusal, stuck_once};
use crate::counter::{Counter, INITIATE, text};

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn an_attempt_is_offered_over_whole_paise_under_a_name_of_our_own(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let order = counter.order(1999).await;
    let wanted = json!({ "order_id": order, "amount": 19.99, "currency": "INR", "gateway": "razorpay" });
    let answer = counter.asha().post(INITIATE, wanted).await;
    let made = counter.books("orders").await.pop().unwrap();
    let payment = counter.shop.tenders(order).await[0].0;
    let expected = json!({
        "payment_id": payment, "gateway": "razorpay", "razorpay_key": counter.settings.key_id,
        "razorpay_order_id": made["id"], "stripe_client_secret": null, "amount": 19.99, "amount_minor": 1999,
        "currency": "INR", "expires_at": "2026-11-22T12:30:00Z", "status": "created",
    });
    assert_eq!((answer.status.as_u16(), answer.data()), (201, expected.clone()));
    assert_eq!(answer.headers["location"], format!("/api/v1/payments/transactions/{payment}"));
    for (field, value) in expected.as_object().unwrap() {
        assert_eq!(&answer.json()[field], value, "{field} at the top");
    }
    let shown = counter.asha().get(&format!("/api/v1/payments/transactions/{payment}")).await.data();
    assert_eq!((&made["amount"], &made["currency"], &made["receipt"]), (&json!(1999), &json!("INR"), &shown["uuid"]));
    assert_eq!(made["notes"]["order_number"], format!("PV-{order}"));
    let again = counter.asha().post(INITIATE, json!({ "order_id": order, "payment_method": "netbanking" })).await;
    assert_eq!((again.status.as_u16(), again.data()), (200, expected));
    assert_eq!(counter.made().await, (1, 0, 0));
}

/// What Asha is refused with who wants this of an order.
async fn refused(counter: &Counter, order: OrderId, mut wanted: Value) -> (u16, String, bool) {
    wanted["order_id"] = json!(order);
    refusal(&counter.asha().post(INITIATE, wanted).await)
}

fn invalid() -> (u16, String, bool) {
    (422, "INVALID_STATE".to_owned(), false)
}

async fn set(counter: &Counter, order: OrderId, update: Query<'_, MySql, MySqlArguments>) {
    update.bind(noon()).bind(order).execute(&counter.shop.db).await.unwrap();
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_cannot_be_paid_online_is_not_offered(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let paid = counter.order(1999).await;
    set(&counter, paid, sqlx::query("UPDATE orders SET payment_status = 'paid', paid_at = ? WHERE id = ?")).await;
    let held = counter.order(1999).await;
    set(&counter, held, sqlx::query("UPDATE orders SET hold_expires_at = ? WHERE id = ?")).await;
    let (cancelled, refunded, free) = (counter.order(1999).await, counter.order(1999).await, counter.order(0).await);
    counter.shop.set_status(cancelled, "cancelled").await;
    counter.shop.set_status(refunded, "refunded").await;
    let unheld = counter.shop.order(1999, PaymentMethod::Upi).await;
    for order in [paid, held, cancelled, refunded, free, unheld] {
        assert_eq!(refused(&counter, order, json!({})).await, invalid(), "{order}");
        assert!(counter.shop.tenders(order).await.is_empty());
    }
    assert_eq!(counter.count("POST", "/v1/orders").await, 0);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn only_the_owner_begins_and_only_over_the_total(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let order = counter.order(1999).await;
    for user in [counter.shop.ravi, counter.shop.support, counter.shop.admin] {
        let answer = counter.shop.app.as_user(user).post(INITIATE, json!({ "order_id": order })).await;
        assert_eq!(refusal(&answer), (404, "NOT_FOUND".to_owned(), false));
    }
    for wrong in [json!({ "amount": 19.98 }), json!({ "amount": 1999 }), json!({ "amount": 19.99, "currency": "USD" })]
    {
        let mismatch = (422, "AMOUNT_MISMATCH".to_owned(), false);
        assert_eq!(refused(&counter, order, wrong.clone()).await, mismatch, "{wrong}");
    }
    assert_eq!(refused(&counter, order, json!({ "gateway": "stripe" })).await.1, "GATEWAY_UNAVAILABLE");
    assert_eq!((counter.shop.tenders(order).await.len(), counter.count("POST", "/v1/orders").await), (0, 0));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn an_order_is_paid_by_one_gateway_at_a_time(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let order = counter.order(1999).await;
    counter.initiate(order).await;
    let stripe =
        sqlx::query("UPDATE payment_transactions SET gateway_name = 'stripe', updated_at = ? WHERE order_id = ?");
    set(&counter, order, stripe).await;
    assert_eq!(refused(&counter, order, json!({})).await, (409, "CONFLICT".to_owned(), false));
    assert_eq!(counter.count("POST", "/v1/orders").await, 1);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn an_order_that_is_cancelled_meanwhile_is_not_offered(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let order = counter.order(1999).await;
    let answer = counter.shop.amid_cancellation(order, counter.initiate(order)).await;
    assert_eq!(refusal(&answer), invalid());
    assert_eq!((counter.shop.tenders(order).await.len(), counter.made().await.0), (0, 0));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn money_that_the_order_has_not_heard_of_yet_is_not_asked_for_again(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let (order, ..) = counter.paid(1999).await;
    assert_eq!(refused(&counter, order, json!({})).await, invalid());
    counter.is_paid_once(order, 1999).await;
    assert_eq!(counter.made().await.0, 1);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn nobody_goes_on_with_an_attempt_when_another_was_paid_late(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let (order, first, gateway_order) = counter.begun(1999).await;
    let failed = counter.control("fail", json!({ "order_id": gateway_order })).await;
    counter.deliver_all().await;
    assert_eq!(counter.initiate(order).await.status.as_u16(), 201);
    let path = format!("payments/{}/authorize", text(&failed["payment"]["id"]));
    let late = counter.control(&path, json!({})).await;
    assert_eq!(counter.verify(first, &late).await.data()["status"], "captured");
    assert_eq!(refused(&counter, order, json!({})).await, invalid());
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_named_try_is_answered_alike_and_used_once(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let (order, other) = (counter.order(1999).await, counter.order(1999).await);
    let asha = counter.asha().with_header("idempotency-key", "try-1");
    let first = asha.post(INITIATE, json!({ "order_id": order })).await;
    let again = asha.post(INITIATE, json!({ "order_id": order })).await;
    assert_eq!((again.status, &again.text), (first.status, &first.text));
    assert_eq!((first.status.as_u16(), again.headers["idempotent-replayed"].to_str().unwrap()), (201, "true"));
    assert!(!first.headers.contains_key("idempotent-replayed"));
    assert_eq!(again.headers["location"], first.headers["location"]);
    let reused = asha.post(INITIATE, json!({ "order_id": other })).await;
    assert_eq!(refusal(&reused), (422, "IDEMPOTENCY_KEY_REUSED".to_owned(), false));
    assert!(counter.shop.tenders(other).await.is_empty());
    let ravi = counter.shop.app.as_user(counter.shop.ravi).with_header("idempotency-key", "try-1");
    assert_eq!(ravi.post(INITIATE, json!({ "order_id": order })).await.error(), "NOT_FOUND");
    assert_eq!(counter.made().await.0, 1);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_named_try_that_found_the_gateway_in_trouble_may_be_made_again(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let order = counter.order(1999).await;
    let asha = counter.asha().with_header("idempotency-key", "try-1");
    counter.fault(once("server_error", "POST", "/v1/orders")).await;
    let first = asha.post(INITIATE, json!({ "order_id": order })).await;
    assert_eq!(refusal(&first), (503, "UNAVAILABLE".to_owned(), true));
    counter.shop.app.later(TimeDelta::seconds(20));
    let second = asha.post(INITIATE, json!({ "order_id": order })).await;
    assert!(second.status.is_success() && !second.headers.contains_key("idempotent-replayed"), "{second:?}");
    let third = asha.post(INITIATE, json!({ "order_id": order })).await;
    assert_eq!((third.status, &third.text), (second.status, &second.text));
    assert_eq!((counter.made().await.0, counter.shop.statuses(order).await.len()), (1, 1));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn five_named_tries_at_once_are_one(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let order = counter.order(1999).await;
    let asha = counter.asha().with_header("idempotency-key", "try-1");
    let answers = join_all((0..5).map(|_| asha.post(INITIATE, json!({ "order_id": order })))).await;
    let (done, busy): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status.is_success());
    assert!(!done.is_empty() && done.iter().all(|answer| answer.text == done[0].text), "{answers:?}");
    assert!(busy.iter().all(|answer| refusal(answer) == (409, "CONFLICT".to_owned(), true)), "{answers:?}");
    assert_eq!((counter.made().await.0, counter.shop.statuses(order).await.len()), (1, 1));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn who_dies_between_the_gateway_and_the_books_leaves_one_order(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let order = counter.order(1999).await;
    counter.fault(stuck_once("POST", "/v1/orders")).await;
    counter.killed_at("POST", "/v1/orders", counter.initiate(order)).await;
    assert_eq!(counter.shop.statuses(order).await, ["initiated"]);
    counter.hurry().await;
    counter.has_made("orders", 1).await;
    let payment = counter.shop.tenders(order).await[0].0;
    let asha = counter.replica().as_user(counter.shop.asha);
    let answer = asha.post(INITIATE, json!({ "order_id": order })).await;
    assert_eq!((answer.status.as_u16(), &answer.data()["payment_id"]), (200, &json!(payment)));
    assert_eq!((counter.made().await.0, counter.count("POST", "/v1/orders").await), (1, 1));
    assert_eq!(counter.shop.statuses(order).await, ["created"]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn who_dies_before_the_gateway_has_heard_is_followed_after_a_while(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let order = counter.order(1999).await;
    counter.fault(stuck_once("POST", "/v1/orders")).await;
    counter.fault(once("reset", "POST", "/v1/orders")).await;
    counter.killed_at("POST", "/v1/orders", counter.initiate(order)).await;
    counter.hurry().await;
    assert_eq!(refused(&counter, order, json!({})).await, (409, "CONFLICT".to_owned(), true));
    counter.shop.app.later(TimeDelta::seconds(20));
    assert_eq!(counter.initiate(order).await.data()["status"], "created");
    assert_eq!((counter.made().await.0, counter.count("POST", "/v1/orders").await), (1, 2));
    assert_eq!(counter.shop.statuses(order).await, ["created"]);
}
