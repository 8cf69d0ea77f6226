//! What is counted of products, and the lists that follow from it.
#![expect(clippy::indexing_slicing, reason = "tests")]

use axum::body::Body;
use axum::http::Method;
use chrono::TimeDelta;
use commerce::events::{OrderCancelled, OrderConfirmed};
use commerce::ids::{OrderId, ProductId};
use commerce::orders::PaymentMethod;
use kernel::{Paise, UserId};
use serde_json::{Value, json};
use shared::messaging::Message;
use sqlx::MySqlPool;
use testing::{TestApp, build, noon};

use crate::app;

async fn names(app: &TestApp, list: &str) -> Value {
    let data = app.anonymous().get(&format!("/api/v1/products/{list}")).await.data();
    assert_eq!(data["pagination"]["page"], 1);
    data["items"].as_array().unwrap().iter().map(|item| item["name"].clone()).collect()
}

async fn counted(app: &TestApp, product: ProductId, what: &str) -> Value {
    app.anonymous().get(&format!("/api/v1/products/{product}")).await.data()[what].clone()
}

/// In the order of their making: a soap, a comb and a towel.
async fn three(db: &MySqlPool) -> [ProductId; 3] {
    let category = build::category("Bath").insert(db).await;
    let product = async |name| build::product(name, category).insert(db).await;
    [product("Soap").await, product("Comb").await, product("Towel").await]
}

