//! The database connection breaks at every single step of a checkout, before the statement and after it.

use std::io::{self, Write};

use chrono::TimeDelta;
use shared::config::ServiceName;
use sqlx::MySqlPool;
use testing::{Answer, Loss, TestApp, Wire, build, servers};

use crate::shop::{ORDERS, Shop};

/// A shop whose order service talks to the database over `wire`.
async fn on_a_wire(db: &MySqlPool) -> (Shop, Wire) {
    let mut shop = Shop::new(db).await;
    let mut config = servers::config(ServiceName::Order, db);
    let wire = Wire::cut_off_from((config.database.host, config.database.port)).await;
    wire.mend();
    (config.database.host, config.database.port) = (wire.address.ip().to_string(), wire.address.port());
    shop.app = TestApp::with(config, order_service::build);
    (shop, wire)
}

/// What the client does whose answer did not come: it asks again with the same key, until somebody tells it.
async fn insist(shop: &Shop, key: &str) -> Answer {
    let mut tries = 0;
    loop {
        let answer = shop.asha().with_header("idempotency-key", key).post(ORDERS, shop.wish(1)).await;
        match answer.status.as_u16() {
            409 | 503 => {
                assert!(answer.headers.contains_key("retry-after"), "{}", answer.text);
                tries += 1;
                assert!(tries < 5, "no answer in five tries: {}", answer.text);
                shop.app.later(TimeDelta::seconds(10));
            }
            _ => return answer,
        }
    }
}

async fn cut_everywhere(db: MySqlPool, loss: Loss) {
    let (mut shop, wire) = on_a_wire(&db).await;
    shop.soap = build::product("Plenty", build::category("Plenty").insert(&db).await).stock(1000).insert(&db).await;
    let (mut cuts, mut unanswered, mut replayed) = (0, 0, 0);
    loop {
        let key = format!("cut-{cuts}");
        shop.app.comes_to_rest().await;
        wire.trip(cuts, loss);
        let answer = shop.asha().with_header("idempotency-key", &key).post(ORDERS, shop.wish(1)).await;
        let was_cut = !wire.is_set();
        assert!([201, 503].contains(&answer.status.as_u16()), "cut {cuts}: {}", answer.text);
        unanswered += usize::from(answer.status.as_u16() == 503);
        let second = insist(&shop, &key).await;
        assert_eq!(second.status.as_u16(), 201, "cut {cuts}: {}", second.text);
        let was_done = answer.status.as_u16() == 503 && second.headers.contains_key("idempotent-replayed");
        replayed += usize::from(was_done);
        let orders = i64::try_from(cuts).unwrap() + 1;
        assert_eq!((shop.orders().await, shop.stock(shop.soap).await), (orders, 1000 - orders), "cut {cuts}");
        if !was_cut {
            break;
        }
        cuts += 1;
    }
    drop(writeln!(io::stdout(), "{cuts} cuts, {unanswered} without an answer, {replayed} of them done all the same"));
    assert!(unanswered >= 15, "a checkout has more than {unanswered} steps");
    assert!(loss == Loss::Reply || replayed == 0, "only who loses the answer to COMMIT has an order");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_checkout_that_is_cut_before_any_of_its_statements_is_one_order(db: MySqlPool) {
    cut_everywhere(db, Loss::Request).await;
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_checkout_that_is_cut_after_any_of_its_statements_is_one_order(db: MySqlPool) {
    cut_everywhere(db, Loss::Reply).await;
}
