//! The database connection breaks at every single step of a payment, before the statement and after it.

use chrono::TimeDelta;
use commerce::ids::OrderId;
use serde_json::json;
use sqlx::MySqlPool;
use testing::{Answer, Loss, TestApp, Wire};

use crate::counter::{Counter, config};

const LOSSES: [Loss; 2] = [Loss::Request, Loss::Reply];

/// A counter whose service talks to the database over a wire.
async fn on_a_wire(db: &MySqlPool) -> (Counter, Wire) {
    let mut counter = Counter::open(db).await;
    let mut config = config(db, &counter.settings, &counter.url);
    let wire = Wire::cut_off_from((config.database.host, config.database.port)).await;
    wire.mend();
    (config.database.host, config.database.port) = (wire.address.ip().to_string(), wire.address.port());
    counter.shop.app = TestApp::with(config, payment_service::build);
    (counter, wire)
}

/// Whether it was answered; what was cut says that it may be tried again.
fn is_answered(answer: &Answer) -> bool {
    if answer.status.is_success() {
        return true;
    }
    assert!([409, 503].contains(&answer.status.as_u16()), "{}", answer.text);
    assert!(answer.headers.contains_key("retry-after"), "{}", answer.text);
    false
}

/// Lets a task work although it may be cut: what it was kept from it does later.
async fn work(counter: &Counter, task: &str) {
    while counter.shop.app.tick(task).await.is_err() {
        counter.shop.app.later(TimeDelta::minutes(1));
    }
}

/// Nobody looks at the payments so far any more, and the gateway begins with empty books.
async fn let_be(counter: &Counter) {
    sqlx::query("UPDATE payment_transactions SET next_check_at = NULL").execute(&counter.shop.db).await.unwrap();
    counter.control("forget", json!({})).await;
}

async fn is_paid(counter: &Counter, order: OrderId, cuts: usize) {
    assert_eq!(counter.shop.statuses(order).await, ["captured"], "cut {cuts}");
    assert_eq!((counter.told().await.len(), counter.balance().await), (cuts + 1, 1999), "cut {cuts}");
    assert_eq!(counter.refunds().await.len(), 0, "cut {cuts}");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_is_cut_when_it_begins_is_begun_once(db: MySqlPool) {
    let (counter, wire) = on_a_wire(&db).await;
    let mut unanswered = 0;
    for loss in LOSSES {
        for cuts in 0.. {
            let order = counter.order(1999).await;
            counter.shop.app.comes_to_rest().await;
            wire.trip(cuts, loss);
            unanswered += usize::from(!is_answered(&counter.initiate(order).await));
            let was_cut = !wire.is_set();
            counter.shop.app.later(TimeDelta::seconds(31));
            work(&counter, "poll").await;
            assert!(is_answered(&counter.initiate(order).await), "cut {cuts}");
            assert_eq!(
                (counter.shop.statuses(order).await, counter.made().await.0),
                (vec!["created".to_owned()], 1),
                "cut {cuts}"
            );
            let_be(&counter).await;
            if !was_cut {
                break;
            }
        }
    }
    assert!(unanswered >= 20, "a payment has more than {unanswered} steps");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_is_cut_when_it_is_verified_is_captured_once(db: MySqlPool) {
    let (counter, wire) = on_a_wire(&db).await;
    let (mut paid, mut unanswered) = (0, 0);
    for loss in LOSSES {
        for cuts in 0.. {
            let (order, payment, gateway_order) = counter.begun(1999).await;
            let said = counter.check_out(&gateway_order).await;
            counter.shop.app.comes_to_rest().await;
            wire.trip(cuts, loss);
            unanswered += usize::from(!is_answered(&counter.verify(payment, &said).await));
            let was_cut = !wire.is_set();
            assert_eq!(counter.verify(payment, &said).await.data()["status"], "captured", "cut {cuts}");
            is_paid(&counter, order, paid).await;
            paid += 1;
            let_be(&counter).await;
            if !was_cut {
                break;
            }
        }
    }
    assert!(unanswered >= 20, "a payment has more than {unanswered} steps");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_webhook_that_is_cut_is_acted_upon_once(db: MySqlPool) {
    let (counter, wire) = on_a_wire(&db).await;
    let (mut paid, mut unanswered) = (0, 0);
    for loss in LOSSES {
        for cuts in 0.. {
            let (order, _, gateway_order) = counter.begun(1999).await;
            counter.check_out(&gateway_order).await;
            let webhook = counter.webhook("payment.captured").await;
            counter.shop.app.comes_to_rest().await;
            wire.trip(cuts, loss);
            while !is_answered(&counter.deliver(&webhook).await) {
                unanswered += 1;
            }
            work(&counter, "webhooks").await;
            let was_cut = !wire.is_set();
            is_paid(&counter, order, paid).await;
            paid += 1;
            let_be(&counter).await;
            if !was_cut {
                break;
            }
        }
    }
    assert_eq!(counter.outcomes().await, vec![Some("applied".to_owned()); paid]);
    assert!(unanswered >= 2, "a webhook has more than {unanswered} steps");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_look_that_is_cut_is_taken_again(db: MySqlPool) {
    let (counter, wire) = on_a_wire(&db).await;
    let mut paid = 0;
    for loss in LOSSES {
        for cuts in 0.. {
            let (order, _, gateway_order) = counter.begun(1999).await;
            counter.check_out(&gateway_order).await;
            counter.shop.app.later(TimeDelta::seconds(30));
            counter.shop.app.comes_to_rest().await;
            wire.trip(cuts, loss);
            work(&counter, "poll").await;
            let was_cut = !wire.is_set();
            is_paid(&counter, order, paid).await;
            paid += 1;
            let_be(&counter).await;
            if !was_cut {
                break;
            }
        }
    }
    assert!(paid >= 30, "a look has more than {paid} steps");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_refund_that_is_cut_goes_back_once(db: MySqlPool) {
    let (counter, wire) = on_a_wire(&db).await;
    let mut refunded = 0;
    for loss in LOSSES {
        for cuts in 0.. {
            let (order, payment, _) = counter.paid(1999).await;
            let message = counter.wants_back(order, 1999, Some(payment));
            counter.shop.app.comes_to_rest().await;
            wire.trip(cuts, loss);
            while counter.shop.app.deliver(&message).await.is_err() {}
            work(&counter, "refunds").await;
            let was_cut = !wire.is_set();
            refunded += 1;
            assert_eq!(counter.shop.statuses(order).await, ["refunded"], "cut {cuts}");
            assert_eq!((counter.made().await.2, counter.balance().await), (1, 0), "cut {cuts}");
            assert_eq!(counter.told_back().await.len(), refunded, "cut {cuts}");
            let_be(&counter).await;
            if !was_cut {
                break;
            }
        }
    }
    assert!(refunded >= 40, "a refund has more than {refunded} steps");
}
