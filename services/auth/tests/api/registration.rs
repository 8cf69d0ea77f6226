//! `/api/v1/auth/register`

use futures::future::join_all;
use serde_json::{Value, json};
use sqlx::MySqlPool;

use crate::log::Log;
use crate::{LOGIN, ME, PASSWORD, REGISTER, app, asha, credentials, text};

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn the_document_s_client_registers_and_reads_its_answer(db: MySqlPool) {
    let app = app(&db).await;
    let sent = r#"{"email":"asha@example.com","password":"correct horse battery","first_name":"Asha","last_name":"Rao","country_id":1}"#;
    let answer = app.anonymous().post_text(REGISTER, sent).await;
    assert_eq!((answer.status.as_u16(), answer.headers["location"].to_str().unwrap()), (201, ME), "{}", answer.text);
    let mut body = answer.json();
    let me = app.with_token(text(&body, "access_token")).get(ME).await.data();
    assert_eq!(me["email"], "asha@example.com");
    let cookie = answer.headers["set-cookie"].to_str().unwrap();
    let token = text(&body, "refresh_token");
    assert_eq!(cookie, format!("refresh_token={token}; HttpOnly; SameSite=Lax; Path=/api/v1/auth; Max-Age=2592000"));
    assert_eq!(answer.headers["cache-control"], "private, no-store");
    for (field, value) in body.as_object_mut().unwrap().remove("data").unwrap().as_object().unwrap() {
        assert_eq!(&body[field], value, "{field} is flat");
    }
    insta::assert_json_snapshot!(body, {
        ".access_token" => "[jwt]", ".refresh_token" => "[token]", ".user.uuid" => "[uuid]",
    }, @r#"
    {
      "access_token": "[jwt]",
      "expires_in": 3600,
      "message": "Operation successful",
      "refresh_token": "[token]",
      "success": true,
      "token_type": "bearer",
      "user": {
        "email": "asha@example.com",
        "email_verified": false,
        "first_name": "Asha",
        "id": 1,
        "last_name": "Rao",
        "phone": null,
        "phone_verified": false,
        "username": null,
        "uuid": "[uuid]"
      },
      "user_permissions": [],
      "user_roles": [
        "customer"
      ]
    }
    "#);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_registration_is_an_account_a_role_a_log_in_and_an_event(db: MySqlPool) {
    let app = app(&db).await;
    let client = app.anonymous().with_header("user-agent", "Firefox").with_header("x-forwarded-for", "203.0.113.7");
    let user = client.post(REGISTER, asha()).await.data()["user"]["id"].clone();
    let row: (String, String, String, bool, bool, u64) = sqlx::query_as(
        "SELECT email, phone, username, email_verified, is_active, country_id FROM users WHERE last_login IS NOT NULL",
    )
    .fetch_one(&db)
    .await
    .unwrap();
    let names = ("asha@example.com".to_owned(), "+919876543210".to_owned(), "asha.rao".to_owned());
    assert_eq!(row, (names.0, names.1, names.2, false, true, 1));
    let device: (String, String) =
        sqlx::query_as("SELECT ip_address, user_agent FROM sessions").fetch_one(&db).await.unwrap();
    assert_eq!(device, ("203.0.113.7".to_owned(), "Firefox".to_owned()));
    let (kind, payload): (String, String) =
        sqlx::query_as("SELECT type, payload FROM outbox WHERE producer = 'auth' ORDER BY id LIMIT 1")
            .fetch_one(&db)
            .await
            .unwrap();
    assert_eq!(kind, "user.registered");
    assert_eq!(serde_json::from_str::<Value>(&payload).unwrap()["data"], json!({ "user_id": user }));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn one_name_of_three_is_enough(db: MySqlPool) {
    let caller = app(&db).await.anonymous();
    for (field, name) in [("email", "ravi@example.com"), ("phone", "+14155550123"), ("username", "ravi")] {
        let mut form = json!({ "password": PASSWORD, "first_name": "रवि", "last_name": "K", "email": null });
        form[field] = name.into();
        assert_eq!(caller.post(REGISTER, form).await.data()["user"][field], name);
        assert!(caller.post(LOGIN, credentials(name, PASSWORD)).await.status.is_success(), "{name}");
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn every_wrong_field_is_named_at_once(db: MySqlPool) {
    let caller = app(&db).await.anonymous();
    let wrong = json!({
        "email": "asha", "phone": "12345", "username": "a b", "password": "short", "first_name": " ", "last_name": 7,
        "country_id": -1,
    });
    let answer = caller.post(REGISTER, wrong).await;
    let mut fields = answer.wrong_fields();
    fields.sort();
    assert_eq!(fields, ["country_id", "email", "first_name", "last_name", "password", "phone", "username"]);
    assert!(!answer.text.contains("short"), "a password is not repeated: {}", answer.text);
    let missing = caller.post(REGISTER, json!({})).await;
    assert_eq!(missing.wrong_fields(), ["password", "first_name", "last_name"]);
    let nameless = json!({ "password": PASSWORD, "first_name": "Asha", "last_name": "Rao" });
    assert_eq!(caller.post(REGISTER, nameless).await.wrong_fields(), ["email"]);
    let mut nowhere = asha();
    nowhere["country_id"] = 4_000.into();
    assert_eq!(caller.post(REGISTER, nowhere).await.wrong_fields(), ["country_id"]);
    let kept: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM users").fetch_one(&db).await.unwrap();
    assert_eq!(kept, 0);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_password_is_bounded_and_otherwise_free(db: MySqlPool) {
    let caller = app(&db).await.anonymous();
    let register = |name: &str, password: &str| {
        let form = json!({ "username": name, "password": password, "first_name": "A", "last_name": "B" });
        let caller = caller.clone();
        async move { caller.post(REGISTER, form).await }
    };
    let emoji = "🔑".repeat(128);
    for (name, good) in
        [("eight", "52837146"), ("blanks", "              "), ("sixty-four", &"x".repeat(64)), ("emoji", &emoji)]
    {
        assert_eq!(register(name, good).await.status.as_u16(), 201, "{name}");
        assert!(caller.post(LOGIN, credentials(name, good)).await.status.is_success(), "{name}");
    }
    for wrong in ["1234567", &"x".repeat(129), &"x".repeat(1_000_000), "12345678\u{0}", "12345678\n"] {
        assert_eq!(register("wrong", wrong).await.wrong_fields(), ["password"], "{} bytes", wrong.len());
    }
    assert_eq!(register("wrong", &"x".repeat(2_000_000)).await.status.as_u16(), 413);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_a_client_says_about_its_rights_is_not_read(db: MySqlPool) {
    let app = app(&db).await;
    let mut form = asha();
    for (field, value) in [
        ("id", json!(4711)),
        ("user_id", json!(4711)),
        ("uuid", json!("00000000-0000-0000-0000-000000000000")),
        ("role", json!("super_admin")),
        ("user_roles", json!(["super_admin"])),
        ("is_admin", json!(true)),
        ("is_active", json!(false)),
        ("email_verified", json!(true)),
        ("phone_verified", json!(true)),
        ("password_hash", json!("!")),
        ("auth_type", json!(["password"])),
    ] {
        form[field] = value;
    }
    let data = app.anonymous().post(REGISTER, form).await.data();
    assert_eq!((&data["user_roles"], &data["user_permissions"]), (&json!(["customer"]), &json!([])));
    let user = &data["user"];
    assert!(user["id"] != 4711 && !text(user, "uuid").starts_with("0000"), "{user}");
    assert_eq!((&user["email_verified"], &user["phone_verified"]), (&json!(false), &json!(false)));
    assert!(app.anonymous().post(LOGIN, credentials("asha.rao", PASSWORD)).await.status.is_success());
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_taken_name_is_a_conflict_however_it_is_written(db: MySqlPool) {
    let caller = app(&db).await.anonymous();
    caller.post(REGISTER, asha()).await.data();
    for (field, same) in [("email", " Asha@EXAMPLE.com"), ("phone", "+91-98765-43210"), ("username", "Asha.Rao")] {
        let mut form = json!({ "password": PASSWORD, "first_name": "Other", "last_name": "One" });
        form[field] = same.into();
        let answer = caller.post(REGISTER, form).await;
        assert_eq!((answer.status.as_u16(), answer.error().as_str()), (409, "CONFLICT"), "{same}");
        assert_eq!(answer.json()["detail"], "already registered");
    }
    let left: (i64, i64, i64) = sqlx::query_as(
        "SELECT (SELECT COUNT(*) FROM users), (SELECT COUNT(*) FROM sessions), (SELECT COUNT(*) FROM outbox)",
    )
    .fetch_one(&db)
    .await
    .unwrap();
    assert_eq!(left, (1, 1, 3));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn of_eight_at_once_one_registers_and_nobody_s_secret_is_logged(db: MySqlPool) {
    let app = app(&db).await;
    let log = Log::start();
    let caller = app.anonymous();
    let answers = join_all((0..8).map(|_| caller.post(REGISTER, asha()))).await;
    let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status.as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409, 409, 409, 409, 409, 409, 409]);
    let log = log.text();
    assert!(log.contains("POST /api/v1/auth/register 409"), "{log}");
    let token = answers.iter().find(|answer| answer.status.as_u16() == 201).unwrap().data();
    for secret in ["example.com", "43210", "asha.rao", PASSWORD, "$argon2id", text(&token, "refresh_token")] {
        assert!(!log.contains(secret), "{secret} in {log}");
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_everybody_tries_first_is_no_password(db: MySqlPool) {
    let caller = app(&db).await.anonymous();
    for common in [
        "password1",
        "PASSWORD123",
        "12345678",
        "krishna@123",
        "asha.rao",
        "Asha Rao 2026",
        "98765-43210",
        "ASHA@example.com",
    ] {
        let mut form = asha();
        form["password"] = common.into();
        let answer = caller.post(REGISTER, form).await;
        assert_eq!(answer.wrong_fields(), ["password"], "{common}");
        assert!(!answer.json()["detail"].as_str().unwrap().contains(common), "{}", answer.text);
    }
    assert_eq!(caller.post(REGISTER, asha()).await.status.as_u16(), 201);
}
