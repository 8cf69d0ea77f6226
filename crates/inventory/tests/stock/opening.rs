//! The first stock of many products at once.

use std::num::NonZeroU32;

use sqlx::MySqlPool;
use testing::noon;

use super::Shop;

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn many_are_opened_at_once_and_none_twice(db: MySqlPool) {
    let shop = Shop::open(&db).await;
    let (known, new, scarce) =
        (shop.product("Tea", 7).await, shop.product("Rice", 0).await, shop.product("Oil", 0).await);
    let mut conn = db.acquire().await.unwrap();
    let twenty = NonZeroU32::new(20).unwrap();
    assert_eq!(inventory::open_all(&mut conn, &[known, new], twenty, noon()).await.unwrap(), 1);
    assert_eq!(inventory::open_all(&mut conn, &[known, new], twenty, noon()).await.unwrap(), 0);
    assert_eq!(inventory::open_all(&mut conn, &[], twenty, noon()).await.unwrap(), 0);
    assert_eq!(inventory::open_all(&mut conn, &[scarce], NonZeroU32::MIN, noon()).await.unwrap(), 1);
    let rows: Vec<(i32, String, i64)> = sqlx::query_as(
        "SELECT p.stock_quantity, CAST(p.stock_status AS CHAR), CAST(SUM(m.quantity) AS SIGNED)
         FROM products p JOIN stock_movements m ON m.product_id = p.id GROUP BY p.id ORDER BY p.id",
    )
    .fetch_all(&db)
    .await
    .unwrap();
    let expected = [(7, "in_stock", 7), (20, "in_stock", 20), (1, "low_stock", 1)];
    assert_eq!(rows, expected.map(|(stock, status, moved)| (stock, status.to_owned(), moved)));
}
