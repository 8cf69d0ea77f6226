//! `/api/v1/products`

use serde_json::{Value, json};
use sqlx::MySqlPool;
use testing::build;

use crate::app;

fn names(data: &Value) -> Vec<&str> {
    data["items"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap()).collect()
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_list_item_has_everything_that_a_shop_window_needs(db: MySqlPool) {
    let category = build::category("Biscuits").insert(&db).await;
    let brand = build::brand("Annavriksh", &db).await;
    build::product("Glucose Biscuits", category).of_brand(brand).insert(&db).await;
    let data = app(&db).await.anonymous().get("/api/v1/products").await.data();
    insta::assert_json_snapshot!(data, { ".items[].uuid" => "[uuid]" }, @r#"
    {
      "facets": null,
      "items": [
        {
          "base_price": 118.0,
          "brand": {
            "id": 1,
            "name": "Annavriksh",
            "slug": "annavriksh"
          },
          "category": {
            "id": 1,
            "name": "Biscuits",
            "slug": "biscuits"
          },
          "compare_price": 118.0,
          "created_at": "2026-11-22T12:00:00Z",
          "discount_percent": 0,
          "gst_rate": 18,
          "id": 1,
          "is_bestseller": false,
          "is_featured": false,
          "is_gst_inclusive": true,
          "is_trending": false,
          "main_image_url": null,
          "max_cart_quantity": 10,
          "name": "Glucose Biscuits",
          "price_with_gst": 118.0,
          "price_without_gst": 100.0,
          "product_type": "simple",
          "rating": null,
          "review_count": 0,
          "short_description": "All about Glucose Biscuits",
          "sku": "GLUCOSE-BISCUITS",
          "slug": "glucose-biscuits",
          "stock_status": "in_stock",
          "uuid": "[uuid]"
        }
      ],
      "next_cursor": null,
      "pagination": {
        "has_next": false,
        "has_prev": false,
        "page": 1,
        "page_size": 20,
        "total_count": 1,
        "total_pages": 1
      }
    }
    "#);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn money_has_exactly_two_decimals(db: MySqlPool) {
    let category = build::category("Oil").insert(&db).await;
    let id = build::product("Mustard Oil", category).at(19_990).insert(&db).await;
    let text = app(&db).await.anonymous().get(&format!("/api/v1/products/{id}")).await.text;
    for money in [r#""base_price":199.90,"#, r#""price_with_gst":199.90,"#, r#""price_without_gst":169.41,"#] {
        assert!(text.contains(money), "{money} in {text}");
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn only_active_products_of_active_categories_are_shown(db: MySqlPool) {
    let shown = build::category("Shown").insert(&db).await;
    let hidden = build::category("Hidden").hidden().insert(&db).await;
    build::product("Seen", shown).insert(&db).await;
    let unseen = build::product("In a hidden category", hidden).insert(&db).await;
    for status in ["draft", "inactive", "archived"] {
        build::product(status, shown).status(status).insert(&db).await;
    }
    let caller = app(&db).await.anonymous();
    assert_eq!(names(&caller.get("/api/v1/products").await.data()), ["Seen"]);
    assert_eq!(caller.get(&format!("/api/v1/products/{unseen}")).await.error(), "NOT_FOUND");
    assert_eq!(caller.get("/api/v1/products/slug/draft").await.error(), "NOT_FOUND");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_is_below_a_hidden_category_is_hidden_everywhere(db: MySqlPool) {
    let hidden = build::category("Festival").hidden().insert(&db).await;
    let below = build::category("Diwali").below(hidden).insert(&db).await;
    let brand = build::brand("Devkusum", &db).await;
    let lamp = build::product("Clay Lamp", below).of_brand(brand).insert(&db).await;
    let caller = app(&db).await.anonymous();
    for query in
        [String::new(), format!("category_id={below}"), format!("category_id={hidden}"), format!("brand_id={brand}")]
    {
        assert_eq!(names(&caller.get(&format!("/api/v1/products?{query}")).await.data()), [""; 0], "{query}");
    }
    assert_eq!(caller.get(&format!("/api/v1/products/{lamp}")).await.error(), "NOT_FOUND");
    assert_eq!(caller.get(&format!("/api/v1/categories/{below}")).await.error(), "NOT_FOUND");
    assert_eq!(caller.get("/api/v1/categories/all").await.data(), json!([]));
    assert_eq!(caller.get(&format!("/api/v1/brands/{brand}")).await.data()["product_count"], 0);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_product_outlives_its_brand_without_naming_it(db: MySqlPool) {
    let category = build::category("Oil").insert(&db).await;
    let brand = build::brand("Tilsona", &db).await;
    let oil = build::product("Mustard Oil", category).of_brand(brand).insert(&db).await;
    sqlx::query("UPDATE brands SET is_active = FALSE").execute(&db).await.unwrap();
    let caller = app(&db).await.anonymous();
    assert_eq!(caller.get(&format!("/api/v1/products/{oil}")).await.data()["brand"], Value::Null);
    assert_eq!(names(&caller.get(&format!("/api/v1/products?brand_id={brand}")).await.data()), [""; 0]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn every_count_is_that_of_its_list(db: MySqlPool) {
    let groceries = build::category("Groceries").insert(&db).await;
    let pulses = build::category("Pulses").below(groceries).insert(&db).await;
    let secret = build::category("Secret").below(groceries).hidden().insert(&db).await;
    let brand = build::brand("Annavriksh", &db).await;
    for (number, category) in [groceries, pulses, pulses, secret].into_iter().enumerate() {
        build::product(&format!("Product {number}"), category).of_brand(brand).insert(&db).await;
    }
    let caller = app(&db).await.anonymous();
    let listed = async |query: String| {
        caller.get(&format!("/api/v1/products?{query}")).await.data()["pagination"]["total_count"].clone()
    };
    for category in caller.get("/api/v1/categories/all").await.data().as_array().unwrap() {
        assert_eq!(listed(format!("category_id={}", category["id"])).await, category["product_count"], "{category}");
    }
    let brand = caller.get(&format!("/api/v1/brands/{brand}")).await.data();
    assert_eq!((listed(format!("brand_id={}", brand["id"])).await, &brand["product_count"]), (json!(3), &json!(3)));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_category_stands_for_everything_below_it(db: MySqlPool) {
    let groceries = build::category("Groceries").insert(&db).await;
    let pulses = build::category("Pulses").below(groceries).insert(&db).await;
    let soap = build::category("Soap").insert(&db).await;
    build::product("Gift Box", groceries).insert(&db).await;
    build::product("Toor Dal", pulses).insert(&db).await;
    build::product("Neem Soap", soap).insert(&db).await;
    let caller = app(&db).await.anonymous();
    let in_category = async |id| {
        let data = caller.get(&format!("/api/v1/products?category_id={id}&sort_by=name")).await.data();
        names(&data).join(", ")
    };
    assert_eq!(in_category(groceries.get()).await, "Gift Box, Toor Dal");
    assert_eq!(in_category(pulses.get()).await, "Toor Dal");
    assert_eq!(in_category(999_999).await, "");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn brands_may_be_repeated_and_prices_bound_the_list(db: MySqlPool) {
    let category = build::category("Tea").insert(&db).await;
    let (one, two) = (build::brand("One", &db).await, build::brand("Two", &db).await);
    build::product("Cheap", category).of_brand(one).at(10_000).insert(&db).await;
    build::product("Dear", category).of_brand(two).at(20_000).insert(&db).await;
    build::product("Own", category).at(30_000).insert(&db).await;
    let caller = app(&db).await.anonymous();
    let found = async |query: &str| {
        let data = caller.get(&format!("/api/v1/products?sort_by=base_price&{query}")).await.data();
        names(&data).join(", ")
    };
    assert_eq!(found(&format!("brand_id={one}")).await, "Cheap");
    assert_eq!(found(&format!("brand_id={one}&brand_id={two}")).await, "Cheap, Dear");
    assert_eq!(found("min_price=100.01").await, "Dear, Own");
    assert_eq!(found("min_price=100&max_price=200.00").await, "Cheap, Dear");
    assert_eq!(found("min_price=&max_price=&brand_id=").await, "Cheap, Dear, Own");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn every_word_counts_and_wildcards_are_letters(db: MySqlPool) {
    let category = build::category("Snacks").insert(&db).await;
    for name in ["Roasted Chana", "Roasted Makhana", "100% Peanut Butter", "चाय मसाला"] {
        // a slug needs a Latin letter
        let name = if name.is_ascii() { name.to_owned() } else { format!("{name} Chai") };
        build::product(&name, category).insert(&db).await;
    }
    let caller = app(&db).await.anonymous();
    let found = async |words: &str| {
        let data = caller.get(&format!("/api/v1/products?sort_by=name&search={words}")).await.data();
        names(&data).join(", ")
    };
    assert_eq!(found("roasted%20chana").await, "Roasted Chana");
    assert_eq!(found("ROASTED").await, "Roasted Chana, Roasted Makhana");
    assert_eq!(found("%25").await, "100% Peanut Butter");
    assert_eq!(found("_").await, "");
    assert_eq!(found("!").await, "");
    assert_eq!(found("'%20OR%201=1%20--").await, "");
    assert_eq!(found("%E0%A4%9A%E0%A4%BE%E0%A4%AF").await, "चाय मसाला Chai");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn pages_cut_the_list_without_losing_or_repeating_a_product(db: MySqlPool) {
    let category = build::category("Pens").insert(&db).await;
    for number in 1..=7 {
        build::product(&format!("Pen {number}"), category).insert(&db).await;
    }
    let caller = app(&db).await.anonymous();
    let mut seen = Vec::new();
    for page in 1..=3 {
        let data = caller.get(&format!("/api/v1/products?page={page}&page_size=3")).await.data();
        seen.extend(names(&data).into_iter().map(str::to_owned));
        assert_eq!(data["pagination"]["total_count"], 7);
        assert_eq!(
            (&data["pagination"]["has_next"], &data["pagination"]["has_prev"]),
            (&(page < 3).into(), &(page > 1).into())
        );
    }
    let newest_first: Vec<_> = (1..=7).rev().map(|number| format!("Pen {number}")).collect();
    assert_eq!(seen, newest_first);
    let beyond = caller.get("/api/v1/products?page=1000000000").await.data();
    assert_eq!((names(&beyond).len(), &beyond["pagination"]["total_pages"]), (0, &1.into()));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn the_list_is_sorted_by_what_was_asked(db: MySqlPool) {
    let category = build::category("Lamps").insert(&db).await;
    build::product("B", category).at(100).insert(&db).await;
    build::product("A", category).at(300).insert(&db).await;
    build::product("C", category).at(200).insert(&db).await;
    sqlx::query("UPDATE products SET view_count = id, total_sold = 100 - id").execute(&db).await.unwrap();
    sqlx::query("INSERT INTO product_ratings (product_id, review_count, rating_sum) VALUES (1, 9, 18), (3, 1, 5)")
        .execute(&db)
        .await
        .unwrap();
    let caller = app(&db).await.anonymous();
    for (sort, order) in [
        ("sort_by=name", "A, B, C"),
        ("sort_by=name&sort_order=desc", "C, B, A"),
        ("sort_by=base_price", "B, C, A"),
        ("sort_by=base_price&sort_order=desc", "A, C, B"),
        ("sort_by=created_at", "B, A, C"),
        ("sort_by=created_at&sort_order=desc", "C, A, B"),
        ("sort_by=view_count", "B, A, C"),
        ("sort_by=view_count&sort_order=desc", "C, A, B"),
        ("sort_by=total_sold", "C, A, B"),
        ("sort_by=rating", "B, A, C"),
        ("sort_by=rating&sort_order=desc", "C, A, B"),
        ("sort_by=total_sold&sort_order=desc", "B, A, C"),
        ("sort_order=asc", "B, A, C"),
        ("", "C, A, B"),
    ] {
        let data = caller.get(&format!("/api/v1/products?{sort}")).await.data();
        assert_eq!(names(&data).join(", "), order, "{sort}");
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn nonsense_is_a_400_that_names_every_wrong_parameter(db: MySqlPool) {
    let caller = app(&db).await.anonymous();
    let query =
        "page=0&page_size=101&min_price=-1&max_price=0.005&category_id=x&brand_id=0&sort_by=secret&sort_order=up";
    let answer = caller.get(&format!("/api/v1/products?{query}")).await;
    let expected = ["brand_id", "category_id", "max_price", "min_price", "page", "page_size", "sort_by", "sort_order"];
    assert_eq!(answer.wrong_fields(), expected);
    for field in expected {
        assert!(answer.json()["detail"].as_str().unwrap().contains(field), "{field}");
    }
    for (query, field) in [
        ("page=-1", "page"),
        ("page=1.5", "page"),
        ("page=99999999999", "page"),
        ("page=1&page=2", "page"),
        ("page_size=0", "page_size"),
        ("page_size=1e2", "page_size"),
        ("min_price=NaN", "min_price"),
        ("min_price=1e400", "min_price"),
        ("min_price=99999999999", "min_price"),
        ("min_price=2&max_price=1", "max_price"),
        ("category_id=18446744073709551616", "category_id"),
        ("category_id=1%20OR%201=1", "category_id"),
        ("sort_by=name;DROP%20TABLE%20products", "sort_by"),
        ("search=%00", "search"),
        (&format!("search={}", "x".repeat(201)), "search"),
        (&format!("search={}", "x+".repeat(11)), "search"),
        (&"brand_id=1&".repeat(51), "brand_id"),
    ] {
        assert_eq!(caller.get(&format!("/api/v1/products?{query}")).await.wrong_fields(), [field], "{query}");
    }
    assert!(caller.get("/api/v1/products?unknown=1&search=%FF%FE").await.status.is_success());
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_product_s_page_tells_its_whole_story(db: MySqlPool) {
    let category = build::category("Rice").insert(&db).await;
    let id = build::product("Basmati Rice", category).stock(3).insert(&db).await;
    let update = sqlx::query(
        "UPDATE products SET specification = '{\"grain\":\"extra long\"}', weight_grams = 5100.5, description = 'Old.'",
    );
    update.execute(&db).await.unwrap();
    let caller = app(&db).await.anonymous();
    let data = caller.get(&format!("/api/v1/products/{id}")).await.data();
    insta::assert_json_snapshot!(data, { ".uuid" => "[uuid]", ".updated_at" => "[time]" }, @r#"
    {
      "base_price": 118.0,
      "brand": null,
      "category": {
        "id": 1,
        "name": "Rice",
        "slug": "rice"
      },
      "compare_price": 118.0,
      "created_at": "2026-11-22T12:00:00Z",
      "description": "Old.",
      "discount_percent": 0,
      "gst_rate": 18,
      "hsn_code": "19053100",
      "id": 1,
      "image_gallery": null,
      "images": [],
      "is_bestseller": false,
      "is_featured": false,
      "is_gst_inclusive": true,
      "is_returnable": true,
      "is_trending": false,
      "main_image_url": null,
      "max_cart_quantity": 10,
      "min_cart_quantity": 1,
      "name": "Basmati Rice",
      "price_with_gst": 118.0,
      "price_without_gst": 100.0,
      "product_type": "simple",
      "rating": null,
      "return_period_days": null,
      "review_count": 0,
      "short_description": "All about Basmati Rice",
      "sku": "BASMATI-RICE",
      "slug": "basmati-rice",
      "specification": {
        "grain": "extra long"
      },
      "stock_quantity": 3,
      "stock_status": "low_stock",
      "total_sold": 0,
      "updated_at": "[time]",
      "uuid": "[uuid]",
      "variations": [],
      "view_count": 0,
      "weight_grams": 5100.5
    }
    "#);
    assert_eq!(caller.get("/api/v1/products/slug/basmati-rice").await.data(), data);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn an_id_is_a_positive_integer_of_something_that_exists(db: MySqlPool) {
    let caller = app(&db).await.anonymous();
    for wrong in ["0", "-1", "1.5", "abc", "18446744073709551616", "1%20"] {
        assert_eq!(caller.get(&format!("/api/v1/products/{wrong}")).await.wrong_fields(), ["id"], "{wrong}");
    }
    assert_eq!(caller.get("/api/v1/products/%FF").await.wrong_fields(), ["path"], "not even text");
    for unknown in ["/api/v1/products/999999", "/api/v1/products/slug/no-such-thing", "/api/v1/products/slug/%27--"] {
        assert_eq!(caller.get(unknown).await.error(), "NOT_FOUND", "{unknown}");
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_cart_page_learns_what_it_can_have_of_each_product(db: MySqlPool) {
    let category = build::category("Ghee").insert(&db).await;
    let plenty = build::product("Plenty", category).stock(50).insert(&db).await;
    let few = build::product("Few", category).stock(2).insert(&db).await;
    let none = build::product("None", category).stock(0).insert(&db).await;
    let draft = build::product("Draft", category).status("draft").insert(&db).await;
    let wanted = json!({ "product_ids": [plenty, few, none, draft, 999_999, few] });
    let data = app(&db).await.anonymous().post("/api/v1/products/bulk-cart-info", wanted).await.data();
    let items: Vec<_> = data["items"].as_array().unwrap().iter().collect();
    let facts: Vec<_> = items.iter().map(|item| (&item["available_quantity"], &item["stock_status"])).collect();
    assert_eq!(json!(facts), json!([[10, "in_stock"], [2, "low_stock"], [0, "out_of_stock"]]));
    assert_eq!(data["missing"], json!([draft, 999_999]));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn stock_limits_no_cart_where_it_is_not_counted_or_may_be_ordered_ahead_of(db: MySqlPool) {
    let category = build::category("Cards").insert(&db).await;
    let uncounted = build::product("Uncounted", category).stock(0).insert(&db).await;
    let ahead = build::product("Ahead", category).stock(0).insert(&db).await;
    sqlx::query("UPDATE products SET track_inventory = FALSE WHERE id = ?").bind(uncounted).execute(&db).await.unwrap();
    sqlx::query("UPDATE products SET allow_backorders = TRUE WHERE id = ?").bind(ahead).execute(&db).await.unwrap();
    let wanted = json!({ "product_ids": [uncounted, ahead] });
    let data = app(&db).await.anonymous().post("/api/v1/products/bulk-cart-info", wanted).await.data();
    let available: Vec<_> = data["items"].as_array().unwrap().iter().map(|item| &item["available_quantity"]).collect();
    assert_eq!(json!(available), json!([10, 10]));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_body_full_of_faults_gets_a_short_answer(db: MySqlPool) {
    let body = format!("{{\"product_ids\":[{}]}}", vec!["0"; 500_000].join(","));
    let answer = app(&db).await.anonymous().post_text("/api/v1/products/bulk-cart-info", body).await;
    assert_eq!(answer.wrong_fields(), ["product_ids[0]"]);
    assert!(answer.text.len() < 1_000, "{} bytes", answer.text.len());
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_bad_body_is_a_400_that_names_its_fields(db: MySqlPool) {
    let caller = app(&db).await.anonymous();
    let path = "/api/v1/products/bulk-cart-info";
    for (body, fields) in [
        ("", vec!["body"]),
        ("null", vec!["body"]),
        ("[1]", vec!["body"]),
        ("{\"product_ids\":[1}", vec!["body"]),
        ("\u{feff}{}", vec!["body"]),
        ("{}", vec!["product_ids"]),
        ("{\"product_ids\":[]}", vec!["product_ids"]),
        ("{\"product_ids\":\"1\"}", vec!["product_ids"]),
        (
            "{\"product_ids\":[0,1,-1,\"2\",1.5,null]}",
            vec!["product_ids[0]", "product_ids[2]", "product_ids[3]", "product_ids[4]", "product_ids[5]"],
        ),
    ] {
        assert_eq!(caller.post_text(path, body).await.wrong_fields(), fields, "{body}");
    }
    let many: Vec<u32> = (1..=51).collect();
    assert_eq!(caller.post(path, json!({ "product_ids": many })).await.wrong_fields(), ["product_ids"]);
    let deep = format!("{{\"product_ids\":{}{}}}", "[".repeat(200), "]".repeat(200));
    assert_eq!(caller.post_text(path, deep).await.wrong_fields(), ["body"]);
    assert_eq!(caller.post_text(path, vec![b'{', 0xff, b'}']).await.wrong_fields(), ["body"]);
}
