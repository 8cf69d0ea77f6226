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
    insta::assert_json_snapshot!(data, { ".items[].uuid" => "[uuid]" });
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
    sqlx::query(
        "UPDATE products SET specification = '{\"grain\":\"extra long\"}', weight_grams = 5100.5, description = 'Old.'",
    )
    .execute(&db)
    .await
    .unwrap();
    let caller = app(&db).await.anonymous();
    let data = caller.get(&format!("/api/v1/products/{id}")).await.data();
    insta::assert_json_snapshot!(data, { ".uuid" => "[uuid]", ".updated_at" => "[time]" });
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
