//! What clients see while something breaks: a database away, mute or busy; a handler that hangs or panics.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use shared::Ground;
use shared::config::ServiceName;
use shared::web::Service;
use sqlx::MySqlPool;
use testing::{TestApp, Wire, servers};

use super::shop::eventually;

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn without_its_database_a_service_says_so_and_recovers_by_itself(db: MySqlPool) {
    let mut config = TestApp::new(&db, ServiceName::Product, product_service::build).await.ground.config.clone();
    let wire = Wire::cut_off_from((config.database.host, config.database.port)).await;
    (config.database.host, config.database.port) = (wire.address.ip().to_string(), wire.address.port());
    let caller = TestApp::with(config, product_service::build).anonymous();

    let away = caller.get("/health").await;
    assert_eq!((away.status.as_u16(), &away.json()["status"]), (503, &"unhealthy".into()));
    assert_eq!(caller.get("/health/ready").await.status.as_u16(), 503);
    assert_eq!(caller.get("/health/live").await.status.as_u16(), 200);
    let refused = caller.get("/api/v1/products").await;
    assert_eq!((refused.status.as_u16(), refused.error().as_str()), (503, "UNAVAILABLE"));
    assert!(refused.headers.contains_key("retry-after"));
    assert_eq!(caller.get("/api/v1/products?page=0").await.wrong_fields(), ["page"], "nonsense needs no database");

    wire.mend();
    eventually("healthy", async || caller.get("/health").await.json()["status"] == "healthy").await;
    assert!(caller.get("/api/v1/products").await.status.is_success());

    wire.cut();
    eventually("unhealthy", async || caller.get("/health").await.status.as_u16() == 503).await;
    wire.mend();
    eventually("healthy again", async || caller.get("/health").await.status.is_success()).await;
    eventually("serving again", async || caller.get("/api/v1/products").await.status.is_success()).await;
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_busy_service_sheds_requests_and_its_database_is_not_called_away(db: MySqlPool) {
    let app = TestApp::new(&db, ServiceName::Product, product_service::build).await;
    let mut busy = Vec::new();
    for _ in 0..app.ground.config.database.max_connections.get() {
        busy.push(app.ground.database.acquire().await.unwrap());
    }
    let shed = app.anonymous().get("/api/v1/products").await;
    assert_eq!((shed.status.as_u16(), shed.error().as_str()), (503, "UNAVAILABLE"));
    assert!(shed.headers.contains_key("retry-after"));
    assert_eq!(app.anonymous().get("/health").await.json()["status"], "healthy");
    drop(busy);
    eventually("serving again", async || app.anonymous().get("/api/v1/products").await.status.is_success()).await;
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_database_that_falls_silent_does_not_drain_the_pool(db: MySqlPool) {
    let mut place = servers::config(ServiceName::Product, &db).database;
    let wire = Wire::cut_off_from((place.host, place.port)).await;
    (place.host, place.port) = (wire.address.ip().to_string(), wire.address.port());
    place.account = servers::migrator_account();
    let pool = shared::database::connect_lazily(&place);
    wire.mend();
    let mut taken = Vec::new();
    for _ in 0..place.max_connections.get() {
        taken.push(pool.acquire().await.unwrap());
    }
    wire.mute();
    for conn in &mut taken {
        let given_up = tokio::time::timeout(Duration::from_millis(20), sqlx::query("SELECT 1").execute(&mut **conn));
        assert!(given_up.await.is_err(), "nothing answers");
    }
    drop(taken);
    wire.mend();
    eventually("the pool is whole", async || {
        let answers = (0..place.max_connections.get()).map(|_| pool.acquire());
        futures::future::join_all(answers).await.iter().all(Result::is_ok)
    })
    .await;
}

#[sqlx::test(migrations = false)]
async fn a_body_that_does_not_come_is_a_408(db: MySqlPool) {
    let config = servers::config(ServiceName::Product, &db);
    let caller = TestApp::with(config, product_service::build).anonymous();
    let never = axum::body::Body::from_stream(futures::stream::pending::<Result<axum::body::Bytes, std::io::Error>>());
    let answer = caller.post_text("/api/v1/products/bulk-cart-info", never).await;
    assert_eq!((answer.status.as_u16(), answer.error().as_str()), (408, "REQUEST_TIMEOUT"));
}

#[sqlx::test(migrations = false)]
async fn a_handler_that_never_answers_is_a_503(db: MySqlPool) {
    let config = servers::config(ServiceName::Product, &db);
    let stuck =
        |_: &Arc<Ground>| Service::new(Router::new().route("/stuck", get(std::future::pending::<&'static str>)).into());
    let answer = TestApp::with(config, stuck).anonymous().get("/stuck").await;
    assert_eq!((answer.status.as_u16(), answer.error().as_str()), (503, "UNAVAILABLE"));
}

#[sqlx::test(migrations = false)]
async fn a_panic_is_an_answer_without_its_text(db: MySqlPool) {
    let config = servers::config(ServiceName::Product, &db);
    let explosive = |_: &Arc<Ground>| Service::new(Router::new().route("/boom", get(boom)).into());
    let answer = TestApp::with(config, explosive).anonymous().get("/boom").await;
    assert_eq!((answer.status.as_u16(), answer.error().as_str()), (500, "INTERNAL_ERROR"));
    assert!(!answer.text.contains("secret"));
}

#[expect(clippy::panic, reason = "what is tested")]
async fn boom() -> &'static str {
    panic!("the secret is out")
}
