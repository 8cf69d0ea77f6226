//! `/api/v1/products/admin/products/{id}/stock` and `/api/v1/products/admin/inventory`

use std::num::NonZeroU32;

use commerce::ids::{ProductId, VariationId};
use futures::future::join_all;
use inventory::{Demand, Take};
use serde_json::{Value, json};
use sqlx::MySqlPool;
use testing::{Caller, build, noon};

use super::{acts, staffed};

fn path(product: ProductId) -> String {
    format!("/api/v1/products/admin/products/{product}/stock")
}

async fn soap(db: &MySqlPool, stock: u32) -> ProductId {
    let category = build::category("Soap").insert(db).await;
    build::product("Neem Soap", category).stock(stock).insert(db).await
}

/// An order holds so many pieces.
async fn hold(db: &MySqlPool, product: ProductId, variation: Option<VariationId>, quantity: u32) {
    let asha = build::user("Asha").insert(db).await;
    let order = build::order(asha, product, db).await;
    let mut tx = db.begin().await.unwrap();
    let demand = Demand { product, variation, quantity: NonZeroU32::new(quantity).unwrap() };
    let taken = match inventory::take(&mut tx, &[demand]).await.unwrap() {
        Take::Taken(taken) => Ok(taken),
        Take::Short(short) => Err(short),
    };
    let taken = taken.unwrap();
    taken.hold(&mut tx, order, None, noon()).await.unwrap();
    tx.commit().await.unwrap();
}

async fn stock(db: &MySqlPool, product: ProductId) -> (i32, String) {
    sqlx::query_as("SELECT stock_quantity, stock_status FROM products WHERE id = ?")
        .bind(product)
        .fetch_one(db)
        .await
        .unwrap()
}

fn level(on_hand: i64, held: i64) -> Value {
    json!({ "on_hand": on_hand, "held": held, "available": on_hand - held })
}

