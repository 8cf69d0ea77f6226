//! `pavitra seed`: a shop on its first day.

use sqlx::MySqlPool;
use testing::TestApp;

use super::shop::Surroundings;

#[sqlx::test(migrations = false)]
async fn forty_products_once_however_often_it_runs(db: MySqlPool) {
    let surroundings = Surroundings::of(&db);
    surroundings.pavitra_ok(&["migrate"]);
    let mut both = [0, 1].map(|_| surroundings.command("pavitra").arg("seed").spawn().unwrap());
    assert!(both.iter_mut().all(|seeder| seeder.wait().unwrap().success()));
    surroundings.pavitra_ok(&["seed"]);

    let app = TestApp::new(&db, shared::config::ServiceName::Product, product_service::build).await;
    let list = app.anonymous().get("/api/v1/products?page_size=100").await.data();
    assert_eq!(list["pagination"]["total_count"], 40);
    let categories = app.anonymous().get("/api/v1/categories/all").await.data();
    assert!(categories.as_array().unwrap().len() >= 12);
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
    let renamed: i64 =
        sqlx::query_scalar("SELECT COUNT(*) FROM products WHERE name = 'Renamed'").fetch_one(&db).await.unwrap();
    assert_eq!(renamed, 1);
}
