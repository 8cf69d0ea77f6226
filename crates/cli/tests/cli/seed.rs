//! `pavitra seed`, beyond the catalogue: pictures and customers with a past.

use std::fs;
use std::path::PathBuf;

use sqlx::{MySqlPool, query_scalar};

use super::command::{pavitra, pavitra_with, printed};

/// A folder of the test's own, gone with it.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        Self(std::env::temp_dir().join(format!("pavitra-seed-{}", uuid::Uuid::new_v4().simple())))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

async fn count(db: &MySqlPool, sql: &'static str) -> i64 {
    query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(db).await.unwrap()
}

#[sqlx::test(migrations = false)]
async fn customers_come_with_a_past_that_the_audit_believes(db: MySqlPool) {
    printed(&pavitra(&db, &["migrate"]));
    printed(&pavitra(&db, &["seed", "--customers", "8"]));
    let books = [
        "SELECT COUNT(*) FROM users",
        "SELECT COUNT(*) FROM orders",
        "SELECT COUNT(*) FROM order_items",
        "SELECT COUNT(*) FROM stock_movements",
        "SELECT COUNT(*) FROM product_reviews",
        "SELECT CAST(SUM(review_count) AS SIGNED) FROM product_ratings",
    ];
    let mut seeded = Vec::new();
    for sql in books {
        seeded.push(count(&db, sql).await);
    }
    assert!(seeded[0] == 8 && seeded[1] >= 8 && seeded[2] > seeded[1], "{seeded:?}");
    assert_eq!(count(&db, "SELECT COUNT(*) FROM outbox").await, 0, "what is long over is not told");
    printed(&pavitra(&db, &["audit", "--drained"]));

    printed(&pavitra(&db, &["seed", "--customers", "8"]));
    for (sql, before) in books.into_iter().zip(seeded) {
        assert_eq!(count(&db, sql).await, before, "{sql}");
    }
    printed(&pavitra(&db, &["seed", "--customers", "9"]));
    assert_eq!(count(&db, books[0]).await, 9);
    printed(&pavitra(&db, &["audit", "--drained"]));
}

#[sqlx::test(migrations = false)]
async fn past_orders_are_over_paid_in_cash_and_sent_where_there_is_such_a_place(db: MySqlPool) {
    printed(&pavitra(&db, &["migrate"]));
    printed(&pavitra(&db, &["seed", "--customers", "24"]));
    for (sql, expected) in [
        ("SELECT COUNT(*) FROM orders WHERE status NOT IN ('delivered', 'cancelled')", 0),
        (
            "SELECT COUNT(*) FROM orders WHERE created_at > UTC_TIMESTAMP() - INTERVAL 7 DAY OR updated_at > UTC_TIMESTAMP()",
            0,
        ),
        (
            "SELECT COUNT(*) FROM orders o WHERE o.status = 'delivered' AND NOT EXISTS (
                 SELECT 1 FROM payment_transactions t WHERE t.order_id = o.id AND t.status = 'captured'
                    AND t.amount = o.total_amount AND t.captured_at >= o.shipped_at)",
            0,
        ),
        ("SELECT COUNT(*) FROM stock_holds WHERE state = 'held'", 0),
        (
            "SELECT COUNT(*) FROM stock_movements m JOIN stock_movements o ON o.product_id = m.product_id
             WHERE o.kind = 'opening' AND m.created_at < o.created_at",
            0,
        ),
        (
            "SELECT COUNT(*) FROM product_reviews r WHERE NOT r.is_verified_purchase OR r.created_at > UTC_TIMESTAMP()
                OR NOT EXISTS (SELECT 1 FROM order_items i JOIN orders o ON o.id = i.order_id
                               WHERE i.id = r.order_item_id AND i.product_id = r.product_id AND o.user_id = r.user_id
                                 AND o.delivered_at < r.created_at)",
            0,
        ),
        ("SELECT COUNT(*) FROM users WHERE password_hash NOT LIKE '$argon2id$%'", 0),
        // As the order service would ask.
        (
            "SELECT COUNT(*) FROM orders o WHERE NOT EXISTS (
                 SELECT 1 FROM indian_states s JOIN pin_prefixes p ON p.gst_code = s.gst_code
                 WHERE s.state_name = JSON_UNQUOTE(JSON_EXTRACT(o.shipping_address, '$.state'))
                   AND s.gst_code = o.place_of_supply
                   AND JSON_UNQUOTE(JSON_EXTRACT(o.shipping_address, '$.postal_code')) LIKE CONCAT(p.prefix, '%'))",
            0,
        ),
    ] {
        assert_eq!(count(&db, sql).await, expected, "{sql}");
    }
    for some in [
        "SELECT COUNT(*) FROM orders WHERE status = 'cancelled'",
        "SELECT COUNT(DISTINCT order_id) FROM order_items WHERE igst_amount > 0",
        "SELECT COUNT(DISTINCT order_id) FROM order_items WHERE cgst_amount > 0",
        "SELECT COUNT(*) FROM orders WHERE shipping_amount = 0",
        "SELECT COUNT(*) FROM orders WHERE shipping_amount > 0",
        "SELECT COUNT(*) FROM product_reviews WHERE status = 'pending'",
        "SELECT COUNT(*) FROM product_reviews WHERE status = 'approved' AND rating = 4",
    ] {
        assert!(count(&db, some).await > 0, "{some}");
    }
}