async fn mark(product: ProductId, db: &MySqlPool) {
    sqlx::query("UPDATE products SET is_featured = TRUE, is_trending = TRUE, is_bestseller = TRUE WHERE id = ?")
        .bind(product)
        .execute(db)
        .await
        .unwrap();
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_view_is_counted_for_every_reader_and_written_later(db: MySqlPool) {
    let [soap, ..] = three(&db).await;
    let app = app(&db).await;
    app.tick("catalogue").await.unwrap();
    let (path, caller) = (format!("/api/v1/products/{soap}"), app.anonymous());
    let first = caller.get(&path).await;
    assert_eq!(caller.get("/api/v1/products/slug/soap").await.data()["view_count"], 0);
    let tag = first.headers["etag"].to_str().unwrap();
    assert_eq!(caller.clone().with_header("if-none-match", tag).get(&path).await.status, 304);
    caller.send(Method::HEAD, &path, Body::empty()).await;
    caller.get("/api/v1/products/999").await;
    let rows = async || {
        sqlx::query_as::<_, (u64, u64, u64)>("SELECT product_id, views, recent_views FROM product_views")
            .fetch_all(&db)
            .await
            .unwrap()
    };
    assert_eq!(rows().await, []);
    app.tick("views").await.unwrap();
    app.tick("views").await.unwrap();
    assert_eq!(rows().await, [(soap.get(), 3, 3)]);
    app.ground.answers.forget_all();
    assert_eq!(counted(&app, soap, "view_count").await, 3);
    app.later(TimeDelta::days(1));
    app.tick("views").await.unwrap();
    assert_eq!(rows().await, [(soap.get(), 4, 2)]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn views_that_could_not_be_written_are_counted_on(db: MySqlPool) {
    let [soap, ..] = three(&db).await;
    let app = app(&db).await;
    counted(&app, soap, "id").await;
    sqlx::raw_sql("RENAME TABLE product_views TO away").execute(&db).await.unwrap();
    assert!(app.tick("views").await.is_err());
    sqlx::raw_sql("RENAME TABLE away TO product_views").execute(&db).await.unwrap();
    app.tick("views").await.unwrap();
    assert_eq!(counted(&app, soap, "view_count").await, 1);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_is_looked_at_most_in_these_days_is_trending(db: MySqlPool) {
    let [soap, comb, towel] = three(&db).await;
    mark(towel, &db).await;
    let app = app(&db).await;
    for (product, views) in [(soap, 3), (comb, 2)] {
        for _ in 0..views {
            counted(&app, product, "id").await;
        }
        app.tick("views").await.unwrap();
        app.later(TimeDelta::days(1));
    }
    assert_eq!(names(&app, "trending").await, json!(["Comb", "Soap", "Towel"]), "3 halved twice, 2 halved once");
    app.later(TimeDelta::days(6));
    assert_eq!(names(&app, "trending").await, json!(["Towel"]));
}

fn confirmed(order_id: OrderId, user_id: UserId) -> Message {
    let event = OrderConfirmed {
        order_id,
        order_number: "PV-1".to_owned(),
        user_id,
        total: Paise::new(11_800),
        currency: "INR".to_owned(),
        payment_method: PaymentMethod::CashOnDelivery,
        revision: 2,
    };
    Message::of(&event, noon(), None).unwrap()
}

fn cancelled(order_id: OrderId, user_id: UserId) -> Message {
    let (order_number, reason) = ("PV-1".to_owned(), "changed my mind".to_owned());
    let event = OrderCancelled { order_id, order_number, user_id, reason, paid: Paise::ZERO, revision: 3 };
    Message::of(&event, noon(), None).unwrap()
}

async fn cancel(order: OrderId, db: &MySqlPool) {
    sqlx::query("UPDATE orders SET status = 'cancelled', cancelled_at = UTC_TIMESTAMP() WHERE id = ?")
        .bind(order)
        .execute(db)
        .await
        .unwrap();
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn an_order_counts_once_and_a_cancelled_one_not_at_all(db: MySqlPool) {
    let [soap, ..] = three(&db).await;
    let asha = build::user("Asha").insert(&db).await;
    let [first, second] = [build::order(asha, soap, &db).await, build::order(asha, soap, &db).await];
    let app = app(&db).await;
    for _ in 0..2 {
        app.deliver(&confirmed(first, asha)).await.unwrap();
        assert_eq!(counted(&app, soap, "total_sold").await, 1);
    }
    cancel(second, &db).await;
    app.deliver(&cancelled(second, asha)).await.unwrap();
    app.deliver(&confirmed(second, asha)).await.unwrap();
    assert_eq!(counted(&app, soap, "total_sold").await, 1, "the cancellation was heard first");
    cancel(first, &db).await;
    for _ in 0..2 {
        app.deliver(&cancelled(first, asha)).await.unwrap();
        assert_eq!(counted(&app, soap, "total_sold").await, 0);
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn orders_that_no_event_told_of_are_found(db: MySqlPool) {
    let [soap, comb, towel] = three(&db).await;
    mark(towel, &db).await;
    let asha = build::user("Asha").insert(&db).await;
    let heard = build::order(asha, comb, &db).await;
    for product in [soap, comb] {
        build::order(asha, product, &db).await;
    }
    let gone = build::order(asha, soap, &db).await;
    cancel(gone, &db).await;
    let app = app(&db).await;
    app.deliver(&confirmed(heard, asha)).await.unwrap();
    for _ in 0..2 {
        app.tick("sales").await.unwrap();
        assert_eq!([counted(&app, soap, "total_sold").await, counted(&app, comb, "total_sold").await], [1, 2]);
    }
    assert_eq!(names(&app, "bestsellers").await, json!(["Comb", "Soap", "Towel"]));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn the_window_shows_what_is_chosen_and_what_is_new_and_nothing_hidden(db: MySqlPool) {
    let [soap, comb, towel] = three(&db).await;
    for (product, status) in [(soap, "active"), (comb, "draft"), (towel, "active")] {
        mark(product, &db).await;
        sqlx::query("UPDATE products SET status = ? WHERE id = ?")
            .bind(status)
            .bind(product)
            .execute(&db)
            .await
            .unwrap();
    }
    let app = app(&db).await;
    for list in ["featured", "new-arrivals", "trending", "bestsellers"] {
        assert_eq!(names(&app, list).await, json!(["Towel", "Soap"]), "{list}");
        assert_eq!(names(&app, &format!("{list}?page_size=1")).await, json!(["Towel"]));
        let second = app.anonymous().get(&format!("/api/v1/products/{list}?page=2&page_size=1")).await.data();
        assert_eq!((&second["items"][0]["name"], &second["pagination"]["total_count"]), (&json!("Soap"), &json!(2)));
        let wrong = app.anonymous().get(&format!("/api/v1/products/{list}?page=NaN&page_size=1000000000")).await;
        assert_eq!(wrong.wrong_fields(), ["page", "page_size"]);
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_was_bought_together_goes_together_and_else_what_stands_near(db: MySqlPool) {
    let [soap, comb, towel] = three(&db).await;
    let kitchen = build::category("Kitchen").insert(&db).await;
    let pan = build::product("Pan", kitchen).insert(&db).await;
    let asha = build::user("Asha").insert(&db).await;
    let [kept, gone] = [build::order(asha, soap, &db).await, build::order(asha, towel, &db).await];
    for order in [kept, gone] {
        sqlx::query("UPDATE order_items SET line_number = 2 WHERE order_id = ?")
            .bind(order)
            .execute(&db)
            .await
            .unwrap();
        build::order_line(order, pan, &db).await;
    }
    cancel(gone, &db).await;
    let app = app(&db).await;
    let related = async |product: ProductId| names(&app, &format!("{product}/related")).await;
    assert_eq!(related(soap).await, json!(["Pan", "Towel", "Comb"]));
    assert_eq!(related(pan).await, json!(["Soap"]));
    assert_eq!(related(towel).await, json!(["Comb", "Soap"]));
    assert_eq!(related(comb).await, json!(["Towel", "Soap"]));
    assert_eq!(app.anonymous().get("/api/v1/products/999/related").await.error(), "NOT_FOUND");
}
