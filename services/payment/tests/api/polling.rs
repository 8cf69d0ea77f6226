//! The task `poll`: the gateway is asked about what it has not told, seldom enough, and nobody is forgotten.

use chrono::TimeDelta;
use futures::future::join_all;
use serde_json::json;
use sqlx::MySqlPool;

use crate::acts::{done_once, once, refusal, stuck_once};
use crate::between::{between, say_of_payments};
use crate::counter::{Counter, text, till};

/// Lets time pass in steps, with a look at each; at which of them the gateway was asked about the order.
async fn asked_at(counter: &Counter, gateway_order: &str, steps: &[TimeDelta]) -> Vec<usize> {
    let path = format!("/v1/orders/{gateway_order}/payments");
    let (mut asked, mut count) = (Vec::new(), counter.count("GET", &path).await);
    for (number, step) in steps.iter().enumerate() {
        counter.shop.app.later(*step);
        counter.tick("poll").await;
        let now = counter.count("GET", &path).await;
        asked.extend((now > count).then_some(number));
        assert!(now <= count + 1, "asked {} times at once", now - count);
        count = now;
    }
    asked
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_is_open_is_asked_about_ever_less_often_and_at_its_end(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let (order, _, gateway_order) = counter.begun(1999).await;
    let asked = asked_at(&counter, &gateway_order, &[TimeDelta::seconds(10); 180]).await;
    // At 30 s, then after 60, 120, 240, 480 and 600 s, and at the end of half an hour.
    assert_eq!(asked, [2, 8, 20, 44, 92, 152, 179]);
    assert_eq!(counter.shop.statuses(order).await, ["failed"]);
    let tenders = counter.shop.tenders(order).await;
    assert_eq!((tenders[0].3.as_deref(), counter.told().await.len()), (Some("not paid in time"), 0));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_is_over_is_looked_at_for_some_days_and_then_let_be(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let (order, payment, gateway_order) = counter.begun(1999).await;
    counter.shop.app.later(TimeDelta::minutes(30));
    let said = counter.check_out(&gateway_order).await;
    counter.verify(payment, &said).await;
    let asked = asked_at(&counter, &gateway_order, &[TimeDelta::hours(1); 24 * 8]).await;
    assert_eq!(asked.len(), 5, "{asked:?}");
    assert!(asked[4] >= 4 * 24, "{asked:?}");
    counter.is_paid_once(order, 1999).await;
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_late_success_is_found_without_any_news(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let (order, _, gateway_order) = counter.begun(1999).await;
    let failed = counter.control("fail", json!({ "order_id": gateway_order })).await;
    counter.shop.app.later(TimeDelta::seconds(30));
    counter.tick("poll").await;
    assert_eq!(
        (counter.shop.statuses(order).await, counter.told().await),
        (vec!["failed".to_owned()], vec!["payment.failed".to_owned()])
    );
    counter.control(&format!("payments/{}/authorize", text(&failed["payment"]["id"])), json!({})).await;
    counter.shop.app.later(TimeDelta::minutes(15));
    counter.tick("poll").await;
    assert_eq!(counter.shop.statuses(order).await, ["captured"]);
    assert_eq!(counter.told().await, ["payment.failed", "payment.captured"]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_failed_is_looked_at_before_the_order_is_given_up(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let (order, _, gateway_order) = counter.begun(1999).await;
    counter.shop.app.later(TimeDelta::minutes(20));
    let failed = counter.control("fail", json!({ "order_id": gateway_order })).await;
    counter.deliver_all().await;
    counter.control(&format!("payments/{}/authorize", text(&failed["payment"]["id"])), json!({})).await;
    counter.shop.app.later(TimeDelta::minutes(9));
    counter.tick("poll").await;
    assert_eq!(counter.shop.statuses(order).await, ["captured"]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn two_replicas_ask_once(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let replica = counter.replica();
    let mut orders = Vec::new();
    for _ in 0..3 {
        let (order, _, gateway_order) = counter.begun(1999).await;
        counter.check_out(&gateway_order).await;
        orders.push((order, gateway_order));
    }
    for app in [&counter.shop.app, &replica] {
        app.later(TimeDelta::seconds(30));
    }
    let ticks = [&counter.shop.app, &replica, &replica, &counter.shop.app].map(|app| app.tick("poll"));
    assert!(join_all(ticks).await.iter().all(Result::is_ok));
    for (order, gateway_order) in orders {
        assert_eq!(counter.count("GET", &format!("/v1/orders/{gateway_order}/payments")).await, 1);
        assert_eq!(counter.shop.statuses(order).await, ["captured"]);
    }
    assert_eq!((counter.told().await.len(), counter.balance().await), (3, 3 * 1999));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn one_order_in_trouble_does_not_keep_the_others(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let mut orders = Vec::new();
    for _ in 0..3 {
        let (order, _, gateway_order) = counter.begun(1999).await;
        counter.check_out(&gateway_order).await;
        orders.push((order, gateway_order));
    }
    let path = format!("/v1/orders/{}/payments", orders[0].1);
    counter.fault(json!({ "fault": "server_error", "path": path })).await;
    counter.shop.app.later(TimeDelta::seconds(30));
    assert_eq!(counter.insist(&counter.shop.app, "poll").await, 1);
    for (order, status) in [(orders[0].0, "created"), (orders[1].0, "captured"), (orders[2].0, "captured")] {
        assert_eq!(counter.shop.statuses(order).await, [status]);
    }
    counter.mend().await;
    counter.tick("poll").await;
    assert_eq!(counter.shop.statuses(orders[0].0).await, ["created"], "asked again too early");
    counter.shop.app.later(TimeDelta::seconds(60));
    counter.tick("poll").await;
    assert_eq!(counter.shop.statuses(orders[0].0).await, ["captured"]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_gateway_that_is_away_for_an_hour_loses_nothing(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let (paid, _, gateway_order) = counter.begun(1999).await;
    let (unpaid, ..) = counter.begun(1999).await;
    counter.check_out(&gateway_order).await;
    counter.fault(json!({ "fault": "bad_gateway", "path": "**" })).await;
    for _ in 0..60 {
        counter.shop.app.later(TimeDelta::minutes(1));
        counter.insist(&counter.shop.app, "poll").await;
    }
    for order in [paid, unpaid] {
        assert_eq!(counter.shop.statuses(order).await, ["created"], "nobody knows that it was not paid");
    }
    counter.mend().await;
    counter.shop.app.later(TimeDelta::minutes(10));
    counter.tick("poll").await;
    assert_eq!(counter.shop.statuses(unpaid).await, ["failed"]);
    counter.is_paid_once(paid, 1999).await;
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn an_attempt_that_never_learned_its_name_is_found(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let order = counter.order(1999).await;
    counter.fault(done_once("drop_reply", "POST", "/v1/orders")).await;
    counter.fault(once("server_error", "GET", "/v1/orders")).await;
    assert_eq!(refusal(&counter.initiate(order).await).0, 503);
    let gateway_order = text(&counter.books("orders").await[0]["id"]);
    counter.shop.app.later(TimeDelta::seconds(30));
    counter.tick("poll").await;
    assert_eq!(counter.shop.statuses(order).await, ["created"]);
    assert_eq!(counter.initiate(order).await.data()["razorpay_order_id"], json!(gateway_order));
    assert_eq!((counter.made().await.0, counter.count("POST", "/v1/orders").await), (1, 1));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn an_attempt_that_the_gateway_never_heard_of_ends_with_its_time(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    for (fault, status) in [("server_error", "unknown"), ("too_many_requests", "initiated")] {
        let order = counter.order(1999).await;
        counter.fault(once(fault, "POST", "/v1/orders")).await;
        counter.initiate(order).await;
        for _ in 0..29 {
            counter.shop.app.later(TimeDelta::minutes(1));
            counter.tick("poll").await;
        }
        assert_eq!(counter.shop.statuses(order).await, [status]);
        counter.shop.app.later(TimeDelta::minutes(1));
        counter.tick("poll").await;
        let tenders = counter.shop.tenders(order).await;
        assert_eq!((tenders[0].2.as_str(), tenders[0].3.as_deref()), ("failed", Some("not paid in time")));
    }
    assert_eq!((counter.made().await.0, counter.told().await.len()), (0, 0));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_was_asked_at_the_last_moment_is_not_given_up_at_once(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let order = counter.order(1999).await;
    counter.shop.app.later(TimeDelta::seconds(30 * 60 - 1));
    counter.fault(once("server_error", "POST", "/v1/orders")).await;
    counter.initiate(order).await;
    counter.shop.app.later(TimeDelta::seconds(1));
    counter.tick("poll").await;
    assert_eq!(counter.shop.statuses(order).await, ["unknown"]);
    counter.shop.app.later(TimeDelta::minutes(2));
    counter.tick("poll").await;
    assert_eq!(counter.shop.statuses(order).await, ["failed"]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn while_the_bank_has_not_answered_nothing_is_given_up(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let mut tries = Vec::new();
    for _ in 0..2 {
        let (order, _, gateway_order) = counter.begun(1999).await;
        let said = counter.control("pay", json!({ "order_id": gateway_order, "until": "created" })).await;
        tries.push((order, text(&said["razorpay_payment_id"])));
    }
    for _ in 0..40 {
        counter.shop.app.later(TimeDelta::minutes(1));
        counter.tick("poll").await;
    }
    for (order, _) in &tries {
        assert_eq!(counter.shop.statuses(*order).await, ["created"]);
    }
    counter.control(&format!("payments/{}/authorize", tries[0].1), json!({})).await;
    counter.control(&format!("payments/{}/fail", tries[1].1), json!({})).await;
    counter.shop.app.later(TimeDelta::minutes(10));
    counter.tick("poll").await;
    assert_eq!(counter.shop.statuses(tries[0].0).await, ["captured"]);
    assert_eq!(counter.shop.statuses(tries[1].0).await, ["failed"]);
    assert_eq!(counter.balance().await, 1999);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_second_payment_after_the_first_is_found_without_any_news(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let (order, payment, gateway_order) = counter.begun(1999).await;
    let said = counter.check_out(&gateway_order).await;
    counter.verify(payment, &said).await;
    counter.control("pay", json!({ "order_id": gateway_order, "even_if_paid": true })).await;
    counter.shop.app.later(TimeDelta::minutes(15));
    counter.tick("poll").await;
    counter.tick("refunds").await;
    assert_eq!(
        (counter.shop.statuses(order).await, counter.balance().await),
        (vec!["captured".to_owned(), "refunded".to_owned()], 1999)
    );
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_refund_that_staff_made_at_the_gateway_is_found_without_any_news(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let (order, _, id) = counter.paid(1999).await;
    counter.by_hand(&format!("/v1/payments/{id}/refund"), &json!({})).await;
    for _ in 0..3 {
        counter.shop.app.later(TimeDelta::hours(1));
        counter.tick("poll").await;
        counter.tick("refunds").await;
    }
    assert_eq!(
        (counter.shop.statuses(order).await, counter.told_back().await),
        (vec!["refunded".to_owned()], vec![(1999, 1999)])
    );
}

/// An attempt that was given up before the gateway got round to it, and was paid all the same: who tells?
async fn is_found_although_it_was_given_up(db: &MySqlPool, task: &str) {
    let counter = Counter::open(db).await;
    let order = counter.order(1999).await;
    counter.fault(stuck_once("POST", "/v1/orders")).await;
    counter.killed_at("POST", "/v1/orders", counter.initiate(order)).await;
    counter.shop.app.later(TimeDelta::minutes(30));
    counter.tick("poll").await;
    assert_eq!(counter.shop.statuses(order).await, ["failed"]);
    counter.hurry().await;
    counter.has_made("orders", 1).await;
    counter.check_out(&text(&counter.books("orders").await[0]["id"])).await;
    for webhook in counter.webhooks().await {
        counter.deliver(&webhook).await;
    }
    counter.shop.app.later(TimeDelta::minutes(15));
    counter.tick(task).await;
    counter.is_paid_once(order, 1999).await;
    let shown = counter.asha().get(&format!("/api/v1/payments/order/{order}")).await.data();
    assert_eq!(shown[0]["gateway_order_id"], counter.books("orders").await[0]["id"]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_was_given_up_and_paid_all_the_same_is_found_by_asking(db: MySqlPool) {
    is_found_although_it_was_given_up(&db, "poll").await;
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_was_given_up_and_paid_all_the_same_is_found_when_it_is_told(db: MySqlPool) {
    is_found_although_it_was_given_up(&db, "webhooks").await;
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_word_that_nobody_knows_decides_nothing(db: MySqlPool) {
    let mut counter = Counter::open(&db).await;
    let edit = |path: &str, shown: &mut _| say_of_payments(path, shown, "status", &json!("on_its_way"));
    let unknown = between(&counter.url, edit);
    counter.shop.app = till(&db, &counter.settings, &unknown.await);
    let (order, payment, gateway_order) = counter.begun(1999).await;
    let said = counter.check_out(&gateway_order).await;
    assert_eq!(counter.verify(payment, &said).await.data()["status"], "created");
    counter.deliver_all().await;
    for _ in 0..4 {
        counter.shop.app.later(TimeDelta::minutes(10));
        counter.tick("poll").await;
    }
    assert_eq!((counter.shop.statuses(order).await, counter.told().await.len()), (vec!["created".to_owned()], 0));
    counter.shop.app = counter.replica();
    counter.shop.app.later(TimeDelta::hours(1));
    counter.tick("poll").await;
    counter.is_paid_once(order, 1999).await;
}
