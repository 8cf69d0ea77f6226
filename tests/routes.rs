//! Every route of every service, walked by every kind of caller: one without an expectation here fails.

mod catalogue;
mod shelves;
mod staff;
mod strangers;

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::body::Body;
use axum::http::Method;
use chrono::TimeDelta;
use kernel::UserId;
use regex::Regex;
use shared::Ground;
use shared::config::ServiceName;
use shared::identity::Claims;
use shared::web::Service;
use sqlx::MySqlPool;
use testing::{Caller, TestApp, build, noon};
use utoipa::openapi::PathItem;
use utoipa::openapi::path::Operation;
use uuid::Uuid;

/// What each kind of caller is answered.
struct Expectation {
    /// Method and path as OpenAPI has them.
    route: &'static str,
    /// The path with the things that [`things`] makes.
    sample: &'static str,
    /// A body, for routes that take one.
    body: &'static str,
    /// Statuses for: nobody, a customer, somebody whose token expired, somebody who forged one.
    answers: [u16; 4],
}

/// A route that shows everybody the same and does not look at tokens.
const fn public(route: &'static str, sample: &'static str) -> Expectation {
    Expectation { route, sample, body: "", answers: [200; 4] }
}

/// A route for whoever signed in: the customer is answered `status`, everybody else 401.
const fn signed_in(route: &'static str, sample: &'static str, body: &'static str, status: u16) -> Expectation {
    Expectation { route, sample, body, answers: [401, status, 401, 401] }
}

/// A route for guests and customers alike; a token that proves nothing is refused all the same.
const fn shopping(route: &'static str, sample: &'static str, body: &'static str, status: u16) -> Expectation {
    Expectation { route, sample, body, answers: [status, status, 401, 401] }
}

const ORDER: &str = r#"{"items":[{"product_id":1,"quantity":1}],"payment_method":"cash_on_delivery","shipping_address":
    {"full_name":"Asha Rao","phone":"9820012345","address_line1":"4 Hill Road","city":"Pune","state":"MH","postal_code":"411001"}}"#;

const ADDRESS: &str = r#"{"full_name":"Asha Rao","phone":"9820012345","address_line1":"4 Hill Road","city":"Pune",
    "state":"MH","postal_code":"411001"}"#;

