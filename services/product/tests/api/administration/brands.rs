//! What the staff does to `/api/v1/brands`

use axum::http::Method;
use commerce::ids::BrandId;
use serde_json::{Value, json};
use sqlx::MySqlPool;
use testing::{Answer, Caller, build};

use super::{entries, send, staffed};

const BRANDS: &str = "/api/v1/brands";

async fn put(meena: &Caller, brand: &Value, body: &Value) -> Answer {
    send(meena, Method::PUT, &format!("{BRANDS}/{}", brand["id"]), Some(&brand["revision"]), body).await
}

async fn delete(meena: &Caller, brand: &Value) -> Answer {
    let path = format!("/api/v1/products/brands/{}", brand["id"]);
    send(meena, Method::DELETE, &path, Some(&brand["revision"]), &json!({})).await
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_brand_is_made_changed_and_removed_and_shoppers_hear_of_it(db: MySqlPool) {
    let (app, meena) = staffed(&db).await;
    let answer = meena
        .post(BRANDS, json!({ "name": "वन", "website_url": "https://van.example", "is_indian_brand": true }))
        .await;
    assert_eq!((answer.status.as_u16(), &answer.headers["etag"]), (201, &"\"1\"".parse().unwrap()), "{}", answer.text);
    let van = answer.data();
    let slug = van["slug"].as_str().unwrap().to_owned();
    let shown = async |slug: &str| {
        app.tick("catalogue").await.unwrap();
        app.anonymous().get(&format!("{BRANDS}/slug/{slug}")).await
    };
    assert_eq!(shown(&slug).await.data()["name"], "वन");
    let changed = put(&meena, &van, &json!({ "name": "Van", "slug": "van-of-pune" })).await.data();
    assert_eq!((&changed["website_url"], &changed["revision"]), (&Value::Null, &json!(2)));
    let moved = shown(&slug).await;
    assert_eq!(
        (moved.status.as_u16(), &moved.headers["location"]),
        (301, &"/api/v1/brands/slug/van-of-pune".parse().unwrap())
    );
    assert_eq!(put(&meena, &van, &json!({ "name": "Van" })).await.error(), "CONFLICT", "what was read is old");
    let path = format!("{BRANDS}/{}", van["id"]);
    assert_eq!(send(&meena, Method::PUT, &path, None, &json!({ "name": "x" })).await.wrong_fields(), ["If-Match"]);
    assert_eq!(send(&meena, Method::DELETE, &path, None, &json!({})).await.wrong_fields(), ["If-Match"]);
    let seen = meena.get(&format!("/api/v1/products/admin/brands/{}", van["id"])).await;
    assert_eq!((&seen.headers["etag"], &seen.data()), (&"\"2\"".parse().unwrap(), &changed));
    delete(&meena, &changed).await.data();
    assert_eq!(shown("van-of-pune").await.error(), "NOT_FOUND");
    assert_eq!(shown(&slug).await.error(), "NOT_FOUND");
    let acts: Vec<_> = entries("brand", &van["id"], &db).await.into_iter().map(|(action, ..)| action).collect();
    assert_eq!(acts, ["brand.create", "brand.change", "brand.remove"]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_brand_that_something_is_sold_under_stays(db: MySqlPool) {
    let (_, meena) = staffed(&db).await;
    let van = meena.post(BRANDS, json!({ "name": "Van" })).await.data();
    let category = build::category("Soap").insert(&db).await;
    let brand = BrandId::new(van["id"].as_u64().unwrap()).unwrap();
    build::product("Neem Soap", category).of_brand(brand).status("archived").insert(&db).await;
    assert_eq!(delete(&meena, &van).await.error(), "CONFLICT");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn nonsense_is_refused_field_by_field(db: MySqlPool) {
    let (_, meena) = staffed(&db).await;
    for (body, fields) in [
        (json!({}), vec!["name"]),
        (json!({ "name": " " }), vec!["name"]),
        (json!({ "name": "x", "slug": "-x" }), vec!["slug"]),
        (json!({ "name": "x", "logo_url": "data:text/html,x" }), vec!["logo_url"]),
        (json!({ "name": "x", "website_url": "/x" }), vec!["website_url"]),
        (json!({ "name": "x", "brand_origin_country": "x".repeat(101) }), vec!["brand_origin_country"]),
        (json!({ "name": "x", "is_indian_brand": 1 }), vec!["is_indian_brand"]),
    ] {
        assert_eq!(meena.post(BRANDS, body.clone()).await.wrong_fields(), fields, "{body}");
    }
    meena.post(BRANDS, json!({ "name": "Van" })).await.data();
    assert_eq!(meena.post(BRANDS, json!({ "name": "Other", "slug": "van" })).await.error(), "CONFLICT");
    assert_eq!(meena.post(BRANDS, json!({ "name": "Van" })).await.data()["slug"], "van-2");
}
