//! How many requests one caller may make, on every service: in Redis, without it, and whoever the caller claims to be.

use std::time::Duration;

use axum::body::Body;
use axum::http::Method;
use chrono::TimeDelta;
use kernel::UserId;
use shared::config::{Config, ServiceName};
use shared::limits::{Bucket, Patience, Quota};
use sqlx::MySqlPool;
use testing::{Answer, Caller, TestApp, Wire, build, servers};

const PRODUCTS: &str = "/api/v1/products";

async fn set(db: &MySqlPool, key: &str, value: &str) {
    let set = sqlx::query("UPDATE site_settings SET setting_value = ? WHERE setting_key = ?");
    assert_eq!(set.bind(value).bind(key).execute(db).await.unwrap().rows_affected(), 1);
}

/// The product service, which has heard that anonymous and signed-in callers get so many requests a minute.
async fn shop(db: &MySqlPool, anonymous: u32, signed_in: u32) -> TestApp {
    set(db, "rate_limit_anonymous_per_minute", &anonymous.to_string()).await;
    set(db, "rate_limit_signed_in_per_minute", &signed_in.to_string()).await;
    let app = TestApp::new(db, ServiceName::Product, product_service::build).await;
    app.hear_changes().await;
    app
}

/// Somebody who calls from `address` through the gateway.
fn from(app: &TestApp, address: &str) -> Caller {
    app.anonymous().with_header("x-forwarded-for", address)
}

async fn statuses(caller: &Caller, times: usize) -> Vec<u16> {
    let mut statuses = Vec::new();
    for _ in 0..times {
        statuses.push(caller.get(PRODUCTS).await.status.as_u16());
    }
    statuses
}

