//! Who reads which orders.

use commerce::ids::OrderId;
use sqlx::MySqlPool;
use testing::build;

use crate::shop::{ORDERS, Shop, refused};

fn paths(shop: &Shop, id: OrderId, number: &str) -> [String; 4] {
    [
        format!("{ORDERS}/{id}"),
        format!("{ORDERS}/{id}/history"),
        format!("{ORDERS}/number/{number}"),
        format!("{ORDERS}/user/{}", shop.asha),
    ]
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn an_order_is_shown_to_its_owner_and_to_staff_and_to_nobody_else(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let id = shop.order(1).await;
    let number = shop.asha().get(&format!("{ORDERS}/{id}")).await.data()["order_number"].as_str().unwrap().to_owned();
    let ravi = shop.app.as_user(build::user("Ravi").insert(&db).await);
    let staff = shop.app.as_user(build::user("Meera").role("support_staff").insert(&db).await);
    let dismissed = shop.app.as_user(build::user("Gone").role("support_staff").inactive().insert(&db).await);
    for path in paths(&shop, id, &number) {
        assert_eq!(shop.asha().get(&path).await.status.as_u16(), 200, "{path}");
        assert_eq!(staff.get(&path).await.status.as_u16(), 200, "{path}");
        refused(&ravi.get(&path).await, 404, "NOT_FOUND");
        refused(&dismissed.get(&path).await, 404, "NOT_FOUND");
        refused(&shop.app.anonymous().get(&path).await, 401, "UNAUTHORIZED");
    }
    for missing in ["999999", "999999/history", "number/PT-0"] {
        refused(&ravi.get(&format!("{ORDERS}/{missing}")).await, 404, "NOT_FOUND");
        refused(&staff.get(&format!("{ORDERS}/{missing}")).await, 404, "NOT_FOUND");
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn one_s_own_orders_are_listed_ten_a_page_the_newest_first(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    sqlx::query("UPDATE site_settings SET setting_value = '1' WHERE setting_key = 'flat_shipping_amount'")
        .execute(&db)
        .await
        .unwrap();
    let many = shop.product("Many").await.stock(100).insert(&db).await;
    let mut wish = shop.wish(1);
    wish["items"][0]["product_id"] = many.get().into();
    for number in 0..11 {
        let asha = shop.asha().with_header("idempotency-key", &number.to_string());
        assert_eq!(asha.post(ORDERS, wish.clone()).await.status.as_u16(), 201);
        shop.app.later(chrono::TimeDelta::seconds(1));
    }
    let page = shop.asha().get(ORDERS).await.data();
    assert_eq!((page["items"].as_array().unwrap().len(), &page["pagination"]["total_count"]), (10, &11.into()));
    assert_eq!(page["items"][0]["id"], 11);
    assert_eq!(page["items"][0]["item_count"], 1);
    let narrowed = |query: &str| {
        let (asha, path) = (shop.asha(), format!("{ORDERS}?{query}"));
        async move { asha.get(&path).await.data()["pagination"]["total_count"].as_u64().unwrap() }
    };
    assert_eq!(narrowed("status=confirmed").await, 11);
    assert_eq!(narrowed("status=cancelled").await, 0);
    assert_eq!(narrowed("from=2026-11-22T12:00:05Z&to=2026-11-22T12:00:08Z").await, 3);
    let wrong = shop.asha().get(&format!("{ORDERS}?status=lost&page=0&from=yesterday")).await.wrong_fields();
    assert_eq!(wrong, ["from", "page", "status"]);
    for instant in ["-0001-01-01T00:00:00Z", "0999-12-31T23:59:59Z", "%2B10000-01-01T00:00:00Z"] {
        let wrong = shop.asha().get(&format!("{ORDERS}?from={instant}&to={instant}")).await.wrong_fields();
        assert_eq!(wrong, ["from", "to"], "{instant}");
    }
}
