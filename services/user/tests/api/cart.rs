//! `/api/v1/users/cart` of somebody who signed in.

use axum::body::Body;
use axum::http::Method;
use chrono::TimeDelta;
use futures::future::join_all;
use serde_json::{Value, json};
use sqlx::MySqlPool;
use testing::build;

use crate::{CART, add, app, delete, held, product, put};

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn every_answer_is_the_whole_cart(db: MySqlPool) {
    let soap = product("Soap", &db).await;
    let asha = app(&db).await.as_user(build::user("Asha").insert(&db).await);
    let answer = add(&asha, soap, 2).await;
    assert_eq!(answer.headers["cache-control"], "private, no-store");
    assert!(!answer.headers.contains_key("set-cookie") && !answer.headers.contains_key("x-session-id"));
    insta::assert_json_snapshot!(answer.data(), @r#"
    {
      "changes": [],
      "items": [
        {
          "added_price": 118.0,
          "attributes": [],
          "available_quantity": 10,
          "gst_rate": 18,
          "id": 1,
          "image": null,
          "is_available": true,
          "line_total": 236.0,
          "max_quantity": 10,
          "min_quantity": 1,
          "name": "Soap",
          "price_changed": false,
          "product_id": 1,
          "quantity": 2,
          "sku": "SOAP",
          "slug": "soap",
          "unit_price": 118.0,
          "variation_id": null
        }
      ],
      "limits": {
        "max_items_total": 50,
        "max_quantity_per_product": 10
      },
      "subtotal": 236.0,
      "tax": 36.0,
      "total_items": 2
    }
    "#);
    assert!(answer.text.contains(r#""unit_price":118.00,"#) && answer.text.contains(r#""tax":36.00,"#));
    assert_eq!(asha.get(CART).await.data(), answer.data());
    let line = &answer.data()["items"][0]["id"];
    let changed = put(&asha, line, r#"{"quantity":3}"#).await.data();
    assert_eq!((held(&changed), &changed["total_items"]), (json!([[soap, 3]]), &json!(3)));
    let emptied = put(&asha, line, r#"{"quantity":0}"#).await.data();
    assert_eq!((held(&emptied), &emptied["subtotal"], &emptied["tax"]), (json!([]), &json!(0.0), &json!(0.0)));
    assert_eq!(put(&asha, line, r#"{"quantity":0}"#).await.error(), "NOT_FOUND");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn the_document_s_client_adds_one_unless_it_says_how_many(db: MySqlPool) {
    let soap = product("Soap", &db).await;
    let asha = app(&db).await.as_user(build::user("Asha").insert(&db).await);
    let path = format!("{CART}/{soap}");
    for body in [json!({}), json!({ "quantity": 1 }), json!({ "quantity": null, "variation_id": null, "price": 0.01 })]
    {
        asha.post(&path, body).await.data();
    }
    let cart = asha.get(CART).await.data();
    assert_eq!((held(&cart), &cart["items"][0]["unit_price"]), (json!([[soap, 3]]), &json!(118.0)));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_quantity_is_a_whole_number_of_pieces(db: MySqlPool) {
    let soap = product("Soap", &db).await;
    let asha = app(&db).await.as_user(build::user("Asha").insert(&db).await);
    let path = format!("{CART}/{soap}");
    let line = add(&asha, soap, 1).await.data()["items"][0]["id"].clone();
    for quantity in ["-1", "1.5", "\"2\"", "9223372036854775808", "4294967296", "1e400", "true", "NaN"] {
        let body = format!("{{\"quantity\":{quantity}}}");
        let field = if ["1e400", "NaN"].contains(&quantity) { "body" } else { "quantity" };
        assert_eq!(asha.post_text(&path, body.clone()).await.wrong_fields(), [field], "{quantity}");
        assert_eq!(put(&asha, &line, &body).await.wrong_fields(), [field], "{quantity}");
    }
    assert_eq!(asha.post_text(&path, r#"{"quantity":0}"#).await.wrong_fields(), ["quantity"]);
    assert_eq!(asha.post_text(&path, "").await.wrong_fields(), ["body"]);
    assert_eq!(put(&asha, &line, "{}").await.wrong_fields(), ["quantity"]);
    assert_eq!(put(&asha, &line, "").await.wrong_fields(), ["body"]);
    for quantity in [11_u32, 2_147_483_648, u32::MAX] {
        assert_eq!(add(&asha, soap, quantity).await.error(), "QUANTITY_LIMIT", "{quantity}");
        let refused = put(&asha, &line, &format!("{{\"quantity\":{quantity}}}")).await;
        assert_eq!((refused.status.as_u16(), refused.error().as_str()), (422, "QUANTITY_LIMIT"), "{quantity}");
    }
    let bare = asha.send(Method::POST, &path, Body::from(r#"{"quantity":1}"#)).await;
    assert_eq!(bare.error(), "UNSUPPORTED_MEDIA_TYPE");
    assert_eq!(held(&asha.get(CART).await.data()), json!([[soap, 1]]));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn nobody_can_add_what_is_not_sold(db: MySqlPool) {
    let shelf = build::category("Shelf").insert(&db).await;
    let hidden = build::category("Hidden").hidden().insert(&db).await;
    let draft = build::product("Draft", shelf).status("draft").insert(&db).await;
    let unseen = build::product("Unseen", hidden).insert(&db).await;
    let none = build::product("None", shelf).stock(0).insert(&db).await;
    let asha = app(&db).await.as_user(build::user("Asha").insert(&db).await);
    for id in [draft.get(), unseen.get(), 999_999] {
        assert_eq!(asha.post(&format!("{CART}/{id}"), json!({})).await.error(), "NOT_FOUND", "{id}");
    }
    let refused = add(&asha, none, 1).await;
    assert_eq!((refused.status.as_u16(), refused.error().as_str()), (422, "INSUFFICIENT_STOCK"));
    for id in ["0", "-1", "1.5", "abc", "18446744073709551616"] {
        assert_eq!(asha.post(&format!("{CART}/{id}"), json!({})).await.wrong_fields(), ["id"], "{id}");
        assert_eq!(put(&asha, &Value::from(0), r#"{"quantity":1}"#).await.wrong_fields(), ["id"], "{id}");
        assert_eq!(delete(&asha, &format!("{CART}/{id}")).await.wrong_fields(), ["id"], "{id}");
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn the_shop_s_limits_hold_and_are_told(db: MySqlPool) {
    for (key, value) in [("max_cart_quantity_per_product", "3"), ("max_cart_items_total", "4")] {
        sqlx::query("UPDATE site_settings SET setting_value = ? WHERE setting_key = ?")
            .bind(value)
            .bind(key)
            .execute(&db)
            .await
            .unwrap();
    }
    let (soap, oil) = (product("Soap", &db).await, product("Oil", &db).await);
    let asha = app(&db).await.as_user(build::user("Asha").insert(&db).await);
    assert_eq!(add(&asha, soap, 4).await.error(), "QUANTITY_LIMIT");
    add(&asha, soap, 3).await.data();
    let full = add(&asha, oil, 2).await;
    assert_eq!((full.status.as_u16(), full.error().as_str()), (422, "CART_FULL"));
    let cart = add(&asha, oil, 1).await.data();
    assert_eq!(cart["limits"], json!({ "max_quantity_per_product": 3, "max_items_total": 4 }));
    assert_eq!(cart["items"][0]["max_quantity"], 3);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_line_of_somebody_else_does_not_exist(db: MySqlPool) {
    let soap = product("Soap", &db).await;
    let app = app(&db).await;
    let asha = app.as_user(build::user("Asha").insert(&db).await);
    let line = add(&asha, soap, 1).await.data()["items"][0]["id"].clone();
    let ravi = app.as_user(build::user("Ravi").insert(&db).await);
    add(&ravi, soap, 1).await.data();
    let guest = app.anonymous();
    let session = add(&guest, soap, 1).await.headers["x-session-id"].to_str().unwrap().to_owned();
    for stranger in [ravi, app.anonymous(), guest.with_header("x-session-id", &session)] {
        let mut answers = Vec::new();
        for line in [line.clone(), json!(999_999)] {
            answers.push(put(&stranger, &line, r#"{"quantity":2}"#).await);
            answers.push(delete(&stranger, &format!("{CART}/{line}")).await);
        }
        for answer in answers {
            let body = answer.json();
            assert_eq!((answer.error(), &body["detail"]), ("NOT_FOUND".to_owned(), &json!("cart item not found")));
        }
    }
    assert_eq!(held(&asha.get(CART).await.data()), json!([[soap, 1]]));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_changed_under_a_cart_is_told(db: MySqlPool) {
    let mut products = Vec::new();
    for name in ["Dearer", "Cheaper", "Short", "Gone", "Same"] {
        products.push(product(name, &db).await);
    }
    let asha = app(&db).await.as_user(build::user("Asha").insert(&db).await);
    for product in &products {
        add(&asha, *product, 2).await.data();
    }
    for change in [
        "UPDATE products SET base_price = 120, compare_price = 120 WHERE name = 'Dearer'",
        "UPDATE products SET base_price = 100 WHERE name = 'Cheaper'",
        "UPDATE products SET stock_quantity = 1, base_price = 100 WHERE name = 'Short'",
        "UPDATE products SET status = 'archived' WHERE name = 'Gone'",
    ] {
        sqlx::raw_sql(change).execute(&db).await.unwrap();
    }
    let cart = asha.get(CART).await.data();
    let changes: Vec<_> = cart["changes"].as_array().unwrap().iter().collect();
    let told: Vec<_> = changes.iter().map(|change| json!([change["product_id"], change["kind"]])).collect();
    let expected = [
        json!([products[0], "price_up"]),
        json!([products[1], "price_down"]),
        json!([products[2], "price_down"]),
        json!([products[2], "not_enough_stock"]),
        json!([products[3], "gone"]),
    ];
    assert_eq!(told, expected);
    let items = cart["items"].as_array().unwrap();
    let facts: Vec<_> =
        items.iter().map(|i| json!([i["price_changed"], i["available_quantity"], i["is_available"]])).collect();
    let expected = json!([[true, 10, true], [true, 10, true], [true, 1, false], [false, 0, false], [false, 10, true]]);
    assert_eq!(json!(facts), expected);
    assert_eq!((&cart["subtotal"], &cart["total_items"]), (&json!(676.0), &json!(10)));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn tax_on_top_of_a_price_is_part_of_what_is_paid(db: MySqlPool) {
    let soap = product("Soap", &db).await;
    sqlx::raw_sql("UPDATE products SET is_gst_inclusive = FALSE, gst_rate = 5, base_price = 99.99")
        .execute(&db)
        .await
        .unwrap();
    let asha = app(&db).await.as_user(build::user("Asha").insert(&db).await);
    let cart = add(&asha, soap, 3).await.data();
    let item = &cart["items"][0];
    let money = json!([item["unit_price"], item["added_price"], item["line_total"], cart["subtotal"], cart["tax"]]);
    assert_eq!(money, json!([104.99, 104.99, 314.97, 314.97, 15.0]));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_cart_takes_nothing_that_no_amount_can_pay(db: MySqlPool) {
    let shelf = build::category("Gold").insert(&db).await;
    let gold = build::product("Gold", shelf).at(600_000_000_000).insert(&db).await;
    let ring = build::product("Ring", shelf).at(400_000_000_000).insert(&db).await;
    let asha = app(&db).await.as_user(build::user("Asha").insert(&db).await);
    let cart = add(&asha, gold, 1).await.data();
    let line = &cart["items"][0]["id"];
    for refused in [add(&asha, gold, 1).await, add(&asha, ring, 1).await, put(&asha, line, r#"{"quantity":2}"#).await] {
        assert_eq!((refused.status.as_u16(), refused.error().as_str()), (422, "AMOUNT_TOO_LARGE"));
        assert_eq!(asha.get(CART).await.data(), cart);
    }
    let anew = app(&db).await.anonymous();
    assert_eq!(add(&anew, gold, 2).await.error(), "AMOUNT_TOO_LARGE");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_cart_that_became_too_dear_is_shown_and_emptied_line_by_line(db: MySqlPool) {
    let mut products = Vec::new();
    for name in ["Soap", "Gold", "Ring", "Tax"] {
        products.push(product(name, &db).await);
    }
    let asha = app(&db).await.as_user(build::user("Asha").insert(&db).await);
    for product in &products {
        add(&asha, *product, 2).await.data();
    }
    for change in [
        "UPDATE products SET compare_price = NULL",
        "UPDATE products SET base_price = 9999999999.99 WHERE name = 'Gold'",
        "UPDATE products SET base_price = 4999999999.99 WHERE name = 'Ring'",
        "UPDATE products SET base_price = 9999999999.99, is_gst_inclusive = FALSE WHERE name = 'Tax'",
    ] {
        sqlx::raw_sql(change).execute(&db).await.unwrap();
    }
    let most = 9_999_999_999.99;
    let cart = asha.get(CART).await.data();
    let items = cart["items"].as_array().unwrap();
    let facts = items.iter().map(|item| json!([item["unit_price"], item["line_total"], item["is_available"]]));
    let expected = json!([
        [118.0, 236.0, true],
        [most, most, false],
        [4_999_999_999.99, 9_999_999_999.98, false],
        [most, most, false],
    ]);
    assert_eq!((facts.collect::<Value>(), &cart["subtotal"], &cart["tax"]), (expected, &json!(236.0), &json!(36.0)));
    assert_eq!(add(&asha, products[0], 1).await.error(), "AMOUNT_TOO_LARGE");
    for item in &items[1..] {
        delete(&asha, &format!("{CART}/{}", item["id"])).await.data();
    }
    assert_eq!(held(&add(&asha, products[0], 1).await.data()), json!([[products[0], 3]]));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_cart_is_emptied_at_once(db: MySqlPool) {
    let (soap, oil) = (product("Soap", &db).await, product("Oil", &db).await);
    let asha = app(&db).await.as_user(build::user("Asha").insert(&db).await);
    assert_eq!(held(&delete(&asha, CART).await.data()), json!([]));
    add(&asha, soap, 1).await.data();
    let cart = add(&asha, oil, 1).await.data();
    let left = delete(&asha, &format!("{CART}/{}", cart["items"][0]["id"])).await.data();
    assert_eq!(held(&left), json!([[oil, 1]]));
    assert_eq!(held(&delete(&asha, CART).await.data()), json!([]));
    assert_eq!(held(&asha.get(CART).await.data()), json!([]));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn two_tabs_lose_nothing(db: MySqlPool) {
    let soap = product("Soap", &db).await;
    let asha = app(&db).await.as_user(build::user("Asha").insert(&db).await);
    let answers = join_all((0..8).map(|_| add(&asha, soap, 1))).await;
    assert!(answers.iter().all(|answer| answer.status.is_success()));
    assert_eq!(held(&asha.get(CART).await.data()), json!([[soap, 8]]));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_token_that_proves_nothing_has_no_cart(db: MySqlPool) {
    let soap = product("Soap", &db).await;
    let app = app(&db).await;
    let asha = app.as_user(build::user("Asha").insert(&db).await);
    app.later(TimeDelta::hours(2));
    for (caller, code) in [(asha, "TOKEN_EXPIRED"), (app.with_token("x.y.z"), "UNAUTHORIZED")] {
        assert_eq!(caller.get(CART).await.error(), code);
        assert_eq!(add(&caller, soap, 1).await.error(), code);
        assert_eq!(delete(&caller, CART).await.error(), code);
    }
}
