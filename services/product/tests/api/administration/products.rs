//! Products: made, changed, archived, found.

use axum::http::Method;
use commerce::ids::ProductId;
use serde_json::{Value, json};
use sqlx::MySqlPool;
use testing::build;

use super::{PRODUCTS, entries, id_of, send, shop};

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_product_is_made_and_found(db: MySqlPool) {
    let shop = shop(&db).await;
    let answer =
        shop.staff.post(PRODUCTS, shop.soap_with(&json!({ "name": " Ｎｅｅｍ  Soap ", "stock_quantity": 7 }))).await;
    let made = answer.data();
    assert_eq!((answer.status.as_u16(), answer.headers["etag"].to_str().unwrap()), (201, "\"1\""));
    assert_eq!(answer.headers["location"].to_str().unwrap(), format!("{PRODUCTS}/{}", made["id"]));
    insta::assert_json_snapshot!(made, { ".uuid" => "uuid", ".updated_at" => "then" }, @r#"
    {
      "allow_backorders": false,
      "backordered_quantity": 0,
      "base_price": 118.0,
      "brand_id": null,
      "category_id": 1,
      "compare_price": 120.0,
      "created_at": "2026-11-22T12:00:00Z",
      "description": null,
      "gst_rate": 18,
      "hsn_code": "34011190",
      "id": 1,
      "image_gallery": null,
      "is_bestseller": false,
      "is_featured": false,
      "is_gst_inclusive": true,
      "is_on_sale": false,
      "is_returnable": true,
      "is_trending": false,
      "low_stock_threshold": 5,
      "main_image_url": null,
      "max_cart_quantity": 10,
      "meta_description": null,
      "meta_title": null,
      "min_cart_quantity": 1,
      "name": "Neem Soap",
      "product_type": "simple",
      "return_period_days": null,
      "revision": 1,
      "short_description": null,
      "sku": "SOAP-1",
      "slug": "neem-soap",
      "specification": null,
      "status": "active",
      "stock_quantity": 7,
      "stock_status": "in_stock",
      "track_inventory": true,
      "updated_at": "then",
      "uuid": "uuid",
      "weight_grams": null
    }
    "#);
    let seen = shop.staff.get(&format!("{PRODUCTS}/{}", made["id"])).await;
    assert_eq!((seen.data(), &seen.headers["etag"]), (made.clone(), &answer.headers["etag"]));
    let page = shop.app.anonymous().get("/api/v1/products/slug/neem-soap").await.data();
    assert_eq!((&page["name"], &page["stock_quantity"]), (&json!("Neem Soap"), &json!(7)));
    let movements: Vec<(String, i64)> =
        sqlx::query_as("SELECT kind, quantity FROM stock_movements").fetch_all(&db).await.unwrap();
    assert_eq!(movements, [("opening".to_owned(), 7)]);
    let [(action, before, after)] = entries("product", &made["id"], &db).await.try_into().unwrap();
    assert_eq!((action.as_str(), before, &after["sku"]), ("product.create", Value::Null, &json!("SOAP-1")));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn both_prefixes_make_change_and_archive(db: MySqlPool) {
    let shop = shop(&db).await;
    for (at, prefix) in ["/api/v1/products", PRODUCTS].into_iter().enumerate() {
        let sku = format!("S-{at}");
        let made = shop.staff.post(prefix, shop.soap_with(&json!({ "sku": sku }))).await.data();
        let path = format!("{prefix}/{}", made["id"]);
        let whole = shop.soap_with(&json!({ "sku": sku, "name": "Other" }));
        let put = send(&shop.staff, Method::PUT, &path, Some(&json!(1)), &whole).await.data();
        let patch =
            send(&shop.staff, Method::PATCH, &path, Some(&json!(2)), &json!({ "is_featured": true })).await.data();
        let gone = send(&shop.staff, Method::DELETE, &path, Some(&json!(3)), &json!({})).await.data();
        let seen = [&put["name"], &patch["is_featured"], &gone["status"], &gone["revision"]];
        assert_eq!(seen, [&json!("Other"), &json!(true), &json!("archived"), &json!(4)], "{prefix}");
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_change_in_part_leaves_the_rest_and_a_whole_one_does_not(db: MySqlPool) {
    let shop = shop(&db).await;
    let brand = build::brand("Van", &db).await;
    let more = json!({ "brand_id": brand, "short_description": "Green.", "weight_grams": 75.5, "max_cart_quantity": 3,
                       "specification": { "scent": "neem", "grams": 75 } });
    let made = shop.add(&more).await;
    let part = shop
        .change(Method::PATCH, &made["id"], &json!(1), &json!({ "base_price": 100, "weight_grams": null }))
        .await
        .data();
    assert_eq!(
        (&part["base_price"], &part["weight_grams"], &part["brand_id"]),
        (&json!(100.0), &Value::Null, &json!(brand))
    );
    assert_eq!(part["specification"], more["specification"]);
    let whole = shop.change(Method::PUT, &made["id"], &json!(2), &shop.soap()).await.data();
    assert_eq!(
        (&whole["brand_id"], &whole["max_cart_quantity"], &whole["base_price"]),
        (&Value::Null, &json!(10), &json!(118.0))
    );
    assert_eq!((&whole["slug"], &whole["uuid"]), (&made["slug"], &made["uuid"]), "its page stays where it is");
    let same = shop.change(Method::PUT, &made["id"], &json!(3), &shop.soap()).await.data();
    assert_eq!(same, whole, "nothing became another, the revision neither");
    let told = entries("product", &made["id"], &db).await;
    assert_eq!(told.len(), 3);
    assert_eq!(
        (&told[1].1, &told[1].2),
        (
            &json!({ "base_price": 118.0, "weight_grams": 75.5, "revision": 1 }),
            &json!({ "base_price": 100.0, "weight_grams": null, "revision": 2 })
        )
    );
    for taken in ["sku", "name", "base_price", "category_id", "status", "gst_rate", "min_cart_quantity"] {
        let answer = shop.change(Method::PATCH, &made["id"], &json!(3), &json!({ taken: null })).await;
        assert_eq!(answer.wrong_fields(), [taken]);
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_change_names_the_revision_that_it_is_meant_for(db: MySqlPool) {
    let shop = shop(&db).await;
    let made = shop.add(&json!({})).await;
    let path = format!("{PRODUCTS}/{}", made["id"]);
    for method in [Method::PUT, Method::PATCH, Method::DELETE] {
        let answer = send(&shop.staff, method.clone(), &path, None, &shop.soap()).await;
        assert_eq!(answer.wrong_fields(), ["If-Match"], "{method}");
        let answer = shop.change(method.clone(), &made["id"], &json!(2), &shop.soap()).await;
        assert_eq!((answer.status.as_u16(), answer.error().as_str()), (409, "CONFLICT"), "{method}");
        let answer = shop.change(method, &json!(999), &json!(1), &shop.soap()).await;
        assert_eq!(answer.error(), "NOT_FOUND");
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn of_two_who_change_at_once_one_is_told(db: MySqlPool) {
    let shop = shop(&db).await;
    let made = shop.add(&json!({})).await;
    for revision in 1..6 {
        let (now, name) = (json!(revision), json!({ "name": format!("Soap {revision}") }));
        let threshold = json!({ "low_stock_threshold": 10 + revision });
        let (one, other) = tokio::join!(
            shop.change(Method::PATCH, &made["id"], &now, &name),
            shop.change(Method::PATCH, &made["id"], &now, &threshold),
        );
        let mut statuses = [one.status.as_u16(), other.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409], "{revision}");
    }
    assert_eq!(entries("product", &made["id"], &db).await.len(), 6);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_is_archived_is_found_by_the_staff_alone_and_comes_back(db: MySqlPool) {
    let shop = shop(&db).await;
    let made = shop.add(&json!({ "stock_quantity": 3 })).await;
    let asha = build::user("Asha").insert(&db).await;
    build::order(asha, id_of(&made), &db).await;
    shop.change(Method::DELETE, &made["id"], &json!(1), &json!({})).await.data();
    let again = shop.change(Method::DELETE, &made["id"], &json!(2), &json!({})).await.data();
    assert_eq!(
        (&again["status"], &again["revision"], &again["stock_quantity"]),
        (&json!("archived"), &json!(2), &json!(3))
    );
    let path = format!("/api/v1/products/{}", made["id"]);
    assert_eq!(shop.app.anonymous().get(&path).await.error(), "NOT_FOUND");
    shop.change(Method::PATCH, &made["id"], &json!(2), &json!({ "status": "active" })).await.data();
    shop.app.tick("catalogue").await.unwrap();
    assert_eq!(shop.app.anonymous().get(&path).await.data()["name"], "Neem Soap");
    let told: Vec<_> = entries("product", &made["id"], &db).await.into_iter().map(|(action, ..)| action).collect();
    assert_eq!(told, ["product.create", "product.archive", "product.change"]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_sku_and_an_address_belong_to_one_product(db: MySqlPool) {
    let shop = shop(&db).await;
    let first = shop.add(&json!({})).await;
    let answer = shop.staff.post(PRODUCTS, shop.soap_with(&json!({ "sku": "soap-1" }))).await;
    assert_eq!((answer.status.as_u16(), answer.text.contains("sku:")), (409, true), "{}", answer.text);
    let answer = shop.staff.post(PRODUCTS, shop.soap_with(&json!({ "sku": "S-2", "slug": "neem-soap" }))).await;
    assert_eq!((answer.status.as_u16(), answer.text.contains("slug:")), (409, true), "{}", answer.text);
    let second = shop.add(&json!({ "sku": "S-2" })).await;
    let third = shop.add(&json!({ "sku": "S-3" })).await;
    assert_eq!([&second["slug"], &third["slug"]], ["neem-soap-2", "neem-soap-3"]);
    let answer = shop.change(Method::PATCH, &second["id"], &json!(1), &json!({ "sku": "SOAP-1" })).await;
    assert_eq!(answer.status.as_u16(), 409);
    let answer = shop.change(Method::PATCH, &second["id"], &json!(1), &json!({ "slug": "neem-soap" })).await;
    assert_eq!(answer.status.as_u16(), 409);
    let moved = shop.change(Method::PATCH, &first["id"], &json!(1), &json!({ "slug": "neem-bar" })).await.data();
    assert_eq!(moved["slug"], "neem-bar");
    let answer = shop.change(Method::PATCH, &second["id"], &json!(1), &json!({ "slug": "neem-soap" })).await;
    assert_eq!(answer.status.as_u16(), 409, "it was another's");
    let answer = shop.app.anonymous().get("/api/v1/products/slug/neem-soap").await;
    assert_eq!(
        (answer.status.as_u16(), answer.headers["location"].to_str().unwrap()),
        (301, "/api/v1/products/slug/neem-bar")
    );
    let back = shop.change(Method::PATCH, &first["id"], &json!(2), &json!({ "slug": null })).await.data();
    assert_eq!(back["slug"], "neem-soap", "its own comes back to it");
    shop.app.tick("catalogue").await.unwrap();
    assert_eq!(shop.app.anonymous().get("/api/v1/products/slug/neem-soap").await.data()["id"], first["id"]);
    let answer = shop.app.anonymous().get("/api/v1/products/slug/neem-bar").await;
    assert_eq!(answer.headers["location"], "/api/v1/products/slug/neem-soap");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn many_of_one_name_at_once_get_an_address_each(db: MySqlPool) {
    let shop = shop(&db).await;
    let add = |at: u32| shop.staff.post(PRODUCTS, shop.soap_with(&json!({ "sku": format!("S-{at}") })));
    let (a, b, c, d) = tokio::join!(add(1), add(2), add(3), add(4));
    let mut slugs: Vec<_> = [a, b, c, d].iter().map(|answer| answer.data()["slug"].clone()).collect();
    slugs.sort_by_key(ToString::to_string);
    assert_eq!(slugs, ["neem-soap", "neem-soap-2", "neem-soap-3", "neem-soap-4"]);
    let same = || shop.staff.post(PRODUCTS, shop.soap_with(&json!({ "sku": "ONE" })));
    let (one, other) = tokio::join!(same(), same());
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_is_published_is_complete_and_lawful(db: MySqlPool) {
    let shop = shop(&db).await;
    for (fields, wrong) in [
        (json!({ "hsn_code": null }), vec!["hsn_code"]),
        (json!({ "gst_rate": 17 }), vec!["gst_rate"]),
        (json!({ "base_price": 0 }), vec!["base_price"]),
        (json!({ "compare_price": 117.99 }), vec!["compare_price"]),
        // 118 and 18 % of it
        (json!({ "is_gst_inclusive": false }), vec!["compare_price"]),
        (
            json!({ "is_gst_inclusive": false, "hsn_code": null, "gst_rate": 17 }),
            vec!["hsn_code", "gst_rate", "compare_price"],
        ),
    ] {
        let answer = shop.staff.post(PRODUCTS, shop.soap_with(&fields)).await;
        assert_eq!(answer.wrong_fields(), wrong, "{fields}");
    }
    let lawful = shop.add(&json!({ "is_gst_inclusive": false, "compare_price": 139.24 })).await;
    assert_eq!(lawful["status"], "active");
    let draft = json!({ "sku": "D-1", "status": null, "hsn_code": null, "gst_rate": 17, "base_price": 0 });
    let answer = shop.staff.post(PRODUCTS, shop.soap_with(&draft)).await;
    assert_eq!(answer.wrong_fields(), ["status"]);
    let mut draft = shop.soap_with(&draft);
    draft.as_object_mut().unwrap().remove("status");
    let draft = shop.staff.post(PRODUCTS, draft).await.data();
    assert_eq!(draft["status"], "draft");
    let answer = shop.change(Method::PATCH, &draft["id"], &json!(1), &json!({ "status": "active" })).await;
    assert_eq!(answer.wrong_fields(), ["hsn_code", "gst_rate", "base_price"]);
    for status in ["inactive", "archived", "draft"] {
        let revision = shop.staff.get(&format!("{PRODUCTS}/{}", draft["id"])).await.data()["revision"].clone();
        let answer = shop.change(Method::PATCH, &draft["id"], &revision, &json!({ "status": status })).await;
        assert_eq!(answer.data()["status"], status);
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn each_type_has_rules_of_its_own(db: MySqlPool) {
    let shop = shop(&db).await;
    let song = shop
        .add(&json!({ "sku": "SONG", "product_type": "digital", "track_inventory": true, "allow_backorders": true }))
        .await;
    assert_eq!([&song["track_inventory"], &song["allow_backorders"]], [&json!(false), &json!(false)]);
    let answer =
        shop.staff.post(PRODUCTS, shop.soap_with(&json!({ "product_type": "digital", "stock_quantity": 1 }))).await;
    assert_eq!(answer.wrong_fields(), ["stock_quantity"]);
    let answer = shop.staff.post(PRODUCTS, shop.soap_with(&json!({ "product_type": "variable" }))).await;
    assert_eq!((answer.status.as_u16(), answer.error().as_str()), (422, "INVALID_STATE"));
    let ahead = json!({ "product_type": "variable", "status": "draft", "allow_backorders": true });
    assert_eq!(shop.staff.post(PRODUCTS, shop.soap_with(&ahead)).await.wrong_fields(), ["allow_backorders"]);
    let stocked = shop.add(&json!({ "sku": "ST", "stock_quantity": 1 })).await;
    let variable = json!({ "product_type": "variable", "status": "draft" });
    let answer = shop.change(Method::PATCH, &stocked["id"], &json!(1), &variable).await;
    assert_eq!((answer.status.as_u16(), answer.text.contains("product_type:")), (409, true), "{}", answer.text);
    let empty = shop.add(&json!({ "sku": "EM" })).await;
    let kurta = shop.change(Method::PATCH, &empty["id"], &json!(1), &variable).await.data();
    assert_eq!(kurta["product_type"], "variable");
    build::variation(id_of(&kurta), "S").at(9_900).stock(0).insert(&db).await;
    build::variation(id_of(&kurta), "M").at(11_900).stock(0).insert(&db).await;
    let active = json!({ "status": "active", "base_price": 1 });
    let kurta = shop.change(Method::PATCH, &kurta["id"], &json!(2), &active).await.data();
    assert_eq!(
        [&kurta["base_price"], &kurta["compare_price"]],
        [&json!(99.0), &json!(99.0)],
        "the lowest of its variations"
    );
    let answer = shop.change(Method::PATCH, &kurta["id"], &json!(3), &json!({ "product_type": "simple" })).await;
    assert_eq!(answer.status.as_u16(), 409);
    let answer = shop.change(Method::PATCH, &kurta["id"], &json!(3), &json!({ "is_gst_inclusive": false })).await;
    assert_eq!(answer.wrong_fields(), ["compare_price"], "its variations would cost more than their MRP");
}

/// What an order holds is not lost sight of.
#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_is_held_for_an_order_does_not_become_sold_by_variation(db: MySqlPool) {
    let shop = shop(&db).await;
    let made = shop.add(&json!({})).await;
    let asha = build::user("Asha").insert(&db).await;
    let order = build::order(asha, id_of(&made), &db).await;
    let hold = sqlx::query("INSERT INTO stock_holds (order_id, product_id, quantity) VALUES (?, ?, 1)");
    hold.bind(order).bind(id_of(&made)).execute(&db).await.unwrap();
    let variable = json!({ "product_type": "variable", "status": "draft" });
    assert_eq!(shop.change(Method::PATCH, &made["id"], &json!(1), &variable).await.status.as_u16(), 409);
    sqlx::raw_sql("UPDATE stock_holds SET state = 'sold', ended_at = UTC_TIMESTAMP()").execute(&db).await.unwrap();
    shop.change(Method::PATCH, &made["id"], &json!(1), &variable).await.data();
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_is_not_said_by_the_staff_is_not_changed_by_them(db: MySqlPool) {
    let shop = shop(&db).await;
    let other = json!({ "id": 77, "uuid": "mine", "revision": 9, "view_count": 9, "total_sold": 9, "stock_status": "in_stock",
                        "backordered_quantity": 3, "main_image_url": "/x", "created_at": "2020-01-01T00:00:00Z" });
    let made = shop.add(&other).await;
    assert_eq!((&made["id"], &made["revision"], &made["stock_status"]), (&json!(1), &json!(1), &json!("out_of_stock")));
    assert_ne!(made["uuid"], "mine");
    for method in [Method::PUT, Method::PATCH] {
        let mut body = shop.soap_with(&other);
        body["stock_quantity"] = json!(50);
        let seen = shop.change(method.clone(), &made["id"], &json!(1), &body).await.data();
        assert_eq!(seen, made, "{method}");
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn the_staff_s_list_shows_all_and_narrows(db: MySqlPool) {
    let shop = shop(&db).await;
    let other = build::category("Tea").insert(&db).await;
    for (sku, name, status) in
        [("A-1", "Neem Soap", "active"), ("A_2", "Neem Bar", "archived"), ("AB2", "Tea 100%", "inactive")]
    {
        shop.add(&json!({ "sku": sku, "name": name, "status": status })).await;
    }
    shop.add(&json!({ "sku": "T-1", "name": "neem tea", "category_id": other, "status": "draft" })).await;
    for (query, skus) in [
        ("", &["T-1", "AB2", "A_2", "A-1"][..]),
        ("?search=neem", &["T-1", "A_2", "A-1"]),
        ("?search=A_", &["A_2"]),
        ("?search=Tea%20100%25", &["AB2"]),
        ("?search=%25", &[]),
        ("?status=archived", &["A_2"]),
        ("?category_id=2&search=neem", &["T-1"]),
        ("?page_size=1&page=2", &["AB2"]),
        ("?brand_id=4", &[]),
    ] {
        let data = shop.staff.get(&format!("{PRODUCTS}{query}")).await.data();
        let found: Vec<_> =
            data["items"].as_array().unwrap().iter().map(|item| item["sku"].as_str().unwrap()).collect();
        assert_eq!(found, skus, "{query}");
    }
    for wrong in ["?search=a%00", "?status=gone", "?page=0", "?category_id=x"] {
        let name = wrong.trim_start_matches('?').split('=').next().unwrap();
        assert_eq!(shop.staff.get(&format!("{PRODUCTS}{wrong}")).await.wrong_fields(), [name]);
    }
}

/// Heard of within a second: what was kept is forgotten, and the index finds it at its new price.
#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_new_price_is_shown_and_found(db: MySqlPool) {
    let shop = shop(&db).await;
    let made = shop.add(&json!({})).await;
    shop.app.tick("search").await.unwrap();
    let (page, list) = (format!("/api/v1/products/{}", made["id"]), "/api/v1/products?search=neem&max_price=100");
    let found = async |path: &str| shop.app.anonymous().get(path).await.data();
    shop.app.tick("catalogue").await.unwrap();
    assert_eq!(
        (&found(&page).await["base_price"], found(list).await["items"].as_array().unwrap().len()),
        (&json!(118.0), 0)
    );
    shop.change(Method::PATCH, &made["id"], &json!(1), &json!({ "base_price": 99 })).await.data();
    shop.app.tick("catalogue").await.unwrap();
    shop.app.tick("search").await.unwrap();
    assert_eq!(
        (&found(&page).await["base_price"], found(list).await["items"].as_array().unwrap().len()),
        (&json!(99.0), 1)
    );
    let _: ProductId = id_of(&made);
}
