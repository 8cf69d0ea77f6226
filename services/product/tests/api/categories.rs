//! `/api/v1/categories`

use serde_json::json;
use sqlx::MySqlPool;
use testing::build;

use crate::app;

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn the_tree_and_the_list_count_what_lies_below(db: MySqlPool) {
    let groceries = build::category("Groceries").insert(&db).await;
    let pulses = build::category("Pulses").below(groceries).insert(&db).await;
    build::category("Secret").hidden().insert(&db).await;
    build::product("Toor Dal", pulses).insert(&db).await;
    build::product("Draft Dal", pulses).status("draft").insert(&db).await;
    let caller = app(&db).await.anonymous();
    let tree = caller.get("/api/v1/categories/tree").await.data();
    insta::assert_json_snapshot!(tree, { ".**.uuid" => "[uuid]" }, @r#"
    [
      {
        "children": [
          {
            "children": [],
            "description": null,
            "id": 2,
            "image_url": null,
            "name": "Pulses",
            "name_hindi": null,
            "parent_id": 1,
            "product_count": 1,
            "slug": "pulses",
            "uuid": "[uuid]"
          }
        ],
        "description": null,
        "id": 1,
        "image_url": null,
        "name": "Groceries",
        "name_hindi": null,
        "parent_id": null,
        "product_count": 1,
        "slug": "groceries",
        "uuid": "[uuid]"
      }
    ]
    "#);
    let all = caller.get("/api/v1/categories/all").await.data();
    let counts: Vec<_> = all.as_array().unwrap().iter().map(|c| json!([c["name"], c["product_count"]])).collect();
    assert_eq!(json!(counts), json!([["Groceries", 1], ["Pulses", 1]]));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_category_is_found_by_id_and_by_slug_under_both_prefixes(db: MySqlPool) {
    let id = build::category("Rice and Flour").insert(&db).await;
    let caller = app(&db).await.anonymous();
    let category = caller.get(&format!("/api/v1/categories/{id}")).await.data();
    assert_eq!(category["name"], "Rice and Flour");
    for path in [
        "/api/v1/categories/slug/rice-and-flour".to_owned(),
        format!("/api/v1/products/categories/{id}"),
        "/api/v1/products/categories/slug/rice-and-flour".to_owned(),
    ] {
        assert_eq!(caller.get(&path).await.data(), category, "{path}");
    }
    assert_eq!(caller.get("/api/v1/categories/999999").await.error(), "NOT_FOUND");
    assert_eq!(caller.get("/api/v1/categories/slug/none").await.error(), "NOT_FOUND");
    assert_eq!(caller.get("/api/v1/categories/0").await.wrong_fields(), ["id"]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn categories_come_in_pages(db: MySqlPool) {
    for name in ["A", "B", "C"] {
        build::category(name).insert(&db).await;
    }
    let caller = app(&db).await.anonymous();
    let data = caller.get("/api/v1/categories?page=2&page_size=2").await.data();
    assert_eq!((&data["items"][0]["name"], &data["pagination"]["total_count"]), (&json!("C"), &json!(3)));
    assert_eq!(caller.get("/api/v1/categories?page=x").await.wrong_fields(), ["page"]);
}
