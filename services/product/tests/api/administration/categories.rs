//! What the staff does to `/api/v1/categories`

use axum::http::Method;
use futures::future::join_all;
use serde_json::{Value, json};
use sqlx::MySqlPool;
use testing::{Answer, Caller, build};

use super::{entries, send, staffed};

const CATEGORIES: &str = "/api/v1/categories";

async fn add(meena: &Caller, body: Value) -> Value {
    meena.post(CATEGORIES, body).await.data()
}

async fn put(meena: &Caller, category: &Value, body: &Value) -> Answer {
    send(meena, Method::PUT, &format!("{CATEGORIES}/{}", category["id"]), Some(&category["revision"]), body).await
}

async fn delete(meena: &Caller, category: &Value) -> Answer {
    let path = format!("/api/v1/products/categories/{}", category["id"]);
    send(meena, Method::DELETE, &path, Some(&category["revision"]), &json!({})).await
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_category_is_made_changed_and_removed_and_shoppers_hear_of_it(db: MySqlPool) {
    let (app, meena) = staffed(&db).await;
    let answer = meena.post(CATEGORIES, json!({ "name": "  Basmati  Rice ", "name_hindi": "बासमती चावल" })).await;
    assert_eq!((answer.status.as_u16(), &answer.headers["etag"]), (201, &"\"1\"".parse().unwrap()), "{}", answer.text);
    let rice = answer.data();
    assert_eq!(answer.headers["location"], format!("{CATEGORIES}/{}", rice["id"]));
    assert_eq!(
        (&rice["name"], &rice["slug"], &rice["is_active"]),
        (&json!("Basmati Rice"), &json!("basmati-rice"), &json!(true))
    );
    let second = add(&meena, json!({ "name": "Basmati Rice" })).await;
    assert_eq!(second["slug"], "basmati-rice-2");
    let shown = async || {
        app.tick("catalogue").await.unwrap();
        app.anonymous().get(&format!("{CATEGORIES}/{}", rice["id"])).await
    };
    assert_eq!(shown().await.data()["name_hindi"], "बासमती चावल");
    let form = json!({ "name": "Old Rice", "slug": "old-rice", "sort_order": 3, "is_active": false });
    let changed = put(&meena, &rice, &form).await.data();
    assert_eq!(
        (&changed["revision"], &changed["name_hindi"], &changed["sort_order"]),
        (&json!(2), &Value::Null, &json!(3))
    );
    assert_eq!(shown().await.error(), "NOT_FOUND", "what is not active is hidden");
    assert_eq!(put(&meena, &rice, &form).await.error(), "CONFLICT", "what was read is old");
    let path = format!("{CATEGORIES}/{}", rice["id"]);
    assert_eq!(send(&meena, Method::PUT, &path, None, &form).await.wrong_fields(), ["If-Match"]);
    assert_eq!(send(&meena, Method::DELETE, &path, None, &form).await.wrong_fields(), ["If-Match"]);
    let seen = meena.get(&format!("/api/v1/products/admin/categories/{}", rice["id"])).await;
    assert_eq!((&seen.headers["etag"], &seen.data()), (&"\"2\"".parse().unwrap(), &changed));
    assert_eq!(delete(&meena, &rice).await.error(), "CONFLICT");
    delete(&meena, &changed).await.data();
    assert_eq!(delete(&meena, &changed).await.error(), "NOT_FOUND");
    let acts: Vec<_> = entries("category", &rice["id"], &db).await.into_iter().map(|(action, ..)| action).collect();
    assert_eq!(acts, ["category.create", "category.change", "category.remove"]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn an_old_address_leads_to_the_new_one_until_the_category_is_gone(db: MySqlPool) {
    let (app, meena) = staffed(&db).await;
    let rice = add(&meena, json!({ "name": "Rice" })).await;
    let moved = put(&meena, &rice, &json!({ "name": "Rice", "slug": "fine-rice" })).await.data();
    app.tick("catalogue").await.unwrap();
    for prefix in [CATEGORIES, "/api/v1/products/categories"] {
        let answer = app.anonymous().get(&format!("{prefix}/slug/rice")).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.headers["location"]),
            (301, &format!("{prefix}/slug/fine-rice").parse().unwrap())
        );
    }
    let kept = put(&meena, &moved, &json!({ "name": "Best Rice" })).await.data();
    assert_eq!(kept["slug"], "fine-rice", "a name is no address");
    let other = add(&meena, json!({ "name": "Other" })).await;
    for taken in ["rice", "fine-rice"] {
        assert_eq!(put(&meena, &other, &json!({ "name": "Other", "slug": taken })).await.error(), "CONFLICT");
        assert_eq!(meena.post(CATEGORIES, json!({ "name": "x", "slug": taken })).await.error(), "CONFLICT");
    }
    delete(&meena, &kept).await.data();
    app.tick("catalogue").await.unwrap();
    assert_eq!(app.anonymous().get(&format!("{CATEGORIES}/slug/rice")).await.error(), "NOT_FOUND");
    assert_eq!(add(&meena, json!({ "name": "Rice" })).await["slug"], "rice");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_is_in_use_stays(db: MySqlPool) {
    let (_, meena) = staffed(&db).await;
    let (food, tea) = (add(&meena, json!({ "name": "Food" })).await, add(&meena, json!({ "name": "Tea" })).await);
    let rice = add(&meena, json!({ "name": "Rice", "parent_id": food["id"] })).await;
    assert_eq!(delete(&meena, &food).await.error(), "CONFLICT", "a category stands in it");
    let id = commerce::ids::CategoryId::new(rice["id"].as_u64().unwrap()).unwrap();
    build::product("Basmati", id).status("archived").insert(&db).await;
    assert_eq!(delete(&meena, &rice).await.error(), "CONFLICT", "a product stands in it");
    sqlx::query("INSERT INTO coupons (code, name, discount_type, discount_value, valid_from, category_id) VALUES ('TEA10', 'Tea', 'percentage', 10, '2026-11-22', ?)")
        .bind(tea["id"].as_u64()).execute(&db).await.unwrap();
    assert_eq!(delete(&meena, &tea).await.error(), "CONFLICT", "a coupon is for it");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn no_category_stands_below_itself_also_when_two_move_at_once(db: MySqlPool) {
    let (_, meena) = staffed(&db).await;
    let mut chain = vec![add(&meena, json!({ "name": "1" })).await];
    for depth in 2..=6 {
        let parent = chain.last().unwrap()["id"].clone();
        chain.push(add(&meena, json!({ "name": format!("{depth}"), "parent_id": parent })).await);
    }
    let below = json!({ "name": "1", "parent_id": chain[5]["id"] });
    assert_eq!(put(&meena, &chain[0], &below).await.error(), "INVALID_STATE");
    let itself = json!({ "name": "1", "parent_id": chain[0]["id"] });
    assert_eq!(put(&meena, &chain[0], &itself).await.error(), "INVALID_STATE");
    let deeper = json!({ "name": "7", "parent_id": chain[5]["id"] });
    assert_eq!(meena.post(CATEGORIES, deeper).await.error(), "INVALID_STATE");
    for round in 0..4 {
        let [one, other] = [add(&meena, json!({ "name": "a" })).await, add(&meena, json!({ "name": "b" })).await];
        let into = |name: &str, parent: &Value| json!({ "name": name, "parent_id": parent["id"] });
        let (into_other, into_one) = (into("a", &other), into("b", &one));
        let moves = join_all([put(&meena, &one, &into_other), put(&meena, &other, &into_one)]).await;
        let done = moves.iter().filter(|answer| answer.status.is_success()).count();
        assert_eq!(done, 1, "round {round}: {moves:?}");
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn all_who_make_the_same_at_once_get_addresses_of_their_own(db: MySqlPool) {
    let (_, meena) = staffed(&db).await;
    let made = join_all((0..6).map(|_| add(&meena, json!({ "name": "Rice" })))).await;
    let mut slugs: Vec<_> = made.iter().map(|category| category["slug"].as_str().unwrap()).collect();
    slugs.sort_unstable();
    assert_eq!(slugs, ["rice", "rice-2", "rice-3", "rice-4", "rice-5", "rice-6"]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn nonsense_is_refused_field_by_field(db: MySqlPool) {
    let (_, meena) = staffed(&db).await;
    for (body, fields) in [
        (json!({}), vec!["name"]),
        (json!({ "name": "" }), vec!["name"]),
        (json!({ "name": "\u{200B}" }), vec!["name"]),
        (json!({ "name": "x".repeat(256) }), vec!["name"]),
        (json!({ "name": 7, "sort_order": "x" }), vec!["name", "sort_order"]),
        (json!({ "name": "x", "slug": "Not A Slug" }), vec!["slug"]),
        (json!({ "name": "x", "parent_id": 0 }), vec!["parent_id"]),
        (json!({ "name": "x", "parent_id": 999_999 }), vec!["parent_id"]),
        (json!({ "name": "x", "image_url": "javascript:alert(1)" }), vec!["image_url"]),
        (json!({ "name": "x", "sort_order": 2_147_483_648_i64 }), vec!["sort_order"]),
        (json!({ "name": "x", "is_active": "yes" }), vec!["is_active"]),
        (json!({ "name": "x", "description": "x".repeat(1_001) }), vec!["description"]),
    ] {
        assert_eq!(meena.post(CATEGORIES, body.clone()).await.wrong_fields(), fields, "{body}");
    }
    let form = json!({ "name": "x" });
    for (id, error) in [("0", "VALIDATION_ERROR"), ("x", "VALIDATION_ERROR"), ("999999", "NOT_FOUND")] {
        let path = format!("{CATEGORIES}/{id}");
        assert_eq!(send(&meena, Method::PUT, &path, Some(&json!(1)), &form).await.error(), error);
        assert_eq!(send(&meena, Method::DELETE, &path, Some(&json!(1)), &form).await.error(), error);
    }
}
