//! `POST /api/v1/payments/initiate` while the gateway is in trouble: one order there, whatever was lost on the way.

use chrono::TimeDelta;
use futures::future::join_all;
use serde_json::json;
use sqlx::MySqlPool;
use testing::{Answer, TestApp};

use crate::acts::{done_once, once, refusal, stuck_once};
use crate::counter::{Counter, INITIATE, config, text, till};

/// What may come instead of an answer.
const SILENT: [&str; 4] = ["reset", "bad_gateway", "server_error", "junk"];
const MADE: (&str, &str) = ("POST", "/v1/orders");
const LOOKED: (&str, &str) = ("GET", "/v1/orders");

fn unavailable() -> (u16, String, bool) {
    (503, "UNAVAILABLE".to_owned(), true)
}

fn in_progress() -> (u16, String, bool) {
    (409, "CONFLICT".to_owned(), true)
}

/// How many orders the gateway has, and how often it was asked for one.
async fn offered(counter: &Counter) -> (usize, usize) {
    (counter.made().await.0, counter.count(MADE.0, MADE.1).await)
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_was_done_although_the_answer_was_lost_is_found_at_once(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    for (done, fault) in (1..).zip(SILENT.into_iter().chain(["drop_reply"])) {
        let order = counter.order(1999).await;
        counter.fault(done_once(fault, MADE.0, MADE.1)).await;
        let answer = counter.initiate(order).await;
        assert_eq!((answer.status.as_u16(), &answer.data()["status"]), (201, &json!("created")), "{fault}");
        let last = counter.books("orders").await.pop().unwrap();
        assert_eq!(answer.data()["razorpay_order_id"], last["id"], "{fault}");
        assert_eq!(offered(&counter).await, (done, done), "{fault}");
        assert_eq!(counter.shop.statuses(order).await, ["created"], "{fault}");
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_was_done_and_cannot_be_seen_either_is_found_by_asking_again(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    for (done, fault) in (1..).zip(SILENT.into_iter().chain(["drop_reply"])) {
        let order = counter.order(1999).await;
        counter.fault(done_once(fault, MADE.0, MADE.1)).await;
        counter.fault(once("server_error", LOOKED.0, LOOKED.1)).await;
        assert_eq!(refusal(&counter.initiate(order).await), unavailable(), "{fault}");
        let tenders = counter.shop.tenders(order).await;
        assert_eq!((tenders.len(), tenders[0].2.as_str()), (1, "unknown"), "{fault}");
        let answer = counter.initiate(order).await;
        assert_eq!((answer.status.as_u16(), &answer.data()["payment_id"]), (200, &json!(tenders[0].0)), "{fault}");
        assert_eq!(counter.shop.statuses(order).await, ["created"], "{fault}");
        assert_eq!(offered(&counter).await, (done, done), "{fault}: asked for twice");
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_the_gateway_may_still_be_at_work_on_is_not_asked_for_again(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    for (done, fault) in (1..).zip(SILENT) {
        let order = counter.order(1999).await;
        counter.fault(once(fault, MADE.0, MADE.1)).await;
        assert_eq!(refusal(&counter.initiate(order).await), unavailable(), "{fault}");
        assert_eq!(counter.shop.statuses(order).await, ["unknown"], "{fault}");
        for seconds in [0, 19] {
            counter.shop.app.later(TimeDelta::seconds(seconds));
            assert_eq!(refusal(&counter.initiate(order).await), in_progress(), "{fault}");
        }
        assert_eq!(offered(&counter).await, (done - 1, 2 * done - 1), "{fault}: asked for too early");
        counter.shop.app.later(TimeDelta::seconds(1));
        let payment = counter.shop.tenders(order).await[0].0;
        let answer = counter.initiate(order).await;
        assert_eq!((answer.status.as_u16(), &answer.data()["payment_id"]), (200, &json!(payment)), "{fault}");
        assert_eq!(counter.shop.statuses(order).await, ["created"], "{fault}");
        assert_eq!(offered(&counter).await, (done, 2 * done), "{fault}");
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn of_ten_who_ask_for_what_is_unknown_one_asks_the_gateway(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let replica = counter.replica();
    let order = counter.order(1999).await;
    counter.fault(once("server_error", MADE.0, MADE.1)).await;
    assert_eq!(refusal(&counter.initiate(order).await), unavailable());
    for app in [&counter.shop.app, &replica] {
        app.later(TimeDelta::seconds(20));
    }
    let callers = [&counter.shop.app, &replica].map(|app| app.as_user(counter.shop.asha));
    let asked = callers.iter().cycle().take(10).map(|caller| caller.post(INITIATE, json!({ "order_id": order })));
    let answers = join_all(asked).await;
    let known = answers.iter().filter(|answer| answer.status.is_success()).count();
    assert!(known >= 1, "{answers:?}");
    let told = answers.iter().filter(|answer| !answer.status.is_success()).map(refusal);
    assert!(told.into_iter().all(|told| told == in_progress()), "{answers:?}");
    assert_eq!(offered(&counter).await, (1, 2));
    assert_eq!(counter.shop.statuses(order).await, ["created"]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_the_gateway_has_not_taken_in_may_be_asked_for_at_once(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let order = counter.order(1999).await;
    counter.fault(once("too_many_requests", MADE.0, MADE.1)).await;
    assert_eq!(refusal(&counter.initiate(order).await), unavailable());
    let tenders = counter.shop.tenders(order).await;
    assert_eq!((tenders.len(), tenders[0].2.as_str()), (1, "initiated"));
    assert_eq!(counter.initiate(order).await.data()["payment_id"], json!(tenders[0].0));
    assert_eq!(offered(&counter).await, (1, 2));
}

async fn is_taken_up_after_trouble_with(counter: &Counter, broken: &TestApp) {
    let order = counter.order(1999).await;
    let asha = broken.as_user(counter.shop.asha);
    let answer = asha.post(INITIATE, json!({ "order_id": order })).await;
    assert_eq!(refusal(&answer), unavailable());
    assert!(!answer.text.contains(&counter.settings.key_secret), "{}", answer.text);
    let tenders = counter.shop.tenders(order).await;
    assert_eq!((tenders.len(), tenders[0].2.as_str()), (1, "initiated"));
    assert_eq!(offered(counter).await, (0, 0));
    assert_eq!(counter.initiate(order).await.data()["payment_id"], json!(tenders[0].0));
    assert_eq!(offered(counter).await, (1, 1));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_wrong_key_loses_no_attempt(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let mut settings = counter.settings.clone();
    settings.key_secret = "not the secret".to_owned();
    is_taken_up_after_trouble_with(&counter, &till(&db, &settings, &counter.url)).await;
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_gateway_that_is_not_there_loses_no_attempt(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    is_taken_up_after_trouble_with(&counter, &till(&db, &counter.settings, &format!("http://{nobody}"))).await;
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn an_address_that_is_none_takes_nothing_online_and_breaks_nothing_else(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let (upi, cash) = (counter.order(1999).await, counter.shop.cash_order().await);
    let app = TestApp::with(config(&db, &counter.settings, "no address"), payment_service::build);
    let asha = app.as_user(counter.shop.asha);
    let refused = asha.post(INITIATE, json!({ "order_id": upi })).await;
    assert_eq!(refusal(&refused), (422, "GATEWAY_UNAVAILABLE".to_owned(), false));
    assert_eq!(asha.post(INITIATE, json!({ "order_id": cash })).await.status.as_u16(), 201);
    for task in ["poll", "webhooks", "refunds"] {
        app.tick(task).await.unwrap();
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_the_gateway_refuses_has_failed_and_another_attempt_may_follow(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    counter.set_account(json!({ "maximum_amount": 1998 })).await;
    let order = counter.order(1999).await;
    for attempt in 1..=2 {
        let refused = counter.initiate(order).await;
        assert_eq!(refusal(&refused), (422, "PAYMENT_REFUSED".to_owned(), false));
        let tenders = counter.shop.tenders(order).await;
        assert_eq!((tenders.len(), tenders.last().unwrap().2.as_str()), (attempt, "failed"));
        assert_eq!(tenders.last().unwrap().3.as_deref(), Some("Amount exceeds maximum amount allowed."));
    }
    counter.set_account(json!({ "maximum_amount": 1999 })).await;
    assert_eq!(counter.initiate(order).await.status.as_u16(), 201);
    assert_eq!(counter.shop.statuses(order).await, ["failed", "failed", "created"]);
    assert_eq!(offered(&counter).await, (1, 3));
    assert_eq!(counter.told().await, [""; 0]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn an_answer_that_takes_too_long_is_an_unknown_outcome(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let order = counter.order(1999).await;
    counter.fault(stuck_once(MADE.0, MADE.1)).await;
    assert_eq!(refusal(&counter.initiate(order).await), unavailable());
    assert_eq!((counter.shop.statuses(order).await, offered(&counter).await), (vec!["unknown".to_owned()], (0, 1)));
    assert_eq!(refusal(&counter.initiate(order).await), in_progress());
    counter.hurry().await;
    counter.has_made("orders", 1).await;
    assert_eq!(counter.initiate(order).await.data()["status"], "created");
    assert_eq!(offered(&counter).await, (1, 1));
}

fn same_payment(answers: &[Answer]) {
    let mut statuses: Vec<_> = answers.iter().map(|answer| answer.status.as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 200, 200, 200, 201], "{answers:?}");
    assert!(answers.iter().map(Answer::data).all(|data| data == answers[0].data()), "{answers:?}");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn five_who_begin_at_once_begin_once(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let order = counter.order(1999).await;
    same_payment(&join_all((0..5).map(|_| counter.initiate(order))).await);
    assert_eq!((offered(&counter).await, counter.shop.statuses(order).await), ((1, 1), vec!["created".to_owned()]));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn two_replicas_that_begin_at_once_begin_once(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let replica = counter.replica();
    let order = counter.order(1999).await;
    let callers = [&counter.shop.app, &replica].map(|app| app.as_user(counter.shop.asha));
    let asked = callers.iter().cycle().take(5).map(|caller| caller.post(INITIATE, json!({ "order_id": order })));
    same_payment(&join_all(asked).await);
    assert_eq!((offered(&counter).await, counter.shop.statuses(order).await), ((1, 1), vec!["created".to_owned()]));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn an_answer_that_comes_after_the_money_changes_nothing(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let order = counter.order(1999).await;
    counter.fault(done_once("drop_reply", MADE.0, MADE.1)).await;
    counter.fault(stuck_once(LOOKED.0, LOOKED.1)).await;
    let meanwhile = async {
        counter.has_come(LOOKED.0, LOOKED.1, 1).await;
        counter.check_out(&text(&counter.books("orders").await[0]["id"])).await;
        counter.deliver_all().await;
        counter.hurry().await;
    };
    let (answer, ()) = tokio::join!(counter.initiate(order), meanwhile);
    assert_eq!(answer.data()["status"], "captured");
    counter.is_paid_once(order, 1999).await;
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn an_answer_that_comes_when_the_attempt_was_given_up_is_not_handed_out(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let order = counter.order(1999).await;
    counter.fault(stuck_once(MADE.0, MADE.1)).await;
    let meanwhile = async {
        counter.has_come(MADE.0, MADE.1, 1).await;
        counter.shop.app.later(TimeDelta::minutes(30));
        counter.tick("poll").await;
        counter.hurry().await;
    };
    let (answer, ()) = tokio::join!(counter.initiate(order), meanwhile);
    assert_eq!(refusal(&answer), (422, "INVALID_STATE".to_owned(), false));
    assert_eq!((counter.shop.statuses(order).await, offered(&counter).await), (vec!["failed".to_owned()], (1, 1)));
    let shown = counter.asha().get(&format!("/api/v1/payments/order/{order}")).await.data();
    assert_eq!(shown[0]["gateway_order_id"], counter.books("orders").await[0]["id"], "should it be paid all the same");
}