async fn movements(caller: &Caller, product: ProductId) -> Value {
    caller.get(&format!("{}/movements", path(product))).await.data()
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_difference_is_a_row_of_the_ledger_with_who_and_why_and_shoppers_see_it(db: MySqlPool) {
    let (app, meena) = staffed(&db).await;
    let soap = soap(&db, 10).await;
    let answer = meena.post(&path(soap), json!({ "delta": -6, "kind": "damage", "reason": " wet " })).await;
    assert_eq!(answer.status.as_u16(), 201, "{}", answer.text);
    let data = answer.data();
    assert_eq!((&data["before"], &data["after"]), (&level(10, 0), &level(4, 0)));
    assert_eq!(stock(&db, soap).await, (4, "low_stock".to_owned()));
    meena.post(&path(soap), json!({ "delta": 20, "kind": "purchase", "reason": "from Pune" })).await.data();
    meena.post(&path(soap), json!({ "delta": -24, "reason": "none left" })).await.data();
    assert_eq!(stock(&db, soap).await, (0, "out_of_stock".to_owned()));
    let listed = movements(&meena, soap).await;
    let told: Vec<_> = listed["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            json!([row["kind"], row["quantity"], row["stock_after"], row["reason"], row["performed_by"].is_u64()])
        })
        .collect();
    assert_eq!(
        Value::from(told),
        json!([
            ["adjustment", -24, 0, "none left", true],
            ["purchase", 20, 24, "from Pune", true],
            ["damage", -6, 4, "wet", true],
            ["opening", 10, 10, "opening stock", false],
        ])
    );
    assert_eq!(listed["items"][2]["id"], data["movement_id"]);
    let second = meena.get(&format!("{}/movements?page=2&page_size=3", path(soap))).await.data();
    assert_eq!((&second["items"].as_array().unwrap().len(), &second["pagination"]["total_count"]), (&1, &json!(4)));
    assert_eq!(acts(&db, ("product", soap.get())).await, ["stock.correct"; 3]);
    app.tick("catalogue").await.unwrap();
    assert_eq!(app.anonymous().get(&format!("/api/v1/products/{soap}")).await.data()["stock_status"], "out_of_stock");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_was_counted_on_the_shelf_counts_what_orders_hold(db: MySqlPool) {
    let (_, meena) = staffed(&db).await;
    let soap = soap(&db, 10).await;
    hold(&db, soap, None, 3).await;
    let count = async |pieces: u32| meena.post(&path(soap), json!({ "count": pieces, "reason": "counted" })).await;
    let same = count(10).await.data();
    assert_eq!((&same["movement_id"], &same["before"], &same["after"]), (&Value::Null, &level(10, 3), &level(10, 3)));
    assert_eq!(count(12).await.data()["after"], level(12, 3));
    assert_eq!(stock(&db, soap).await.0, 9);
    assert_eq!(count(2).await.error(), "INSUFFICIENT_STOCK");
    let take = async |pieces: i32| meena.post(&path(soap), json!({ "delta": pieces, "reason": "gone" })).await;
    assert_eq!(take(-10).await.error(), "INSUFFICIENT_STOCK");
    assert_eq!(stock(&db, soap).await.0, 9, "nothing is done in part");
    assert_eq!(count(3).await.data()["after"], level(3, 3));
    assert_eq!(stock(&db, soap).await, (0, "out_of_stock".to_owned()));
    assert_eq!(take(-1).await.error(), "INSUFFICIENT_STOCK");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_is_sold_by_variation_is_put_right_by_variation(db: MySqlPool) {
    let (_, meena) = staffed(&db).await;
    let category = build::category("Clothing").insert(&db).await;
    let kurta = build::product("Kurta", category).variable().insert(&db).await;
    let [small, large] = [
        build::variation(kurta, "S").stock(4).insert(&db).await,
        build::variation(kurta, "L").stock(9).insert(&db).await,
    ];
    let soap = soap(&db, 5).await;
    hold(&db, kurta, Some(large), 2).await;
    let counted = json!({ "variation_id": large, "count": 20, "reason": "counted" });
    assert_eq!(meena.post(&path(kurta), counted).await.data()["before"], level(9, 2));
    assert_eq!(stock(&db, kurta).await.0, 4 + 18);
    assert_eq!(movements(&meena, kurta).await["items"][0]["stock_after"], 22);
    let answer = meena.post(&path(kurta), json!({ "variation_id": small, "delta": -4, "reason": "gone" })).await;
    assert_eq!(answer.data()["after"], level(0, 0));
    let status: String = sqlx::query_scalar("SELECT stock_status FROM product_variations WHERE id = ?")
        .bind(small)
        .fetch_one(&db)
        .await
        .unwrap();
    assert_eq!((status.as_str(), stock(&db, kurta).await), ("out_of_stock", (18, "in_stock".to_owned())));
    let short = json!({ "variation_id": small, "delta": -1, "reason": "gone" });
    assert_eq!(
        meena.post(&path(kurta), short).await.error(),
        "INSUFFICIENT_STOCK",
        "the product has more than its part"
    );
    for (product, variation) in [(kurta, json!(null)), (kurta, json!(999_999)), (soap, json!(small))] {
        let body = json!({ "variation_id": variation, "delta": 1, "reason": "found" });
        assert_eq!(meena.post(&path(product), body).await.wrong_fields(), ["variation_id"]);
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn all_who_correct_at_once_are_right(db: MySqlPool) {
    let (_, meena) = staffed(&db).await;
    let soap = soap(&db, 10).await;
    let add = async |delta: i32| meena.post(&path(soap), json!({ "delta": delta, "reason": "found" })).await.data();
    join_all((0..12).map(|number| add(if number % 3 == 0 { -1 } else { 2 }))).await;
    assert_eq!(stock(&db, soap).await.0, 10 - 4 + 16);
    let sum: i64 = sqlx::query_scalar("SELECT CAST(SUM(quantity) AS SIGNED) FROM stock_movements WHERE product_id = ?")
        .bind(soap)
        .fetch_one(&db)
        .await
        .unwrap();
    assert_eq!(sum, 22);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_try_with_a_name_is_done_once(db: MySqlPool) {
    let (_, meena) = staffed(&db).await;
    let soap = soap(&db, 10).await;
    let named = meena.clone().with_header("idempotency-key", "k1");
    let five = json!({ "delta": 5, "reason": "found" });
    let (first, second) = (named.post(&path(soap), five.clone()).await, named.post(&path(soap), five.clone()).await);
    assert_eq!((first.status, &first.text), (second.status, &second.text));
    assert_eq!(second.headers["idempotent-replayed"], "true");
    let other = named.post(&path(soap), json!({ "delta": 6, "reason": "found" })).await;
    assert_eq!(other.error(), "IDEMPOTENCY_KEY_REUSED");
    assert_eq!(stock(&db, soap).await.0, 15);
    // A refusal frees its name.
    let named = meena.clone().with_header("idempotency-key", "k2");
    assert_eq!(named.post(&path(soap), json!({ "delta": -99, "reason": "x" })).await.error(), "INSUFFICIENT_STOCK");
    named.post(&path(soap), json!({ "delta": -9, "reason": "x" })).await.data();
    for _ in 0..2 {
        meena.post(&path(soap), five.clone()).await.data();
    }
    assert_eq!(stock(&db, soap).await.0, 16, "without a name both count");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn nonsense_is_refused_field_by_field(db: MySqlPool) {
    let (_, meena) = staffed(&db).await;
    let soap = soap(&db, 10).await;
    for (body, fields) in [
        (json!({}), vec!["reason"]),
        (json!({ "reason": "x" }), vec!["delta"]),
        (json!({ "reason": "", "delta": 1 }), vec!["reason"]),
        (json!({ "reason": "  ", "delta": 1 }), vec!["reason"]),
        (json!({ "reason": "x".repeat(256), "delta": 1 }), vec!["reason"]),
        (json!({ "reason": "x", "delta": 0 }), vec!["delta"]),
        (json!({ "reason": "x", "delta": 1.5 }), vec!["delta"]),
        (json!({ "reason": "x", "delta": "1" }), vec!["delta"]),
        (json!({ "reason": "x", "delta": 2_147_483_648_i64 }), vec!["delta"]),
        (json!({ "reason": "x", "delta": -1, "kind": "purchase" }), vec!["delta"]),
        (json!({ "reason": "x", "delta": 1, "kind": "damage" }), vec!["delta"]),
        (json!({ "reason": "x", "delta": 1, "kind": "hold" }), vec!["kind"]),
        (json!({ "reason": "x", "count": -1 }), vec!["count"]),
        (json!({ "reason": "x", "count": 1, "delta": 1 }), vec!["count"]),
        (json!({ "reason": "x", "count": 1, "kind": "damage" }), vec!["kind"]),
        (json!({ "reason": "x", "count": 1, "variation_id": 0 }), vec!["variation_id"]),
    ] {
        assert_eq!(meena.post(&path(soap), body.clone()).await.wrong_fields(), fields, "{body}");
    }
    for id in ["0", "x", "-1", "18446744073709551616"] {
        let path = format!("/api/v1/products/admin/products/{id}/stock");
        assert_eq!(meena.post(&path, json!({ "delta": 1, "reason": "x" })).await.wrong_fields(), ["id"]);
    }
    let nobody = ProductId::new(999_999).unwrap();
    assert_eq!(meena.post(&path(nobody), json!({ "delta": 1, "reason": "x" })).await.error(), "NOT_FOUND");
    assert_eq!(meena.get(&format!("{}/movements", path(nobody))).await.error(), "NOT_FOUND");
    let answer = meena.post(&path(soap), json!({ "delta": i32::MAX, "reason": "x" })).await;
    assert_eq!(answer.error(), "INVALID_STATE");
    assert_eq!(meena.post(&path(soap), json!({ "count": u32::MAX, "reason": "x" })).await.error(), "INVALID_STATE");
    sqlx::query("UPDATE products SET track_inventory = FALSE WHERE id = ?").bind(soap).execute(&db).await.unwrap();
    assert_eq!(meena.post(&path(soap), json!({ "delta": 1, "reason": "x" })).await.error(), "INVALID_STATE");
    assert_eq!(stock(&db, soap).await.0, 10);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_is_almost_gone_is_listed_with_what_is_gone_first(db: MySqlPool) {
    let (_, meena) = staffed(&db).await;
    let category = build::category("Shelf").insert(&db).await;
    let product = async |name: &str, stock| build::product(name, category).stock(stock).insert(&db).await;
    let [few, none, _plenty, uncounted] =
        [product("Few", 5).await, product("None", 0).await, product("Plenty", 6).await, product("Uncounted", 0).await];
    sqlx::query("UPDATE products SET track_inventory = FALSE WHERE id = ?").bind(uncounted).execute(&db).await.unwrap();
    build::product("Old", category).stock(1).status("archived").insert(&db).await;
    let draft = build::product("Draft", category).stock(2).status("draft").insert(&db).await;
    let kurta = build::product("Kurta", category).variable().insert(&db).await;
    let small = build::variation(kurta, "S").stock(1).insert(&db).await;
    build::variation(kurta, "M").stock(1).inactive().insert(&db).await;
    build::variation(kurta, "L").stock(50).insert(&db).await;
    let low = async |query: &str| meena.get(&format!("/api/v1/products/admin/inventory/low-stock{query}")).await.data();
    let told = |page: &Value| {
        let rows = page["items"].as_array().unwrap().iter();
        rows.map(|row| json!([row["product_id"], row["variation_id"], row["stock_quantity"]])).collect::<Value>()
    };
    let all = low("").await;
    assert_eq!(told(&all), json!([[none, null, 0], [kurta, small, 1], [draft, null, 2], [few, null, 5]]));
    assert_eq!(
        (&all["items"][0]["stock_status"], &all["items"][2]["status"]),
        (&json!("out_of_stock"), &json!("draft"))
    );
    let second = low("?page=2&page_size=3").await;
    assert_eq!((told(&second), &second["pagination"]["total_count"]), (json!([[few, null, 5]]), &json!(4)));
}
