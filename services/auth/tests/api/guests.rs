//! The cart of a guest who registers or logs in.

use carts::{Addition, GuestToken, Limits, Owner, guests};
use commerce::ids::ProductId;
use sqlx::MySqlPool;
use std::num::NonZeroU32;
use testing::{Caller, TestApp, build, noon};

use crate::{LOGIN, PASSWORD, REGISTER, app, asha, credentials};

/// A guest with so many pieces in the cart.
async fn guest(app: &TestApp, product: ProductId, pieces: u32) -> GuestToken {
    let mut conn = app.ground.database.acquire().await.unwrap();
    let (guest, token) = guests::open(&mut conn, noon()).await.unwrap();
    let addition = Addition { variation: None, product, quantity: NonZeroU32::new(pieces).unwrap() };
    let limits = Limits { per_product: 10, in_all: 50 };
    carts::add(&mut conn, Owner::Guest(guest), addition, limits, noon()).await.unwrap();
    token
}

async fn soap(db: &MySqlPool) -> ProductId {
    let category = build::category("Soap").insert(db).await;
    build::product("Neem Soap", category).insert(db).await
}

/// Pieces in the carts of users.
async fn pieces(db: &MySqlPool) -> i64 {
    sqlx::query_scalar(
        "SELECT CAST(COALESCE(SUM(i.quantity), 0) AS SIGNED) FROM cart_items i
         JOIN carts c ON c.id = i.cart_id AND c.user_id IS NOT NULL",
    )
    .fetch_one(db)
    .await
    .unwrap()
}

async fn logs_in(caller: Caller) {
    caller.post(LOGIN, credentials("asha.rao", PASSWORD)).await.data();
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_guest_s_cart_comes_along(db: MySqlPool) {
    let (app, soap) = (app(&db).await, soap(&db).await);
    let token = guest(&app, soap, 2).await;
    app.anonymous().with_header("x-session-id", token.as_str()).post(REGISTER, asha()).await.data();
    assert_eq!(pieces(&db).await, 2);
    let (header, cookie) = (guest(&app, soap, 3).await, guest(&app, soap, 4).await);
    let cookie = format!("theme=dark; session_id={}", cookie.as_str());
    logs_in(app.anonymous().with_header("x-session-id", header.as_str()).with_header("cookie", &cookie)).await;
    assert_eq!(pieces(&db).await, 5, "the header comes first");
    logs_in(app.anonymous().with_header("x-session-id", "null").with_header("cookie", &cookie)).await;
    assert_eq!(pieces(&db).await, 9, "what is no token does not hide the cookie");
    logs_in(app.anonymous().with_header("cookie", &cookie)).await;
    assert_eq!(pieces(&db).await, 9, "a cart comes along once");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_token_that_the_shop_never_gave_out_brings_nothing_and_stops_nobody(db: MySqlPool) {
    let (app, soap) = (app(&db).await, soap(&db).await);
    guest(&app, soap, 2).await;
    let unknown = "A".repeat(43);
    for nonsense in ["", "null", "' OR 1=1 -- ", &unknown] {
        let caller = app.anonymous().with_header("x-session-id", nonsense);
        drop(caller.post(REGISTER, asha()).await);
        logs_in(caller).await;
    }
    assert_eq!(pieces(&db).await, 0);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn who_is_not_let_in_leaves_the_cart_where_it_is(db: MySqlPool) {
    let (app, soap) = (app(&db).await, soap(&db).await);
    app.anonymous().post(REGISTER, asha()).await.data();
    let token = guest(&app, soap, 2).await;
    let caller = app.anonymous().with_header("x-session-id", token.as_str());
    assert_eq!(caller.post(LOGIN, credentials("asha.rao", "wrong")).await.status.as_u16(), 401);
    assert_eq!(caller.post(REGISTER, asha()).await.status.as_u16(), 409);
    assert_eq!(pieces(&db).await, 0);
    logs_in(caller).await;
    assert_eq!(pieces(&db).await, 2);
}
