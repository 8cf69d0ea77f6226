//! `pavitra seed`: a shop on its first day.

use std::num::NonZeroU32;

use axum::body::Body;
use axum::http::Method;
use inventory::Opening;
use sqlx::MySqlPool;
use testing::{TestApp, build, noon};

use super::shop::Surroundings;

#[sqlx::test(migrations = false)]
async fn the_catalogue_once_however_often_it_runs(db: MySqlPool) {
    let surroundings = Surroundings::of(&db);
    surroundings.pavitra_ok(&["migrate"]);
    let mut both = [0, 1].map(|_| surroundings.command("pavitra").arg("seed").spawn().unwrap());
    assert!(both.iter_mut().all(|seeder| seeder.wait().unwrap().success()));
    surroundings.pavitra_ok(&["seed"]);

    let app = TestApp::new(&db, shared::config::ServiceName::Product, product_service::build).await;
    let list = app.anonymous().get("/api/v1/products?page_size=100").await.data();
    assert_eq!(list["pagination"]["total_count"], 332);
    let categories = app.anonymous().get("/api/v1/categories/all").await.data();
    assert!(categories.as_array().unwrap().len() >= 40);
}

#[sqlx::test(migrations = false)]
async fn stock_is_the_sum_of_its_movements_and_an_operator_s_change_stays(db: MySqlPool) {
    let surroundings = Surroundings::of(&db);
    surroundings.pavitra_ok(&["migrate"]);
    surroundings.pavitra_ok(&["seed"]);
    sqlx::query("UPDATE products SET name = 'Renamed' WHERE sku = 'GRC-RICE-001'").execute(&db).await.unwrap();
    surroundings.pavitra_ok(&["seed"]);
    let drifted: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM products p WHERE p.stock_quantity <>
         (SELECT COALESCE(SUM(m.quantity), 0) FROM stock_movements m WHERE m.product_id = p.id)",
    )
    .fetch_one(&db)
    .await
    .unwrap();
    assert_eq!(drifted, 0);
    let of_variations: (i64, i64, i64) = sqlx::query_as(
        "SELECT COUNT(*), CAST(SUM(v.stock_quantity <> COALESCE(m.moved, 0)) AS SIGNED), COUNT(DISTINCT v.product_id)
         FROM product_variations v LEFT JOIN (
             SELECT variation_id, SUM(quantity) AS moved FROM stock_movements GROUP BY variation_id
         ) m ON m.variation_id = v.id",
    )
    .fetch_one(&db)
    .await
    .unwrap();
    assert!(of_variations.0 > 50 && of_variations.1 == 0 && of_variations.2 >= 15, "{of_variations:?}");
    let renamed: i64 =
        sqlx::query_scalar("SELECT COUNT(*) FROM products WHERE name = 'Renamed'").fetch_one(&db).await.unwrap();
    assert_eq!(renamed, 1);
}

#[sqlx::test(migrations = false)]
async fn the_whole_catalogue_is_exported_and_imported_unchanged(db: MySqlPool) {
    let surroundings = Surroundings::of(&db);
    surroundings.pavitra_ok(&["migrate"]);
    surroundings.pavitra_ok(&["seed"]);
    let app = TestApp::new(&db, shared::config::ServiceName::Product, product_service::build).await;
    let asha = app.as_user(build::user("Asha").role("admin").insert(&db).await);
    let export = "/api/v1/products/admin/products/export";
    let exported = asha.get(export).await.text;
    let sent = asha.clone().with_header("content-type", "text/csv");
    let sent = sent.send(Method::POST, "/api/v1/products/admin/products/import", Body::from(exported.clone())).await;
    app.tick("imports").await.unwrap();
    let import = asha.get(&format!("/api/v1/products/admin/imports/{}", sent.data()["id"])).await.data();
    let total = import["rows_total"].as_u64().unwrap();
    assert!(total > 382 && import["status"] == "done" && import["rows_unchanged"] == total, "{import}");
    assert_eq!(asha.get(export).await.text, exported);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_product_s_stock_is_opened_once(db: MySqlPool) {
    let category = build::category("Soap").insert(&db).await;
    let soap = build::product("Neem Soap", category).stock(0).insert(&db).await;
    let mut conn = db.acquire().await.unwrap();
    for (quantity, opening) in [(5, Opening::Booked), (7, Opening::AlreadyOpen)] {
        let quantity = NonZeroU32::new(quantity).unwrap();
        assert_eq!(inventory::open(&mut conn, soap, quantity, noon()).await.unwrap(), opening);
    }
    let stock: i32 = sqlx::query_scalar("SELECT stock_quantity FROM products").fetch_one(&db).await.unwrap();
    assert_eq!(stock, 5);
}
