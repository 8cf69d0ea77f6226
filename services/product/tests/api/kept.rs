//! Answers that are kept: the same as loaded ones, and never older than what the shop has heard of.

use std::time::Instant;

use axum::body::{Body, Bytes};
use axum::http::Method;
use commerce::ids::ProductId;
use serde_json::json;
use shared::cache::{Answers, Kept, Loaded, Scope};
use shared::changes::{self, Topic};
use sqlx::MySqlPool;
use testing::{TestApp, build};

use crate::app;

/// What a page costs now, in whole rupees.
async fn set_price(product: ProductId, rupees: i64, db: &MySqlPool) {
    let update = sqlx::query("UPDATE products SET base_price = ?, compare_price = NULL WHERE id = ?");
    update.bind(rupees).bind(product).execute(db).await.unwrap();
}

async fn neem_soap(db: &MySqlPool) -> ProductId {
    let category = build::category("Soap").insert(db).await;
    let brand = build::brand("Van", db).await;
    build::product("Neem Soap", category).of_brand(brand).insert(db).await
}

/// It has heard of everything up to now.
async fn listen(app: &TestApp) {
    app.tick("catalogue").await.unwrap();
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_everybody_may_read_has_a_tag_and_is_sent_once(db: MySqlPool) {
    neem_soap(&db).await;
    let app = app(&db).await;
    for path in [
        "/products",
        "/products?page=1&utm_source=x",
        "/products/1",
        "/products/slug/neem-soap",
        "/products/featured",
        "/products/bestsellers",
        "/products/new-arrivals",
        "/products/trending",
        "/products/1/related",
        "/categories",
        "/categories/all",
        "/products/categories/tree",
        "/brands/all",
        "/products/brands/1",
    ] {
        let path = format!("/api/v1{path}");
        for round in 0..2 {
            let first = app.with_token("forged").get(&path).await;
            assert_eq!(first.headers["cache-control"], "public, max-age=0, s-maxage=1", "{path} {round}");
            assert_eq!(first.headers["content-type"], "application/json");
            let tag = first.headers["etag"].to_str().unwrap();
            let head = app.anonymous().send(Method::HEAD, &path, Body::empty()).await;
            assert_eq!((head.headers["etag"].to_str().unwrap(), head.text.as_str()), (tag, ""), "{path}");
            assert_eq!(head.headers["content-length"], first.text.len().to_string());
            let again = app.anonymous().with_header("if-none-match", &format!("W/{tag}")).get(&path).await;
            assert_eq!((again.status.as_u16(), again.text.as_str()), (304, ""), "{path}");
            assert_eq!(again.headers["etag"], tag);
            let other = app.anonymous().with_header("if-none-match", "\"another\"").get(&path).await;
            assert_eq!((other.status.as_u16(), &other.text), (200, &first.text));
            listen(&app).await;
        }
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_is_asked_for_a_cart_and_what_is_wrong_is_not_kept(db: MySqlPool) {
    neem_soap(&db).await;
    let app = app(&db).await;
    listen(&app).await;
    for path in ["stock-status/bulk?product_ids=1", "1/cart-validation"] {
        let answer = app.anonymous().get(&format!("/api/v1/products/{path}")).await;
        assert_eq!(answer.headers["cache-control"], "private, no-store");
    }
    for path in ["?page=0", "/0", "/x/related", "?brand_id=1&brand_id=x"] {
        let answer = app.anonymous().get(&format!("/api/v1/products{path}")).await;
        assert_eq!(answer.headers["cache-control"], "private, no-store", "{path}");
        assert_eq!(answer.error(), "VALIDATION_ERROR");
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_list_that_was_kept_before_the_index_knew_is_not_shown_after_it(db: MySqlPool) {
    let soap = neem_soap(&db).await;
    set_price(soap, 100, &db).await;
    let app = app(&db).await;
    app.tick("search").await.unwrap();
    let cheap = async || app.anonymous().get("/api/v1/products?max_price=150").await.data()["items"].clone();
    set_price(soap, 200, &db).await;
    tell(soap, &db).await;
    listen(&app).await;
    assert_eq!(cheap().await.as_array().unwrap().len(), 1, "the index has not heard of it yet");
    app.tick("search").await.unwrap();
    assert_eq!(cheap().await, json!([]));
}

/// Whoever sees nothing kept in ten times a second is told so.
#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_price_that_changes_is_heard_of_and_one_that_nobody_tells_of_is_kept(db: MySqlPool) {
    let soap = neem_soap(&db).await;
    let app = app(&db).await;
    let paths = [format!("/api/v1/products/{soap}"), "/api/v1/products/slug/neem-soap".to_owned()];
    let lists = ["/api/v1/products", "/api/v1/products?search=neem&page_size=5", "/api/v1/products/new-arrivals"];
    for path in paths.into_iter().chain(lists.map(str::to_owned)) {
        let mut was_kept = false;
        for rupees in (100..120).step_by(2) {
            listen(&app).await;
            set_price(soap, rupees, &db).await;
            tell(soap, &db).await;
            listen(&app).await;
            let now = app.anonymous().get(&path).await.text;
            assert!(now.contains(&format!("\"base_price\":{rupees}.00")), "{path}: {now}");
            set_price(soap, rupees + 1, &db).await;
            was_kept |= app.anonymous().get(&path).await.text == now;
        }
        assert!(was_kept, "{path}");
    }
}

async fn tell(product: ProductId, db: &MySqlPool) {
    let mut tx = db.begin().await.unwrap();
    changes::record(&mut tx, Topic::CatalogueChanged, &format!("product:{product}")).await.unwrap();
    tx.commit().await.unwrap();
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn stock_that_moves_is_heard_of_without_a_word(db: MySqlPool) {
    let category = build::category("Soap").insert(&db).await;
    let soap = build::product("Neem Soap", category).stock(0).insert(&db).await;
    let app = app(&db).await;
    let (path, caller) = (format!("/api/v1/products/{soap}"), app.anonymous());
    listen(&app).await;
    assert_eq!(caller.get(&path).await.data()["stock_status"], "out_of_stock");
    let mut conn = db.acquire().await.unwrap();
    inventory::open(&mut conn, soap, 10.try_into().unwrap(), testing::noon()).await.unwrap();
    listen(&app).await;
    assert_eq!(caller.get(&path).await.data()["stock_status"], "in_stock");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_is_not_there_is_remembered_until_it_is(db: MySqlPool) {
    let app = app(&db).await;
    listen(&app).await;
    for _ in 0..2 {
        let answer = app.anonymous().get("/api/v1/products/1").await;
        assert_eq!(answer.error(), "NOT_FOUND");
        assert!(
            answer.headers["cache-control"].to_str().unwrap().contains("public")
                && !answer.headers.contains_key("etag")
        );
    }
    let soap = neem_soap(&db).await;
    tell(soap, &db).await;
    listen(&app).await;
    assert_eq!(app.anonymous().get("/api/v1/products/1").await.data()["name"], "Neem Soap");
}

const KEY: &str = "/a/page";

fn page(text: &'static str) -> Loaded<()> {
    Loaded::Kept(Kept::found(Bytes::from_static(text.as_bytes()), None))
}

/// What is answered, by whoever has just heard of everything that it was told.
async fn ask(answers: &Answers, text: &'static str) -> Bytes {
    answers.heard(Instant::now());
    answers.serve(KEY, Scope::One(7), async || page(text)).await.unwrap().body().clone()
}

/// A replica that has paid what it owed at its start.
async fn replica(db: &MySqlPool) -> Answers {
    let answers = app(db).await.ground.answers.clone();
    answers.heard(Instant::now());
    answers.serve("/another", Scope::Many, async || page("another")).await.unwrap();
    answers
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_replica_takes_from_redis_what_another_has_loaded_until_it_hears_of_a_change(db: MySqlPool) {
    let (one, other, third) = (replica(&db).await, replica(&db).await, replica(&db).await);
    assert_eq!(ask(&one, "loaded").await, "loaded");
    assert_eq!(ask(&other, "not asked").await, "loaded");
    one.forget(7);
    assert_eq!(ask(&one, "new").await, "new");
    assert_eq!(ask(&third, "not asked").await, "new");
}

/// The first loads, the second hears of a change, loads what is new and keeps it; then the first keeps what is old.
#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_fill_that_a_change_has_overtaken_is_dropped(db: MySqlPool) {
    let (slow, quick, third) = (replica(&db).await, replica(&db).await, replica(&db).await);
    slow.heard(Instant::now());
    let overtaken = slow.serve(KEY, Scope::One(7), async || {
        quick.forget(7);
        assert_eq!(ask(&quick, "new").await, "new");
        page("old")
    });
    assert_eq!(overtaken.await.unwrap().body(), "old");
    assert_eq!(ask(&third, "loaded again").await, "new");
}

/// The first keeps what is old although it changed during its load; the second, who has heard of it, does not read that.
#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn who_has_heard_of_a_change_does_not_read_what_was_kept_before(db: MySqlPool) {
    let (slow, quick) = (replica(&db).await, replica(&db).await);
    slow.heard(Instant::now());
    let overtaken = slow.serve(KEY, Scope::One(7), async || {
        quick.forget(7);
        page("old")
    });
    assert_eq!(overtaken.await.unwrap().body(), "old");
    assert_eq!(ask(&quick, "new").await, "new");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn without_redis_everybody_loads(db: MySqlPool) {
    neem_soap(&db).await;
    let mut config = testing::servers::config(shared::config::ServiceName::Product, &db);
    config.redis.port = 1;
    drop(app(&db).await);
    let app = TestApp::with(config, product_service::build);
    for _ in 0..2 {
        listen(&app).await;
        app.ground.answers.forget_all();
        assert_eq!(app.anonymous().get("/api/v1/products/1").await.data()["id"], json!(1));
    }
}