#[sqlx::test(migrations = false)]
async fn pictures_are_drawn_and_shown_where_there_is_none(db: MySqlPool) {
    printed(&pavitra(&db, &["migrate"]));
    printed(&pavitra(&db, &["seed"]));
    assert_eq!(count(&db, "SELECT COUNT(main_image_url) FROM products").await, 0);
    sqlx::query("UPDATE products SET main_image_url = '/own.png' WHERE sku = 'GRC-RICE-001'")
        .execute(&db)
        .await
        .unwrap();
    let uploads = Folder::new();
    // All but three are there already: drawing them is tried elsewhere.
    let slugs: Vec<String> = query_scalar("SELECT slug FROM products ORDER BY id").fetch_all(&db).await.unwrap();
    fs::create_dir_all(uploads.0.join("seed")).unwrap();
    for slug in &slugs[3..] {
        fs::write(uploads.0.join(format!("seed/{slug}.png")), "drawn").unwrap();
    }
    for _ in 0..2 {
        printed(&pavitra_with(&db, &["seed", "--images"], &[("UPLOADS_DIR", uploads.0.to_str().unwrap())]));
    }
    let shown: Vec<(String, String, u64)> =
        sqlx::query_as("SELECT slug, main_image_url, revision FROM products ORDER BY id").fetch_all(&db).await.unwrap();
    assert_eq!((shown[0].1.as_str(), shown[0].2), ("/own.png", 1));
    for (slug, url, revision) in &shown[1..] {
        assert_eq!((url, revision), (&format!("/uploads/seed/{slug}.png"), &2));
        assert!(uploads.0.join("seed").join(format!("{slug}.png")).exists());
    }
}

#[sqlx::test(migrations = false)]
async fn generated_products_go_on_where_they_stopped_and_are_in_stock(db: MySqlPool) {
    printed(&pavitra(&db, &["migrate"]));
    printed(&pavitra(&db, &["seed", "--size", "1500"]));
    let generated = "SELECT COUNT(*) FROM products WHERE sku LIKE 'GEN-%'";
    let in_stock = "SELECT COUNT(*) FROM products WHERE sku LIKE 'GEN-%' AND stock_status = 'in_stock'";
    assert_eq!((count(&db, generated).await, count(&db, in_stock).await), (1500, 1500));
    for (size, expected) in [("1500", 1500), ("900", 1500), ("2001", 2001)] {
        printed(&pavitra(&db, &["seed", "--size", size]));
        assert_eq!(count(&db, generated).await, expected);
    }
    printed(&pavitra(&db, &["audit", "--drained"]));
    assert!(!pavitra(&db, &["seed", "--size", "1000001"]).status.success());
}

#[sqlx::test(migrations = false)]
async fn variations_come_with_their_product_and_never_twice(db: MySqlPool) {
    printed(&pavitra(&db, &["migrate"]));
    sqlx::raw_sql(
        "INSERT INTO categories (uuid, name, slug) VALUES ('a', 'Old', 'old');
         INSERT INTO products (uuid, sku, name, slug, base_price, category_id)
         VALUES ('a', 'GRC-RICE-001', 'Own Rice', 'own-rice', 1, 1)",
    )
    .execute(&db)
    .await
    .unwrap();
    let facts = [
        "SELECT COUNT(*) FROM product_variations",
        "SELECT COUNT(*) FROM variation_attributes",
        "SELECT COUNT(*) FROM product_attribute_values",
        "SELECT COUNT(*) FROM stock_movements WHERE variation_id IS NOT NULL AND kind = 'opening'",
        "SELECT COUNT(*) FROM products WHERE product_type = 'variable'",
    ];
    let mut counted = Vec::new();
    for _ in 0..2 {
        printed(&pavitra(&db, &["seed"]));
        for sql in facts {
            counted.push(count(&db, sql).await);
        }
        printed(&pavitra(&db, &["audit", "--drained"]));
    }
    let (once, again) = counted.split_at(facts.len());
    assert_eq!(once, again);
    assert!(once[0] > 50 && once[1] > once[0] && once[3] > 50 && once[4] >= 15, "{once:?}");
    let taken_over = "SELECT COUNT(*) FROM products p JOIN product_variations v ON v.product_id = p.id
                      WHERE p.sku = 'GRC-RICE-001' OR p.product_type <> 'variable'";
    assert_eq!(count(&db, taken_over).await, 0, "what was there stays as it was");
    let off = "SELECT COUNT(*) FROM products p WHERE p.product_type = 'variable' AND p.base_price <> (
                   SELECT MIN(v.price) FROM product_variations v WHERE v.product_id = p.id)";
    assert_eq!(count(&db, off).await, 0);
}
