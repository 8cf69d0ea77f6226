//! `POST /api/v1/payments/verify/{id}`: what a browser says is checked, and only the gateway is believed.

use commerce::orders::PaymentMethod;
use reqwest::Method;
use serde_json::{Value, json};
use simulator::sign_callback;
use sqlx::MySqlPool;

use crate::acts::{done_once, once, refusal, stuck_once};
use crate::counter::{Counter, text};

fn invalid_state() -> (u16, String, bool) {
    (422, "INVALID_STATE".to_owned(), false)
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_is_not_signed_by_the_gateway_is_refused(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let (order, payment, gateway_order) = counter.begun(1999).await;
    let said = counter.check_out(&gateway_order).await;
    let signature = text(&said["razorpay_signature"]);
    let id = text(&said["razorpay_payment_id"]);
    let forged = [
        signature.to_uppercase(),
        signature.split_at(63).0.to_owned(),
        signature.split_at(62).0.to_owned(),
        format!("{signature}00"),
        "0".repeat(64),
        "é".to_owned(),
        sign_callback("another secret", &gateway_order, &id),
        sign_callback(&counter.settings.webhook_secret, &gateway_order, &id),
        sign_callback(&counter.settings.key_secret, &id, &gateway_order),
    ];
    for signature in forged {
        let mut said = said.clone();
        said["razorpay_signature"] = json!(signature);
        assert_eq!(counter.verify(payment, &said).await.wrong_fields(), ["razorpay_signature"], "{signature}");
    }
    for (field, wrong) in [("razorpay_signature", json!("")), ("razorpay_payment_id", json!(1))] {
        let mut said = said.clone();
        said[field] = wrong;
        assert_eq!(counter.verify(payment, &said).await.wrong_fields(), [field]);
    }
    assert_eq!(counter.count("GET", &format!("/v1/payments/{id}")).await, 0);
    assert_eq!((counter.shop.statuses(order).await, counter.told().await.len()), (vec!["created".to_owned()], 0));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn the_payment_of_a_cheaper_order_does_not_pay_this_one(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let (dear, payment, gateway_order) = counter.begun(1999).await;
    let (cheap, _, cheap_order) = counter.begun(100).await;
    let said = counter.check_out(&cheap_order).await;
    assert_eq!(counter.verify(payment, &said).await.wrong_fields(), ["razorpay_order_id"]);
    let mut swapped = said.clone();
    swapped["razorpay_order_id"] = json!(gateway_order);
    assert_eq!(counter.verify(payment, &swapped).await.wrong_fields(), ["razorpay_signature"]);
    let id = text(&said["razorpay_payment_id"]);
    // Even the gateway's own signature does not make it this order's.
    swapped["razorpay_signature"] = json!(sign_callback(&counter.settings.key_secret, &gateway_order, &id));
    assert_eq!(counter.verify(payment, &swapped).await.wrong_fields(), ["razorpay_payment_id"]);
    for order in [dear, cheap] {
        assert_eq!(counter.shop.statuses(order).await, ["created"]);
    }
    assert_eq!((counter.told().await.len(), counter.balance().await), (0, 100));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_payment_that_the_gateway_does_not_know_is_refused(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let (_, payment, gateway_order) = counter.begun(1999).await;
    for id in ["pay_00000000000000", "../orders", "pay_1/capture", "é"] {
        let signature = sign_callback(&counter.settings.key_secret, &gateway_order, id);
        let said =
            json!({ "razorpay_payment_id": id, "razorpay_order_id": gateway_order, "razorpay_signature": signature });
        assert_eq!(counter.verify(payment, &said).await.wrong_fields(), ["razorpay_payment_id"], "{id}");
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn everybody_verifies_their_own_online_payments(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let (_, payment, gateway_order) = counter.begun(1999).await;
    let said = counter.check_out(&gateway_order).await;
    let path = format!("/api/v1/payments/verify/{payment}");
    for user in [counter.shop.ravi, counter.shop.admin] {
        assert_eq!(counter.shop.app.as_user(user).post(&path, said.clone()).await.error(), "NOT_FOUND");
    }
    assert_eq!(counter.shop.app.anonymous().post(&path, said.clone()).await.error(), "UNAUTHORIZED");
    assert_eq!(counter.verify(99_999, &said).await.error(), "NOT_FOUND");
    let cash = counter.shop.order(1999, PaymentMethod::CashOnDelivery).await;
    let cash = counter.initiate(cash).await.data()["payment_id"].as_u64().unwrap();
    assert_eq!(refusal(&counter.verify(cash, &said).await), invalid_state());
    assert_eq!(counter.told().await.len(), 0);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn an_attempt_without_a_name_at_the_gateway_is_not_verified(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let (other, _, gateway_order) = counter.begun(1999).await;
    let said = counter.check_out(&gateway_order).await;
    let order = counter.order(1999).await;
    counter.fault(once("server_error", "POST", "/v1/orders")).await;
    counter.initiate(order).await;
    let payment = counter.shop.tenders(order).await[0].0;
    assert_eq!(counter.verify(payment, &said).await.wrong_fields(), ["razorpay_order_id"]);
    assert_eq!(counter.shop.statuses(order).await, ["unknown"]);
    assert_eq!(counter.shop.statuses(other).await, ["created"]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn while_the_gateway_is_away_nothing_is_lost(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    for (fault, news) in [("bad_gateway", "poll"), ("too_many_requests", "webhooks"), ("junk", "poll")] {
        let (order, payment, gateway_order) = counter.begun(1999).await;
        let said = counter.check_out(&gateway_order).await;
        counter.fault(once(fault, "GET", "/v1/payments/*")).await;
        let answer = counter.verify(payment, &said).await;
        assert_eq!(refusal(&answer), (503, "UNAVAILABLE".to_owned(), true), "{fault}");
        assert_eq!(counter.shop.statuses(order).await, ["created"], "{fault}");
        counter.shop.app.later(chrono::TimeDelta::seconds(30));
        for webhook in counter.webhooks().await {
            counter.deliver(&webhook).await;
        }
        counter.tick(news).await;
        assert_eq!(counter.shop.statuses(order).await, ["captured"], "{fault}");
        assert_eq!(counter.verify(payment, &said).await.data()["status"], "captured");
    }
    assert_eq!((counter.told().await, counter.balance().await), (vec!["payment.captured".to_owned(); 3], 3 * 1999));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_failed_may_succeed_later(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let (order, payment, gateway_order) = counter.begun(1999).await;
    let said = counter.control("pay", json!({ "order_id": gateway_order, "until": "created" })).await;
    assert_eq!(counter.verify(payment, &said).await.data()["status"], "created");
    let id = text(&said["razorpay_payment_id"]);
    counter.control(&format!("payments/{id}/fail"), json!({ "reason": "card_declined" })).await;
    for _ in 0..2 {
        let shown = counter.verify(payment, &said).await.data();
        assert_eq!((&shown["status"], &shown["failed_at"]), (&json!("failed"), &json!("2026-11-22T12:00:00Z")));
        assert!(text(&shown["failure_reason"]).contains("declined by the bank"));
    }
    assert_eq!(counter.told().await, ["payment.failed"]);
    counter.control(&format!("payments/{id}/authorize"), json!({})).await;
    let shown = counter.verify(payment, &said).await.data();
    assert_eq!((&shown["status"], &shown["failure_reason"]), (&json!("captured"), &Value::Null));
    assert_eq!(counter.told().await, ["payment.failed", "payment.captured"]);
    assert_eq!((counter.shop.statuses(order).await.len(), counter.balance().await), (1, 1999));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_second_try_on_the_same_page_pays_although_the_first_failed(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let (order, payment, gateway_order) = counter.begun(1999).await;
    counter.control("fail", json!({ "order_id": gateway_order })).await;
    counter.deliver_all().await;
    assert_eq!(counter.shop.statuses(order).await, ["failed"]);
    let said = counter.check_out(&gateway_order).await;
    assert_eq!(counter.verify(payment, &said).await.data()["status"], "captured");
    counter.deliver_all().await;
    assert_eq!(counter.shop.statuses(order).await, ["captured"]);
    assert_eq!(counter.told().await, ["payment.failed", "payment.captured"]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_promise_is_taken_once_whatever_is_answered(db: MySqlPool) {
    let counter = Counter::manual(&db).await;
    for (taken, fault) in (1..).zip(["drop_reply", "bad_gateway", "server_error", "junk", "reset"]) {
        let (order, payment, gateway_order) = counter.begun(1999).await;
        let said = counter.check_out(&gateway_order).await;
        counter.fault(done_once(fault, "POST", "/v1/payments/*/capture")).await;
        assert_eq!(counter.verify(payment, &said).await.data()["status"], "captured", "{fault}");
        assert_eq!(counter.shop.statuses(order).await, ["captured"], "{fault}");
        assert_eq!(counter.made().await, (taken, taken, 0), "{fault}");
    }
    assert_eq!(counter.told().await, vec!["payment.captured"; 5]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_promise_that_could_not_be_taken_is_taken_later(db: MySqlPool) {
    let counter = Counter::manual(&db).await;
    for fault in ["too_many_requests", "bad_gateway"] {
        let (order, payment, gateway_order) = counter.begun(1999).await;
        let said = counter.check_out(&gateway_order).await;
        counter.fault(once(fault, "POST", "/v1/payments/*/capture")).await;
        let answer = counter.verify(payment, &said).await;
        let told = if answer.status.is_success() { text(&answer.data()["status"]) } else { refusal(&answer).1 };
        assert!(["authorized", "UNAVAILABLE"].contains(&told.as_str()), "{fault}: {told}");
        assert_eq!(counter.shop.statuses(order).await, ["authorized"], "{fault}");
        counter.shop.app.later(chrono::TimeDelta::seconds(30));
        counter.tick("poll").await;
        assert_eq!(counter.shop.statuses(order).await, ["captured"], "{fault}");
    }
    assert_eq!((counter.told().await.len(), counter.balance().await), (2, 2 * 1999));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_promise_that_somebody_else_took_is_seen_as_taken(db: MySqlPool) {
    let counter = Counter::manual(&db).await;
    let (order, payment, gateway_order) = counter.begun(1999).await;
    let said = counter.check_out(&gateway_order).await;
    let path = format!("/v1/payments/{}/capture", text(&said["razorpay_payment_id"]));
    counter.fault(stuck_once("POST", &path)).await;
    let meanwhile = async {
        counter.has_come("POST", &path, 1).await;
        counter.by_hand(&path, &json!({ "amount": 1999, "currency": "INR" })).await;
        counter.hurry().await;
    };
    let (answer, ()) = tokio::join!(counter.verify(payment, &said), meanwhile);
    assert_eq!(answer.data()["status"], "captured");
    counter.is_paid_once(order, 1999).await;
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_promise_for_an_order_that_nobody_wants_is_not_taken(db: MySqlPool) {
    let counter = Counter::manual(&db).await;
    let (cancelled, first, cancelled_at_gateway) = counter.begun(1999).await;
    let (paid, second, paid_at_gateway) = counter.begun(1999).await;
    counter.shop.set_status(cancelled, "cancelled").await;
    let update = sqlx::query("UPDATE orders SET payment_status = 'paid', paid_at = created_at WHERE id = ?");
    update.bind(paid).execute(&db).await.unwrap();
    for (order, payment, gateway_order) in [(cancelled, first, cancelled_at_gateway), (paid, second, paid_at_gateway)] {
        let said = counter.check_out(&gateway_order).await;
        assert_eq!(counter.verify(payment, &said).await.data()["status"], "failed");
        counter.deliver_all().await;
        counter.shop.app.later(chrono::TimeDelta::minutes(15));
        counter.tick("poll").await;
        assert_eq!(counter.shop.statuses(order).await, ["failed"]);
    }
    assert_eq!((counter.made().await.1, counter.told().await), (0, vec!["payment.failed".to_owned(); 2]));
    let requests = counter.call(Method::GET, "/_control/requests", json!({})).await;
    assert!(!requests.to_string().contains("/capture"), "{requests}");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_promise_is_not_taken_while_the_order_is_being_cancelled(db: MySqlPool) {
    let counter = Counter::manual(&db).await;
    let (order, payment, gateway_order) = counter.begun(1999).await;
    let said = counter.check_out(&gateway_order).await;
    let answer = counter.shop.amid_cancellation(order, counter.verify(payment, &said)).await;
    assert_eq!(answer.data()["status"], "failed");
    assert_eq!((counter.made().await, counter.told().await), ((1, 0, 0), vec!["payment.failed".to_owned()]));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn money_is_not_forgotten_while_the_order_is_being_cancelled(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let (order, payment, gateway_order) = counter.begun(1999).await;
    let said = counter.check_out(&gateway_order).await;
    let answer = counter.shop.amid_cancellation(order, counter.verify(payment, &said)).await;
    assert_eq!(answer.data()["status"], "captured");
    counter.is_paid_once(order, 1999).await;
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn the_failure_of_one_try_does_not_end_another_that_is_promised(db: MySqlPool) {
    let counter = Counter::manual(&db).await;
    let (order, payment, gateway_order) = counter.begun(1999).await;
    let first = counter.control("pay", json!({ "order_id": gateway_order, "until": "created" })).await;
    let second = counter.check_out(&gateway_order).await;
    counter.fault(once("bad_gateway", "POST", "/v1/payments/*/capture")).await;
    assert_eq!(counter.verify(payment, &second).await.data()["status"], "authorized");
    counter.control(&format!("payments/{}/fail", text(&first["razorpay_payment_id"])), json!({})).await;
    counter.deliver(&counter.webhook("payment.failed").await).await;
    counter.tick("webhooks").await;
    assert_eq!(counter.shop.statuses(order).await, ["authorized"]);
    counter.shop.app.later(chrono::TimeDelta::seconds(30));
    counter.tick("poll").await;
    counter.is_paid_once(order, 1999).await;
}
