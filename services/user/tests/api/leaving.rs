//! `/api/v1/users/account/delete`, and what is left of somebody thirty days later.

use accounts::{Cost, Hasher, Password};
use axum::body::Body;
use axum::http::Method;
use chrono::TimeDelta;
use kernel::UserId;
use serde_json::json;
use sqlx::{MySqlPool, QueryBuilder};
use testing::{Answer, Caller, TestApp, build};

use crate::{add, app, product, send};

const DELETE: &str = "/api/v1/users/account/delete";

/// Somebody whose password is `correct horse`.
async fn asha(db: &MySqlPool) -> UserId {
    let asha = build::user("Asha").phone("+919876543210").role("customer").insert(db).await;
    let mut conn = db.acquire().await.unwrap();
    let account = accounts::registration::NewAccount {
        email: Some("hash@example.com".to_owned().try_into().unwrap()),
        phone: None,
        username: None,
        password_hash: Hasher::default()
            .hash(Password::try_from("correct horse".to_owned()).unwrap(), Cost::default())
            .await
            .unwrap(),
        first_name: "Hash".to_owned().try_into().unwrap(),
        last_name: "Giver".to_owned().try_into().unwrap(),
        country: accounts::registration::CountryId::new(1).unwrap(),
    };
    accounts::registration::register(&mut conn, &account, testing::noon()).await.unwrap();
    let hash: String = sqlx::query_scalar("SELECT password_hash FROM users WHERE email = 'hash@example.com'")
        .fetch_one(db)
        .await
        .unwrap();
    sqlx::query("UPDATE users SET password_hash = ? WHERE id = ?").bind(hash).bind(asha).execute(db).await.unwrap();
    asha
}

async fn leave(caller: &Caller, password: &str) -> Answer {
    caller.post(DELETE, json!({ "password": password })).await
}

async fn stay(caller: &Caller) -> Answer {
    caller.send(Method::POST, &format!("{DELETE}/cancel"), Body::empty()).await
}

async fn told(db: &MySqlPool, kind: &str) -> i64 {
    sqlx::query_scalar("SELECT COUNT(*) FROM outbox WHERE type = ?").bind(kind).fetch_one(db).await.unwrap()
}

