//! What is wrong is named, wherever it is sent, and never is a fault of ours.

use axum::body::Body;
use axum::http::Method;
use chrono::TimeDelta;
use serde_json::{Value, json};
use sqlx::MySqlPool;

use super::variations::ATTRIBUTES;
use super::{PRODUCTS, Shop, send, shop};

/// A body of each route that takes one, all of it right.
fn bodies(shop: &Shop) -> Vec<(Method, String, Value)> {
    let variation = json!({ "sku": "K-1", "price": 10, "attribute_value_ids": [1] });
    let (attribute, value) = (json!({ "name": "Size" }), json!({ "value": "XL" }));
    vec![
        (Method::POST, PRODUCTS.to_owned(), shop.soap()),
        (Method::POST, "/api/v1/products".to_owned(), shop.soap()),
        (Method::PUT, format!("{PRODUCTS}/2"), shop.soap()),
        (Method::PUT, "/api/v1/products/2".to_owned(), shop.soap()),
        (Method::PATCH, format!("{PRODUCTS}/2"), json!({})),
        (Method::POST, format!("{PRODUCTS}/1/variations"), variation.clone()),
        (Method::PUT, format!("{PRODUCTS}/1/variations/1"), variation),
        (Method::POST, ATTRIBUTES.to_owned(), attribute.clone()),
        (Method::PUT, format!("{ATTRIBUTES}/1"), attribute),
        (Method::POST, format!("{ATTRIBUTES}/1/values"), value.clone()),
        (Method::PUT, format!("{ATTRIBUTES}/1/values/1"), value),
    ]
}

const LINES: &[&str] = &["name", "sku", "value", "meta_title"];
const TEXTS: &[&str] = &["short_description", "description", "meta_description"];
const AMOUNTS: &[&str] = &["base_price", "compare_price", "price"];
const FLAGS: &[&str] = &[
    "is_featured",
    "is_gst_inclusive",
    "track_inventory",
    "allow_backorders",
    "is_returnable",
    "is_active",
    "is_default",
];
const COUNTS: &[&str] = &[
    "low_stock_threshold",
    "min_cart_quantity",
    "max_cart_quantity",
    "return_period_days",
    "sort_order",
    "stock_quantity",
];

/// What none of these fields can be.
fn wrong(field: &str) -> Vec<Value> {
    let of_type = vec![json!([]), json!({}), json!([1])];
    let more = match field {
        _ if LINES.contains(&field) => vec![
            json!(7),
            json!(""),
            json!(" "),
            json!("a\u{0}b"),
            json!("a\nb"),
            json!("a\u{202E}b"),
            json!("a\u{200B}b"),
            json!("क".repeat(300)),
        ],
        _ if TEXTS.contains(&field) => {
            vec![json!(7), json!(""), json!("a\u{0}b"), json!("a\u{2066}b"), json!("a".repeat(51_000))]
        }
        _ if AMOUNTS.contains(&field) => vec![
            json!(-1),
            json!(1.005),
            json!("NaN"),
            json!("1e3"),
            json!(1_000_000_000),
            json!("x"),
            json!(true),
            json!(10_000_000_000_u64),
        ],
        _ if FLAGS.contains(&field) => vec![json!("yes"), json!(1)],
        _ if COUNTS.contains(&field) => vec![json!(-1), json!(1.5), json!("1"), json!(1_000_000_001), json!(u64::MAX)],
        "category_id" | "brand_id" => vec![json!(0), json!(-1), json!("1"), json!(1.5), json!(999_999)],
        "gst_rate" => vec![json!(-1), json!(101), json!(0.125), json!("x"), json!(true)],
        "hsn_code" => vec![json!("123"), json!("123456789"), json!("12a4"), json!(3401)],
        "slug" => {
            vec![json!("A b"), json!(""), json!("a--b"), json!("-a"), json!("../a"), json!("a".repeat(300)), json!(1)]
        }
        "status" | "product_type" | "type" => vec![json!("gone"), json!(1)],
        "weight_grams" => vec![json!(-1), json!(0.125), json!(1_000_000), json!("x")],
        "image_url" => {
            vec![json!("http://a.example/x"), json!("javascript:alert(1)"), json!("//a.example"), json!("x")]
        }
        "color_code" => vec![json!("blue"), json!("#12345"), json!("#gggggg"), json!(1)],
        "specification" => {
            return vec![
                json!([]),
                json!(1),
                json!({ "a": [] }),
                json!({ "a": { "b": 1 } }),
                json!({ "a\u{0}": 1 }),
                json!({ "": 1 }),
            ];
        }
        "attribute_value_ids" => return vec![json!([]), json!(1), json!({}), json!(vec![1; 11])],
        _ => vec![],
    };
    of_type.into_iter().chain(more).collect()
}

