//! `DELETE /api/v1/users/admin/users/{id}/second-factor`: a lost telephone.

use accounts::sessions;
use accounts::{SecondFactorCode, second_factor};
use axum::body::Body;
use axum::http::Method;
use kernel::UserId;
use serde_json::{Value, json};
use shared::web::Device;
use sqlx::MySqlPool;
use testing::{Answer, Caller, TestApp, authenticator, build, noon};

use crate::app;

const PEOPLE: &str = "/api/v1/users/admin/users";

/// Somebody of a role who shows a second factor.
async fn protected(name: &str, role: &'static str, app: &TestApp) -> UserId {
    let db = &app.ground.database;
    let user = build::user(name).role(role).insert(db).await;
    let (mut conn, sealer) = (db.acquire().await.unwrap(), &app.ground.sealer);
    let secret = second_factor::begin(&mut conn, sealer, user, noon()).await.unwrap().unwrap();
    let code = authenticator::code(secrecy::ExposeSecret::expose_secret(secret.text()), noon());
    let code = SecondFactorCode::try_from(code).unwrap();
    second_factor::confirm(&mut conn, sealer, user, &code, noon()).await.unwrap();
    assert!(is_protected(user, db).await);
    user
}

async fn is_protected(user: UserId, db: &MySqlPool) -> bool {
    second_factor::is_in_force(&mut db.acquire().await.unwrap(), user).await.unwrap()
}

async fn remove(caller: &Caller, user: impl std::fmt::Display) -> Answer {
    caller.send(Method::DELETE, &format!("{PEOPLE}/{user}/second-factor"), Body::empty()).await
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_lost_second_factor_is_taken_away_told_and_written_down(db: MySqlPool) {
    let app = app(&db).await;
    let admin = build::user("Admin").role("admin").insert(&db).await;
    let asha = protected("Asha", "customer", &app).await;
    let ravi = protected("Ravi", "customer", &app).await;
    let mut conn = db.acquire().await.unwrap();
    let session = sessions::open(&mut conn, asha, &Device::default(), noon()).await.unwrap().session;
    let shown = app.as_user(admin).get(&format!("{PEOPLE}/{asha}")).await.data();
    assert_eq!(shown["has_second_factor"], true);
    assert_eq!(remove(&app.as_user(admin), asha).await.data()["has_second_factor"], false);
    assert!(!is_protected(asha, &db).await && is_protected(ravi, &db).await);
    let codes: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM recovery_codes WHERE user_id = ?")
        .bind(asha)
        .fetch_one(&db)
        .await
        .unwrap();
    assert_eq!(codes, 0);
    app.hear_changes().await;
    assert_eq!(app.as_session(asha, session).get("/api/v1/users/profile").await.error(), "UNAUTHORIZED");
    let reason: String = sqlx::query_scalar("SELECT revoked_reason FROM sessions").fetch_one(&db).await.unwrap();
    assert_eq!(reason, "mfa_removed");
    let told: String = sqlx::query_scalar("SELECT payload FROM outbox").fetch_one(&db).await.unwrap();
    let told = serde_json::from_str::<Value>(&told).unwrap()["data"].clone();
    assert_eq!(told, json!({ "user_id": asha, "kind": "mfa_removed" }));
    let rows: Vec<(u64, String, String)> = sqlx::query_as(
        "SELECT actor_id, action, CONCAT(subject_type, ' ', subject_id, old_value, new_value) FROM audit_log",
    )
    .fetch_all(&db)
    .await
    .unwrap();
    let facts = format!(r#"user {asha}{{"has_second_factor":true}}{{"has_second_factor":false}}"#);
    assert_eq!(rows, [(admin.get(), "user.second_factor".to_owned(), facts)]);
    assert_eq!(remove(&app.as_user(admin), asha).await.error(), "INVALID_STATE", "there is none any more");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn nobody_takes_their_own_away_or_that_of_who_may_do_more_or_of_the_last(db: MySqlPool) {
    let app = app(&db).await;
    let root = protected("Root", "super_admin", &app).await;
    let admin = protected("Admin", "admin", &app).await;
    let asha = protected("Asha", "customer", &app).await;
    let support = build::user("Support").role("support_staff").insert(&db).await;
    assert_eq!(remove(&app.as_user(admin), root).await.error(), "FORBIDDEN");
    assert_eq!(remove(&app.as_user(support), asha).await.error(), "FORBIDDEN");
    assert_eq!(remove(&app.as_user(asha), asha).await.error(), "FORBIDDEN");
    assert_eq!(remove(&app.as_user(admin), admin).await.error(), "INVALID_STATE");
    assert_eq!(remove(&app.as_user(root), root).await.error(), "INVALID_STATE");
    assert_eq!(remove(&app.as_user(root), 999_999).await.error(), "NOT_FOUND");
    assert_eq!(remove(&app.as_user(root), "x").await.wrong_fields(), ["id"]);
    // Somebody who may do everything by a role of another name does not make the last administrator easier to enter.
    let all = "INSERT INTO role_permissions (role_id, permission_id)
               SELECT r.id, p.id FROM user_roles r JOIN permissions p WHERE r.name = 'admin'
               AND NOT EXISTS (SELECT 1 FROM role_permissions h WHERE h.role_id = r.id AND h.permission_id = p.id)";
    sqlx::raw_sql(all).execute(&db).await.unwrap();
    assert_eq!(remove(&app.as_user(admin), root).await.error(), "INVALID_STATE");
    for user in [root, admin, asha] {
        assert!(is_protected(user, &db).await, "{user}");
    }
    let written: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM audit_log").fetch_one(&db).await.unwrap();
    assert_eq!(written, 0);
    assert_eq!(remove(&app.as_user(root), admin).await.status.as_u16(), 200);
}
