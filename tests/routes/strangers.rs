//! Every thing that belongs to somebody, asked for by others: it is as if it did not exist.

use axum::body::Body;
use axum::http::Method;
use kernel::UserId;
use serde_json::Value;
use sqlx::MySqlPool;
use testing::{Answer, Caller, TestApp, build};
use uuid::Uuid;

use super::{Expectation, expectations, house, operations, permission_of, things};

/// Routes for whoever signed in whose path names something that belongs to nobody, such as a product.
const OF_NOBODY: &[&str] = &[
    "POST /api/v1/users/wishlist/{product_id}",
    "DELETE /api/v1/users/wishlist/{product_id}",
    "POST /api/v1/users/wishlist/{product_id}/move-to-cart",
    "POST /api/v1/products/{id}/reviews",
    "GET /api/v1/products/{id}/reviews/mine",
    "POST /api/v1/products/reviews/{id}/vote",
];

/// Routes whose body names what belongs to somebody.
const IN_THE_BODY: &[&str] = &["POST /api/v1/payments/initiate"];

/// Where the sample of an expectation is not a thing of Asha's.
const ASHA_S: &[(&str, &str)] = &[
    ("GET /api/v1/orders/user/{user_id}", "/api/v1/orders/user/1"),
    ("DELETE /api/v1/products/reviews/{id}", "/api/v1/products/reviews/1"),
];

/// A number that no thing has.
const NOTHING: &str = "999999";

async fn send(caller: Caller, expectation: &Expectation, path: &str, body: &str) -> Answer {
    let method: Method = expectation.route.split(' ').next().unwrap().parse().unwrap();
    caller.with_header("content-type", "application/json").send(method, path, Body::from(body.to_owned())).await
}

/// A bad answer without its time.
fn gist(answer: &Answer) -> (u16, Value) {
    let mut body = answer.json();
    body.as_object_mut().unwrap().remove("timestamp");
    (answer.status.as_u16(), body)
}

/// The path of a thing of Asha's, and of none.
async fn samples(db: &MySqlPool, expectation: &Expectation) -> (String, String) {
    let known = ASHA_S.iter().find(|(route, _)| *route == expectation.route);
    let sample = known.map_or(expectation.sample, |(_, sample)| sample).to_owned();
    if expectation.route.contains("{order_number}") {
        let number: String =
            sqlx::query_scalar("SELECT order_number FROM orders WHERE id = 1").fetch_one(db).await.unwrap();
        return (sample.replace("PT-0", &number), sample);
    }
    let missing = sample.split('/').map(|part| if part.parse::<u64>().is_ok() { NOTHING } else { part });
    let missing = missing.collect::<Vec<_>>().join("/");
    (sample, missing)
}

/// Whether the route is about a thing of somebody's.
fn is_owned(route: &str, permission: &str) -> bool {
    permission == "user" && route.contains('{') && !OF_NOBODY.contains(&route)
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_belongs_to_somebody_else_is_as_if_it_did_not_exist(db: MySqlPool) {
    things(&db).await;
    let strangers = [
        UserId::new(2).unwrap(),
        build::user("Vendor").role("vendor").insert(&db).await,
        build::user("Content").role("content_manager").insert(&db).await,
    ];
    let mut asked = 0;
    for app in house(&db).await {
        for (route, operation) in operations(&app) {
            let expectation = expectations().find(|expectation| expectation.route == route).unwrap();
            if !is_owned(&route, permission_of(operation)) {
                continue;
            }
            let (hers, missing) = samples(&db, expectation).await;
            for stranger in strangers {
                let found = send(app.as_user(stranger), expectation, &hers, expectation.body).await;
                let none = send(app.as_user(stranger), expectation, &missing, expectation.body).await;
                assert_eq!(gist(&found), gist(&none), "{route}: {hers} and {missing} to {stranger}");
                assert_eq!(found.status.as_u16(), 404, "{route}: {hers} to {stranger}");
                asked += 1;
            }
            nobody_gets_in(&app, expectation, &hers).await;
        }
    }
    assert!(asked >= 20, "{asked}");
}

/// Nor does somebody whose account is gone, or who signed out.
async fn nobody_gets_in(app: &TestApp, expectation: &Expectation, path: &str) {
    assert_eq!(send(app.anonymous(), expectation, path, expectation.body).await.status.as_u16(), 401);
    let gone = Uuid::now_v7();
    shared::changes::record(
        &mut app.ground.database.acquire().await.unwrap(),
        shared::changes::Topic::SessionRevoked,
        &gone.to_string(),
    )
    .await
    .unwrap();
    app.hear_changes().await;
    let asha = app.as_session(UserId::new(1).unwrap(), gone);
    assert_eq!(send(asha, expectation, path, expectation.body).await.status.as_u16(), 401, "{path}");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn nor_does_a_body_open_what_belongs_to_somebody_else(db: MySqlPool) {
    things(&db).await;
    for app in house(&db).await {
        for (route, _) in operations(&app).into_iter().filter(|(route, _)| IN_THE_BODY.contains(&route.as_str())) {
            let expectation = expectations().find(|expectation| expectation.route == route).unwrap();
            let ravi = app.as_user(UserId::new(2).unwrap());
            let hers = send(ravi.clone(), expectation, expectation.sample, expectation.body).await;
            let none = send(ravi, expectation, expectation.sample, &expectation.body.replace('2', NOTHING)).await;
            assert_eq!(gist(&hers), gist(&none), "{route}");
            assert_eq!(hers.status.as_u16(), 404, "{route}");
        }
    }
}
