//! What is sold by variation, in orders: its own price and name, its own stock, and back to where it came from.

use commerce::ids::{OrderId, ProductId, VariationId};
use futures::future::join_all;
use serde_json::{Value, json};
use sqlx::MySqlPool;
use testing::build;

use crate::shop::{ORDERS, Shop, id_of, refused};

const BUYERS: usize = 50;

/// A kurta in two sizes: ten small ones at ₹118.00, seven large ones at ₹236.00.
async fn kurta(shop: &Shop) -> (ProductId, [VariationId; 2]) {
    let kurta = shop.product("Kurta").await.variable().insert(&shop.db).await;
    let small = build::variation(kurta, "S").insert(&shop.db).await;
    (kurta, [small, build::variation(kurta, "L").at(23_600).stock(7).insert(&shop.db).await])
}

impl Shop {
    fn wish_for(&self, items: Value) -> Value {
        let mut wish = self.wish(1);
        wish["items"] = items;
        wish
    }

    /// The stock of variations; each is what its movements come to.
    async fn stocks<const N: usize>(&self, variations: [VariationId; N]) -> [i32; N] {
        let mut stocks = [0; N];
        for (stock, variation) in stocks.iter_mut().zip(variations) {
            let moved: i64;
            (*stock, moved) = sqlx::query_as(
                "SELECT v.stock_quantity, (SELECT CAST(COALESCE(SUM(m.quantity), 0) AS SIGNED) FROM stock_movements m
                                           WHERE m.variation_id = v.id)
                 FROM product_variations v WHERE v.id = ?",
            )
            .bind(variation)
            .fetch_one(&self.db)
            .await
            .unwrap();
            assert_eq!(moved, i64::from(*stock), "the ledger and the stock of variation {variation}");
        }
        stocks
    }

    async fn cancel(&self, order: OrderId) {
        self.asha().post(&format!("{ORDERS}/{order}/cancel"), json!({})).await.data();
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn two_variations_of_one_product_are_two_lines_each_at_its_own_price(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let (kurta, [small, large]) = kurta(&shop).await;
    let wish = shop.wish_for(json!([
        { "product_id": kurta, "variation_id": large, "quantity": 1 },
        { "product_id": kurta, "variation_id": small, "quantity": 2 },
        { "product_id": shop.soap, "quantity": 1 },
        { "product_id": kurta, "variation_id": large, "quantity": 2 },
    ]));
    let answer = shop.post(wish).await;
    let order = answer.data();
    let lines = order["items"].as_array().unwrap();
    let told: Vec<_> = lines
        .iter()
        .map(|line| {
            json!([
                line["variation_id"],
                line["product_name"],
                line["product_sku"],
                line["quantity"],
                line["total_price"]
            ])
        })
        .collect();
    let expected = [
        json!([null, "Neem Soap", "NEEM-SOAP", 1, 118.0]),
        json!([small, "Kurta, S", format!("V{kurta}-S"), 2, 236.0]),
        json!([large, "Kurta, L", format!("V{kurta}-L"), 3, 708.0]),
    ];
    assert_eq!(told, expected);
    assert_eq!(lines[2]["variation_attributes"], json!([{ "slug": "size", "name": "Size", "value": "L" }]));
    assert_eq!((&lines[2]["gst_rate"], &lines[2]["hsn_code"]), (&json!(18), &json!("19053100")), "the product's");
    assert_eq!((shop.stocks([small, large]).await, shop.stock(kurta).await), ([8, 4], 12));
    let placed = &shop.told("order.placed").await[0]["items"];
    assert_eq!(placed[1], json!({ "product_id": kurta, "variation_id": small, "quantity": 2 }));
    assert_eq!(placed[0], json!({ "product_id": shop.soap, "quantity": 1 }));

    let other =
        id_of(&shop.post(shop.wish_for(json!([{ "product_id": kurta, "variation_id": small, "quantity": 3 }]))).await);
    assert_eq!(shop.stocks([small, large]).await, [5, 4]);
    shop.cancel(id_of(&answer)).await;
    assert_eq!((shop.stocks([small, large]).await, shop.stock(kurta).await), ([7, 7], 14));
    shop.cancel(other).await;
    assert_eq!((shop.stocks([small, large]).await, shop.stock(kurta).await), ([10, 7], 17));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_line_keeps_what_its_variation_was(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let (kurta, [small, _]) = kurta(&shop).await;
    let wish = shop.wish_for(json!([{ "product_id": kurta, "variation_id": small, "quantity": 1 }]));
    let order = id_of(&shop.post(wish).await);
    let path = format!("{ORDERS}/{order}");
    let before = shop.asha().get(&path).await.data();
    for change in [
        "UPDATE product_attribute_values SET value = CONCAT('Once ', value)",
        "UPDATE product_variations SET price = 1, sku = CONCAT(sku, '-OLD'), is_active = FALSE",
    ] {
        sqlx::raw_sql(change).execute(&db).await.unwrap();
    }
    assert_eq!(shop.asha().get(&path).await.data(), before);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn an_expired_order_gives_its_variation_back(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let (kurta, [small, large]) = kurta(&shop).await;
    let mut wish = shop.wish_for(json!([{ "product_id": kurta, "variation_id": large, "quantity": 2 }]));
    wish["payment_method"] = "upi".into();
    id_of(&shop.post(wish).await);
    assert_eq!(shop.stocks([small, large]).await, [10, 5]);
    shop.app.later(chrono::TimeDelta::minutes(30));
    shop.app.tick("expiry").await.unwrap();
    assert_eq!((shop.stocks([small, large]).await, shop.stock(kurta).await), ([10, 7], 17));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_variation_is_named_where_there_are_some_and_nowhere_else(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let (kurta, [small, _]) = kurta(&shop).await;
    let old = build::variation(kurta, "XS").inactive().insert(&db).await;
    let soap = json!({ "product_id": shop.soap, "quantity": 1 });
    for (item, message) in [
        (json!({ "product_id": kurta, "quantity": 1 }), "is required"),
        (json!({ "product_id": kurta, "variation_id": 999_999, "quantity": 1 }), "is no variation"),
        (json!({ "product_id": kurta, "variation_id": old, "quantity": 1 }), "is no variation"),
        (json!({ "product_id": kurta, "variation_id": 0, "quantity": 1 }), "positive integer"),
    ] {
        let answer = shop.post(shop.wish_for(json!([soap, item]))).await;
        assert_eq!(answer.wrong_fields(), ["items[1].variation_id"], "{item}");
        assert!(answer.text.contains(message), "{item}: {}", answer.text);
    }
    let foreign = json!([{ "product_id": shop.soap, "variation_id": small, "quantity": 1 }]);
    assert_eq!(shop.post(shop.wish_for(foreign)).await.wrong_fields(), ["items[0].variation_id"]);
    let unknown = json!([{ "product_id": 999_999, "variation_id": small, "quantity": 1 }]);
    refused(&shop.post(shop.wish_for(unknown)).await, 404, "NOT_FOUND");
    let short = json!([{ "product_id": kurta, "variation_id": small, "quantity": 10 }]);
    id_of(&shop.post(shop.wish_for(short.clone())).await);
    refused(&shop.post(shop.wish_for(short)).await, 422, "INSUFFICIENT_STOCK");
    let many = json!([{ "product_id": kurta, "variation_id": small, "quantity": 11 }]);
    refused(&shop.post(shop.wish_for(many)).await, 422, "QUANTITY_LIMIT");
    assert_eq!(shop.orders().await, 1);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_cart_of_variations_is_ordered_line_by_line(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let (kurta, [small, large]) = kurta(&shop).await;
    shop.fill_cart_with((kurta, Some(small)), 2).await;
    shop.fill_cart_with((kurta, Some(large)), 1).await;
    let one = shop.wish_for(json!([{ "product_id": kurta, "variation_id": small, "quantity": 1 }]));
    id_of(&shop.post(one).await);
    assert_eq!(shop.in_cart().await, 2);
    let mut wish = shop.wish(1);
    wish["items"] = Value::Null;
    let order = shop.post(wish.clone()).await.data();
    let lines = order["items"].as_array().unwrap().iter().map(|line| json!([line["variation_id"], line["quantity"]]));
    assert_eq!(lines.collect::<Vec<_>>(), [json!([small, 1]), json!([large, 1])]);
    assert_eq!((shop.in_cart().await, shop.stocks([small, large]).await), (0, [8, 6]));
    shop.fill_cart_with((kurta, Some(small)), 1).await;
    sqlx::raw_sql("UPDATE product_variations SET is_active = FALSE").execute(&db).await.unwrap();
    refused(&shop.post(wish).await, 404, "NOT_FOUND");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_quote_tells_variations_apart(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let (kurta, [small, large]) = kurta(&shop).await;
    let mut wish = shop.wish_for(json!([
        { "product_id": kurta, "variation_id": large, "quantity": 1 },
        { "product_id": kurta, "variation_id": small, "quantity": 1 },
    ]));
    wish["expected_total"] = json!(1);
    let answer = shop.post(wish).await;
    refused(&answer, 409, "PRICE_CHANGED");
    let items = answer.json()["error"]["quote"]["items"].take();
    let told = items.as_array().unwrap().iter().map(|item| json!([item["variation_id"], item["unit_price"]]));
    assert_eq!(told.collect::<Vec<_>>(), [json!([small, 118.0]), json!([large, 236.0])]);
}

/// There is plenty of the other size, so the product by itself would let all of them buy.
#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn of_fifty_who_order_one_variation_as_many_get_it_as_there_are(db: MySqlPool) {
    let shop = Shop::with_connections(&db, 25).await;
    let kurta = shop.product("Kurta").await.variable().insert(&db).await;
    let scarce = build::variation(kurta, "S").stock(12).insert(&db).await;
    let plenty = build::variation(kurta, "L").stock(200).insert(&db).await;
    let wish = shop.wish_for(json!([{ "product_id": kurta, "variation_id": scarce, "quantity": 1 }]));
    let mut buyers = Vec::new();
    for number in 0..BUYERS {
        buyers.push(shop.app.as_user(build::user(&format!("Buyer{number}")).insert(&db).await));
    }
    let answers = join_all(buyers.iter().map(|buyer| buyer.post(ORDERS, wish.clone()))).await;
    let sold = answers.iter().filter(|answer| answer.status.as_u16() == 201).count();
    let short = answers.iter().filter(|answer| answer.status.as_u16() == 422 && answer.error() == "INSUFFICIENT_STOCK");
    assert_eq!((sold, short.count()), (12, BUYERS - 12));
    assert_eq!((shop.stocks([scarce, plenty]).await, shop.stock(kurta).await), ([0, 200], 200));
}
