//! What an administrator changes on one service counts on all six: settings, roles, maintenance.

use axum::body::Body;
use axum::http::Method;
use kernel::UserId;
use serde_json::json;
use shared::config::ServiceName;
use sqlx::MySqlPool;
use testing::{Answer, Caller, TestApp, build};

use crate::routes::{house, things};

async fn close(auth: &Caller, is_closed: bool) {
    let body = json!({ "settings": { "maintenance_mode": is_closed } }).to_string();
    let caller = auth.clone().with_header("content-type", "application/json");
    let answer = caller.send(Method::PUT, "/api/v1/auth/site-settings", Body::from(body)).await;
    assert!(answer.status.is_success(), "{}", answer.text);
}

/// A route of each service that whoever calls gets an answer from.
fn route(service: ServiceName) -> &'static str {
    match service {
        ServiceName::Auth => "/api/v1/auth/me",
        ServiceName::Product => "/api/v1/products",
        ServiceName::Order => "/api/v1/orders",
        ServiceName::User => "/api/v1/users/profile",
        ServiceName::Payment => "/api/v1/payments/methods",
        ServiceName::Notification => "/api/v1/notifications/logs",
    }
}

fn is_maintenance(answer: &Answer) -> bool {
    let is = answer.status.as_u16() == 503 && answer.error() == "MAINTENANCE";
    assert!(!is || answer.headers.get("retry-after").is_some_and(|wait| wait == "60"), "{:?}", answer.headers);
    is
}

/// What stays open: method, path, and the service that it belongs to if not all have it.
const OPEN: &[(Method, &str, Option<ServiceName>)] = &[
    (Method::GET, "/health", None),
    (Method::GET, "/health/live", None),
    (Method::GET, "/health/ready", None),
    (Method::GET, "/metrics", None),
    (Method::POST, "/api/v1/auth/login", Some(ServiceName::Auth)),
    (Method::POST, "/api/v1/auth/login/", Some(ServiceName::Auth)),
    (Method::POST, "/api/v1/auth/refresh", Some(ServiceName::Auth)),
    (Method::GET, "/api/v1/auth/frontend-settings", Some(ServiceName::Auth)),
    (Method::POST, "/api/v1/payments/webhook/razorpay", Some(ServiceName::Payment)),
];

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_closed_shop_lets_in_who_can_open_it_and_nobody_else(db: MySqlPool) {
    things(&db).await;
    let owner = build::user("Owner").role("super_admin").insert(&db).await;
    let admin = build::user("Admin").role("admin").insert(&db).await;
    let apps = house(&db).await;
    let auth = apps.iter().find(|app| app.ground.config.service == ServiceName::Auth).unwrap().as_user(owner);
    for app in &apps {
        assert!(!is_maintenance(&app.as_user(admin).get(route(app.ground.config.service)).await));
    }
    close(&auth, true).await;
    for app in &apps {
        app.hear_changes().await;
        expect_closed(app, owner, admin).await;
    }
    close(&auth, false).await;
    for app in &apps {
        app.hear_changes().await;
        assert!(!is_maintenance(&app.as_user(admin).get(route(app.ground.config.service)).await));
    }
}

async fn expect_closed(app: &TestApp, owner: UserId, admin: UserId) {
    let service = app.ground.config.service;
    for path in [route(service), "/no/such/path", "/docs/index.html", "/openapi.json"] {
        for (caller, comes_in) in [
            (app.anonymous(), false),
            (app.as_user(admin), false),
            (app.with_token("a.b.c"), false),
            (app.as_user(owner), true),
        ] {
            let answer = caller.get(path).await;
            assert_eq!(is_maintenance(&answer), !comes_in, "{path} of {service}: {}", answer.text);
        }
    }
    let alias = format!("{}/health", service.prefix());
    let own = OPEN.iter().filter(|(_, _, of)| of.is_none_or(|of| of == service));
    for (method, path) in own.map(|(method, path, _)| (method.clone(), *path)).chain([(Method::GET, alias.as_str())]) {
        let caller = app.anonymous().with_header("content-type", "application/json");
        let answer = caller.send(method, path, Body::from("{}")).await;
        let text = answer.text.clone();
        assert!(path == "/metrics" || !text.contains("MAINTENANCE"), "{path} of {service}: {text}");
        assert_ne!(answer.status.as_u16(), 503, "{path} of {service}: {text}");
    }
    let other_origin = app.anonymous().with_header("origin", "http://localhost:3000").get(route(service)).await;
    assert!(other_origin.headers.contains_key("access-control-allow-origin"), "a browser can read why");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_shop_without_its_database_stays_as_it_was_last_seen(db: MySqlPool) {
    let owner = build::user("Owner").role("super_admin").insert(&db).await;
    let apps = house(&db).await;
    let (auth, product) = (&apps[0], &apps[1]);
    close(&auth.as_user(owner), true).await;
    product.hear_changes().await;
    product.ground.database.close().await;
    assert!(is_maintenance(&product.anonymous().get("/api/v1/products").await));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_role_counts_on_every_service_after_its_next_look(db: MySqlPool) {
    let owner = build::user("Owner").role("super_admin").insert(&db).await;
    let ravi = build::user("Ravi").role("customer").insert(&db).await;
    let apps = house(&db).await;
    for (roles, holds) in [(json!(["support_staff"]), true), (json!(["customer"]), false)] {
        for app in &apps {
            let before = app.ground.permissions.holds(&app.ground.database, ravi, "manage_orders").await.unwrap();
            assert_eq!(before, !holds);
        }
        let caller = apps[0].as_user(owner).with_header("content-type", "application/json");
        let path = format!("/api/v1/auth/admin/users/{ravi}/roles");
        let body = Body::from(json!({ "roles": roles }).to_string());
        assert!(caller.send(Method::PUT, &path, body).await.status.is_success());
        for app in &apps {
            app.hear_changes().await;
            let now = app.ground.permissions.holds(&app.ground.database, ravi, "manage_orders").await.unwrap();
            assert_eq!(now, holds, "{}", app.ground.config.service);
        }
    }
}