async fn count(db: &MySqlPool, rows: &str) -> i64 {
    let mut query = QueryBuilder::new("SELECT COUNT(*) FROM ");
    query.push(rows).build_query_scalar().fetch_one(db).await.unwrap()
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn only_the_password_lets_somebody_leave_and_the_first_day_stays(db: MySqlPool) {
    let user = asha(&db).await;
    let app = app(&db).await;
    for wrong in ["", "Correct horse", "correct horse "] {
        assert_eq!(leave(&app.as_user(user), wrong).await.error(), "INVALID_CREDENTIALS");
    }
    assert_eq!(app.as_user(user).post(DELETE, json!({})).await.wrong_fields(), ["password"]);
    assert_eq!(leave(&app.as_user(user), &"x".repeat(129)).await.wrong_fields(), ["password"]);
    let due = json!("2026-12-22T12:00:00Z");
    assert_eq!(leave(&app.as_user(user), "correct horse").await.data()["deletion_scheduled_at"], due);
    app.later(TimeDelta::days(1));
    assert_eq!(leave(&app.as_user(user), "correct horse").await.data()["deletion_scheduled_at"], due);
    assert_eq!(told(&db, "user.deletion_scheduled").await, 1);
    for _ in 0..2 {
        assert!(stay(&app.as_user(user)).await.data()["deletion_scheduled_at"].is_null());
    }
    app.later(TimeDelta::days(40));
    app.tick("erasure").await.unwrap();
    assert_eq!(app.as_user(user).get("/api/v1/users/profile").await.data()["first_name"], "Asha");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn the_last_administrator_who_may_do_everything_stays(db: MySqlPool) {
    let user = asha(&db).await;
    let root = "INSERT INTO user_role_assignments (user_id, role_id)
                SELECT 1, id FROM user_roles WHERE name = 'super_admin'";
    sqlx::raw_sql(root).execute(&db).await.unwrap();
    let app = app(&db).await;
    assert_eq!(leave(&app.as_user(user), "correct horse").await.error(), "INVALID_STATE");
    let other = build::user("Other").role("super_admin").insert(&db).await;
    leave(&app.as_user(user), "correct horse").await.data();
    // Whoever is about to leave is nobody to rely on.
    let path = format!("/api/v1/users/admin/users/{other}/status");
    let answer = send(&app.as_user(user), Method::PUT, &path, json!({ "is_active": false })).await;
    assert_eq!(answer.error(), "INVALID_STATE");
}

/// Something of everything.
async fn live(app: &TestApp, user: UserId, db: &MySqlPool) {
    let soap = product("Soap", db).await;
    let caller = app.as_user(user);
    add(&caller, soap, 1).await.data();
    caller.send(Method::POST, &format!("/api/v1/users/wishlist/{soap}"), Body::empty()).await.data();
    let address = json!({ "full_name": "Asha Rao", "phone": "9820012345", "address_line1": "4 Hill Road",
        "city": "Mumbai", "state": "MH", "postal_code": "400050" });
    caller.post("/api/v1/users/addresses", address).await.data();
    let profile = json!({ "whatsapp_phone": "9820012345", "date_of_birth": "1990-05-17", "username": "asha" });
    send(&caller, Method::PATCH, "/api/v1/users/profile", profile).await.data();
    let tax = json!({ "gst_number": "27AAPFU0939F1ZV", "business_name": "Rao" });
    send(&caller, Method::PUT, "/api/v1/users/tax-info", tax).await.data();
    let wish = json!({ "preferences": [{ "channel": "email", "purpose": "marketing", "is_enabled": true }] });
    send(&caller, Method::PUT, "/api/v1/users/notification-preferences", wish).await.data();
    caller.post("/api/v1/users/newsletter/subscribe", json!({ "email": "asha@example.com" })).await.data();
    build::order(user, soap, db).await;
    for statement in [
        "INSERT INTO sessions (id, uuid, user_id, last_activity_at, expires_at, ip_address, user_agent)
         VALUES (1, 'b7b4c1b4-3c11-4a57-9b43-0c5d1c6a0001', 1, '2026-11-22', '2027-11-22', '2001:db8::1', 'curl')",
        "INSERT INTO refresh_tokens (session_id, token_hash, issued_at, expires_at)
         VALUES (1, SHA2('a', 256), '2026-11-22', '2027-11-22')",
        "INSERT INTO password_history (user_id, password_hash, replaced_at) VALUES (1, 'a', '2026-11-22')",
        "INSERT INTO second_factors (user_id, sealed_secret, created_at) VALUES (1, 'v1.a.a', '2026-11-22')",
        "INSERT INTO recovery_codes (user_id, code_hash, created_at) VALUES (1, SHA2('a', 256), '2026-11-22')",
        "INSERT INTO account_proofs (uuid, purpose, channel, recipient, user_id, salt, secret_hash, created_at, expires_at)
         VALUES ('a', 'sign_in', 'sms', '+919876543210', 1, REPEAT('a', 43), SHA2('a', 256), '2026-11-22', '2026-11-23')",
    ] {
        sqlx::raw_sql(statement).execute(db).await.unwrap();
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn after_thirty_days_the_person_is_gone_and_the_books_are_kept(db: MySqlPool) {
    let user = asha(&db).await;
    let app = app(&db).await;
    live(&app, user, &db).await;
    leave(&app.as_user(user), "correct horse").await.data();
    app.later(TimeDelta::days(30) - TimeDelta::seconds(1));
    app.tick("erasure").await.unwrap();
    assert_eq!(app.as_user(user).get("/api/v1/users/profile").await.data()["first_name"], "Asha");
    app.later(TimeDelta::seconds(1));
    for _ in 0..2 {
        app.tick("erasure").await.unwrap();
    }
    assert_eq!(app.as_user(user).get("/api/v1/users/profile").await.error(), "UNAUTHORIZED");
    for gone in [
        "user_addresses",
        "wishlists",
        "user_tax_info",
        "carts",
        "cart_items",
        "user_notification_preferences",
        "newsletter_subscriptions",
        "refresh_tokens",
        "password_history",
        "account_proofs",
        "second_factors",
        "recovery_codes",
        "user_search_words WHERE user_id = 1",
        "user_search_pairs WHERE user_id = 1",
        "sessions WHERE ip_address IS NOT NULL OR user_agent IS NOT NULL OR revoked_at IS NULL",
    ] {
        assert_eq!(count(&db, gone).await, 0, "{gone}");
    }
    let person = "users WHERE id = 1 AND email IS NULL AND phone IS NULL AND username IS NULL AND password_hash = '!'
        AND first_name = 'Deleted' AND date_of_birth IS NULL AND whatsapp_phone IS NULL AND NOT is_active
        AND deletion_scheduled_at IS NULL AND deactivated_at IS NOT NULL AND country_id IS NULL";
    assert_eq!(count(&db, person).await, 1);
    for kept in ["orders", "order_items", "payment_transactions", "notification_consents"] {
        assert_eq!(count(&db, kept).await, 1, "{kept}");
    }
    assert_eq!(told(&db, "user.erased").await, 1);
    let admin = app.as_user(build::user("Admin").role("admin").insert(&db).await);
    let back = send(&admin, Method::PUT, "/api/v1/users/admin/users/1/status", json!({ "is_active": true })).await;
    assert_eq!(back.error(), "INVALID_STATE", "nobody comes back who is gone");
    build::user("Asha").phone("+919876543210").insert(&db).await;
}

/// A connection that is lost before the commit leaves the whole person, whom the next tick forgets.
#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn whoever_is_half_forgotten_is_whole_again_and_forgotten_later(db: MySqlPool) {
    let user = asha(&db).await;
    let app = app(&db).await;
    live(&app, user, &db).await;
    leave(&app.as_user(user), "correct horse").await.data();
    app.later(TimeDelta::days(31));
    sqlx::raw_sql("ALTER TABLE outbox ADD CONSTRAINT ck_outbox_cut CHECK (type <> 'user.erased')")
        .execute(&db)
        .await
        .unwrap();
    app.tick("erasure").await.unwrap_err();
    assert_eq!(
        (count(&db, "user_addresses").await, count(&db, "users WHERE email = 'asha@example.com'").await),
        (1, 1)
    );
    sqlx::raw_sql("ALTER TABLE outbox DROP CONSTRAINT ck_outbox_cut").execute(&db).await.unwrap();
    app.tick("erasure").await.unwrap();
    assert_eq!(
        (count(&db, "user_addresses").await, count(&db, "users WHERE email = 'asha@example.com'").await),
        (0, 0)
    );
}

/// Two replicas at once forget two people once each.
#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn several_are_forgotten_by_several_replicas_once(db: MySqlPool) {
    let (one, other) = (app(&db).await, app(&db).await);
    for name in ["Asha", "Ravi", "Meena"] {
        build::user(name).insert(&db).await;
    }
    sqlx::raw_sql("UPDATE users SET deletion_requested_at = '2026-10-01', deletion_scheduled_at = '2026-11-01'")
        .execute(&db)
        .await
        .unwrap();
    let (first, second) = futures::future::join(one.tick("erasure"), other.tick("erasure")).await;
    first.and(second).unwrap();
    one.tick("erasure").await.unwrap();
    assert_eq!((told(&db, "user.erased").await, count(&db, "users WHERE email IS NOT NULL").await), (3, 0));
}
