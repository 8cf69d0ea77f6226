//! `/api/v1/brands`

use serde_json::json;
use sqlx::MySqlPool;
use testing::build;

use crate::app;

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn brands_are_listed_with_what_a_shopper_finds(db: MySqlPool) {
    let category = build::category("Oil").insert(&db).await;
    let brand = build::brand("Tilsona", &db).await;
    build::brand("Annavriksh", &db).await;
    build::product("Mustard Oil", category).of_brand(brand).insert(&db).await;
    build::product("Draft Oil", category).of_brand(brand).status("draft").insert(&db).await;
    let caller = app(&db).await.anonymous();
    let all = caller.get("/api/v1/brands/all").await.data();
    insta::assert_json_snapshot!(all, { "[].uuid" => "[uuid]" }, @r#"
    [
      {
        "description": null,
        "id": 2,
        "logo_url": null,
        "name": "Annavriksh",
        "product_count": 0,
        "slug": "annavriksh",
        "uuid": "[uuid]"
      },
      {
        "description": null,
        "id": 1,
        "logo_url": null,
        "name": "Tilsona",
        "product_count": 1,
        "slug": "tilsona",
        "uuid": "[uuid]"
      }
    ]
    "#);
    let page = caller.get("/api/v1/brands?page_size=1&page=2").await.data();
    assert_eq!((&page["items"][0]["name"], &page["pagination"]["total_count"]), (&json!("Tilsona"), &json!(2)));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_brand_is_found_by_id_and_by_slug_under_both_prefixes(db: MySqlPool) {
    let id = build::brand("Tilsona", &db).await;
    sqlx::query("INSERT INTO brands (uuid, name, slug, is_active) VALUES ('x', 'Gone', 'gone', FALSE)")
        .execute(&db)
        .await
        .unwrap();
    let caller = app(&db).await.anonymous();
    let brand = caller.get(&format!("/api/v1/brands/{id}")).await.data();
    assert_eq!(brand["name"], "Tilsona");
    for path in ["/api/v1/brands/slug/tilsona", "/api/v1/products/brands/slug/tilsona"] {
        assert_eq!(caller.get(path).await.data(), brand, "{path}");
    }
    assert_eq!(caller.get("/api/v1/brands/slug/gone").await.error(), "NOT_FOUND");
    assert_eq!(caller.get("/api/v1/brands/999999").await.error(), "NOT_FOUND");
    assert_eq!(caller.get("/api/v1/brands/nonsense").await.wrong_fields(), ["id"]);
}