const OF_PRODUCTS: &[&str] = &[
    "name",
    "sku",
    "meta_title",
    "short_description",
    "description",
    "meta_description",
    "base_price",
    "compare_price",
    "is_featured",
    "is_gst_inclusive",
    "track_inventory",
    "allow_backorders",
    "is_returnable",
    "low_stock_threshold",
    "min_cart_quantity",
    "max_cart_quantity",
    "return_period_days",
    "stock_quantity",
    "category_id",
    "brand_id",
    "gst_rate",
    "hsn_code",
    "slug",
    "status",
    "product_type",
    "weight_grams",
    "specification",
];
const OF_VARIATIONS: &[&str] = &[
    "sku",
    "price",
    "compare_price",
    "low_stock_threshold",
    "weight_grams",
    "image_url",
    "is_default",
    "sort_order",
    "is_active",
    "attribute_value_ids",
    "stock_quantity",
];

fn fields(path: &str) -> &'static [&'static str] {
    match path {
        _ if path.contains("/variations") => OF_VARIATIONS,
        _ if path.contains("/values") => &["value", "color_code", "sort_order"],
        _ if path.contains("/attributes") => &["name", "slug", "type", "sort_order"],
        _ => OF_PRODUCTS,
    }
}

/// A kurta with one variation, which has the one value of the one attribute, each of them number 1; and a soap.
async fn set_up(shop: &Shop) {
    shop.add(&json!({ "sku": "KURTA", "product_type": "variable", "status": "draft" })).await;
    shop.staff.post(ATTRIBUTES, json!({ "name": "Pack" })).await.data();
    shop.staff.post(&format!("{ATTRIBUTES}/1/values"), json!({ "value": "1 kg" })).await.data();
    let body = json!({ "sku": "K-0", "price": 10, "attribute_value_ids": [1] });
    send(&shop.staff, Method::POST, &format!("{PRODUCTS}/1/variations"), Some(&json!(1)), &body).await.data();
    shop.add(&json!({ "sku": "SOAP-2" })).await;
}

/// The kurta has got a variation, the soap is as it was made.
fn revision_of(path: &str) -> Value {
    json!(if path.contains("/variations") { 2 } else { 1 })
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn every_wrong_field_is_named_by_every_route(db: MySqlPool) {
    let shop = shop(&db).await;
    set_up(&shop).await;
    for (method, path, body) in bodies(&shop) {
        // Nobody may ask so often.
        shop.app.later(TimeDelta::seconds(61));
        for field in fields(&path) {
            for value in wrong(field) {
                let mut body = body.clone();
                body[field] = value.clone();
                let answer = send(&shop.staff, method.clone(), &path, Some(&revision_of(&path)), &body).await;
                let shown: String = value.to_string().chars().take(40).collect();
                assert_eq!(answer.status.as_u16(), 400, "{method} {path} {field} {shown} {}", answer.text);
                let named = answer.wrong_fields();
                let is_named = named.iter().any(|name| name.split(['.', '[']).next() == Some(field));
                assert!(is_named, "{method} {path} {field} {shown} {named:?}");
            }
        }
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_is_missing_is_named_and_what_is_no_body_is_refused(db: MySqlPool) {
    let shop = shop(&db).await;
    set_up(&shop).await;
    for (method, path, _) in bodies(&shop).into_iter().filter(|(method, ..)| *method != Method::PATCH) {
        let answer = send(&shop.staff, method.clone(), &path, Some(&revision_of(&path)), &json!({})).await;
        let required: &[&str] = match path.as_str() {
            _ if path.contains("/variations") => &["attribute_value_ids", "price", "sku"],
            _ if path.contains("/values") => &["value"],
            _ if path.contains("/attributes") => &["name"],
            _ => &["base_price", "category_id", "name", "sku"],
        };
        let mut named = answer.wrong_fields();
        named.sort_unstable();
        assert_eq!(named, required, "{method} {path}");
        for text in ["", "[]", "{", "null", "{\"name\":NaN}", "{\"base_price\":1e999}"] {
            let caller =
                shop.staff.clone().with_header("content-type", "application/json").with_header("if-match", "1");
            let answer = caller.send(method.clone(), &path, Body::from(text)).await;
            assert_eq!(answer.wrong_fields(), ["body"], "{method} {path} {text}");
        }
    }
    let long = shop.soap_with(&json!({ "name": "a".repeat(900_000) }));
    assert_eq!(shop.staff.post(PRODUCTS, long).await.wrong_fields(), ["name"]);
    let huge = format!("{{\"name\":\"{}\"}}", "a".repeat(1_100_000));
    assert_eq!(shop.staff.post_text(PRODUCTS, huge).await.status.as_u16(), 413);
}
