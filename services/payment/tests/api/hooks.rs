//! `POST /api/v1/payments/webhook/razorpay`: what the gateway tells is kept once, and acted upon until it is done.

use reqwest::Method;
use serde_json::{Value, json};
use simulator::sign;
use sqlx::MySqlPool;
use testing::{TestApp, Wire};

use crate::acts::{done_once, once, refusal};
use crate::between::{between, say_of_payments};
use crate::counter::{Counter, WEBHOOK, Webhook, config, text, till};

async fn kept(counter: &Counter) -> usize {
    counter.outcomes().await.len()
}

fn outcomes(each: &[&str]) -> Vec<Option<String>> {
    each.iter().map(|outcome| Some((*outcome).to_owned())).collect()
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_is_not_the_gateway_s_is_not_kept(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let (order, _, gateway_order) = counter.begun(1999).await;
    counter.check_out(&gateway_order).await;
    let real = counter.webhook("payment.captured").await;
    let signed_by = |secret: &str| Webhook { signature: sign(secret, real.body.as_bytes()), ..real.clone() };
    let forged = [
        signed_by("another secret"),
        signed_by(""),
        signed_by(&counter.settings.key_secret),
        Webhook { signature: String::new(), ..real.clone() },
        Webhook { signature: real.signature.to_uppercase(), ..real.clone() },
        Webhook { signature: real.signature.split_at(62).0.to_owned(), ..real.clone() },
        Webhook { body: real.body.split_at(real.body.len() / 2).0.to_owned(), ..real.clone() },
        Webhook { body: String::new(), ..real.clone() },
        Webhook { body: format!("{} ", real.body), ..real.clone() },
        Webhook { body: real.body.replace("1999", "1998"), ..real.clone() },
    ];
    for webhook in forged {
        assert_eq!(counter.deliver(&webhook).await.wrong_fields(), ["X-Razorpay-Signature"], "{webhook:?}");
    }
    let unsigned = counter.shop.app.anonymous().post_text(WEBHOOK, real.body.clone()).await;
    assert_eq!(unsigned.wrong_fields(), ["X-Razorpay-Signature"]);
    counter.tick("webhooks").await;
    assert_eq!((kept(&counter).await, counter.shop.statuses(order).await), (0, vec!["created".to_owned()]));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn the_secret_before_is_taken_too(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let (order, _, gateway_order) = counter.begun(1999).await;
    counter.check_out(&gateway_order).await;
    let real = counter.webhook("payment.captured").await;
    let older = Webhook { signature: sign("the secret before", real.body.as_bytes()), ..real };
    let answer = counter.deliver(&older).await;
    assert_eq!(answer.data(), json!({ "received": true }));
    counter.tick("webhooks").await;
    counter.is_paid_once(order, 1999).await;
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn without_a_secret_nobody_can_tell_whose_it_is(db: MySqlPool) {
    let mut counter = Counter::open(&db).await;
    let mut config = config(&db, &counter.settings, &counter.url);
    if let Some(razorpay) = &mut config.razorpay {
        (razorpay.webhook_secret, razorpay.webhook_secret_previous) = (None, Some("".into()));
    }
    counter.shop.app = TestApp::with(config, payment_service::build);
    let (_, _, gateway_order) = counter.begun(1999).await;
    counter.check_out(&gateway_order).await;
    let real = counter.webhook("payment.captured").await;
    for signature in [real.signature.clone(), sign("", real.body.as_bytes())] {
        let answer = counter.deliver(&Webhook { signature, ..real.clone() }).await;
        assert_eq!(refusal(&answer), (503, "UNAVAILABLE".to_owned(), true));
    }
    assert_eq!(kept(&counter).await, 0);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_shop_without_this_gateway_has_no_such_address(db: MySqlPool) {
    let shop = crate::Shop::new(&db).await;
    let gateway = shop.app.anonymous().with_header("x-razorpay-signature", &sign("", b"{}"));
    assert_eq!(gateway.post_text(WEBHOOK, "{}").await.error(), "NOT_FOUND");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_nobody_acts_upon_is_kept_all_the_same(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let (order, ..) = counter.begun(1999).await;
    let payload = json!({ "payment": { "entity": { "id": "pay_1" } } });
    for kind in ["settlement.processed", "payment.dispute.created", "payment.downtime.started", "word.of.2030"] {
        counter.deliver(&counter.signed(kind, &json!({ "event": kind, "payload": payload }))).await.data();
    }
    counter.tick("webhooks").await;
    assert_eq!(counter.outcomes().await, outcomes(&["ignored"; 4]));
    assert_eq!((counter.shop.statuses(order).await, counter.told().await.len()), (vec!["created".to_owned()], 0));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_cannot_be_read_is_kept_for_people(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    for (id, body) in (0..).zip(["", "{", "[]", "<html>", "{\"event\":\"payment.captured\"}", "null"]) {
        let signature = sign(&counter.settings.webhook_secret, body.as_bytes());
        let webhook = Webhook { id: format!("event-{id}"), name: String::new(), body: body.to_owned(), signature };
        assert_eq!(counter.deliver(&webhook).await.status.as_u16(), 200, "{body}");
    }
    counter.tick("webhooks").await;
    assert_eq!(counter.outcomes().await, outcomes(&["unreadable"; 6]));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn the_same_event_is_kept_once_by_its_name_and_by_its_body(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let (order, _, gateway_order) = counter.begun(1999).await;
    counter.check_out(&gateway_order).await;
    let real = counter.webhook("payment.captured").await;
    let again = Webhook { id: "another-name".to_owned(), ..real.clone() };
    let unnamed = Webhook { id: String::new(), ..real.clone() };
    let endless = Webhook { id: "x".repeat(256), ..real.clone() };
    let other = counter.webhook("order.paid").await;
    let reused = Webhook { id: real.id.clone(), ..other };
    for webhook in [&real, &real, &again, &unnamed, &endless, &reused] {
        assert_eq!(counter.deliver(webhook).await.data(), json!({ "received": true }));
    }
    counter.tick("webhooks").await;
    assert_eq!(counter.deliver(&real).await.status.as_u16(), 200);
    counter.tick("webhooks").await;
    assert_eq!(counter.outcomes().await, outcomes(&["applied"]));
    counter.is_paid_once(order, 1999).await;
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn an_event_without_a_name_has_its_body_s(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let (order, _, gateway_order) = counter.begun(1999).await;
    counter.check_out(&gateway_order).await;
    let real = counter.webhook("payment.captured").await;
    let gateway = counter.shop.app.anonymous().with_header("x-razorpay-signature", &real.signature);
    for _ in 0..2 {
        assert_eq!(gateway.post_text(WEBHOOK, real.body.clone()).await.status.as_u16(), 200);
    }
    counter.tick("webhooks").await;
    assert_eq!(counter.outcomes().await, outcomes(&["applied"]));
    counter.is_paid_once(order, 1999).await;
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn in_whatever_order_they_come_the_end_is_the_same(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    for turn in 0..6 {
        let (order, _, gateway_order) = counter.begun(1999).await;
        let known = counter.webhooks().await.len();
        counter.check_out(&gateway_order).await;
        let mut webhooks = counter.webhooks().await.split_off(known);
        assert_eq!(webhooks.len(), 3);
        webhooks.rotate_left(turn % 3);
        webhooks.reverse();
        webhooks.swap(0, turn / 3);
        for webhook in &webhooks {
            counter.deliver(webhook).await;
            counter.tick("webhooks").await;
            assert_eq!(counter.shop.statuses(order).await, ["captured"], "the gateway's own record is believed");
        }
    }
    assert_eq!((counter.told().await, counter.balance().await), (vec!["payment.captured".to_owned(); 6], 6 * 1999));
    assert_eq!((counter.refunds().await.len(), counter.outcomes().await), (0, outcomes(&["applied"; 18])));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn late_news_of_a_failure_or_a_promise_changes_nothing(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let (order, _, gateway_order) = counter.begun(1999).await;
    counter.control("fail", json!({ "order_id": gateway_order })).await;
    counter.check_out(&gateway_order).await;
    for name in ["payment.captured", "payment.authorized", "payment.failed"] {
        counter.deliver(&counter.webhook(name).await).await;
        counter.tick("webhooks").await;
        assert_eq!(counter.shop.statuses(order).await, ["captured"], "{name}");
    }
    counter.is_paid_once(order, 1999).await;
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_webhook_finds_an_attempt_that_never_learned_its_name(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let order = counter.order(1999).await;
    counter.fault(done_once("drop_reply", "POST", "/v1/orders")).await;
    counter.fault(once("server_error", "GET", "/v1/orders")).await;
    counter.initiate(order).await;
    assert_eq!(counter.shop.statuses(order).await, ["unknown"]);
    let gateway_order = text(&counter.books("orders").await[0]["id"]);
    counter.check_out(&gateway_order).await;
    counter.deliver_all().await;
    counter.is_paid_once(order, 1999).await;
    let shown = counter.asha().get(&format!("/api/v1/payments/order/{order}")).await.data();
    assert_eq!(shown[0]["gateway_order_id"], json!(gateway_order));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_belongs_to_another_shop_is_an_orphan(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let (order, ..) = counter.begun(1999).await;
    for body in
        [json!({ "amount": 100, "currency": "INR" }), json!({ "amount": 100, "currency": "INR", "receipt": "PO-1" })]
    {
        let theirs = counter.by_hand("/v1/orders", &body).await;
        counter.check_out(&text(&theirs["id"])).await;
    }
    let paid = counter.books("payments").await.pop().unwrap();
    counter.by_hand(&format!("/v1/payments/{}/refund", text(&paid["id"])), &json!({})).await;
    let unknown =
        json!({ "event": "payment.captured", "payload": { "payment": { "entity": { "id": "pay_00000000000000" } } } });
    counter.deliver(&counter.signed("unknown", &unknown)).await;
    counter.deliver_all().await;
    assert_eq!(counter.outcomes().await, outcomes(&["orphan"; 9]));
    assert_eq!((counter.shop.statuses(order).await, counter.told().await.len()), (vec!["created".to_owned()], 0));
    assert_eq!((counter.refunds().await.len(), counter.shop.tenders(order).await.len()), (0, 1));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_the_gateway_is_not_there_for_is_done_later_and_others_meanwhile(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let mut orders = Vec::new();
    for _ in 0..3 {
        let (order, _, gateway_order) = counter.begun(1999).await;
        let said = counter.check_out(&gateway_order).await;
        counter.deliver(&counter.webhook("payment.captured").await).await;
        orders.push((order, text(&said["razorpay_payment_id"])));
    }
    let path = format!("/v1/payments/{}", orders[0].1);
    counter.fault(json!({ "fault": "bad_gateway", "path": path })).await;
    assert_eq!(counter.insist(&counter.shop.app, "webhooks").await, 1);
    for (order, status) in [(orders[0].0, "created"), (orders[1].0, "captured"), (orders[2].0, "captured")] {
        assert_eq!(counter.shop.statuses(order).await, [status]);
    }
    assert_eq!(counter.count("GET", &path).await, 1, "not asked again at once");
    counter.mend().await;
    counter.tick("webhooks").await;
    assert_eq!(counter.shop.statuses(orders[0].0).await, ["created"]);
    counter.shop.app.later(chrono::TimeDelta::seconds(15));
    counter.tick("webhooks").await;
    assert_eq!(counter.shop.statuses(orders[0].0).await, ["captured"]);
    assert_eq!((counter.outcomes().await, counter.balance().await), (outcomes(&["applied"; 3]), 3 * 1999));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn two_replicas_act_once(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let replica = counter.replica();
    let (order, _, gateway_order) = counter.begun(1999).await;
    let said = counter.check_out(&gateway_order).await;
    counter.deliver(&counter.webhook("payment.captured").await).await;
    let ticks = [&counter.shop.app, &replica, &counter.shop.app, &replica].map(|app| app.tick("webhooks"));
    assert!(futures::future::join_all(ticks).await.iter().all(Result::is_ok));
    counter.is_paid_once(order, 1999).await;
    let path = format!("/v1/payments/{}", text(&said["razorpay_payment_id"]));
    assert_eq!(counter.count("GET", &path).await, 1);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_webhook_that_is_too_long_is_refused(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    for (length, status) in [(1024 * 1024, 200), (1024 * 1024 + 1, 413)] {
        let body = format!("{}{{}}", " ".repeat(length - 2));
        let signature = sign(&counter.settings.webhook_secret, body.as_bytes());
        let webhook = Webhook { id: length.to_string(), name: String::new(), body, signature };
        let answer = counter.deliver(&webhook).await;
        assert_eq!(answer.status.as_u16(), status);
        if status == 413 {
            assert_eq!(answer.error(), "PAYLOAD_TOO_LARGE");
        }
    }
    assert_eq!(kept(&counter).await, 1);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_could_not_be_kept_is_asked_for_again(db: MySqlPool) {
    let mut counter = Counter::open(&db).await;
    let mut config = config(&db, &counter.settings, &counter.url);
    let wire = Wire::cut_off_from((config.database.host, config.database.port)).await;
    (config.database.host, config.database.port) = (wire.address.ip().to_string(), wire.address.port());
    wire.mend();
    counter.shop.app = TestApp::with(config, payment_service::build);
    let (order, _, gateway_order) = counter.begun(1999).await;
    counter.check_out(&gateway_order).await;
    let real = counter.webhook("payment.captured").await;
    wire.cut();
    assert_eq!(refusal(&counter.deliver(&real).await), (503, "UNAVAILABLE".to_owned(), true));
    wire.mend();
    assert_eq!((kept(&counter).await, counter.deliver(&real).await.status.as_u16()), (0, 200));
    counter.tick("webhooks").await;
    counter.is_paid_once(order, 1999).await;
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn nothing_else_is_asked_than_how_things_stand(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let (_, _, gateway_order) = counter.begun(1999).await;
    counter.check_out(&gateway_order).await;
    let before = counter.call(Method::GET, "/_control/requests", json!({})).await.as_array().unwrap().len();
    for webhook in counter.webhooks().await {
        counter.deliver(&webhook).await;
    }
    let requests = counter.call(Method::GET, "/_control/requests", json!({})).await;
    assert_eq!(requests.as_array().unwrap().len(), before, "answered before the gateway is asked");
    counter.tick("webhooks").await;
    let requests = counter.call(Method::GET, "/_control/requests", json!({})).await;
    let asked: Vec<&Value> = requests.as_array().unwrap()[before..].iter().map(|request| &request["method"]).collect();
    assert!(!asked.is_empty() && asked.iter().all(|method| *method == "GET"), "{asked:?}");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_webhook_s_own_word_for_its_order_is_not_believed(db: MySqlPool) {
    let mut counter = Counter::open(&db).await;
    let (order, _, gateway_order) = counter.begun(1999).await;
    let (other, _, others) = counter.begun(1999).await;
    let said = counter.check_out(&others).await;
    let payment =
        json!({ "id": said["razorpay_payment_id"], "order_id": gateway_order, "status": "captured", "amount": 1999 });
    let event = json!({ "event": "payment.captured", "payload": { "payment": { "entity": payment } } });
    counter.deliver(&counter.signed("made-up", &event)).await;
    counter.tick("webhooks").await;
    assert_eq!(counter.shop.statuses(order).await, ["created"]);
    counter.is_paid_once(other, 1999).await;
    let edit = |path: &str, shown: &mut _| say_of_payments(path, shown, "order_id", &Value::Null);
    let without_order = between(&counter.url, edit);
    counter.shop.app = till(&db, &counter.settings, &without_order.await);
    counter.check_out(&gateway_order).await;
    counter.deliver(&counter.webhook("payment.captured").await).await;
    counter.tick("webhooks").await;
    assert_eq!(counter.outcomes().await, outcomes(&["applied", "orphan"]));
    assert_eq!(counter.shop.statuses(order).await, ["created"]);
}
