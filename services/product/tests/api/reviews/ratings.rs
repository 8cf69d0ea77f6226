//! What reviews say all together: on their own page, in lists, and in what lists are sorted by.

use commerce::ids::ProductId;
use serde_json::{Value, json};
use sqlx::MySqlPool;
use testing::{TestApp, build};

use super::{approve, futures_of, kept, review, shown, soap, staff};
use crate::app;

/// As many of `products` as there are numbers of reviews, each with that sum of stars.
async fn rate(ratings: &[(ProductId, u32, u32)], db: &MySqlPool) {
    for (product, count, sum) in ratings {
        sqlx::query("INSERT INTO product_ratings (product_id, review_count, rating_sum) VALUES (?, ?, ?)")
            .bind(product)
            .bind(count)
            .bind(sum)
            .execute(db)
            .await
            .unwrap();
    }
}

async fn names(app: &TestApp, query: &str) -> Value {
    let data = app.anonymous().get(&format!("/api/v1/products?{query}")).await.data();
    data["items"].as_array().unwrap().iter().map(|item| item["name"].clone()).collect()
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn reviews_are_sorted_narrowed_and_counted(db: MySqlPool) {
    let soap = soap(&db).await;
    for (name, rating, helped) in [("Asha", 5, 1), ("Ravi", 2, 7), ("Meera", 5, 0)] {
        let user = build::user(name).insert(&db).await;
        let id = build::review(user, soap, rating, &db).await;
        sqlx::query("UPDATE product_reviews SET helpful_count = ? WHERE id = ?")
            .bind(helped)
            .bind(id)
            .execute(&db)
            .await
            .unwrap();
    }
    let app = app(&db).await;
    let authors = |data: &Value| -> Value {
        data["items"].as_array().unwrap().iter().map(|item| item["author"].clone()).collect()
    };
    for (query, who) in [
        ("", json!(["Meera R.", "Ravi R.", "Asha R."])),
        ("sort=newest&page_size=1&page=2", json!(["Ravi R."])),
        ("sort=helpful", json!(["Ravi R.", "Asha R.", "Meera R."])),
        ("sort=rating", json!(["Meera R.", "Asha R.", "Ravi R."])),
        ("rating=5", json!(["Meera R.", "Asha R."])),
        ("rating=3", json!([])),
    ] {
        let data = shown(&app, soap, query).await;
        assert_eq!(authors(&data), who, "{query}");
        assert_eq!((&data["rating"], &data["review_count"]), (&json!(4.0), &json!(3)), "{query}");
    }
    let narrowed = shown(&app, soap, "rating=5").await;
    assert_eq!(narrowed["pagination"]["total_count"], 2);
    assert_eq!(
        narrowed["histogram"],
        json!([
            { "rating": 5, "count": 2 }, { "rating": 4, "count": 0 }, { "rating": 3, "count": 0 },
            { "rating": 2, "count": 1 }, { "rating": 1, "count": 0 },
        ])
    );
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn many_good_reviews_come_before_one_very_good_one_and_none_before_bad_ones(db: MySqlPool) {
    let category = build::category("Bath").insert(&db).await;
    let product = async |name| build::product(name, category).insert(&db).await;
    let [loved, new, lucky, bad] =
        [product("Loved").await, product("New").await, product("Lucky").await, product("Bad").await];
    rate(&[(loved, 200, 960), (lucky, 1, 5), (bad, 20, 30)], &db).await;
    let app = app(&db).await;
    let best_first = json!(["Loved", "Lucky", "New", "Bad"]);
    assert_eq!(names(&app, "sort_by=rating&sort_order=desc").await, best_first, "as the database sorts");
    app.tick("search").await.unwrap();
    app.tick("catalogue").await.unwrap();
    assert_eq!(names(&app, "sort_by=rating&sort_order=desc&page_size=9").await, best_first, "as the index sorts");
    let page = app.anonymous().get("/api/v1/products?sort_by=rating&sort_order=desc&page_size=2").await.data();
    let cursor = page["next_cursor"].as_str().unwrap().to_owned();
    let rest = format!("sort_by=rating&sort_order=desc&page_size=2&cursor={cursor}");
    assert_eq!(names(&app, &rest).await, json!(["New", "Bad"]));
    let other = crate::app(&db).await;
    assert_eq!(names(&other, &rest).await, json!(["New", "Bad"]), "the database goes on where the index stopped");
    let told = app.anonymous().get(&format!("/api/v1/products/{loved}")).await.data();
    assert_eq!((&told["rating"], &told["review_count"]), (&json!(4.8), &json!(200)));
    let told = app.anonymous().get(&format!("/api/v1/products/{new}")).await.data();
    assert_eq!((&told["rating"], &told["review_count"]), (&Value::Null, &json!(0)));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_staff_approve_is_in_lists_and_in_their_order_with_the_next_tick(db: MySqlPool) {
    let category = build::category("Bath").insert(&db).await;
    let soap = build::product("Soap", category).insert(&db).await;
    build::product("Comb", category).insert(&db).await;
    let (asha, app) = (build::user("Asha").insert(&db).await, app(&db).await);
    app.tick("search").await.unwrap();
    app.tick("catalogue").await.unwrap();
    let (worst_first, path) = ("sort_by=rating", format!("/api/v1/products/{soap}"));
    assert_eq!(names(&app, worst_first).await, json!(["Soap", "Comb"]));
    assert_eq!(app.anonymous().get(&path).await.data()["review_count"], 0);
    let own = review(&app.as_user(asha), soap, 5).await.data();
    approve(&staff(&app, &db).await, &own["id"]).await;
    app.tick("search").await.unwrap();
    app.tick("catalogue").await.unwrap();
    assert_eq!(names(&app, worst_first).await, json!(["Comb", "Soap"]));
    assert_eq!(app.anonymous().get(&path).await.data()["rating"], 5.0);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn however_many_are_decided_about_at_once_the_sum_is_right(db: MySqlPool) {
    let soap = soap(&db).await;
    let app = app(&db).await;
    let mut ids = Vec::new();
    for number in 0..6_u8 {
        let user = build::user(&format!("Reader {number}")).insert(&db).await;
        ids.push(review(&app.as_user(user), soap, number % 5 + 1).await.data()["id"].clone());
    }
    let staff = staff(&app, &db).await;
    // Each by two at once.
    futures_of(ids.iter().chain(&ids).map(|id| approve(&staff, id))).await;
    assert_eq!(kept(soap, &db).await, Some((6, 16)));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn reviews_are_kept_with_a_tag_and_heard_of(db: MySqlPool) {
    let soap = soap(&db).await;
    let (asha, app) = (build::user("Asha").insert(&db).await, app(&db).await);
    let staff = staff(&app, &db).await;
    let path = format!("/api/v1/products/{soap}/reviews");
    app.tick("catalogue").await.unwrap();
    let first = app.anonymous().get(&path).await;
    assert_eq!(first.headers["cache-control"], "public, max-age=0, s-maxage=1");
    let tag = first.headers["etag"].to_str().unwrap();
    assert_eq!(app.anonymous().with_header("if-none-match", tag).get(&path).await.status, 304);
    let own = review(&app.as_user(asha), soap, 5).await.data();
    approve(&staff, &own["id"]).await;
    app.tick("catalogue").await.unwrap();
    assert_eq!(app.anonymous().get(&path).await.data()["review_count"], 1);
    let private = app.as_user(asha).get(&format!("{path}/mine")).await;
    assert_eq!(private.headers["cache-control"], "private, no-store");
}
