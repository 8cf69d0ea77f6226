//! `/api/v1/users/cart` of somebody without an account.

use axum::http::HeaderMap;
use chrono::TimeDelta;
use serde_json::json;
use shared::config::Environment;
use sqlx::MySqlPool;
use testing::{TestApp, build};

use crate::{CART, add, app, delete, held, product, put};

fn session(headers: &HeaderMap) -> String {
    headers["x-session-id"].to_str().unwrap().to_owned()
}

fn cookie(headers: &HeaderMap) -> &str {
    headers["set-cookie"].to_str().unwrap()
}

async fn sessions(db: &MySqlPool) -> i64 {
    sqlx::query_scalar("SELECT COUNT(*) FROM guest_sessions").fetch_one(db).await.unwrap()
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_guest_comes_back_by_header_or_by_cookie(db: MySqlPool) {
    let soap = product("Soap", &db).await;
    let app = app(&db).await;
    let first = add(&app.anonymous(), soap, 1).await;
    let token = session(&first.headers);
    assert_eq!(token.len(), 43);
    let expected = format!("session_id={token}; HttpOnly; SameSite=Lax; Path=/; Max-Age=2592000");
    assert_eq!(cookie(&first.headers), expected);
    let by_header = app.anonymous().with_header("X-Session-ID", &token);
    let by_cookie = app.anonymous().with_header("cookie", &format!("theme=dark; session_id={token}"));
    for (number, guest) in [by_header, by_cookie].iter().enumerate() {
        let cart = add(guest, soap, 1).await;
        assert_eq!((session(&cart.headers), cookie(&cart.headers)), (token.clone(), expected.as_str()));
        assert_eq!(held(&cart.data()), json!([[soap, number + 2]]));
        let line = &cart.data()["items"][0]["id"];
        assert_eq!(
            held(&put(guest, line, &format!("{{\"quantity\":{}}}", number + 2)).await.data()),
            held(&cart.data())
        );
        assert_eq!(held(&guest.get(CART).await.data()), held(&cart.data()));
    }
    assert_eq!(sessions(&db).await, 1);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn the_header_comes_before_the_cookie(db: MySqlPool) {
    let (soap, oil) = (product("Soap", &db).await, product("Oil", &db).await);
    let app = app(&db).await;
    let one = session(&add(&app.anonymous(), soap, 1).await.headers);
    let other = session(&add(&app.anonymous(), oil, 1).await.headers);
    let both = app.anonymous().with_header("x-session-id", &one).with_header("cookie", &format!("session_id={other}"));
    assert_eq!(held(&both.get(CART).await.data()), json!([[soap, 1]]));
    for nonsense in ["", "null", "undefined"] {
        let cookie = format!("session_id={other}");
        let guest = app.anonymous().with_header("x-session-id", nonsense).with_header("cookie", &cookie);
        assert_eq!(held(&guest.get(CART).await.data()), json!([[oil, 1]]), "{nonsense}");
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn looking_makes_no_session_and_neither_does_what_is_refused(db: MySqlPool) {
    let soap = product("Soap", &db).await;
    let nobody = app(&db).await.anonymous();
    for answer in [nobody.get(CART).await, delete(&nobody, CART).await] {
        assert_eq!((held(&answer.data()), &answer.data()["subtotal"]), (json!([]), &json!(0.0)));
        assert!(!answer.headers.contains_key("set-cookie") && !answer.headers.contains_key("x-session-id"));
    }
    assert_eq!(put(&nobody, &json!(1), r#"{"quantity":1}"#).await.error(), "NOT_FOUND");
    assert_eq!(delete(&nobody, &format!("{CART}/1")).await.error(), "NOT_FOUND");
    assert_eq!(nobody.post(&format!("{CART}/999999"), json!({})).await.error(), "NOT_FOUND");
    let refused = add(&nobody, soap, 11).await;
    assert_eq!(refused.error(), "QUANTITY_LIMIT");
    assert!(!refused.headers.contains_key("set-cookie"));
    assert_eq!(sessions(&db).await, 0);
}

/// Somebody who brings a token of their own making is given one of ours: no session can be planted.
#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn only_sessions_that_the_shop_began_count(db: MySqlPool) {
    let soap = product("Soap", &db).await;
    let app = app(&db).await;
    for planted in ["A".repeat(43), "0123456789abcdef".to_owned(), "x\"; DROP TABLE carts".to_owned()] {
        let guest = app.anonymous().with_header("x-session-id", &planted);
        assert_eq!(held(&guest.get(CART).await.data()), json!([]));
        assert_ne!(session(&add(&guest, soap, 1).await.headers), planted);
        assert_eq!(held(&guest.get(CART).await.data()), json!([]));
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn the_document_s_client_is_a_guest_with_its_bearer_null(db: MySqlPool) {
    let soap = product("Soap", &db).await;
    let app = app(&db).await;
    for token in ["null", "undefined", ""] {
        let guest = app.with_token(token);
        let token = session(&add(&guest, soap, 1).await.headers);
        let cart = guest.with_header("x-session-id", &token).get(CART).await;
        assert_eq!(held(&cart.data()), json!([[soap, 1]]));
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn whoever_signed_in_has_their_own_cart_whatever_session_they_send(db: MySqlPool) {
    let soap = product("Soap", &db).await;
    let app = app(&db).await;
    let token = session(&add(&app.anonymous(), soap, 1).await.headers);
    let asha = app.as_user(build::user("Asha").insert(&db).await).with_header("x-session-id", &token);
    let cart = asha.get(CART).await;
    assert_eq!(held(&cart.data()), json!([]));
    assert!(!cart.headers.contains_key("x-session-id"));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_session_that_is_used_lives_on_and_one_that_is_not_ends(db: MySqlPool) {
    let soap = product("Soap", &db).await;
    let app = app(&db).await;
    let token = session(&add(&app.anonymous(), soap, 1).await.headers);
    let guest = app.anonymous().with_header("x-session-id", &token);
    for _ in 0..3 {
        app.later(TimeDelta::days(29));
        assert_eq!(held(&guest.get(CART).await.data()), json!([[soap, 1]]));
    }
    app.later(TimeDelta::days(30));
    assert_eq!(held(&guest.get(CART).await.data()), json!([]));
    let anew = add(&guest, soap, 2).await;
    assert_ne!(session(&anew.headers), token);
    assert_eq!(held(&anew.data()), json!([[soap, 2]]));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn in_production_the_cookie_travels_encrypted_only(db: MySqlPool) {
    let soap = product("Soap", &db).await;
    let mut config = app(&db).await.ground.config.clone();
    config.environment = Environment::Production;
    let app = TestApp::with(config, user_service::build);
    let answer = add(&app.anonymous(), soap, 1).await;
    assert!(cookie(&answer.headers).split("; ").any(|part| part == "Secure"), "{}", cookie(&answer.headers));
}
