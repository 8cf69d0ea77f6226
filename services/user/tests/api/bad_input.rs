//! What no endpoint takes: each fault is a 400 that names its field, or is ignored without effect; never a 500.

use axum::http::Method;
use serde_json::{Value, json};
use sqlx::MySqlPool;
use testing::build;

use crate::{app, product, send};

/// A route, a body that it takes, the fields without which it does not, and those that are texts.
struct Taken {
    method: Method,
    path: &'static str,
    body: Value,
    required: &'static [&'static str],
    texts: &'static [&'static str],
}

fn table() -> Vec<Taken> {
    of_the_account().into_iter().chain(of_the_rest()).collect()
}

fn of_the_account() -> Vec<Taken> {
    vec![
        Taken {
            method: Method::PATCH,
            path: "/api/v1/users/profile",
            body: json!({ "first_name": "Asha", "last_name": "Rao", "email": "asha@example.com", "phone": "9820012345",
                "username": "asha", "preferred_language": "en", "preferred_currency": "INR", "gender": "female",
                "telegram_username": "asha_rao", "telegram_phone": "9820012345", "whatsapp_phone": "9820012345",
                "date_of_birth": "1990-05-17" }),
            required: &[],
            texts: &[
                "first_name",
                "last_name",
                "email",
                "phone",
                "username",
                "preferred_language",
                "preferred_currency",
                "gender",
                "telegram_username",
                "telegram_phone",
                "whatsapp_phone",
                "date_of_birth",
            ],
        },
        Taken {
            method: Method::POST,
            path: "/api/v1/users/addresses",
            body: json!({ "full_name": "Asha", "phone": "9820012345", "address_line1": "4 Hill Road", "city": "Mumbai",
                "state": "MH", "postal_code": "400050", "landmark": "x", "address_line2": "x" }),
            required: &["full_name", "phone", "address_line1", "city", "state", "postal_code"],
            texts: &[
                "full_name",
                "phone",
                "address_line1",
                "city",
                "state",
                "postal_code",
                "landmark",
                "address_line2",
            ],
        },
    ]
}

fn of_the_rest() -> Vec<Taken> {
    vec![
        Taken {
            method: Method::PUT,
            path: "/api/v1/users/tax-info",
            body: json!({ "gst_number": "27AAPFU0939F1ZV", "business_name": "Rao", "state": "27" }),
            required: &["business_name"],
            texts: &["gst_number", "business_name", "state"],
        },
        Taken {
            method: Method::PUT,
            path: "/api/v1/users/notification-preferences",
            body: json!({ "preferences": [{ "channel": "email", "purpose": "orders", "is_enabled": true }] }),
            required: &["preferences"],
            texts: &[],
        },
        Taken {
            method: Method::POST,
            path: "/api/v1/users/wishlist/1/move-to-cart",
            body: json!({ "quantity": 1 }),
            required: &[],
            texts: &[],
        },
    ]
}

