//! `/api/v1/products/stock-status/bulk` and `/api/v1/products/{id}/cart-validation`

use commerce::ids::ProductId;
use serde_json::{Value, json};
use sqlx::MySqlPool;
use testing::build;

use crate::app;

const STOCK: &str = "/api/v1/products/stock-status/bulk";

/// Plenty, few and none; uncounted; to be ordered ahead; and not for shoppers.
async fn shelf(db: &MySqlPool) -> [ProductId; 6] {
    let category = build::category("Shelf").insert(db).await;
    let product = async |name: &str, stock| build::product(name, category).stock(stock).insert(db).await;
    let [uncounted, ahead] = [product("Uncounted", 0).await, product("Ahead", 0).await];
    sqlx::query("UPDATE products SET track_inventory = FALSE WHERE id = ?").bind(uncounted).execute(db).await.unwrap();
    sqlx::query("UPDATE products SET allow_backorders = TRUE WHERE id = ?").bind(ahead).execute(db).await.unwrap();
    let draft = build::product("Draft", category).status("draft").insert(db).await;
    [product("Plenty", 50).await, product("Few", 2).await, product("None", 0).await, uncounted, ahead, draft]
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_shop_window_learns_what_can_be_had(db: MySqlPool) {
    let [plenty, few, none, uncounted, ahead, draft] = shelf(&db).await;
    let caller = app(&db).await.anonymous();
    let query = format!("product_ids={plenty},{few},{none},{uncounted},{ahead},{draft},999999");
    let data = caller.get(&format!("{STOCK}?{query}")).await.data();
    let fact = |id: ProductId| {
        let item = data["items"].as_array().unwrap().iter().find(|item| item["product_id"] == json!(id)).unwrap();
        json!([item["stock_status"], item["available_quantity"], item["is_available"]])
    };
    assert_eq!(fact(plenty), json!(["in_stock", 10, true]));
    assert_eq!(fact(few), json!(["low_stock", 2, true]));
    assert_eq!(fact(none), json!(["out_of_stock", 0, false]));
    assert_eq!(fact(uncounted), json!(["in_stock", 10, true]));
    assert_eq!(fact(ahead), json!(["on_backorder", 10, true]));
    assert_eq!(data["missing"], json!([draft, 999_999]));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_a_window_tells_of_a_product_its_page_tells_too(db: MySqlPool) {
    let shelf = shelf(&db).await;
    let caller = app(&db).await.anonymous();
    for id in &shelf[..5] {
        let told = caller.get(&format!("{STOCK}?product_ids={id}")).await.data()["items"][0]["stock_status"].clone();
        let page = caller.get(&format!("/api/v1/products/{id}")).await.data();
        assert_eq!(page["stock_status"], told, "{}", page["name"]);
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn ids_are_separated_by_commas_or_repeated_and_at_most_fifty(db: MySqlPool) {
    let [plenty, few, ..] = shelf(&db).await;
    let caller = app(&db).await.anonymous();
    let ids = async |query: String| {
        let data = caller.get(&format!("{STOCK}?{query}")).await.data();
        data["items"].as_array().unwrap().iter().map(|item| item["product_id"].clone()).collect::<Value>()
    };
    let mut both = [plenty, few];
    both.sort_unstable();
    for query in [
        format!("product_ids={plenty},{few}"),
        format!("product_ids={plenty}&product_ids={few}"),
        format!("product_ids={plenty}%2C%20{few}&product_ids={plenty}"),
    ] {
        assert_eq!(ids(query.clone()).await, json!(both), "{query}");
    }
    let many = |count: u32| (1..=count).map(|id| id.to_string()).collect::<Vec<_>>().join(",");
    assert!(caller.get(&format!("{STOCK}?product_ids={}", many(50))).await.status.is_success());
    let wrong = ["", "product_ids=", "product_ids=x", "product_ids=1,,2", "product_ids=0", "product_ids=-1"];
    let wrong = wrong.map(str::to_owned).into_iter().chain([
        "product_ids=1.5".to_owned(),
        "product_ids=18446744073709551616".to_owned(),
        format!("product_ids={}", many(51)),
    ]);
    for query in wrong {
        assert_eq!(caller.get(&format!("{STOCK}?{query}")).await.wrong_fields(), ["product_ids"], "{query}");
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_product_page_learns_whether_a_cart_takes_so_many(db: MySqlPool) {
    let [plenty, few, none, uncounted, ahead, _] = shelf(&db).await;
    sqlx::query("UPDATE products SET min_cart_quantity = 3 WHERE id = ?").bind(ahead).execute(&db).await.unwrap();
    let caller = app(&db).await.anonymous();
    let answer = caller.get(&format!("/api/v1/products/{few}/cart-validation?quantity=3")).await.data();
    let expected = json!({ "product_id": few, "variation_id": null, "requested": 3, "available_quantity": 2, "is_valid": false,
                           "reasons": ["insufficient_stock"] });
    assert_eq!(answer, expected);
    for (product, quantity, reasons) in [
        (plenty, 10, json!([])),
        (plenty, 11, json!(["above_maximum"])),
        (few, 2, json!([])),
        (few, 11, json!(["above_maximum", "insufficient_stock"])),
        (none, 1, json!(["insufficient_stock"])),
        (uncounted, 10, json!([])),
        (ahead, 2, json!(["below_minimum"])),
        (ahead, 3, json!([])),
        (ahead, i32::MAX, json!(["above_maximum"])),
    ] {
        let path = format!("/api/v1/products/{product}/cart-validation?quantity={quantity}");
        let answer = caller.get(&path).await.data();
        assert_eq!((&answer["reasons"], &answer["is_valid"]), (&reasons, &json!(reasons == json!([]))), "{path}");
    }
    assert_eq!(caller.get(&format!("/api/v1/products/{few}/cart-validation")).await.data()["requested"], 1);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn nonsense_is_refused_and_the_unseen_is_not_found(db: MySqlPool) {
    let [plenty, .., draft] = shelf(&db).await;
    let caller = app(&db).await.anonymous();
    for quantity in ["0", "-1", "1.5", "x", "1e1", "2147483648", "9223372036854775808", "1&quantity=2"] {
        let path = format!("/api/v1/products/{plenty}/cart-validation?quantity={quantity}");
        assert_eq!(caller.get(&path).await.wrong_fields(), ["quantity"], "{quantity}");
    }
    for id in [draft.get(), 999_999] {
        let answer = caller.get(&format!("/api/v1/products/{id}/cart-validation?quantity=1")).await;
        assert_eq!(answer.error(), "NOT_FOUND");
    }
    assert_eq!(caller.get("/api/v1/products/0/cart-validation").await.wrong_fields(), ["id"]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn the_shop_s_limit_is_told_everywhere(db: MySqlPool) {
    let [plenty, ..] = shelf(&db).await;
    let update = "UPDATE site_settings SET setting_value = '4' WHERE setting_key = 'max_cart_quantity_per_product'";
    sqlx::raw_sql(update).execute(&db).await.unwrap();
    let caller = app(&db).await.anonymous();
    let stock = caller.get(&format!("{STOCK}?product_ids={plenty}")).await.data();
    let info = caller.post("/api/v1/products/bulk-cart-info", json!({ "product_ids": [plenty] })).await.data();
    let judged = caller.get(&format!("/api/v1/products/{plenty}/cart-validation?quantity=5")).await.data();
    for told in [&stock["items"][0], &info["items"][0], &judged] {
        assert_eq!(told["available_quantity"], 4, "{told}");
    }
    assert_eq!(judged["reasons"], json!(["above_maximum"]));
}
