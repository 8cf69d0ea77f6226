//! What holds on every route of every service: the envelope, the layers, health, metrics.

use axum::body::Body;
use axum::http::Method;
use kernel::UserId;
use shared::config::{RabbitMq, Redis};
use shared::identity::Claims;
use sqlx::MySqlPool;
use testing::{TestApp, build, noon};
use uuid::Uuid;

use crate::app;

const LIST: &str = "/api/v1/products";

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn unknown_paths_and_methods_have_the_envelope(db: MySqlPool) {
    let caller = app(&db).await.anonymous();
    for path in ["/", "/nope", "/api/v1/products/1/nope", "/api/v2/products", "/api//v1/products", "/docs/nope"] {
        let answer = caller.get(path).await;
        assert_eq!((answer.status.as_u16(), answer.error().as_str()), (404, "NOT_FOUND"), "{path}");
    }
    for method in [Method::PUT, Method::DELETE, Method::TRACE, Method::from_bytes(b"BREW").unwrap()] {
        let answer = caller.send(method.clone(), LIST, Body::empty()).await;
        assert_eq!((answer.status.as_u16(), answer.error().as_str()), (405, "METHOD_NOT_ALLOWED"), "{method}");
        assert_eq!(answer.headers["allow"], "GET,HEAD,POST", "{method}");
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_trailing_slash_changes_nothing(db: MySqlPool) {
    let category = build::category("Soap").insert(&db).await;
    let id = build::product("Neem Soap", category).insert(&db).await;
    let caller = app(&db).await.anonymous();
    for path in
        [LIST.to_owned(), format!("{LIST}/{id}"), "/api/v1/categories/all".to_owned(), "/health/live".to_owned()]
    {
        let (plain, slashed) = (caller.get(&path).await, caller.get(&format!("{path}/")).await);
        assert_eq!((plain.status, &plain.text), (slashed.status, &slashed.text), "{path}");
        assert!(plain.status.is_success(), "{path}");
    }
    assert_eq!(caller.get("/api/v1/products/?page=0").await.wrong_fields(), ["page"]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_body_has_a_limit_and_says_that_it_is_json(db: MySqlPool) {
    let path = "/api/v1/products/bulk-cart-info";
    let caller = app(&db).await.anonymous();
    let answer = caller.post_text(path, vec![b' '; 2 * 1024 * 1024]).await;
    assert_eq!((answer.status.as_u16(), answer.error().as_str()), (413, "PAYLOAD_TOO_LARGE"));
    let body = || Body::from(r#"{"product_ids":[1]}"#);
    for kind in ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", ""] {
        let answer = caller.clone().with_header("content-type", kind).send(Method::POST, path, body()).await;
        assert_eq!((answer.status.as_u16(), answer.error().as_str()), (415, "UNSUPPORTED_MEDIA_TYPE"), "{kind}");
    }
    let answer =
        caller.with_header("content-type", "Application/JSON; charset=utf-8").send(Method::POST, path, body()).await;
    assert!(answer.status.is_success());
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_request_keeps_its_name(db: MySqlPool) {
    let caller = app(&db).await.anonymous();
    let answer = caller.clone().with_header("x-request-id", "req-abc123").get(LIST).await;
    assert_eq!(answer.headers["x-request-id"], "req-abc123");
    let answer = caller.with_header("x-request-id", "a b<script>").get("/nope").await;
    assert!(answer.headers["x-request-id"].to_str().unwrap().starts_with("req-"));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn only_the_shop_s_own_pages_may_call_with_credentials(db: MySqlPool) {
    let app = app(&db).await;
    let answer = app.anonymous().with_header("origin", "http://localhost:3000").get(LIST).await;
    assert_eq!(answer.headers["access-control-allow-origin"], "http://localhost:3000");
    assert_eq!(answer.headers["access-control-allow-credentials"], "true");
    let exposed = answer.headers["access-control-expose-headers"].to_str().unwrap().to_lowercase();
    for name in ["x-session-id", "x-request-id", "ratelimit-limit", "retry-after", "etag", "location"] {
        assert!(exposed.contains(name), "{name} in {exposed}");
    }
    for origin in ["https://evil.example", "null", "http://localhost:3000.evil.example"] {
        let answer = app.anonymous().with_header("origin", origin).get(LIST).await;
        assert!(!answer.headers.contains_key("access-control-allow-origin"), "{origin}");
    }
    let preflight = app.anonymous().with_header("origin", "http://localhost:3000");
    let preflight = preflight.with_header("access-control-request-method", "POST");
    let answer = preflight.send(Method::OPTIONS, "/api/v1/products/bulk-cart-info", Body::empty()).await;
    assert!(answer.status.is_success() && answer.headers.contains_key("access-control-allow-methods"));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn health_has_the_contract_s_shape(db: MySqlPool) {
    let caller = app(&db).await.anonymous();
    let answer = caller.get("/health").await;
    let report = answer.json();
    assert_eq!((answer.status.as_u16(), &report["status"]), (200, &"healthy".into()), "{report}");
    assert_eq!((&report["service"], &report["version"]), (&"product".into(), &"0.1.0".into()));
    assert!(report["uptime_seconds"].is_u64());
    for name in ["database", "redis", "rabbitmq"] {
        assert!(report["checks"][name]["status"] == "up" && report["checks"][name]["latency_ms"].is_u64(), "{report}");
    }
    assert_eq!(caller.get("/api/v1/products/health").await.json()["status"], "healthy");
    assert_eq!(caller.get("/health/ready").await.json()["status"], "ready");
    assert_eq!(caller.get("/health/live").await.json()["status"], "alive");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn without_redis_and_rabbitmq_a_service_is_degraded_and_works(db: MySqlPool) {
    let mut config = app(&db).await.ground.config.clone();
    config.redis = Redis { port: 1, ..config.redis };
    config.rabbitmq = RabbitMq { port: 1, ..config.rabbitmq };
    let caller = TestApp::with(config, product_service::build).anonymous();
    let answer = caller.get("/health").await;
    let report = answer.json();
    assert_eq!((answer.status.as_u16(), &report["status"]), (200, &"degraded".into()), "{report}");
    assert_eq!(
        (&report["checks"]["redis"]["status"], &report["checks"]["rabbitmq"]["status"]),
        (&"down".into(), &"down".into())
    );
    assert!(caller.get(LIST).await.status.is_success());
    assert_eq!(caller.get("/health/ready").await.status.as_u16(), 200);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn metrics_have_the_route_s_pattern_and_count_principals_once(db: MySqlPool) {
    let app = app(&db).await;
    let token =
        |user| app.ground.tokens.sign(&Claims::access(UserId::new(user).unwrap(), Uuid::nil(), noon())).unwrap();
    for user in [1, 1, 2] {
        app.with_token(&token(user)).get("/api/v1/products/12345").await;
    }
    app.with_token("forged").get("/api/v1/products/1").await;
    app.anonymous().get("/no/such/path").await;
    let page = app.anonymous().get("/metrics").await.text;
    for line in [
        r#"http_requests_total{endpoint="/api/v1/products/{id}",method="GET",status="404"} 4"#,
        r#"http_requests_total{endpoint="unmatched",method="GET",status="404"} 1"#,
        "active_users 2",
    ] {
        assert!(page.lines().any(|l| l == line), "{line} in {page}");
    }
    let connections = page.lines().find_map(|line| line.strip_prefix("database_connections ")).unwrap();
    assert!((1..=5).contains(&connections.parse().unwrap()), "{connections}");
    assert!(page.contains("http_request_duration_seconds_bucket") && !page.contains("12345"));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn the_description_is_openapi_3_1_and_readable_without_the_internet(db: MySqlPool) {
    let caller = app(&db).await.anonymous();
    let described = caller.get("/openapi.json").await.json();
    assert_eq!(
        (&described["openapi"], &described["info"]["title"]),
        (&"3.1.0".into(), &"Pavitra product service".into())
    );
    assert!(described["paths"]["/api/v1/products/{id}"]["get"]["responses"]["404"].is_object());
    assert_eq!(caller.get("/docs").await.headers["location"], "/docs/index.html");
    let page = caller.get("/docs/index.html").await;
    assert!(page.text.contains("swagger-ui") && !page.text.contains("https://"), "{}", page.text);
    assert!(caller.get("/docs/swagger-initializer.js").await.text.contains("/openapi.json"));
}
