//! `/api/v1/users/cart/migrate-guest-to-user`

use axum::body::Body;
use axum::http::Method;
use futures::future::join;
use serde_json::json;
use sqlx::MySqlPool;
use testing::{Answer, Caller, build};

use crate::{CART, add, app, held, product};

async fn merge(caller: &Caller) -> Answer {
    caller.send(Method::POST, &format!("{CART}/migrate-guest-to-user"), Body::empty()).await
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_guest_who_signed_in_takes_the_cart_along_once(db: MySqlPool) {
    let (soap, oil) = (product("Soap", &db).await, product("Oil", &db).await);
    let app = app(&db).await;
    let begun = add(&app.anonymous(), soap, 2).await;
    let token = begun.headers["x-session-id"].to_str().unwrap().to_owned();
    let guest = app.anonymous().with_header("x-session-id", &token);
    add(&guest, oil, 1).await.data();
    let asha = app.as_user(build::user("Asha").insert(&db).await);
    add(&asha, soap, 1).await.data();
    let by_header = asha.clone().with_header("x-session-id", &token);
    let by_cookie = asha.clone().with_header("cookie", &format!("session_id={token}"));
    let (one, other) = join(merge(&by_header), merge(&by_cookie)).await;
    for answer in [one, other, merge(&by_header).await, merge(&asha).await] {
        assert_eq!(held(&answer.data()), json!([[oil, 1], [soap, 3]]), "the order of adding");
    }
    assert_eq!(held(&guest.get(CART).await.data()), json!([]));
    let anew = add(&guest, oil, 1).await;
    assert_ne!(anew.headers["x-session-id"], token);
    assert_eq!(held(&asha.get(CART).await.data()), json!([[oil, 1], [soap, 3]]));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn only_a_user_can_take_a_cart_along(db: MySqlPool) {
    let soap = product("Soap", &db).await;
    let app = app(&db).await;
    let token = add(&app.anonymous(), soap, 2).await.headers["x-session-id"].to_str().unwrap().to_owned();
    let guest = app.anonymous().with_header("x-session-id", &token);
    assert_eq!(merge(&guest).await.error(), "UNAUTHORIZED");
    assert_eq!(held(&guest.get(CART).await.data()), json!([[soap, 2]]));
    let asha = app.as_user(build::user("Asha").insert(&db).await);
    for nonsense in ["", "null", &"A".repeat(43)] {
        let caller = asha.clone().with_header("x-session-id", nonsense);
        assert_eq!(held(&merge(&caller).await.data()), json!([]), "{nonsense}");
    }
}