/// Of a text: too long, a control character, a break, an override of the direction, and no text at all.
fn no_texts() -> [Value; 7] {
    [
        json!("x".repeat(10_000)),
        json!("a\u{0}b"),
        json!("a\nb"),
        json!("Asha\u{202e}oaR"),
        json!({ "$ne": "" }),
        json!([]),
        json!(true),
    ]
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn every_fault_of_a_body_is_a_400_that_names_its_field(db: MySqlPool) {
    product("Soap", &db).await;
    let asha = app(&db).await.as_user(build::user("Asha").insert(&db).await);
    for Taken { method, path, body, required, texts } in table() {
        let taken = send(&asha, method.clone(), path, body.clone()).await;
        assert!(taken.status.is_success(), "{path}: {}", taken.text);
        for field in required {
            let mut without = body.clone();
            without.as_object_mut().unwrap().remove(*field);
            assert_eq!(send(&asha, method.clone(), path, without).await.wrong_fields(), [*field], "{path}");
            let mut null = body.clone();
            null[*field] = Value::Null;
            assert_eq!(send(&asha, method.clone(), path, null).await.wrong_fields(), [*field], "{path}: null");
        }
        for field in texts {
            for wrong in no_texts() {
                let mut changed = body.clone();
                changed[*field] = wrong.clone();
                let answer = send(&asha, method.clone(), path, changed).await;
                assert_eq!(answer.wrong_fields(), [*field], "{path}: {field}: {wrong}");
            }
        }
        for nonsense in ["", "null", "[]", "7", "{", "{\"a\":", "\u{feff}{}"] {
            let caller = asha.clone().with_header("content-type", "application/json");
            let answer = caller.send(method.clone(), path, nonsense.to_owned().into()).await;
            let is_no_body = nonsense.is_empty() && answer.status.is_success();
            assert!(answer.status.as_u16() == 400 || is_no_body, "{path}: {nonsense}: {}", answer.text);
        }
        let without_type = asha.send(method.clone(), path, body.to_string().into()).await;
        assert_eq!(without_type.status.as_u16(), 415, "{path}");
        let large = json!({ "first_name": "x".repeat(1 << 20), "password": "x".repeat(1 << 20) });
        assert_eq!(send(&asha, method, path, large).await.status.as_u16(), 413, "{path}");
    }
}

/// A name that looks like another is another text, and nobody signs in with it; an address that only looks like one is none.
#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn twins_that_cannot_be_told_apart_are_refused(db: MySqlPool) {
    let asha = app(&db).await.as_user(build::user("Asha").insert(&db).await);
    for (field, twin) in [
        ("email", "ash\u{200b}a@example.com"),
        ("email", "аsha@example.com"),
        ("email", "asha＠example.com"),
        ("username", "ash\u{200d}a"),
        ("username", "ａsha"),
        ("first_name", "Ash\u{200b}a"),
        ("first_name", "\u{feff}"),
        ("last_name", "Rao\u{2066}"),
    ] {
        let answer = send(&asha, Method::PATCH, "/api/v1/users/profile", json!({ field: twin })).await;
        assert_eq!(answer.wrong_fields(), [field], "{twin}");
    }
    let joined = send(&asha, Method::PATCH, "/api/v1/users/profile", json!({ "first_name": "क्\u{200d}ष" })).await;
    assert_eq!(joined.data()["first_name"], "क्\u{200d}ष", "a joiner is part of how Hindi is written");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn nobody_makes_more_of_themselves_than_they_are(db: MySqlPool) {
    product("Soap", &db).await;
    let app = app(&db).await;
    let asha = app.as_user(build::user("Asha").role("customer").insert(&db).await);
    build::user("Ravi").insert(&db).await;
    for Taken { method, path, mut body, .. } in table() {
        for (field, value) in [
            ("id", json!(2)),
            ("user_id", json!(2)),
            ("role", json!("super_admin")),
            ("roles", json!(["super_admin"])),
            ("is_admin", json!(true)),
            ("is_active", json!(false)),
            ("email_verified", json!(true)),
            ("phone_verified", json!(true)),
            ("password_hash", json!("!!")),
            ("revision", json!(99)),
            ("uuid", json!("x")),
            ("avatar_url", json!("http://169.254.169.254/")),
            ("created_at", json!("2000-01-01T00:00:00Z")),
            ("consented_at", json!("2000-01-01T00:00:00Z")),
        ] {
            body[field] = value;
        }
        let answer = send(&asha, method, path, body).await;
        assert!(answer.status.is_success(), "{path}: {}", answer.text);
    }
    let row: (String, bool, bool, bool, Option<String>) = sqlx::query_as(
        "SELECT password_hash, email_verified, phone_verified, is_active, avatar_url FROM users WHERE id = 1",
    )
    .fetch_one(&db)
    .await
    .unwrap();
    assert_eq!(row, ("!".to_owned(), false, false, true, None));
    let others: i64 =
        sqlx::query_scalar("SELECT COUNT(*) FROM user_addresses WHERE user_id <> 1").fetch_one(&db).await.unwrap();
    let roles: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM user_role_assignments").fetch_one(&db).await.unwrap();
    assert_eq!((others, roles), (0, 1));
}
