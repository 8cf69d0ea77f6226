//! How old what shoppers see may be: with the gateway, the kept answers and the index between them and the database.

use std::time::{Duration, Instant};

use serde_json::Value;
use shared::changes::{self, Topic};
use sqlx::MySqlPool;

use super::shop::{Shop, eventually};

/// Nobody who asks later than this after a change is told what was before it.
const STALE: Duration = Duration::from_secs(1);

/// Changes the price of the product `id` as the administration does; when it was done.
async fn set_price(id: u64, rupees: u32, db: &MySqlPool) -> Instant {
    let mut tx = db.begin().await.unwrap();
    sqlx::query("UPDATE products SET base_price = ?, compare_price = NULL WHERE id = ?")
        .bind(rupees)
        .bind(id)
        .execute(&mut *tx)
        .await
        .unwrap();
    changes::record(&mut tx, Topic::CatalogueChanged, &format!("product:{id}")).await.unwrap();
    tx.commit().await.unwrap();
    Instant::now()
}

#[sqlx::test(migrations = false)]
async fn a_second_after_a_price_has_changed_nobody_is_shown_the_old_one(db: MySqlPool) {
    let shop = Shop::open(&db).await;
    let (id, slug, name): (u64, String, String) =
        sqlx::query_as("SELECT id, slug, name FROM products WHERE product_type = 'simple' ORDER BY id LIMIT 1")
            .fetch_one(&db)
            .await
            .unwrap();
    let word = name.split(' ').next_back().unwrap();
    let client = reqwest::Client::new();
    let price = async |path: &str| -> String {
        let answer: Value = client.get(shop.url(path)).send().await.unwrap().json().await.unwrap();
        let data = &answer["data"];
        let items = data["items"].as_array().into_iter().flatten();
        let item = items.clone().find(|item| item["id"] == id).unwrap_or(data);
        item["base_price"].to_string()
    };
    let found = format!("/api/v1/products?search={word}&sort_by=name&page_size=100");
    let indexed = format!("/api/v1/products?search={word}&facets=true");
    eventually("an index", async || {
        let answer: Value = client.get(shop.url(&indexed)).send().await.unwrap().json().await.unwrap();
        answer["data"]["facets"].is_object()
    })
    .await;
    let paths = [format!("/api/v1/products/{id}"), format!("/api/v1/products/slug/{slug}"), found];
    for rupees in 7_000..7_004 {
        let changed = set_price(id, rupees, &db).await;
        let new = format!("{rupees}.0");
        let mut was_asked_late = false;
        // Until a little after the second: what was old once more would be seen.
        while !was_asked_late {
            for path in &paths {
                let asked = Instant::now();
                let shown = price(path).await;
                let is_late = asked.duration_since(changed) > STALE;
                assert!(
                    shown == new || !is_late,
                    "{path} {:?} after the change: {shown}",
                    asked.duration_since(changed)
                );
                was_asked_late |= is_late;
            }
        }
    }
}
