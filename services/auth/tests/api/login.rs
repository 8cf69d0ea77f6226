//! `/api/v1/auth/login` and `/me`

use std::sync::Arc;

use auth_service::desk::Desk;
use auth_service::logins::{LogIn, log_in};
use auth_service::visitors::Visitor;
use serde_json::json;
use shared::web::Error;
use sqlx::MySqlPool;
use testing::{build, noon};

use crate::{LOGIN, ME, PASSWORD, app, credentials, registered, text};

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn the_document_s_client_logs_in_and_reads_its_answer(db: MySqlPool) {
    let app = app(&db).await;
    registered(&app).await;
    let sent = r#"{"login_id":"asha@example.com","password":"correct horse battery"}"#;
    for token in ["null", "undefined", "", "nonsense"] {
        let answer = app.with_token(token).post_text(LOGIN, sent).await;
        assert_eq!(answer.status.as_u16(), 200, "Bearer {token}");
        let body = answer.json();
        for field in
            ["access_token", "refresh_token", "token_type", "expires_in", "user_roles", "user_permissions", "user"]
        {
            assert!(!body[field].is_null() && body[field] == body["data"][field], "{field} in {body}");
        }
        assert!(app.with_token(text(&body, "access_token")).get(ME).await.status.is_success());
        assert!(answer.headers["set-cookie"].to_str().unwrap().contains(text(&body, "refresh_token")));
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn every_name_of_an_account_opens_it(db: MySqlPool) {
    let app = app(&db).await;
    let user = registered(&app).await["user"]["id"].clone();
    for login_id in ["asha@example.com", " ASHA@Example.com ", "9876543210", "+91 98765-43210", "asha.rao", "Asha.Rao"]
    {
        let answer = app.anonymous().post(LOGIN, credentials(login_id, PASSWORD)).await;
        assert_eq!(answer.data()["user"]["id"], user, "{login_id}");
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn unknown_wrong_and_put_out_are_one_answer(db: MySqlPool) {
    let app = app(&db).await;
    registered(&app).await;
    build::user("Ravi").insert(&db).await;
    let long = "x".repeat(10_000);
    let attempts = [
        ("asha@example.com", "wrong horse battery"),
        ("asha@example.com", ""),
        ("asha@example.com", "x"),
        ("nobody@example.com", PASSWORD),
        ("9999999999", PASSWORD),
        ("nobody", PASSWORD),
        ("", PASSWORD),
        ("' OR 1=1 -- ", PASSWORD),
        (&long, PASSWORD),
        ("ravi@example.com", "!"),
    ];
    let mut answers = Vec::new();
    for (login_id, password) in attempts {
        answers.push(app.anonymous().post(LOGIN, credentials(login_id, password)).await);
    }
    sqlx::query("UPDATE users SET is_active = FALSE").execute(&db).await.unwrap();
    answers.push(app.anonymous().post(LOGIN, credentials("asha@example.com", PASSWORD)).await);
    for answer in &answers {
        assert_eq!((answer.status.as_u16(), answer.error().as_str()), (401, "INVALID_CREDENTIALS"), "{}", answer.text);
        let mut body = answer.json();
        body["timestamp"] = answers[0].json()["timestamp"].clone();
        assert_eq!(body, answers[0].json());
        assert!(!answer.headers.contains_key("set-cookie"));
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn unknown_wrong_and_put_out_cost_the_same(db: MySqlPool) {
    let app = app(&db).await;
    registered(&app).await;
    build::user("Ravi").insert(&db).await;
    build::user("Mina").inactive().insert(&db).await;
    let desk = Desk::new(Arc::clone(&app.ground));
    for login_id in ["asha@example.com", "nobody@example.com", "", "ravi@example.com", "mina@example.com"] {
        let before = desk.hasher().computed();
        let form = LogIn { login_id: login_id.to_owned(), password: "wrong".to_owned().try_into().unwrap() };
        let refused = log_in(&desk, form, &Visitor::default(), noon()).await.unwrap_err();
        assert!(matches!(refused, Error::WrongCredentials), "{refused}");
        assert_eq!(desk.hasher().computed() - before, 1, "{login_id}");
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_malformed_log_in_names_its_fields(db: MySqlPool) {
    let caller = app(&db).await.anonymous();
    assert_eq!(caller.post(LOGIN, json!({})).await.wrong_fields(), ["login_id", "password"]);
    let wrong = json!({ "login_id": 7, "password": "x".repeat(129) });
    assert_eq!(caller.post(LOGIN, wrong).await.wrong_fields(), ["login_id", "password"]);
    let endless = credentials("asha@example.com", &"x".repeat(1_000_000));
    assert_eq!(caller.post(LOGIN, endless).await.wrong_fields(), ["password"]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn somebody_s_roles_and_permissions_are_told(db: MySqlPool) {
    let app = app(&db).await;
    registered(&app).await;
    for role in ["support_staff", "vendor"] {
        sqlx::query("INSERT INTO user_role_assignments (user_id, role_id) SELECT u.id, r.id FROM users u, user_roles r WHERE r.name = ?")
            .bind(role)
            .execute(&db)
            .await
            .unwrap();
    }
    let data = app.anonymous().post(LOGIN, credentials("asha.rao", PASSWORD)).await.data();
    let permissions = json!([
        "manage_inventory",
        "manage_orders",
        "manage_products",
        "manage_tickets",
        "process_refunds",
        "send_notifications",
        "view_analytics",
        "view_customer_data",
        "view_orders",
        "view_products",
        "view_users",
    ]);
    assert_eq!(data["user_roles"], json!(["customer", "support_staff", "vendor"]));
    assert_eq!(data["user_permissions"], permissions);
    let me = app.with_token(text(&data, "access_token")).get(ME).await.data();
    assert_eq!((&me["user_roles"], &me["user_permissions"]), (&data["user_roles"], &permissions));
    assert_eq!(me["id"], data["user"]["id"]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn nobody_is_nobody(db: MySqlPool) {
    let app = app(&db).await;
    for token in ["null", "undefined", ""] {
        let answer = app.with_token(token).get(ME).await;
        assert_eq!((answer.status.as_u16(), answer.error().as_str()), (401, "UNAUTHORIZED"), "Bearer {token}");
    }
    let stranger = app.as_user(kernel::UserId::new(4_711).unwrap());
    assert_eq!(stranger.get(ME).await.status.as_u16(), 401);
    let put_out = build::user("Mina").inactive().insert(&db).await;
    assert_eq!(app.as_user(put_out).get(ME).await.status.as_u16(), 401);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn an_account_knows_when_it_was_entered(db: MySqlPool) {
    let app = app(&db).await;
    registered(&app).await;
    app.later(chrono::TimeDelta::hours(1));
    app.anonymous().post(LOGIN, credentials("asha.rao", PASSWORD)).await.data();
    let hours: i64 = sqlx::query_scalar(
        "SELECT TIMESTAMPDIFF(HOUR, created_at, last_login) FROM users WHERE updated_at = created_at",
    )
    .fetch_one(&db)
    .await
    .unwrap();
    assert_eq!(hours, 1);
}

/// What the database keeps of Asha's password.
async fn kept(db: &MySqlPool) -> String {
    sqlx::query_scalar("SELECT password_hash FROM users WHERE username = 'asha.rao'").fetch_one(db).await.unwrap()
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_hash_of_another_cost_is_made_again_at_the_next_log_in(db: MySqlPool) {
    let app = app(&db).await;
    registered(&app).await;
    assert!(kept(&db).await.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
    sqlx::query("UPDATE site_settings SET setting_value = IF(setting_key = 'argon2_passes', '5', '7168') WHERE setting_key LIKE 'argon2%'")
        .execute(&db)
        .await
        .unwrap();
    let app = crate::app(&db).await;
    assert_eq!(app.anonymous().post(LOGIN, credentials("asha.rao", "wrong")).await.error(), "INVALID_CREDENTIALS");
    assert!(kept(&db).await.contains("m=19456,t=2"), "a wrong password renews nothing");
    app.anonymous().post(LOGIN, credentials("asha.rao", PASSWORD)).await.data();
    let renewed = kept(&db).await;
    assert!(renewed.contains("m=7168,t=5"), "{renewed}");
    app.anonymous().post(LOGIN, credentials("asha.rao", PASSWORD)).await.data();
    assert_eq!(kept(&db).await, renewed, "once is enough");
    let changed: bool = sqlx::query_scalar("SELECT updated_at <> created_at FROM users").fetch_one(&db).await.unwrap();
    assert!(!changed, "the profile does not look changed");
}
