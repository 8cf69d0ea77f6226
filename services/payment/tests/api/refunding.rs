//! Money that goes back: never more than came, once, and told when it is there.

use chrono::TimeDelta;
use commerce::events::RefundProcessed;
use commerce::ids::OrderId;
use futures::future::join_all;
use serde_json::json;
use sqlx::MySqlPool;

use crate::acts::{done_once, once, stuck_once};
use crate::between::{between, say_of_refunds};
use crate::counter::{Counter, text, till};

const REFUND: &str = "/v1/payments/*/refund";

fn all(status: &str, paise: &[i64]) -> Vec<(String, i64)> {
    paise.iter().map(|paise| (status.to_owned(), *paise)).collect()
}

/// The order service asks for so much back, once.
async fn ask_back(counter: &Counter, order: OrderId, paise: i64, payment: Option<u64>) {
    counter.shop.hear(&counter.wants_back(order, paise, payment)).await;
}

/// Refunds that wait, at a counter whose gateway takes its time.
async fn slow(db: &MySqlPool) -> Counter {
    let counter = Counter::open(db).await;
    counter.set_account(json!({ "refunds": "pending" })).await;
    counter
}

/// The end of a full refund: with us, at the gateway, and as it was told.
async fn went_back_once(counter: &Counter, order: OrderId) {
    assert_eq!(counter.shop.statuses(order).await, ["refunded"]);
    assert_eq!(counter.refunds().await, all("processed", &[1999]));
    assert_eq!((counter.balance().await, counter.made().await.2), (0, 1));
    assert_eq!((counter.told_back().await, counter.given_back(order).await), (vec![(1999, 1999)], vec![1999]));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn all_of_it_goes_back_and_the_order_is_told(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    for named in [true, false] {
        let (order, payment, _) = counter.paid(1999).await;
        let before = counter.told_back().await.len();
        ask_back(&counter, order, 1999, Some(payment).filter(|_| named)).await;
        assert_eq!(counter.shop.statuses(order).await, ["captured"], "it has not gone back yet");
        counter.tick("refunds").await;
        assert_eq!(counter.shop.statuses(order).await, ["refunded"]);
        let told = &counter.events::<RefundProcessed>().await[before..];
        assert_eq!(told.len(), 1);
        assert_eq!((told[0].order_id, told[0].payment_id.get(), told[0].user_id), (order, payment, counter.shop.asha));
        assert_eq!((told[0].amount.get(), told[0].refunded.get(), told[0].currency.as_str()), (1999, 1999, "INR"));
        assert_eq!(
            (told[0].order_number.as_str(), told[0].reason.as_str()),
            (&*format!("PV-{order}"), "order cancelled")
        );
    }
    let refunds = counter.books("refunds").await;
    assert_eq!(
        (&refunds[0]["notes"]["reason"], &refunds[0]["speed_requested"]),
        (&json!("order cancelled"), &json!("normal"))
    );
    counter.shop.app.later(TimeDelta::days(1));
    counter.tick("refunds").await;
    assert_eq!((counter.balance().await, counter.made().await.2), (0, 2));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn parts_go_back_until_all_is_back(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let (order, payment, _) = counter.paid(1999).await;
    for (paise, status) in [(500, "partially_refunded"), (999, "partially_refunded"), (500, "refunded")] {
        ask_back(&counter, order, paise, Some(payment)).await;
        counter.tick("refunds").await;
        assert_eq!(counter.shop.statuses(order).await, [status]);
    }
    assert_eq!(counter.told_back().await, [(500, 500), (999, 1499), (500, 1999)]);
    assert_eq!((counter.refunds().await, counter.balance().await), (all("processed", &[500, 999, 500]), 0));
    let shown = counter.asha().get(&format!("/api/v1/payments/transactions/{payment}")).await.data();
    assert_eq!((&shown["refunded_amount"], &shown["amount"]), (&json!(19.99), &json!(19.99)));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn the_same_message_is_acted_upon_once(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let (order, payment, _) = counter.paid(1999).await;
    let message = counter.wants_back(order, 500, Some(payment));
    counter.shop.hear(&message).await;
    let deliveries = join_all((0..5).map(|_| counter.shop.app.deliver(&message))).await;
    assert!(deliveries.iter().all(Result::is_ok), "{deliveries:?}");
    let at_once = counter.wants_back(order, 600, Some(payment));
    let deliveries = join_all((0..5).map(|_| counter.shop.app.deliver(&at_once))).await;
    assert!(deliveries.iter().all(Result::is_ok), "{deliveries:?}");
    counter.tick("refunds").await;
    assert_eq!((counter.refunds().await, counter.balance().await), (all("processed", &[500, 600]), 1999 - 1100));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn never_more_goes_back_than_came(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let (order, payment, _) = counter.paid(1999).await;
    let (other, others, _) = counter.paid(700).await;
    ask_back(&counter, order, 5000, None).await;
    ask_back(&counter, order, 100, None).await;
    ask_back(&counter, order, 100, Some(payment)).await;
    ask_back(&counter, order, 100, Some(others)).await;
    ask_back(&counter, order, 100, Some(99_999)).await;
    counter.tick("refunds").await;
    assert_eq!((counter.refunds().await, counter.balance().await), (all("processed", &[1999]), 700));
    assert_eq!(counter.shop.statuses(other).await, ["captured"]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn never_more_goes_back_than_came_however_many_ask_at_once(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let replica = counter.replica();
    let amounts: [&[i64]; 5] =
        [&[1000, 1000], &[2000, 2000, 2000], &[700, 800, 900, 100], &[300; 9], &[1900, 100, 100]];
    for wanted in amounts {
        let (order, payment, _) = counter.paid(2000).await;
        let before = counter.balance().await;
        let messages: Vec<_> = wanted.iter().map(|paise| counter.wants_back(order, *paise, Some(payment))).collect();
        let apps = [&counter.shop.app, &replica].into_iter().cycle();
        let heard = join_all(messages.iter().zip(apps).map(|(message, app)| app.deliver(message))).await;
        assert!(heard.iter().all(Result::is_ok), "{heard:?}");
        let ticked = join_all([&counter.shop.app, &replica].map(|app| app.tick("refunds"))).await;
        assert!(ticked.iter().all(Result::is_ok), "{ticked:?}");
        let back = wanted.iter().sum::<i64>().min(2000);
        assert_eq!(
            (before - counter.balance().await, counter.given_back(order).await),
            (back, vec![back]),
            "{wanted:?}"
        );
        assert_eq!(counter.told_back().await.iter().rev().map(|told| told.1).next(), Some(back), "{wanted:?}");
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_was_not_paid_does_not_go_back(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let (order, payment, _) = counter.begun(1999).await;
    for payment in [None, Some(payment)] {
        ask_back(&counter, order, 1999, payment).await;
    }
    counter.tick("refunds").await;
    assert_eq!((counter.refunds().await.len(), counter.given_back(order).await), (0, vec![0]));
    let unknown = OrderId::new(99_999).unwrap();
    assert!(counter.shop.app.deliver(&counter.wants_back(unknown, 1999, None)).await.is_err());
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn cash_goes_back_by_hand(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let order = counter.shop.cash_order().await;
    let path = format!("/api/v1/payments/cod/{order}/collected");
    counter.shop.app.as_user(counter.shop.support).post(&path, json!({})).await.data();
    ask_back(&counter, order, 10_499, None).await;
    counter.tick("refunds").await;
    counter.shop.app.later(TimeDelta::days(1));
    counter.tick("refunds").await;
    assert_eq!((counter.refunds().await, counter.made().await), (all("initiated", &[10_499]), (0, 0, 0)));
    assert_eq!((counter.told_back().await.len(), counter.given_back(order).await), (0, vec![10_499]));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_was_not_answered_is_asked_again_under_the_same_key(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let (order, payment, id) = counter.paid(1999).await;
    ask_back(&counter, order, 1999, Some(payment)).await;
    counter.fault(done_once("drop_reply", "POST", REFUND)).await;
    assert!(counter.shop.app.tick("refunds").await.is_err());
    assert_eq!((counter.refunds().await, counter.made().await.2), (all("unknown", &[1999]), 1));
    counter.tick("refunds").await;
    let path = format!("/v1/payments/{id}/refund");
    assert_eq!(counter.count("POST", &path).await, 1, "not asked again at once");
    counter.shop.app.later(TimeDelta::seconds(15));
    counter.tick("refunds").await;
    assert_eq!(counter.count("POST", &path).await, 2);
    went_back_once(&counter, order).await;
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn no_trouble_of_the_gateway_s_makes_a_refund_two(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    for (done, processed) in (1..).zip([false, true]) {
        let (order, payment, _) = counter.paid(1999).await;
        let before = counter.told_back().await.len();
        ask_back(&counter, order, 1999, Some(payment)).await;
        for fault in ["reset", "bad_gateway", "server_error", "junk", "too_many_requests"] {
            let fault = if processed { done_once(fault, "POST", REFUND) } else { once(fault, "POST", REFUND) };
            counter.fault(fault.clone()).await;
            counter.insist(&counter.shop.app, "refunds").await;
            counter.shop.app.later(TimeDelta::hours(1));
        }
        assert_eq!(counter.told_back().await.len(), before);
        counter.tick("refunds").await;
        assert_eq!((counter.shop.statuses(order).await, counter.made().await.2), (vec!["refunded".to_owned()], done));
        assert_eq!(counter.told_back().await.len(), before + 1);
    }
    assert_eq!(counter.balance().await, 0);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn who_dies_between_the_gateway_and_the_books_leaves_one_refund(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let (order, payment, id) = counter.paid(1999).await;
    ask_back(&counter, order, 1999, Some(payment)).await;
    let path = format!("/v1/payments/{id}/refund");
    counter.fault(stuck_once("POST", &path)).await;
    counter.killed_at("POST", &path, counter.shop.app.tick("refunds")).await;
    let replica = counter.replica();
    replica.later(TimeDelta::seconds(15));
    counter.insist(&replica, "refunds").await;
    assert_eq!(counter.count("POST", &path).await, 1, "the first is still at work: 409");
    assert_eq!((counter.made().await.2, counter.refunds().await), (0, all("initiated", &[1999])));
    counter.hurry().await;
    counter.has_made("refunds", 1).await;
    replica.later(TimeDelta::seconds(30));
    replica.tick("refunds").await.unwrap();
    went_back_once(&counter, order).await;
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn two_replicas_send_once(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let replica = counter.replica();
    let (order, payment, id) = counter.paid(1999).await;
    ask_back(&counter, order, 1999, Some(payment)).await;
    let ticks = [&counter.shop.app, &replica, &replica, &counter.shop.app].map(|app| app.tick("refunds"));
    assert!(join_all(ticks).await.iter().all(Result::is_ok));
    assert_eq!(counter.count("POST", &format!("/v1/payments/{id}/refund")).await, 1);
    went_back_once(&counter, order).await;
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn one_refund_in_trouble_does_not_keep_others(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let (first, second) = (counter.paid(1999).await, counter.paid(1999).await);
    for (order, payment, _) in [&first, &second] {
        ask_back(&counter, *order, 1999, Some(*payment)).await;
    }
    counter.fault(json!({ "fault": "bad_gateway", "path": format!("/v1/payments/{}/refund", first.2) })).await;
    assert_eq!(counter.insist(&counter.shop.app, "refunds").await, 1);
    assert_eq!(counter.shop.statuses(first.0).await, ["captured"]);
    assert_eq!(counter.shop.statuses(second.0).await, ["refunded"]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_takes_its_time_is_told_when_it_is_there(db: MySqlPool) {
    let counter = slow(&db).await;
    for (before, news) in ["webhooks", "refunds"].into_iter().enumerate() {
        let (order, payment, _) = counter.paid(1999).await;
        ask_back(&counter, order, 1999, Some(payment)).await;
        counter.tick("refunds").await;
        counter.deliver_all().await;
        assert_eq!(
            (counter.refunds().await.pop(), counter.told_back().await.len()),
            (all("pending", &[1999]).pop(), before)
        );
        assert_eq!(counter.shop.statuses(order).await, ["captured"]);
        let id = text(&counter.books("refunds").await.pop().unwrap()["id"]);
        counter.control(&format!("refunds/{id}/process"), json!({})).await;
        if news == "webhooks" {
            counter.deliver_all().await;
        } else {
            counter.shop.app.later(TimeDelta::seconds(15));
            counter.tick("refunds").await;
        }
        assert_eq!(counter.shop.statuses(order).await, ["refunded"], "{news}");
        counter.deliver_all().await;
        counter.shop.app.later(TimeDelta::hours(2));
        counter.tick("refunds").await;
        assert_eq!(counter.told_back().await.len(), before + 1, "{news}");
    }
    assert_eq!((counter.made().await.2, counter.balance().await), (2, 0));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_the_bank_does_not_take_can_go_back_again(db: MySqlPool) {
    let counter = slow(&db).await;
    for (failed, news) in (0..).zip(["webhooks", "refunds"]) {
        let (order, payment, _) = counter.paid(1999).await;
        ask_back(&counter, order, 1999, Some(payment)).await;
        counter.tick("refunds").await;
        let id = text(&counter.books("refunds").await.pop().unwrap()["id"]);
        counter.control(&format!("refunds/{id}/fail"), json!({})).await;
        counter.shop.app.later(TimeDelta::seconds(15));
        if news == "webhooks" {
            counter.deliver_all().await;
        }
        counter.tick("refunds").await;
        let last = counter.refunds().await.pop();
        assert_eq!((last, counter.told_back().await.len()), (all("failed", &[1999]).pop(), failed), "{news}");
        assert_eq!(
            (counter.shop.statuses(order).await, counter.given_back(order).await),
            (vec!["captured".to_owned()], vec![0])
        );
        ask_back(&counter, order, 1999, Some(payment)).await;
        counter.tick("refunds").await;
        let id = text(&counter.books("refunds").await.pop().unwrap()["id"]);
        counter.control(&format!("refunds/{id}/process"), json!({})).await;
        counter.deliver_all().await;
        assert_eq!(counter.shop.statuses(order).await, ["refunded"], "{news}");
    }
    assert_eq!((counter.balance().await, counter.told_back().await.len()), (0, 2));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_the_gateway_refuses_has_failed_and_is_not_told(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let (order, payment, _) = counter.paid(1999).await;
    ask_back(&counter, order, 1999, Some(payment)).await;
    counter.control("clock", json!({ "seconds": 200 * 24 * 60 * 60 })).await;
    counter.tick("refunds").await;
    let why: String = sqlx::query_scalar("SELECT failure_reason FROM refunds").fetch_one(&db).await.unwrap();
    assert!(why.contains("more than 6 months old"), "{why}");
    assert_eq!((counter.refunds().await, counter.told_back().await.len()), (all("failed", &[1999]), 0));
    assert_eq!(
        (counter.shop.statuses(order).await, counter.given_back(order).await),
        (vec!["captured".to_owned()], vec![0])
    );
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_refusal_because_it_was_done_before_is_no_failure(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let (order, payment, id) = counter.paid(1999).await;
    ask_back(&counter, order, 1999, Some(payment)).await;
    // As when a key is forgotten: our refund is there, and the key does not lead to it.
    let receipt: String = sqlx::query_scalar("SELECT uuid FROM refunds").fetch_one(&db).await.unwrap();
    counter.by_hand(&format!("/v1/payments/{id}/refund"), &json!({ "amount": 1999, "receipt": receipt })).await;
    counter.tick("refunds").await;
    went_back_once(&counter, order).await;
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_refund_that_staff_made_at_the_gateway_is_ours_too(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let (order, _, id) = counter.paid(1999).await;
    counter.by_hand(&format!("/v1/payments/{id}/refund"), &json!({ "amount": 500 })).await;
    for _ in 0..2 {
        counter.deliver_all().await;
        counter.tick("refunds").await;
    }
    assert_eq!(counter.shop.statuses(order).await, ["partially_refunded"]);
    assert_eq!((counter.refunds().await, counter.told_back().await), (all("processed", &[500]), vec![(500, 500)]));
    ask_back(&counter, order, 1999, None).await;
    counter.tick("refunds").await;
    assert_eq!((counter.refunds().await, counter.balance().await), (all("processed", &[500, 1499]), 0));
    assert_eq!(counter.shop.statuses(order).await, ["refunded"]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_refund_that_staff_made_while_ours_waited_leaves_one(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let (order, payment, id) = counter.paid(1999).await;
    ask_back(&counter, order, 1999, Some(payment)).await;
    counter.by_hand(&format!("/v1/payments/{id}/refund"), &json!({})).await;
    for _ in 0..3 {
        counter.deliver_all().await;
        counter.tick("refunds").await;
        counter.shop.app.later(TimeDelta::minutes(10));
    }
    assert_eq!((counter.balance().await, counter.made().await.2), (0, 1));
    assert_eq!(
        (counter.shop.statuses(order).await, counter.told_back().await),
        (vec!["refunded".to_owned()], vec![(1999, 1999)])
    );
    assert_eq!(counter.given_back(order).await, [1999]);
    assert!(counter.outcomes().await.iter().all(Option::is_some), "nothing is left to be tried for ever");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn all_news_of_a_refund_at_once_is_told_once(db: MySqlPool) {
    let counter = slow(&db).await;
    let (order, payment, _) = counter.paid(1999).await;
    ask_back(&counter, order, 1999, Some(payment)).await;
    counter.tick("refunds").await;
    let id = text(&counter.books("refunds").await.pop().unwrap()["id"]);
    counter.control(&format!("refunds/{id}/process"), json!({})).await;
    for webhook in counter.webhooks().await.iter().rev() {
        counter.deliver(webhook).await;
    }
    let replica = counter.replica();
    for app in [&counter.shop.app, &replica] {
        app.later(TimeDelta::seconds(15));
    }
    let ticks = [
        ("webhooks", &replica),
        ("refunds", &counter.shop.app),
        ("webhooks", &counter.shop.app),
        ("refunds", &replica),
    ];
    let ticked = join_all(ticks.map(|(task, app)| app.tick(task))).await;
    assert!(ticked.iter().all(Result::is_ok), "{ticked:?}");
    went_back_once(&counter, order).await;
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_refund_of_another_amount_is_not_taken_for_ours(db: MySqlPool) {
    let mut counter = Counter::open(&db).await;
    let (order, payment, _) = counter.paid(1999).await;
    ask_back(&counter, order, 1999, Some(payment)).await;
    let other = between(&counter.url, |path, shown| say_of_refunds(path, shown, "amount", &json!(19)));
    counter.shop.app = till(&db, &counter.settings, &other.await);
    assert!(counter.shop.app.tick("refunds").await.is_err());
    for webhook in counter.webhooks().await {
        counter.deliver(&webhook).await;
    }
    counter.insist(&counter.shop.app, "webhooks").await;
    assert_eq!((counter.shop.statuses(order).await, counter.told_back().await.len()), (vec!["captured".to_owned()], 0));
    assert_eq!((counter.refunds().await.len(), counter.given_back(order).await), (1, vec![1999]));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn the_last_paise_that_the_gateway_does_not_give_back_are_shown_as_not_given_back(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let (order, payment, _) = counter.paid(1999).await;
    for paise in [1950, 49] {
        ask_back(&counter, order, paise, Some(payment)).await;
        counter.tick("refunds").await;
    }
    assert_eq!(counter.refunds().await, [all("processed", &[1950]), all("failed", &[49])].concat());
    assert_eq!((counter.given_back(order).await, counter.balance().await), (vec![1950], 49));
    assert_eq!(counter.shop.statuses(order).await, ["partially_refunded"]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn an_account_that_is_empty_for_a_while_fails_no_refund(db: MySqlPool) {
    let mut counter = Counter::open(&db).await;
    let (order, payment, _) = counter.paid(1999).await;
    ask_back(&counter, order, 1999, Some(payment)).await;
    let empty = between(&counter.url, |path, shown| {
        if path.ends_with("/refund") {
            let why = "Your account does not have enough balance to carry out the refund operation.";
            *shown = json!({ "error": { "code": "BAD_REQUEST_ERROR", "description": why } });
        }
    });
    counter.shop.app = till(&db, &counter.settings, &empty.await);
    for _ in 0..5 {
        counter.insist(&counter.shop.app, "refunds").await;
        counter.shop.app.later(TimeDelta::hours(1));
    }
    assert_eq!((counter.refunds().await, counter.given_back(order).await), (all("initiated", &[1999]), vec![1999]));
    counter.shop.app = counter.replica();
    counter.shop.app.later(TimeDelta::hours(6));
    counter.tick("refunds").await;
    went_back_once(&counter, order).await;
}
