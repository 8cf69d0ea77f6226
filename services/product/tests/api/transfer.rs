//! Products as files: export and import.

mod faults;
mod rows;
mod sending;
mod working;

use axum::body::Body;
use axum::http::Method;
use serde_json::Value;
use sqlx::{MySqlPool, query_scalar};
use testing::{Answer, Caller, TestApp, build};

use crate::app;

const EXPORT: &str = "/api/v1/products/admin/products/export";
const IMPORT: &str = "/api/v1/products/admin/products/import";
const IMPORTS: &str = "/api/v1/products/admin/imports";

/// A service, and somebody who may manage products.
async fn staff(db: &MySqlPool) -> (TestApp, Caller) {
    let app = app(db).await;
    let asha = build::user("Asha").role("admin").insert(db).await;
    (app.clone(), app.as_user(asha))
}

async fn send(caller: &Caller, path: &str, file: impl Into<Body>) -> Answer {
    caller.clone().with_header("content-type", "text/csv").send(Method::POST, path, file.into()).await
}

/// The import of `file` when it is over.
async fn import(app: &TestApp, caller: &Caller, file: &str) -> Value {
    let sent = send(caller, IMPORT, file.to_owned()).await;
    assert_eq!(sent.status, 202, "{}", sent.text);
    app.tick("imports").await.unwrap();
    show(caller, &sent.data()).await
}

async fn show(caller: &Caller, import: &Value) -> Value {
    caller.get(&format!("{IMPORTS}/{}", import["id"])).await.data()
}

/// Created, updated, unchanged and failed rows.
fn rows(import: &Value) -> [u64; 4] {
    ["created", "updated", "unchanged", "failed"].map(|what| import[format!("rows_{what}")].as_u64().unwrap())
}

async fn errors(caller: &Caller, import: &Value) -> String {
    let answer = caller.get(&format!("{IMPORTS}/{}/errors", import["id"])).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.headers.get("content-type").unwrap(), "text/csv; charset=utf-8; header=present");
    answer.text
}

async fn count(db: &MySqlPool, sql: &'static str) -> i64 {
    query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(db).await.unwrap()
}

/// A shop with what is hard to write into a file.
async fn shop(db: &MySqlPool) {
    let tea = build::category("Tea").insert(db).await;
    let brand = build::brand("Annavriksh", db).await;
    let assam = build::product("Assam", tea).of_brand(brand).insert(db).await;
    let plain = build::product("Plain", tea).at(12_345).stock(0).status("draft").insert(db).await;
    build::product("Old", tea).status("archived").insert(db).await;
    let kurta = build::product("Kurta", tea).variable().insert(db).await;
    build::variation(kurta, "M").stock(3).insert(db).await;
    build::variation(kurta, "X|L=1").stock(0).at(9_900).insert(db).await;
    sqlx::query(
        "UPDATE products SET name = ?, description = ?, specification = ?, short_description = ?, weight_grams = 250.50,
                return_period_days = 7, hsn_code = '0902', is_featured = TRUE WHERE id = ?",
    )
    .bind("=Assam \"strong\", आसाम")
    .bind("First line\n\nLast, line")
    .bind(r#"{"leaf": "long", "grade": 1.5}"#)
    .bind("'quoted'")
    .bind(assam)
    .execute(db)
    .await
    .unwrap();
    sqlx::query("UPDATE products SET brand_id = NULL, compare_price = NULL, name = '-5 °C' WHERE id = ?")
        .bind(plain)
        .execute(db)
        .await
        .unwrap();
    sqlx::query("UPDATE products SET base_price = 99, compare_price = 99 WHERE id = ?")
        .bind(kurta)
        .execute(db)
        .await
        .unwrap();
}
