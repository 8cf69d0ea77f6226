//! What a token costs: nothing that another system would have to answer.

use std::sync::Arc;

use shared::Ground;
use shared::config::{Config, Redis, ServiceName};
use shared::identity::CurrentUser;
use shared::web::{Envelope, Service};
use sqlx::MySqlPool;
use testing::{TestApp, build, servers};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Says who is calling, which the token says by itself.
#[utoipa::path(get, path = "/whoami", responses((status = 200)))]
async fn whoami(user: CurrentUser) -> Envelope<u64> {
    Envelope::of(user.id.get())
}

fn service(_: &Arc<Ground>) -> Service {
    Service::new(OpenApiRouter::new().routes(routes!(whoami)))
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_token_is_checked_without_the_database(db: MySqlPool) {
    let app = TestApp::new(&db, ServiceName::Order, service).await;
    let asha = build::user("Asha").insert(&db).await;
    let ended = uuid::Uuid::new_v4();
    sqlx::query("INSERT INTO change_log (topic, subject) VALUES ('session.revoked', ?)")
        .bind(ended.to_string())
        .execute(&db)
        .await
        .unwrap();
    sqlx::query(
        "INSERT INTO sessions (uuid, user_id, last_activity_at, expires_at, revoked_at, revoked_reason)
         VALUES (?, ?, '2026-11-22 12:00:00', '2026-12-22 12:00:00', '2026-11-22 12:00:00', 'logout')",
    )
    .bind(ended.to_string())
    .bind(asha)
    .execute(&db)
    .await
    .unwrap();
    app.hear_changes().await;
    app.ground.database.close().await;
    for _ in 0..10 {
        let answer = app.as_user(asha).get("/whoami").await;
        assert_eq!(answer.data(), asha.get(), "with a pool that is closed");
    }
    assert_eq!(app.as_session(asha, ended).get("/whoami").await.error(), "UNAUTHORIZED");
    assert_eq!(app.with_token("a.b.c").get("/whoami").await.error(), "UNAUTHORIZED");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn nor_does_it_need_redis(db: MySqlPool) {
    drop(TestApp::new(&db, ServiceName::Order, service).await);
    let config = servers::config(ServiceName::Order, &db);
    let redis = Redis { port: 1, ..config.redis.clone() };
    let app = TestApp::with(Config { redis, ..config }, service);
    app.hear_changes().await;
    app.ground.database.close().await;
    assert_eq!(app.as_user(kernel::UserId::new(7).unwrap()).get("/whoami").await.data(), 7);
}