fn said(answer: &Answer) -> [&str; 3] {
    ["ratelimit-limit", "ratelimit-remaining", "ratelimit-reset"]
        .map(|name| answer.headers.get(name).unwrap().to_str().unwrap())
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn an_address_gets_so_many_requests_and_is_told(db: MySqlPool) {
    let app = shop(&db, 3, 600).await;
    let caller = from(&app, "203.0.113.7");
    assert_eq!(said(&caller.get(PRODUCTS).await), ["3", "2", "20"]);
    assert_eq!(said(&caller.post(PRODUCTS, serde_json::json!({})).await), ["3", "1", "40"], "whatever the answer is");
    assert_eq!(said(&caller.get("/no/such/path").await), ["3", "0", "60"]);
    for refused in [caller.get(PRODUCTS).await, caller.send(Method::DELETE, PRODUCTS, Body::empty()).await] {
        assert_eq!((refused.status.as_u16(), refused.error().as_str()), (429, "RATE_LIMITED"));
        assert_eq!((said(&refused), &refused.headers["retry-after"]), (["3", "0", "60"], &"20".parse().unwrap()));
        assert_eq!(refused.headers["cache-control"], "private, no-store");
    }
    assert_eq!(statuses(&from(&app, "203.0.113.8"), 1).await, [200], "somebody else is not affected");
    app.later(TimeDelta::seconds(20));
    assert_eq!(statuses(&caller, 2).await, [200, 429]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_user_is_counted_wherever_they_are_and_on_all_services_together(db: MySqlPool) {
    let products = shop(&db, 1, 3).await;
    let users = TestApp::new(&db, ServiceName::User, user_service::build).await;
    users.hear_changes().await;
    let asha = build::user("Asha").insert(&db).await;
    let profile = "/api/v1/users/profile";
    let caller = products.as_user(asha).with_header("x-forwarded-for", "203.0.113.7");
    assert_eq!(statuses(&caller, 2).await, [200, 200]);
    let elsewhere = users.as_user(asha).with_header("x-forwarded-for", "203.0.113.8");
    assert_eq!(
        [elsewhere.get(profile).await.status, elsewhere.get(profile).await.status].map(|it| it.as_u16()),
        [200, 429]
    );
    assert_eq!(statuses(&caller, 1).await, [429]);
    assert_eq!(statuses(&products.as_user(UserId::new(4_711).unwrap()), 1).await, [200]);
    let forged = products.with_token("a.b.c").with_header("x-forwarded-for", "203.0.113.9");
    assert_eq!(statuses(&forged, 2).await, [200, 429], "a token that proves nothing counts as nobody's");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn nobody_chooses_their_address(db: MySqlPool) {
    let app = shop(&db, 1, 600).await;
    assert_eq!(statuses(&from(&app, "203.0.113.7"), 1).await, [200]);
    for (name, value) in [
        ("x-forwarded-for", "6.6.6.6, 203.0.113.7"),
        ("x-forwarded-for", "10.0.0.1,6.6.6.6 , 203.0.113.7"),
        ("x-real-ip", "6.6.6.6"),
        ("forwarded", "for=6.6.6.6"),
        ("true-client-ip", "6.6.6.6"),
        ("x-user-id", "7"),
    ] {
        let spoofed = if name == "x-forwarded-for" { app.anonymous() } else { from(&app, "203.0.113.7") };
        assert_eq!(statuses(&spoofed.with_header(name, value), 1).await, [429], "{name}: {value}");
    }
    let household = ["2001:db8:1:2::7", "2001:db8:1:2::8"].map(|address| from(&app, address));
    assert_eq!([statuses(&household[0], 1).await, statuses(&household[1], 1).await], [[200], [429]]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn our_own_machines_are_not_counted(db: MySqlPool) {
    set(&db, "rate_limit_exempt_addresses", r#"["198.51.100.0/24"]"#).await;
    let app = shop(&db, 1, 600).await;
    assert_eq!(statuses(&from(&app, "198.51.100.4"), 3).await, [200; 3]);
    let caller = from(&app, "203.0.113.7");
    assert_eq!(statuses(&caller, 2).await, [200, 429]);
    for path in ["/health", "/health/live", "/health/ready", "/api/v1/products/health", "/metrics"] {
        let answer = caller.get(path).await;
        assert!(answer.status.is_success() && !answer.headers.contains_key("ratelimit-limit"), "{path}");
    }
    let payments = TestApp::new(&db, ServiceName::Payment, payment_service::build).await;
    payments.hear_changes().await;
    let webhook = "/api/v1/payments/webhook/razorpay";
    for _ in 0..3 {
        assert_eq!(from(&payments, "203.0.113.7").post(webhook, serde_json::json!({})).await.status.as_u16(), 404);
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_new_limit_holds_as_soon_as_it_is_heard(db: MySqlPool) {
    let app = shop(&db, 1, 600).await;
    let caller = from(&app, "203.0.113.7");
    assert_eq!(statuses(&caller, 2).await, [200, 429]);
    set(&db, "rate_limit_anonymous_per_minute", "100").await;
    sqlx::query("INSERT INTO change_log (topic, subject) VALUES ('settings', 'rate_limit_anonymous_per_minute')")
        .execute(&db)
        .await
        .unwrap();
    app.hear_changes().await;
    assert_eq!(statuses(&from(&app, "203.0.113.8"), 2).await, [200; 2]);
    app.later(TimeDelta::seconds(1));
    assert_eq!(said(&caller.get(PRODUCTS).await), ["100", "0", "60"], "who was refused waits as others do now");
}

/// The product service over `wire` to Redis.
async fn over(wire: &Wire, db: &MySqlPool) -> TestApp {
    let config = servers::config(ServiceName::Product, db);
    let redis = shared::config::Redis {
        host: wire.address.ip().to_string(),
        port: wire.address.port(),
        ..config.redis.clone()
    };
    let app = TestApp::with(Config { redis, ..config }, product_service::build);
    app.hear_changes().await;
    app
}

async fn redis() -> Wire {
    Wire::cut_off_from((servers::variable("REDIS_HOST"), servers::variable("REDIS_PORT").parse().unwrap())).await
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn without_redis_every_process_counts_for_itself(db: MySqlPool) {
    drop(shop(&db, 2, 600).await);
    let wire = redis().await;
    for silence in [Wire::cut, Wire::mute] {
        wire.mend();
        let app = over(&wire, &db).await;
        silence(&wire);
        assert_eq!(statuses(&from(&app, "203.0.113.7"), 3).await, [200, 200, 429]);
        assert_eq!(statuses(&from(&app, "203.0.113.8"), 1).await, [200]);
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn redis_and_the_process_count_alike(db: MySqlPool) {
    let wire = redis().await;
    let (shared, alone) = (shop(&db, 3_000, 600).await, over(&wire, &db).await);
    let bucket = |amount: u32| Bucket { scope: "test", id: amount.to_string(), quota: Quota::per_seconds(amount, 60) };
    let patience = Patience { scope: "failures", id: "a".to_owned(), free: 2, longest: Duration::from_secs(9) };
    for pause in [0, 0, 0, 0, 7_001, 1, 12_999, 0, 0, 20_000, 19_999, 500, 500, 60_000, 0, 0, 1_000, 2_000, 3_600_000] {
        for app in [&shared, &alone] {
            app.later(TimeDelta::milliseconds(pause));
        }
        for amount in [1, 3, 7, 11, 600] {
            let bucket = bucket(amount);
            let (here, there) = (alone.ground.limits.take(&bucket), shared.ground.limits.take(&bucket));
            assert_eq!(here.await, there.await, "{amount} a minute, {pause} ms later");
        }
        let (here, there) = (alone.ground.limits.strike(&patience), shared.ground.limits.strike(&patience));
        assert_eq!(here.await, there.await, "{pause} ms later");
    }
    for app in [&shared, &alone] {
        app.ground.limits.forgive("failures", "a").await;
        assert_eq!(app.ground.limits.strike(&patience).await, Ok(()));
    }
}
