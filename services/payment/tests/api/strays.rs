//! Money that comes too often, too late or in another sum: it goes back, and what pays the order stays.

use commerce::orders::PaymentMethod;
use serde_json::{Value, json};
use sqlx::MySqlPool;

use crate::acts::once;
use crate::between::{between, say_of_payments};
use crate::counter::{Counter, text, till};

/// What the order service does about money that it has no use for: asks for it back.
async fn order_service_sends_back(counter: &Counter, order: commerce::ids::OrderId, payment: u64) {
    counter.shop.hear(&counter.wants_back(order, 1999, Some(payment))).await;
    counter.tick("refunds").await;
}

async fn pay_twice(counter: &Counter, gateway_order: &str) -> (Value, Value) {
    let first = counter.check_out(gateway_order).await;
    let second = counter.control("pay", json!({ "order_id": gateway_order, "even_if_paid": true })).await;
    (first, second)
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_is_paid_twice_goes_back_once_whoever_tells(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    for (refunded, news) in (1..).zip(["callbacks", "webhooks", "poll", "all of them"]) {
        let (order, payment, gateway_order) = counter.begun(1999).await;
        let (first, second) = pay_twice(&counter, &gateway_order).await;
        if ["callbacks", "all of them"].contains(&news) {
            for said in [&first, &second, &second, &first] {
                let shown = counter.verify(payment, said).await.data();
                assert_eq!(shown["gateway_payment_id"], first["razorpay_payment_id"], "{news}");
            }
        }
        if ["webhooks", "all of them"].contains(&news) {
            counter.deliver_all().await;
        }
        if ["poll", "all of them"].contains(&news) {
            let due = if news == "poll" { chrono::TimeDelta::seconds(30) } else { chrono::TimeDelta::minutes(15) };
            counter.shop.app.later(due);
            counter.tick("poll").await;
        }
        counter.tick("refunds").await;
        counter.deliver_all().await;
        let mut statuses = counter.shop.statuses(order).await;
        statuses.sort();
        assert_eq!(statuses, ["captured", "refunded"], "{news}");
        assert_eq!(counter.made().await, (refunded, 2 * refunded, refunded), "{news}");
        counter.shop.set_status(order, "cancelled").await;
    }
    assert_eq!(counter.balance().await, 4 * 1999);
    assert_eq!(counter.told_captured().await.len(), 4);
    assert_eq!(counter.told_back().await, [(1999, 0); 4], "what was too much is no part of an order's refund");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn three_payments_at_once_leave_one(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let (order, payment, gateway_order) = counter.begun(1999).await;
    let (first, second) = pay_twice(&counter, &gateway_order).await;
    let third = counter.control("pay", json!({ "order_id": gateway_order, "even_if_paid": true })).await;
    for webhook in counter.webhooks().await {
        counter.deliver(&webhook).await;
    }
    let told = [&third, &second, &first, &third].map(|said| counter.verify(payment, said));
    let (answers, ticked) = tokio::join!(futures::future::join_all(told), counter.shop.app.tick("webhooks"));
    assert!(ticked.is_ok() && answers.iter().all(|answer| answer.status.is_success()), "{ticked:?} {answers:?}");
    counter.tick("refunds").await;
    let mut statuses = counter.shop.statuses(order).await;
    statuses.sort();
    assert_eq!(statuses, ["captured", "refunded", "refunded"]);
    assert_eq!((counter.balance().await, counter.told_captured().await), (1999, vec![payment]));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn another_amount_is_not_the_order_s_and_goes_back(db: MySqlPool) {
    let mut counter = Counter::open(&db).await;
    let edits: [fn(&str, &mut Value); 2] = [
        |path, shown| say_of_payments(path, shown, "amount", &json!(1500)),
        |path, shown| say_of_payments(path, shown, "currency", &json!("USD")),
    ];
    for (edit, amount, news) in [(edits[0], 1500, "webhook"), (edits[1], 1999, "callback"), (edits[0], 1500, "poll")] {
        counter.shop.app = till(&db, &counter.settings, &between(&counter.url, edit).await);
        let before = (counter.balance().await, counter.refunds().await.len());
        let (order, payment, gateway_order) = counter.begun(1999).await;
        let said = counter.check_out(&gateway_order).await;
        match news {
            "webhook" => counter.deliver_all().await,
            "poll" => {
                counter.shop.app.later(chrono::TimeDelta::seconds(30));
                counter.tick("poll").await;
            }
            _ => assert_ne!(counter.verify(payment, &said).await.data()["status"], "captured"),
        }
        counter.tick("refunds").await;
        assert_eq!(counter.shop.statuses(order).await, ["created", "refunded"], "{news}");
        assert_eq!(counter.refunds().await[before.1..], [("processed".to_owned(), amount)], "{news}");
        assert_eq!(counter.balance().await, before.0 + 1999 - amount, "{news}");
    }
    assert_eq!(counter.told_captured().await, [0; 0]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_promise_of_another_amount_is_not_taken(db: MySqlPool) {
    let mut counter = Counter::manual(&db).await;
    let url = between(&counter.url, |path, shown| say_of_payments(path, shown, "amount", &json!(100)));
    counter.shop.app = till(&db, &counter.settings, &url.await);
    let (_, payment, gateway_order) = counter.begun(1999).await;
    let said = counter.check_out(&gateway_order).await;
    let answer = counter.verify(payment, &said).await.data();
    assert_ne!(answer["status"], "captured");
    assert_eq!((counter.made().await, counter.told_captured().await.len()), ((1, 0, 0), 0));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_card_that_we_charge_ourselves_is_known_as_what_it_is(db: MySqlPool) {
    let mut counter = Counter::manual(&db).await;
    // As in the published samples, the answer to a capture does not show the card.
    let url = between(&counter.url, |path, shown| {
        if let Some(fields) = shown.as_object_mut().filter(|_| path.ends_with("/capture")) {
            fields.remove("card");
        }
    });
    counter.shop.app = till(&db, &counter.settings, &url.await);
    let (_, payment, gateway_order) = counter.begun(1999).await;
    let card = json!({ "number": "4111111111111111", "type": "debit" });
    let pay = json!({ "order_id": gateway_order, "method": "card", "card": card });
    let said = counter.control("pay", pay).await;
    let shown = counter.verify(payment, &said).await.data();
    assert_eq!((&shown["status"], &shown["payment_method"]), (&json!("captured"), &json!("debit_card")));
    assert_eq!(shown["details"]["card"]["last4"], "1111");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn of_two_attempts_that_were_both_paid_each_is_told_and_one_goes_back(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let (order, first, gateway_order) = counter.begun(1999).await;
    let failed = counter.control("fail", json!({ "order_id": gateway_order })).await;
    counter.deliver_all().await;
    let begun = counter.initiate(order).await.data();
    let second = begun["payment_id"].as_u64().unwrap();
    let said = counter.check_out(&text(&begun["razorpay_order_id"])).await;
    assert_eq!(counter.verify(second, &said).await.data()["status"], "captured");
    counter.control(&format!("payments/{}/authorize", text(&failed["payment"]["id"])), json!({})).await;
    counter.deliver_all().await;
    counter.deliver_all().await;
    assert_eq!(counter.shop.statuses(order).await, ["captured", "captured"]);
    assert_eq!(counter.told_captured().await, [second, first]);
    order_service_sends_back(&counter, order, first).await;
    counter.deliver_all().await;
    assert_eq!(counter.shop.statuses(order).await, ["refunded", "captured"]);
    assert_eq!((counter.balance().await, counter.made().await), (1999, (2, 2, 1)));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn money_for_a_cancelled_order_is_told_and_goes_back(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let (order, payment, gateway_order) = counter.begun(1999).await;
    counter.shop.set_status(order, "cancelled").await;
    counter.shop.hear(&counter.shop.cancelled(order)).await;
    counter.check_out(&gateway_order).await;
    counter.deliver_all().await;
    assert_eq!(counter.told_captured().await, [payment]);
    order_service_sends_back(&counter, order, payment).await;
    assert_eq!(counter.shop.statuses(order).await, ["refunded"]);
    assert_eq!((counter.balance().await, counter.refunds().await), (0, vec![("processed".to_owned(), 1999)]));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn money_after_the_end_of_the_time_is_told_too(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let (order, payment, gateway_order) = counter.begun(1999).await;
    counter.shop.app.later(chrono::TimeDelta::minutes(30));
    counter.tick("poll").await;
    assert_eq!(counter.shop.statuses(order).await, ["failed"]);
    counter.check_out(&gateway_order).await;
    counter.shop.app.later(chrono::TimeDelta::minutes(15));
    counter.tick("poll").await;
    assert_eq!(
        (counter.shop.statuses(order).await, counter.told_captured().await),
        (vec!["captured".to_owned()], vec![payment])
    );
}

/// A promise that nobody took goes back by itself: no money ever came.
async fn is_never_paid(counter: &Counter, order: commerce::ids::OrderId) {
    assert_eq!(counter.told_captured().await, [0; 0]);
    assert_eq!((counter.made().await.1, counter.refunds().await.len()), (0, 0));
    assert!(!counter.shop.statuses(order).await.contains(&"captured".to_owned()));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_promise_that_went_back_by_itself_pays_nothing(db: MySqlPool) {
    let counter = Counter::manual(&db).await;
    let (order, payment, gateway_order) = counter.begun(1999).await;
    let said = counter.check_out(&gateway_order).await;
    counter.control("clock", json!({ "seconds": 4 * 24 * 60 * 60 })).await;
    assert_ne!(counter.verify(payment, &said).await.data()["status"], "captured");
    counter.deliver_all().await;
    counter.shop.app.later(chrono::TimeDelta::minutes(31));
    counter.tick("poll").await;
    is_never_paid(&counter, order).await;
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_late_promise_for_a_paid_order_is_no_money_that_could_go_back(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let (order, payment, gateway_order) = counter.begun(1999).await;
    let failed = counter.control("fail", json!({ "order_id": gateway_order })).await;
    let said = counter.check_out(&gateway_order).await;
    counter.verify(payment, &said).await;
    counter.control(&format!("payments/{}/authorize", text(&failed["payment"]["id"])), json!({})).await;
    counter.deliver_all().await;
    counter.shop.app.later(chrono::TimeDelta::minutes(15));
    counter.tick("poll").await;
    counter.tick("refunds").await;
    counter.is_paid_once(order, 1999).await;
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn money_that_came_and_went_before_anybody_looked_pays_nothing(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let (order, payment, gateway_order) = counter.begun(1999).await;
    let said = counter.check_out(&gateway_order).await;
    counter.by_hand(&format!("/v1/payments/{}/refund", text(&said["razorpay_payment_id"])), &json!({})).await;
    counter.verify(payment, &said).await;
    counter.deliver_all().await;
    counter.shop.app.later(chrono::TimeDelta::minutes(15));
    counter.tick("poll").await;
    counter.tick("refunds").await;
    assert_eq!((counter.balance().await, counter.made().await.2), (0, 1));
    let (captured, back) = (counter.told_captured().await.len(), counter.told_back().await.len());
    assert_eq!(captured, back, "an order whose money went back must learn both, or neither");
    assert!(!counter.shop.statuses(order).await.contains(&"captured".to_owned()));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_is_too_much_goes_back_although_the_gateway_is_in_trouble(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let (order, payment, gateway_order) = counter.begun(1999).await;
    let (first, second) = pay_twice(&counter, &gateway_order).await;
    for said in [&first, &second] {
        counter.verify(payment, said).await;
    }
    for fault in ["drop_reply", "bad_gateway", "too_many_requests"] {
        counter.fault(once(fault, "POST", "/v1/payments/*/refund")).await;
        counter.insist(&counter.shop.app, "refunds").await;
        assert_eq!(counter.told_back().await.len(), 0, "{fault}");
        counter.shop.app.later(chrono::TimeDelta::minutes(2));
    }
    counter.tick("refunds").await;
    assert_eq!(counter.shop.statuses(order).await, ["captured", "refunded"]);
    assert_eq!((counter.balance().await, counter.made().await), (1999, (1, 2, 1)));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn an_order_that_changed_to_cash_still_learns_of_money_that_comes(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let (order, payment, gateway_order) = counter.begun(1999).await;
    let update = sqlx::query("UPDATE orders SET payment_method = ?, status = 'confirmed' WHERE id = ?");
    update.bind(PaymentMethod::CashOnDelivery).bind(order).execute(&db).await.unwrap();
    counter.check_out(&gateway_order).await;
    counter.deliver_all().await;
    assert_eq!(counter.told_captured().await, [payment]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_late_promise_beside_an_open_attempt_is_taken(db: MySqlPool) {
    let counter = Counter::manual(&db).await;
    let (order, first, gateway_order) = counter.begun(1999).await;
    let failed = counter.control("fail", json!({ "order_id": gateway_order })).await;
    counter.deliver_all().await;
    let second = counter.initiate(order).await.data();
    let late = counter.control(&format!("payments/{}/authorize", text(&failed["payment"]["id"])), json!({})).await;
    assert_eq!(counter.verify(first, &late).await.data()["status"], "captured");
    assert_eq!(counter.shop.statuses(order).await, ["captured", "created"]);
    let update = sqlx::query("UPDATE orders SET payment_status = 'paid', paid_at = created_at WHERE id = ?");
    update.bind(order).execute(&db).await.unwrap();
    counter.check_out(&text(&second["razorpay_order_id"])).await;
    counter.deliver_all().await;
    assert_eq!(counter.shop.statuses(order).await, ["captured", "failed"]);
    assert_eq!((counter.balance().await, counter.told_captured().await), (1999, vec![first]));
}
