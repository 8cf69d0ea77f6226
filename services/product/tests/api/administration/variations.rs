//! What products are sold as, and what that differs in.

use axum::http::Method;
use commerce::ids::VariationId;
use serde_json::{Value, json};
use sqlx::MySqlPool;
use testing::{Answer, build};

use super::{PRODUCTS, Shop, entries, id_of, send, shop};

pub(super) const ATTRIBUTES: &str = "/api/v1/products/admin/attributes";

/// A kurta that is a draft yet, the ids of two sizes and of two colours.
async fn kurta(shop: &Shop) -> (Value, [Value; 2], [Value; 2]) {
    let kurta =
        shop.add(&json!({ "sku": "KURTA", "name": "Kurta", "product_type": "variable", "status": "draft" })).await;
    let sizes = attribute(shop, "Size", ["S", "M"]).await;
    let colours = attribute(shop, "रंग Colour", ["Indigo", "Rust"]).await;
    (kurta, sizes, colours)
}

async fn attribute(shop: &Shop, name: &str, values: [&str; 2]) -> [Value; 2] {
    let made = shop.staff.post(ATTRIBUTES, json!({ "name": name })).await.data();
    let path = format!("{ATTRIBUTES}/{}/values", made["id"]);
    let mut seen = made;
    for value in values {
        seen = shop.staff.post(&path, json!({ "value": value })).await.data();
    }
    [seen["values"][0]["id"].clone(), seen["values"][1]["id"].clone()]
}

fn path_of(product: &Value) -> String {
    format!("{PRODUCTS}/{}/variations", product["id"])
}

/// A variation, added to the product as it is now.
async fn add(shop: &Shop, product: &Value, body: &Value) -> Answer {
    let path = path_of(product);
    let revision = shop.staff.get(&path).await.data()["revision"].clone();
    send(&shop.staff, Method::POST, &path, Some(&revision), body).await
}