const EXPECTATIONS: &[Expectation] = &[
    Expectation { route: "POST /api/v1/auth/register", sample: "/api/v1/auth/register", body: "{}", answers: [400; 4] },
    Expectation {
        route: "POST /api/v1/auth/login",
        sample: "/api/v1/auth/login",
        body: r#"{"login_id":"nobody@example.com","password":"not this one"}"#,
        answers: [401; 4],
    },
    Expectation {
        route: "POST /api/v1/auth/refresh",
        sample: "/api/v1/auth/refresh",
        body: r#"{"refresh_token":"x"}"#,
        answers: [401; 4],
    },
    Expectation {
        route: "POST /api/v1/auth/login/mfa",
        sample: "/api/v1/auth/login/mfa",
        body: r#"{"mfa_token":"x","code":"000000"}"#,
        answers: [401; 4],
    },
    signed_in("POST /api/v1/auth/mfa/enroll", "/api/v1/auth/mfa/enroll", "{}", 400),
    signed_in("POST /api/v1/auth/mfa/confirm", "/api/v1/auth/mfa/confirm", r#"{"code":"000000"}"#, 422),
    signed_in("POST /api/v1/auth/mfa/disable", "/api/v1/auth/mfa/disable", r#"{"code":"000000"}"#, 401),
    signed_in("GET /api/v1/auth/sessions", "/api/v1/auth/sessions", "", 200),
    signed_in("DELETE /api/v1/auth/sessions/{id}", "/api/v1/auth/sessions/999999", "", 404),
    signed_in("POST /api/v1/auth/logout", "/api/v1/auth/logout", "", 200),
    signed_in("POST /api/v1/auth/logout-all", "/api/v1/auth/logout-all", "", 200),
    signed_in("GET /api/v1/auth/me", "/api/v1/auth/me", "", 200),
    signed_in("GET /api/v1/auth/roles", "/api/v1/auth/roles", "", 403),
    signed_in("POST /api/v1/auth/check-permission", "/api/v1/auth/check-permission", r#"{"permission":"fly"}"#, 200),
    signed_in("GET /api/v1/auth/admin/users/{id}/roles", "/api/v1/auth/admin/users/1/roles", "", 403),
    signed_in("PUT /api/v1/auth/admin/users/{id}/roles", "/api/v1/auth/admin/users/1/roles", r#"{"roles":[]}"#, 403),
    public("GET /api/v1/auth/frontend-settings", "/api/v1/auth/frontend-settings"),
    signed_in("GET /api/v1/auth/site-settings", "/api/v1/auth/site-settings", "", 403),
    signed_in("PUT /api/v1/auth/site-settings", "/api/v1/auth/site-settings", r#"{"settings":{}}"#, 403),
    signed_in("GET /api/v1/auth/admin/all-settings", "/api/v1/auth/admin/all-settings", "", 403),
    signed_in("GET /api/v1/auth/admin/audit-log", "/api/v1/auth/admin/audit-log", "", 403),
    Expectation {
        route: "POST /api/v1/auth/forgot-password",
        sample: "/api/v1/auth/forgot-password",
        body: "{}",
        answers: [400; 4],
    },
    Expectation {
        route: "POST /api/v1/auth/reset-password",
        sample: "/api/v1/auth/reset-password",
        body: r#"{"token":"x","new_password":"a stable of horses"}"#,
        answers: [422; 4],
    },
    Expectation {
        route: "POST /api/v1/auth/verify-email",
        sample: "/api/v1/auth/verify-email",
        body: r#"{"token":"x"}"#,
        answers: [422; 4],
    },
    signed_in("POST /api/v1/auth/verify-phone", "/api/v1/auth/verify-phone", r#"{"code":"123456"}"#, 422),
    signed_in(
        "POST /api/v1/auth/resend-verification",
        "/api/v1/auth/resend-verification",
        r#"{"channel":"phone"}"#,
        422,
    ),
    Expectation {
        route: "POST /api/v1/auth/otp/request",
        sample: "/api/v1/auth/otp/request",
        body: "{}",
        answers: [400; 4],
    },
    Expectation {
        route: "POST /api/v1/auth/otp/verify",
        sample: "/api/v1/auth/otp/verify",
        body: r#"{"request_id":"67e55044-10b1-426f-9247-bb680e5fe0c8","code":"123456"}"#,
        answers: [422; 4],
    },
    signed_in("POST /api/v1/orders", "/api/v1/orders", ORDER, 201),
    signed_in("GET /api/v1/orders", "/api/v1/orders", "", 200),
    signed_in("GET /api/v1/orders/user/{user_id}", "/api/v1/orders/user/2", "", 404),
    signed_in("GET /api/v1/orders/{id}", "/api/v1/orders/1", "", 200),
    signed_in("GET /api/v1/orders/number/{order_number}", "/api/v1/orders/number/PT-0", "", 404),
    signed_in("GET /api/v1/orders/{id}/history", "/api/v1/orders/1/history", "", 200),
    signed_in("POST /api/v1/orders/{id}/cancel", "/api/v1/orders/1/cancel", "{}", 200),
    signed_in("PUT /api/v1/orders/{id}/cancel", "/api/v1/orders/1/cancel", "{}", 200),
    signed_in("GET /api/v1/users/profile", "/api/v1/users/profile", "", 200),
    signed_in(
        "POST /api/v1/users/change-password",
        "/api/v1/users/change-password",
        r#"{"current_password":"x","new_password":"a stable of horses"}"#,
        400,
    ),
    signed_in("PUT /api/v1/users/profile", "/api/v1/users/profile", "{}", 200),
    signed_in("PATCH /api/v1/users/profile", "/api/v1/users/profile", "{}", 200),
    // It takes a form.
    signed_in("POST /api/v1/users/profile/avatar", "/api/v1/users/profile/avatar", "{}", 400),
    signed_in("DELETE /api/v1/users/profile/avatar", "/api/v1/users/profile/avatar", "", 200),
    signed_in("GET /api/v1/users/addresses", "/api/v1/users/addresses", "", 200),
    signed_in("POST /api/v1/users/addresses", "/api/v1/users/addresses", ADDRESS, 201),
    signed_in("GET /api/v1/users/addresses/{id}", "/api/v1/users/addresses/1", "", 200),
    signed_in("PUT /api/v1/users/addresses/{id}", "/api/v1/users/addresses/1", ADDRESS, 200),
    signed_in("PUT /api/v1/users/addresses/{id}/default", "/api/v1/users/addresses/1/default", "", 200),
    signed_in("DELETE /api/v1/users/addresses/{id}", "/api/v1/users/addresses/999999", "", 404),
    signed_in("GET /api/v1/users/tax-info", "/api/v1/users/tax-info", "", 200),
    signed_in("PUT /api/v1/users/tax-info", "/api/v1/users/tax-info", "{}", 200),
    signed_in("GET /api/v1/users/wishlist", "/api/v1/users/wishlist", "", 200),
    signed_in("POST /api/v1/users/wishlist/{product_id}", "/api/v1/users/wishlist/1", "", 200),
    signed_in("DELETE /api/v1/users/wishlist/{product_id}", "/api/v1/users/wishlist/999999", "", 200),
    signed_in(
        "POST /api/v1/users/wishlist/{product_id}/move-to-cart",
        "/api/v1/users/wishlist/999999/move-to-cart",
        "",
        200,
    ),
    signed_in("GET /api/v1/users/notification-preferences", "/api/v1/users/notification-preferences", "", 200),
    signed_in(
        "PUT /api/v1/users/notification-preferences",
        "/api/v1/users/notification-preferences",
        r#"{"preferences":[{"channel":"sms","purpose":"orders","is_enabled":true}]}"#,
        200,
    ),
    signed_in(
        "GET /api/v1/users/available-notification-methods",
        "/api/v1/users/available-notification-methods",
        "",
        200,
    ),
    signed_in("POST /api/v1/users/account/export", "/api/v1/users/account/export", "", 200),
    // Not their password, which is the same status as no token.
    signed_in("POST /api/v1/users/account/delete", "/api/v1/users/account/delete", r#"{"password":"x"}"#, 401),
    // She has proven nothing.
    signed_in(
        "POST /api/v1/users/account/confirmation",
        "/api/v1/users/account/confirmation",
        r#"{"action":"delete_account"}"#,
        422,
    ),
    signed_in("POST /api/v1/users/account/delete/cancel", "/api/v1/users/account/delete/cancel", "", 200),
    Expectation {
        route: "POST /api/v1/users/newsletter/subscribe",
        sample: "/api/v1/users/newsletter/subscribe",
        body: r#"{"email":"asha@example.com"}"#,
        answers: [200; 4],
    },
    Expectation {
        route: "POST /api/v1/users/newsletter/confirm",
        sample: "/api/v1/users/newsletter/confirm",
        body: r#"{"token":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}"#,
        answers: [422; 4],
    },
    Expectation {
        route: "POST /api/v1/users/newsletter/unsubscribe",
        sample: "/api/v1/users/newsletter/unsubscribe",
        body: r#"{"token":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}"#,
        answers: [200; 4],
    },
    signed_in("GET /api/v1/products/admin/products/export", "/api/v1/products/admin/products/export", "", 403),
    signed_in("POST /api/v1/products/admin/products/import", "/api/v1/products/admin/products/import", "", 403),
    signed_in("GET /api/v1/products/admin/imports", "/api/v1/products/admin/imports", "", 403),
    signed_in("GET /api/v1/products/admin/imports/{id}", "/api/v1/products/admin/imports/1", "", 403),
    signed_in("GET /api/v1/products/admin/imports/{id}/errors", "/api/v1/products/admin/imports/1/errors", "", 403),
    signed_in("POST /api/v1/products/admin/imports/{id}/cancel", "/api/v1/products/admin/imports/1/cancel", "", 403),
    signed_in("GET /api/v1/users/admin/users", "/api/v1/users/admin/users", "", 403),
    signed_in("GET /api/v1/users/admin/users/{id}", "/api/v1/users/admin/users/2", "", 403),
    signed_in(
        "PUT /api/v1/users/admin/users/{id}/status",
        "/api/v1/users/admin/users/2/status",
        r#"{"is_active":false}"#,
        403,
    ),
    signed_in(
        "DELETE /api/v1/users/admin/users/{id}/second-factor",
        "/api/v1/users/admin/users/2/second-factor",
        "",
        403,
    ),
    shopping("GET /api/v1/users/cart", "/api/v1/users/cart", "", 200),
    shopping("DELETE /api/v1/users/cart", "/api/v1/users/cart", "", 200),
    shopping("POST /api/v1/users/cart/{id}", "/api/v1/users/cart/1", r#"{"quantity":1}"#, 200),
    shopping("PUT /api/v1/users/cart/{id}", "/api/v1/users/cart/999999", r#"{"quantity":1}"#, 404),
    shopping("DELETE /api/v1/users/cart/{id}", "/api/v1/users/cart/999999", "", 404),
    signed_in("POST /api/v1/users/cart/migrate-guest-to-user", "/api/v1/users/cart/migrate-guest-to-user", "", 200),
    public("GET /api/v1/products/stock-status/bulk", "/api/v1/products/stock-status/bulk?product_ids=1"),
    public("GET /api/v1/products/suggest", "/api/v1/products/suggest?q=ri"),
    public("GET /api/v1/products/{id}/cart-validation", "/api/v1/products/1/cart-validation"),
    signed_in("GET /api/v1/notifications/logs", "/api/v1/notifications/logs", "", 403),
    signed_in("GET /api/v1/notifications/logs/{id}", "/api/v1/notifications/logs/1", "", 403),
    signed_in("POST /api/v1/notifications/logs/{id}/resend", "/api/v1/notifications/logs/1/resend", "", 403),
    signed_in("GET /api/v1/payments/methods", "/api/v1/payments/methods", "", 200),
    signed_in("POST /api/v1/payments/initiate", "/api/v1/payments/initiate", r#"{"order_id":2}"#, 200),
    signed_in(
        "POST /api/v1/payments/verify/{id}",
        "/api/v1/payments/verify/1",
        r#"{"razorpay_payment_id":"pay_1","razorpay_order_id":"order_1","razorpay_signature":"00"}"#,
        422,
    ),
    // It has no gateway.
    Expectation {
        route: "POST /api/v1/payments/webhook/razorpay",
        sample: "/api/v1/payments/webhook/razorpay",
        body: "{}",
        answers: [404; 4],
    },
    signed_in("POST /api/v1/payments/cod/{order_id}/collected", "/api/v1/payments/cod/2/collected", "", 403),
    signed_in("GET /api/v1/payments/transactions", "/api/v1/payments/transactions", "", 200),
    signed_in("GET /api/v1/payments/transactions/{id}", "/api/v1/payments/transactions/1", "", 200),
    signed_in("GET /api/v1/payments/order/{order_id}", "/api/v1/payments/order/1", "", 200),
    public("GET /api/v1/products", "/api/v1/products"),
    public("GET /api/v1/products/{id}", "/api/v1/products/1"),
    public("GET /api/v1/products/featured", "/api/v1/products/featured"),
    public("GET /api/v1/products/bestsellers", "/api/v1/products/bestsellers"),
    public("GET /api/v1/products/new-arrivals", "/api/v1/products/new-arrivals"),
    public("GET /api/v1/products/trending", "/api/v1/products/trending"),
    public("GET /api/v1/products/{id}/related", "/api/v1/products/1/related"),
    public("GET /api/v1/products/{id}/reviews", "/api/v1/products/1/reviews"),
    signed_in("POST /api/v1/products/{id}/reviews", "/api/v1/products/1/reviews", r#"{"rating":0}"#, 400),
    signed_in("GET /api/v1/products/{id}/reviews/mine", "/api/v1/products/1/reviews/mine", "", 200),
    signed_in("GET /api/v1/products/reviews/{id}", "/api/v1/products/reviews/1", "", 200),
    signed_in("PUT /api/v1/products/reviews/{id}", "/api/v1/products/reviews/1", r#"{"rating":5}"#, 200),
    signed_in("DELETE /api/v1/products/reviews/{id}", "/api/v1/products/reviews/999999", "", 404),
    signed_in("POST /api/v1/products/reviews/{id}/vote", "/api/v1/products/reviews/1/vote", "{}", 400),
    signed_in("GET /api/v1/products/admin/reviews", "/api/v1/products/admin/reviews", "", 403),
    signed_in("PUT /api/v1/products/admin/reviews/{id}", "/api/v1/products/admin/reviews/1", r#"{"reply":null}"#, 403),
    public("GET /api/v1/products/slug/{slug}", "/api/v1/products/slug/neem-soap"),
    Expectation {
        route: "POST /api/v1/products/bulk-cart-info",
        sample: "/api/v1/products/bulk-cart-info",
        body: r#"{"product_ids":[1]}"#,
        answers: [200; 4],
    },
    public("GET /api/v1/categories", "/api/v1/categories"),
    public("GET /api/v1/categories/all", "/api/v1/categories/all"),
    public("GET /api/v1/categories/tree", "/api/v1/categories/tree"),
    public("GET /api/v1/categories/{id}", "/api/v1/categories/1"),
    public("GET /api/v1/categories/slug/{slug}", "/api/v1/categories/slug/soap"),
    public("GET /api/v1/products/categories", "/api/v1/products/categories"),
    public("GET /api/v1/products/categories/all", "/api/v1/products/categories/all"),
    public("GET /api/v1/products/categories/tree", "/api/v1/products/categories/tree"),
    public("GET /api/v1/products/categories/{id}", "/api/v1/products/categories/1"),
    public("GET /api/v1/products/categories/slug/{slug}", "/api/v1/products/categories/slug/soap"),
    public("GET /api/v1/brands", "/api/v1/brands"),
    public("GET /api/v1/brands/all", "/api/v1/brands/all"),
    public("GET /api/v1/brands/{id}", "/api/v1/brands/1"),
    public("GET /api/v1/brands/slug/{slug}", "/api/v1/brands/slug/van"),
    public("GET /api/v1/products/brands", "/api/v1/products/brands"),
    public("GET /api/v1/products/brands/all", "/api/v1/products/brands/all"),
    public("GET /api/v1/products/brands/{id}", "/api/v1/products/brands/1"),
    public("GET /api/v1/products/brands/slug/{slug}", "/api/v1/products/brands/slug/van"),
];

/// Those above, and those of the catalogue's staff.
fn expectations() -> impl Iterator<Item = &'static Expectation> {
    EXPECTATIONS.iter().chain(catalogue::OF_STAFF).chain(shelves::EXPECTATIONS)
}

/// What every service answers beside its own routes, to everybody.
const COMMON: &[(&str, u16)] = &[
    ("/health", 200),
    ("/health/live", 200),
    ("/health/ready", 200),
    ("/metrics", 200),
    ("/openapi.json", 200),
    ("/docs", 307),
    ("/docs/index.html", 200),
    ("/no/such/path", 404),
];

/// How a service crate makes its service.
type Build = fn(&Arc<Ground>) -> Service;

const HOUSE: [(ServiceName, Build); 6] = [
    (ServiceName::Auth, auth_service::build),
    (ServiceName::Product, product_service::build),
    (ServiceName::Order, order_service::build),
    (ServiceName::User, user_service::build),
    (ServiceName::Payment, payment_service::build),
    (ServiceName::Notification, notification_service::build),
];

pub(crate) async fn house(db: &MySqlPool) -> Vec<TestApp> {
    let mut apps = Vec::new();
    for (name, build) in HOUSE {
        apps.push(TestApp::new(db, name, build).await);
    }
    apps
}

/// One product, category and brand: number 1 of each. Asha, who is number 1, has two orders and an address, Ravi has none.
pub(crate) async fn things(db: &MySqlPool) {
    let category = build::category("Soap").insert(db).await;
    let brand = build::brand("Van", db).await;
    let soap = build::product("Neem Soap", category).of_brand(brand).insert(db).await;
    let asha = build::user("Asha").insert(db).await;
    build::user("Ravi").insert(db).await;
    build::order(asha, soap, db).await;
    build::review(asha, soap, 5, db).await;
    build::order(asha, soap, db).await;
    build::address(asha, db).await;
}

fn callers(app: &TestApp) -> [(&'static str, Caller); 4] {
    let token = |at| app.ground.tokens.sign(&Claims::access(UserId::new(1).unwrap(), Uuid::nil(), at)).unwrap();
    [
        ("nobody", app.anonymous()),
        ("a customer", app.with_token(&token(noon()))),
        ("an expired token", app.with_token(&token(noon() - TimeDelta::hours(2)))),
        ("a forged token", app.with_token("eyJhbGciOiJub25lIn0.e30.")),
    ]
}

fn operations(app: &TestApp) -> Vec<(String, &Operation)> {
    app.api
        .paths
        .paths
        .iter()
        .flat_map(|(path, item)| methods(item).map(move |(m, op)| (format!("{m} {path}"), op)))
        .collect()
}

/// What a route says whom it lets in.
fn permission_of(operation: &Operation) -> &str {
    let said = operation.extensions.as_ref().and_then(|extensions| extensions.get("x-permission"));
    said.and_then(|value| value.as_str()).unwrap_or_default()
}

fn methods(item: &PathItem) -> impl Iterator<Item = (Method, &Operation)> {
    [
        (Method::GET, &item.get),
        (Method::POST, &item.post),
        (Method::PUT, &item.put),
        (Method::PATCH, &item.patch),
        (Method::DELETE, &item.delete),
    ]
    .into_iter()
    .filter_map(|(method, operation)| Some((method, operation.as_ref()?)))
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn every_route_has_an_expectation_and_every_expectation_a_route(db: MySqlPool) {
    let apps = house(&db).await;
    let served: BTreeSet<_> = apps.iter().flat_map(operations).map(|(route, _)| route).collect();
    let expected: BTreeSet<_> = expectations().map(|expectation| expectation.route.to_owned()).collect();
    let unexpected: Vec<_> = served.difference(&expected).collect();
    let unserved: Vec<_> = expected.difference(&served).collect();
    assert!(unexpected.is_empty(), "say in tests/routes.rs what each caller gets from {unexpected:?}");
    assert!(unserved.is_empty(), "nobody serves {unserved:?}");
    assert!(!served.is_empty());
}

/// The sources of the services make routes with `routes!` alone, which describes what it serves.
#[test]
fn a_route_without_a_description_cannot_be_made() {
    let undescribed =
        Regex::new(r"(?-u:\bRouter\b|\brouting::)|\.(route|route_service|nest_service|fallback)\(").unwrap();
    let services = concat!(env!("CARGO_MANIFEST_DIR"), "/../services");
    let sources = walkdir::WalkDir::new(services).into_iter().map(Result::unwrap).map(walkdir::DirEntry::into_path);
    let sources = sources.filter(|path| path.extension().is_some_and(|ext| ext == "rs"));
    for path in sources.filter(|path| path.components().any(|part| part.as_os_str() == "src")) {
        let source = std::fs::read_to_string(&path).unwrap();
        let found = undescribed.find(&source).map(|found| found.as_str());
        assert!(found.is_none(), "{}: {found:?} makes routes that OpenAPI does not know", path.display());
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn every_route_says_whom_it_lets_in(db: MySqlPool) {
    let permissions: Vec<String> = sqlx::query_scalar("SELECT name FROM permissions").fetch_all(&db).await.unwrap();
    for (route, operation) in house(&db).await.iter().flat_map(operations) {
        let said = permission_of(operation);
        let known = ["anyone", "user"].contains(&said) || permissions.iter().any(|name| name == said);
        assert!(known, "{route}: x-permission is {said:?}");
        assert_eq!(operation.security.is_some(), said != "anyone", "{route}: whether the description asks for a token");
        let is_good = operation.responses.responses.keys().any(|status| status.starts_with('2'));
        assert!(operation.summary.is_some() && is_good, "{route}");
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn operations_have_names_of_their_own(db: MySqlPool) {
    for app in house(&db).await {
        let named: Vec<_> = operations(&app).iter().map(|(_, operation)| operation.operation_id.clone()).collect();
        let unique: BTreeSet<_> = named.iter().flatten().collect();
        assert_eq!(unique.len(), named.len(), "{named:?}");
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn every_caller_gets_what_is_expected_from_every_route(db: MySqlPool) {
    things(&db).await;
    for app in house(&db).await {
        let served: Vec<_> = operations(&app).into_iter().map(|(route, _)| route).collect();
        for expectation in expectations().filter(|expectation| served.iter().any(|route| route == expectation.route)) {
            walk(&app, expectation).await;
        }
    }
}

async fn walk(app: &TestApp, expectation: &Expectation) {
    let method: Method = expectation.route.split(' ').next().unwrap().parse().unwrap();
    for ((who, caller), status) in callers(app).into_iter().zip(expectation.answers) {
        let caller = caller.with_header("content-type", "application/json");
        let with_slash = match expectation.sample.split_once('?') {
            Some((path, query)) => format!("{path}/?{query}"),
            None => format!("{}/", expectation.sample),
        };
        for path in [expectation.sample.to_owned(), with_slash] {
            let answer = caller.send(method.clone(), &path, Body::from(expectation.body)).await;
            assert_eq!(answer.status.as_u16(), status, "{path} to {who}: {}", answer.text);
        }
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn every_service_answers_what_all_services_answer(db: MySqlPool) {
    for app in house(&db).await {
        let name = app.ground.config.service;
        for (path, status) in COMMON {
            let answer = app.anonymous().get(path).await;
            assert_eq!(answer.status.as_u16(), *status, "{path} of {name}: {}", answer.text);
        }
        assert_eq!(app.anonymous().get(&format!("{}/health", name.prefix())).await.json()["service"], name.as_str());
        assert_eq!(app.anonymous().get("/no/such/path").await.error(), "NOT_FOUND");
        assert_eq!(app.anonymous().get("/openapi.json").await.json()["openapi"], "3.1.0");
    }
}
