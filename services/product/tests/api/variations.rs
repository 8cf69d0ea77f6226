//! What is sold by variation: on its page, in lists, and where carts ask.

use commerce::ids::{ProductId, VariationId};
use serde_json::{Value, json};
use sqlx::MySqlPool;
use testing::build;

use crate::app;

/// A kurta listed from ₹118.00 in three sizes: ten S, two M at ₹199.90, no L; XS is not sold any more.
async fn kurta(db: &MySqlPool) -> (ProductId, [VariationId; 3]) {
    let shelf = build::category("Clothing").insert(db).await;
    let kurta = build::product("Kurta", shelf).variable().insert(db).await;
    build::variation(kurta, "XS").inactive().stock(3).insert(db).await;
    let small = build::variation(kurta, "S").insert(db).await;
    let medium = build::variation(kurta, "M").at(19_990).stock(2).insert(db).await;
    (kurta, [small, medium, build::variation(kurta, "L").at(20_000).stock(0).insert(db).await])
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_page_shows_every_variation_that_is_sold(db: MySqlPool) {
    let (kurta, [small, medium, large]) = kurta(&db).await;
    let caller = app(&db).await.anonymous();
    let page = caller.get(&format!("/api/v1/products/{kurta}")).await.data();
    let ids: Vec<_> = page["variations"].as_array().unwrap().iter().map(|variation| &variation["id"]).collect();
    assert_eq!(ids, [&json!(small), &json!(medium), &json!(large)]);
    insta::assert_json_snapshot!(page["variations"][1], @r#"
    {
      "attributes": [
        {
          "color_code": null,
          "name": "Size",
          "slug": "size",
          "value": "M"
        }
      ],
      "available_quantity": 2,
      "compare_price": 199.9,
      "discount_percent": 0,
      "id": 3,
      "image_url": null,
      "is_default": false,
      "price": 199.9,
      "price_with_gst": 199.9,
      "price_without_gst": 169.41,
      "sku": "V1-M",
      "stock_quantity": 2,
      "stock_status": "low_stock",
      "weight_grams": null
    }
    "#);
    let facts: Vec<_> = page["variations"].as_array().unwrap().iter().map(|one| one["stock_status"].clone()).collect();
    assert_eq!(facts, ["in_stock", "low_stock", "out_of_stock"]);
    assert_eq!((&page["product_type"], &page["base_price"]), (&json!("variable"), &json!(118.0)));
    assert_eq!(caller.get("/api/v1/products/slug/kurta").await.data(), page);
    let soap = build::product("Soap", build::category("Soap").insert(&db).await).insert(&db).await;
    assert_eq!(caller.get(&format!("/api/v1/products/{soap}")).await.data()["variations"], json!([]));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn attributes_stand_in_the_shop_s_order_and_a_colour_says_how_it_looks(db: MySqlPool) {
    let (kurta, [small, ..]) = kurta(&db).await;
    for row in [
        "INSERT INTO product_attributes (name, slug, type, sort_order) VALUES ('Colour', 'colour', 'color', -1)",
        "INSERT INTO product_attribute_values (attribute_id, value, color_code)
         SELECT id, 'Indigo', '#2a3d8f' FROM product_attributes WHERE slug = 'colour'",
        "INSERT INTO variation_attributes (variation_id, attribute_id, attribute_value_id)
         SELECT v.id, w.attribute_id, w.id FROM product_variations v JOIN product_attribute_values w ON w.value = 'Indigo'
         WHERE v.sku = 'V1-S'",
        "UPDATE product_variations SET sort_order = 9 WHERE sku = 'V1-S'",
    ] {
        sqlx::raw_sql(row).execute(&db).await.unwrap();
    }
    let page = app(&db).await.anonymous().get(&format!("/api/v1/products/{kurta}")).await.data();
    let last = page["variations"].as_array().unwrap().last().unwrap();
    assert_eq!(last["id"], json!(small));
    let colour = json!({ "slug": "colour", "name": "Colour", "value": "Indigo", "color_code": "#2a3d8f" });
    assert_eq!(last["attributes"][0], colour);
    assert_eq!(last["attributes"][1]["value"], "S");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_cart_page_and_a_shop_window_learn_of_each_variation(db: MySqlPool) {
    let (kurta, [small, medium, large]) = kurta(&db).await;
    let update = "UPDATE site_settings SET setting_value = '4' WHERE setting_key = 'max_cart_quantity_per_product'";
    sqlx::raw_sql(update).execute(&db).await.unwrap();
    let caller = app(&db).await.anonymous();
    let info = caller.post("/api/v1/products/bulk-cart-info", json!({ "product_ids": [kurta] })).await.data();
    let told = |variations: &Value, id: &str| {
        let facts = variations.as_array().unwrap().iter().map(|one| json!([one[id], one["available_quantity"]]));
        facts.collect::<Vec<_>>()
    };
    let expected = [json!([small, 4]), json!([medium, 2]), json!([large, 0])];
    assert_eq!(told(&info["items"][0]["variations"], "id"), expected);
    let path = format!("/api/v1/products/stock-status/bulk?product_ids={kurta}");
    let stock = caller.get(&path).await.data()["items"][0].take();
    assert_eq!(told(&stock["variations"], "variation_id"), expected);
    assert_eq!((&stock["stock_status"], &stock["available_quantity"]), (&json!("in_stock"), &json!(4)));
    let can_be_had: Vec<_> = stock["variations"].as_array().unwrap().iter().map(|one| &one["is_available"]).collect();
    assert_eq!(can_be_had, [true, true, false]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_is_not_counted_can_be_had_in_every_variation(db: MySqlPool) {
    let (kurta, _) = kurta(&db).await;
    sqlx::raw_sql("UPDATE products SET track_inventory = FALSE").execute(&db).await.unwrap();
    let page = app(&db).await.anonymous().get(&format!("/api/v1/products/{kurta}")).await.data();
    for variation in page["variations"].as_array().unwrap() {
        let told = (&variation["stock_status"], &variation["available_quantity"]);
        assert_eq!(told, (&json!("in_stock"), &json!(10)));
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_page_learns_whether_a_cart_takes_so_many_of_a_variation(db: MySqlPool) {
    let (kurta, [small, medium, _]) = kurta(&db).await;
    let soap = build::product("Soap", build::category("Soap").insert(&db).await).insert(&db).await;
    let caller = app(&db).await.anonymous();
    let ask = async |product: ProductId, query: String| {
        caller.get(&format!("/api/v1/products/{product}/cart-validation?{query}")).await
    };
    let judged = ask(kurta, format!("quantity=3&variation_id={medium}")).await.data();
    let expected = json!({ "product_id": kurta, "variation_id": medium, "requested": 3, "available_quantity": 2,
                           "is_valid": false, "reasons": ["insufficient_stock"] });
    assert_eq!(judged, expected);
    assert_eq!(ask(kurta, format!("quantity=3&variation_id={small}")).await.data()["is_valid"], true);
    for (product, query) in [
        (kurta, "quantity=1".to_owned()),
        (kurta, "variation_id=999999".to_owned()),
        (kurta, "variation_id=0".to_owned()),
        (soap, format!("variation_id={small}")),
    ] {
        assert_eq!(ask(product, query.clone()).await.wrong_fields(), ["variation_id"], "{query}");
    }
}
