//! What must not be sent to the routes of proofs, route by route: a 400 that names the field, or nothing that has an effect.

use serde_json::{Value, json};
use sqlx::MySqlPool;

use crate::{FORGOT, OTP_REQUEST, OTP_VERIFY, RESEND, RESET, VERIFY_EMAIL, VERIFY_PHONE, app, registered, text};

const REQUEST: &str = "67e55044-10b1-426f-9247-bb680e5fe0c8";

/// A route, a body that has the right form, and the fields that have to be there.
fn routes() -> Vec<(&'static str, Value, Vec<&'static str>)> {
    vec![
        (FORGOT, json!({ "login_id": "asha@example.com" }), vec!["login_id"]),
        (RESET, json!({ "token": "x", "new_password": "a stable of horses" }), vec!["token", "new_password"]),
        (VERIFY_EMAIL, json!({ "token": "x" }), vec!["token"]),
        (VERIFY_PHONE, json!({ "code": "123456" }), vec!["code"]),
        (RESEND, json!({ "channel": "email" }), vec!["channel"]),
        (OTP_VERIFY, json!({ "request_id": REQUEST, "code": "123456" }), vec!["request_id", "code"]),
    ]
}

fn with(body: &Value, field: &str, value: Value) -> Value {
    let mut body = body.clone();
    body.as_object_mut().unwrap().insert(field.to_owned(), value);
    body
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_is_missing_null_or_of_another_type_is_named(db: MySqlPool) {
    let app = app(&db).await;
    let caller = app.with_token(text(&registered(&app).await, "access_token"));
    for (route, body, fields) in routes() {
        assert_eq!(caller.post(route, json!({})).await.wrong_fields(), fields, "{route}");
        for field in &fields {
            for wrong in [Value::Null, json!(7), json!(true), json!([]), json!({}), json!([["x"]])] {
                let answer = caller.post(route, with(&body, field, wrong.clone())).await;
                assert_eq!(answer.wrong_fields()[0], *field, "{route} {field} {wrong}");
            }
        }
        for body in ["", "[]", "null", "{", "\"x\"", "{\"login_id\":\"\\ud800\"}"] {
            assert_eq!(caller.post_text(route, body).await.status.as_u16(), 400, "{route} {body}");
        }
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_is_too_long_hidden_or_turned_around_has_no_effect(db: MySqlPool) {
    let app = app(&db).await;
    let caller = app.with_token(text(&registered(&app).await, "access_token"));
    let megabyte = "x".repeat(1_000_000);
    for (route, body, fields) in routes() {
        for field in fields {
            let good = body[field].as_str().unwrap();
            let twins =
                [format!("{good}\u{200b}"), format!("\u{202e}{good}"), format!("{good}\0"), format!("{good}\r\nx")];
            for twin in twins.iter().chain([&megabyte]) {
                let answer = caller.post(route, with(&body, field, twin.as_str().into())).await;
                // A secret that is no secret is not found; a name that nobody has is answered like any other.
                let is_harmless = match (route, field) {
                    (_, "token") => answer.status.as_u16() == 422,
                    (FORGOT, _) => [200, 400].contains(&answer.status.as_u16()),
                    (_, "new_password") => [400, 422].contains(&answer.status.as_u16()),
                    _ => answer.wrong_fields() == [field],
                };
                assert!(is_harmless, "{route} {field}: {} {}", answer.status, answer.text);
                assert!(!answer.text.contains(&"x".repeat(1_000)), "nothing is repeated");
            }
        }
    }
    let reached: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM account_proofs WHERE purpose = 'reset_password' AND recipient <> 'nobody'",
    )
    .fetch_one(&db)
    .await
    .unwrap();
    assert_eq!(reached, 0, "a twin of her address is not hers");
    for (field, wrong) in
        [("email", "asha@example.com\u{200b}"), ("email", "аsha@example.com"), ("phone", "98765４3210")]
    {
        assert_eq!(caller.post(OTP_REQUEST, json!({ field: wrong })).await.wrong_fields(), [field], "{wrong}");
    }
    let both = json!({ "email": "asha@example.com", "phone": "9876543210" });
    assert_eq!(caller.post(OTP_REQUEST, both).await.wrong_fields(), ["email"]);
    assert_eq!(caller.post(OTP_REQUEST, json!({})).await.wrong_fields(), ["email"]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_a_client_says_about_rights_is_not_read(db: MySqlPool) {
    let app = app(&db).await;
    let caller = app.with_token(text(&registered(&app).await, "access_token"));
    for (route, body, _) in routes() {
        let plain = caller.post(route, body.clone()).await;
        let mut greedy = body;
        for (field, value) in [
            ("role", json!("super_admin")),
            ("is_admin", json!(true)),
            ("email_verified", json!(true)),
            ("phone_verified", json!(true)),
            ("user_id", json!(1)),
            ("tries", json!(0)),
            ("purpose", json!("sign_in")),
        ] {
            greedy[field] = value;
        }
        assert_eq!(caller.post(route, greedy).await.status, plain.status, "{route}");
    }
    let row: (bool, bool, i64) = sqlx::query_as(
        "SELECT email_verified, phone_verified, (SELECT COUNT(*) FROM user_role_assignments) FROM users",
    )
    .fetch_one(&db)
    .await
    .unwrap();
    assert_eq!(row, (false, false, 1));
}