async fn product_now(shop: &Shop, product: &Value) -> Value {
    shop.staff.get(&format!("{PRODUCTS}/{}", product["id"])).await.data()
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_product_is_made_sold_as_variations_and_follows_their_prices(db: MySqlPool) {
    let shop = shop(&db).await;
    let (kurta, [small, medium], [indigo, _]) = kurta(&shop).await;
    let first = json!({ "sku": "K-S", "price": 499, "compare_price": 599, "attribute_value_ids": [small, indigo],
                        "stock_quantity": 4, "is_default": true, "image_url": "/uploads/k.webp" });
    let answer = add(&shop, &kurta, &first).await;
    let made = answer.data();
    assert_eq!((answer.status.as_u16(), answer.headers["etag"].to_str().unwrap()), (201, "\"2\""));
    assert_eq!(answer.headers["location"].to_str().unwrap(), format!("{}/{}", path_of(&kurta), made["id"]));
    assert_eq!(shop.staff.get(&format!("{}/{}", path_of(&kurta), made["id"])).await.data(), made);
    let has: Vec<_> = made["attributes"].as_array().unwrap().iter().map(|it| it["value"].clone()).collect();
    assert_eq!((has, &made["stock_quantity"]), (vec![json!("S"), json!("Indigo")], &json!(4)));
    let second = json!({ "sku": "K-M", "price": 399, "compare_price": 450, "attribute_value_ids": [indigo, medium], "is_default": true });
    let second = add(&shop, &kurta, &second).await.data();
    let now = product_now(&shop, &kurta).await;
    assert_eq!(
        [&now["base_price"], &now["compare_price"], &now["stock_quantity"]],
        [&json!(399.0), &json!(450.0), &json!(4)]
    );
    let offers = shop.staff.get(&path_of(&kurta)).await.data();
    let defaults: Vec<_> = offers["variations"].as_array().unwrap().iter().map(|it| it["is_default"].clone()).collect();
    assert_eq!((defaults, &offers["revision"]), (vec![json!(false), json!(true)], &json!(3)));
    shop.change(Method::PATCH, &kurta["id"], &json!(3), &json!({ "status": "active" })).await.data();
    let page = shop.app.anonymous().get("/api/v1/products/slug/kurta").await.data();
    assert_eq!((&page["base_price"], page["variations"].as_array().unwrap().len()), (&json!(399.0), 2));
    // not sold any more: the other is the cheapest one
    let path = format!("{}/{}", path_of(&kurta), second["id"]);
    let body = json!({ "sku": "K-M", "price": 399, "attribute_value_ids": [medium, indigo], "is_active": false });
    let changed = send(&shop.staff, Method::PUT, &path, Some(&json!(4)), &body).await.data();
    assert_eq!((&changed["is_active"], &changed["revision"]), (&json!(false), &json!(5)));
    shop.app.tick("catalogue").await.unwrap();
    let page = shop.app.anonymous().get("/api/v1/products/slug/kurta").await.data();
    assert_eq!((&page["base_price"], page["variations"].as_array().unwrap().len()), (&json!(499.0), 1));
    let path = format!("{}/{}", path_of(&kurta), made["id"]);
    let answer = send(&shop.staff, Method::DELETE, &path, Some(&json!(5)), &json!({})).await;
    assert_eq!(
        (answer.status.as_u16(), answer.error().as_str()),
        (422, "INVALID_STATE"),
        "it would be sold as nothing"
    );
    let told: Vec<_> = entries("variation", &second["id"], &db).await.into_iter().map(|(action, ..)| action).collect();
    assert_eq!(told, ["variation.create", "variation.change"]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_combination_and_a_sku_are_there_once_and_all_differ_in_the_same(db: MySqlPool) {
    let shop = shop(&db).await;
    let (kurta, [small, medium], [indigo, rust]) = kurta(&shop).await;
    let body = |sku: &str, values: Value| json!({ "sku": sku, "price": 10, "attribute_value_ids": values });
    add(&shop, &kurta, &body("K-1", json!([small, indigo]))).await.data();
    for (sku, values, status, text) in [
        ("K-1", json!([medium, indigo]), 409, "sku:"),
        ("K-2", json!([indigo, small]), 409, "attribute_value_ids:"),
        ("K-2", json!([medium]), 400, "same attributes"),
        ("K-2", json!([small, medium]), 400, "twice"),
        ("K-2", json!([small, small]), 400, "each of them once"),
        ("K-2", json!([small, 999]), 400, "ids of values"),
        ("K-2", json!([]), 400, "1 to 10"),
    ] {
        let answer = add(&shop, &kurta, &body(sku, values.clone())).await;
        assert_eq!(
            (answer.status.as_u16(), answer.text.contains(text)),
            (status, true),
            "{sku} {values} {}",
            answer.text
        );
    }
    let second = add(&shop, &kurta, &body("K-2", json!([medium, rust]))).await.data();
    let path = format!("{}/{}", path_of(&kurta), second["id"]);
    let answer = send(&shop.staff, Method::PUT, &path, Some(&json!(3)), &body("K-2", json!([small, indigo]))).await;
    assert_eq!(answer.status.as_u16(), 409);
    let same = send(&shop.staff, Method::PUT, &path, Some(&json!(3)), &body("K-2", json!([medium, rust]))).await;
    assert_eq!(same.status.as_u16(), 200);
    let revision = json!(4);
    let (one, two) = (body("K-3", json!([small, rust])), body("K-4", json!([small, rust])));
    let at = path_of(&kurta);
    let (one, other) = tokio::join!(
        send(&shop.staff, Method::POST, &at, Some(&revision), &one),
        send(&shop.staff, Method::POST, &at, Some(&revision), &two),
    );
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_variation_changes_with_its_product(db: MySqlPool) {
    let shop = shop(&db).await;
    let (kurta, [small, _], [indigo, _]) = kurta(&shop).await;
    let body = json!({ "sku": "K-1", "price": 10, "attribute_value_ids": [small, indigo] });
    let path = path_of(&kurta);
    assert_eq!(send(&shop.staff, Method::POST, &path, None, &body).await.wrong_fields(), ["If-Match"]);
    assert_eq!(send(&shop.staff, Method::POST, &path, Some(&json!(7)), &body).await.status.as_u16(), 409);
    let made = send(&shop.staff, Method::POST, &path, Some(&json!(1)), &body).await.data();
    let one = format!("{path}/{}", made["id"]);
    for method in [Method::PUT, Method::DELETE] {
        assert_eq!(send(&shop.staff, method.clone(), &one, None, &body).await.wrong_fields(), ["If-Match"]);
        assert_eq!(send(&shop.staff, method.clone(), &one, Some(&json!(1)), &body).await.status.as_u16(), 409);
        let none = send(&shop.staff, method, &format!("{path}/999"), Some(&json!(2)), &body).await;
        assert_eq!(none.error(), "NOT_FOUND");
    }
    let soap = shop.add(&json!({})).await;
    let answer = send(&shop.staff, Method::POST, &path_of(&soap), Some(&json!(1)), &body).await;
    assert_eq!((answer.status.as_u16(), answer.error().as_str()), (422, "INVALID_STATE"), "it is sold as itself");
    let left = send(&shop.staff, Method::DELETE, &one, Some(&json!(2)), &json!({})).await.data();
    assert_eq!(left, json!({ "variations": [], "revision": 3 }));
    let told = entries("variation", &made["id"], &db).await;
    assert_eq!((told[1].0.as_str(), &told[1].2), ("variation.remove", &Value::Null));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_variation_that_is_named_elsewhere_is_kept_and_not_sold(db: MySqlPool) {
    let shop = shop(&db).await;
    let (kurta, [small, medium], [indigo, rust]) = kurta(&shop).await;
    let body = |sku: &str, values: Value| json!({ "sku": sku, "price": 10, "attribute_value_ids": values });
    let mut stocked = body("K-1", json!([small, indigo]));
    stocked["stock_quantity"] = json!(3);
    let stocked = add(&shop, &kurta, &stocked).await.data();
    let ordered = add(&shop, &kurta, &body("K-2", json!([medium, indigo]))).await.data();
    let wanted = add(&shop, &kurta, &body("K-3", json!([medium, rust]))).await.data();
    let asha = build::user("Asha").insert(&db).await;
    let order = build::order(asha, id_of(&kurta), &db).await;
    let line = sqlx::query("UPDATE order_items SET variation_id = ? WHERE order_id = ?");
    line.bind(variation(&ordered)).bind(order).execute(&db).await.unwrap();
    sqlx::query("INSERT INTO carts (user_id) VALUES (?)").bind(asha).execute(&db).await.unwrap();
    let line = sqlx::query(
        "INSERT INTO cart_items (cart_id, product_id, variation_id, quantity, added_price) VALUES (1, ?, ?, 1, 10)",
    );
    line.bind(id_of(&kurta)).bind(variation(&wanted)).execute(&db).await.unwrap();
    for kept in [&stocked, &ordered, &wanted] {
        let revision = product_now(&shop, &kurta).await["revision"].clone();
        let path = format!("{}/{}", path_of(&kurta), kept["id"]);
        let left = send(&shop.staff, Method::DELETE, &path, Some(&revision), &json!({})).await.data();
        let found = left["variations"].as_array().unwrap().iter().find(|it| it["id"] == kept["id"]).unwrap();
        assert_eq!(found["is_active"], false);
    }
}

fn variation(view: &Value) -> VariationId {
    VariationId::new(view["id"].as_u64().unwrap()).unwrap()
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_variations_differ_in_is_made_changed_and_removed(db: MySqlPool) {
    let shop = shop(&db).await;
    let (kurta, [small, _], [indigo, rust]) = kurta(&shop).await;
    let all = shop.staff.get(ATTRIBUTES).await.data();
    let values = json!([{ "id": indigo, "value": "Indigo", "color_code": null, "sort_order": 0 },
                        { "id": rust, "value": "Rust", "color_code": null, "sort_order": 0 }]);
    let colour = json!({ "id": 2, "name": "रंग Colour", "slug": "rng-colour", "type": "select", "sort_order": 0, "values": values });
    assert_eq!(all[1], colour);
    let body = json!({ "sku": "K-1", "price": 10, "attribute_value_ids": [small, indigo] });
    add(&shop, &kurta, &body).await.data();
    shop.change(Method::PATCH, &kurta["id"], &json!(2), &json!({ "status": "active" })).await.data();
    let put = async |path: &str, body: Value| send(&shop.staff, Method::PUT, path, None, &body).await;
    let delete = async |path: &str| send(&shop.staff, Method::DELETE, path, None, &json!({})).await;
    let (one, value) = (format!("{ATTRIBUTES}/2"), format!("{ATTRIBUTES}/2/values/{indigo}"));
    let page = async || {
        shop.app.anonymous().get("/api/v1/products/slug/kurta").await.data()["variations"][0]["attributes"].clone()
    };
    shop.app.tick("catalogue").await.unwrap();
    assert_eq!(page().await[1]["value"], "Indigo");
    put(&value, json!({ "value": "Nil", "color_code": "#2A3D8F" })).await.data();
    put(&one, json!({ "name": "Shade", "slug": "shade", "type": "color", "sort_order": 3 })).await.data();
    shop.app.tick("catalogue").await.unwrap();
    assert_eq!(page().await[1], json!({ "slug": "shade", "name": "Shade", "value": "Nil", "color_code": "#2a3d8f" }));
    for in_use in [&one, &value] {
        let answer = delete(in_use).await;
        assert_eq!((answer.status.as_u16(), answer.error().as_str()), (409, "CONFLICT"), "{in_use}");
    }
    let left = delete(&format!("{one}/values/{rust}")).await.data();
    assert_eq!(left["values"].as_array().unwrap().len(), 1);
    for (path, body) in [
        (ATTRIBUTES, json!({ "name": "Size" })),
        (ATTRIBUTES, json!({ "name": "A", "slug": "shade" })),
        (&format!("{one}/values"), json!({ "value": "NIL" })),
    ] {
        let answer = shop.staff.post(path, body.clone()).await;
        assert_eq!((answer.status.as_u16(), answer.error().as_str()), (409, "CONFLICT"), "{body}");
    }
    assert_eq!(put(&one, json!({ "name": "Size" })).await.status.as_u16(), 409);
    assert_eq!(delete(&format!("{ATTRIBUTES}/1/values/{indigo}")).await.error(), "NOT_FOUND", "of another attribute");
    assert_eq!(put(&format!("{ATTRIBUTES}/9"), json!({ "name": "A" })).await.error(), "NOT_FOUND");
    let pack = shop.staff.post(ATTRIBUTES, json!({ "name": "Pack" })).await.data();
    let path = format!("{ATTRIBUTES}/{}", pack["id"]);
    shop.staff.post(&format!("{path}/values"), json!({ "value": "1 kg" })).await.data();
    assert_eq!(delete(&path).await.data().as_array().unwrap().len(), 2);
    assert_eq!(shop.staff.get(&path).await.error(), "NOT_FOUND");
    let told: Vec<_> = entries("attribute", &pack["id"], &db).await.into_iter().map(|(action, ..)| action).collect();
    assert_eq!(told, ["attribute.create", "attribute.change", "attribute.remove"]);
}
