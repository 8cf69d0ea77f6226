//! Orders that go to an address of the customer's book.

use kernel::UserId;
use serde_json::{Value, json};
use sqlx::MySqlPool;
use testing::build;

use crate::shop::{ORDERS, Shop, refused};

/// An address of `owner` in Pune, or with another PIN somewhere else.
async fn saved(owner: UserId, (state, pin): (&str, &str), db: &MySqlPool) -> u64 {
    let saved = sqlx::query(
        "INSERT INTO user_addresses (uuid, user_id, full_name, phone, address_line1, landmark, city, state_code,
                                     postal_code)
         VALUES (UUID(), ?, 'Asha Rao', '+919820012345', '4 Hill Road', 'the banyan', 'Pune', ?, ?)",
    );
    saved.bind(owner).bind(state).bind(pin).execute(db).await.unwrap().last_insert_id()
}

fn wish(shop: &Shop, shipping: Value, billing: Value) -> Value {
    let mut wish = shop.wish(1);
    wish["shipping_address"] = shipping;
    wish["billing_address"] = billing;
    wish
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn an_order_keeps_the_address_as_it_was(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let id = saved(shop.asha, ("27", "411001"), &db).await;
    let other = saved(shop.asha, ("29", "560001"), &db).await;
    let order = shop.post(wish(&shop, json!(id), json!(other))).await.data();
    let expected = json!({ "full_name": "Asha Rao", "phone": "+919820012345", "address_line1": "4 Hill Road",
        "landmark": "the banyan", "city": "Pune", "state": "Maharashtra", "postal_code": "411001", "country": "India" });
    assert_eq!((&order["shipping_address"], &order["place_of_supply"]), (&expected, &json!("27")));
    assert_eq!(order["billing_address"]["state"], "Karnataka");
    sqlx::query("UPDATE user_addresses SET city = 'Nagpur'").execute(&db).await.unwrap();
    sqlx::query("DELETE FROM user_addresses WHERE id = ?").bind(other).execute(&db).await.unwrap();
    let read = shop.asha().get(&format!("{ORDERS}/{}", order["id"])).await.data();
    assert_eq!((&read["shipping_address"], &read["billing_address"]), (&expected, &order["billing_address"]));
    let later = shop.post(wish(&shop, json!(id), Value::Null)).await.data();
    assert_eq!((&later["shipping_address"]["city"], &later["billing_address"]), (&json!("Nagpur"), &Value::Null));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn an_address_of_somebody_else_is_as_if_it_did_not_exist(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let ravi_s = saved(build::user("Ravi").insert(&db).await, ("27", "411001"), &db).await;
    let mine = saved(shop.asha, ("27", "411001"), &db).await;
    let gist = |mut answer: Value| {
        answer.as_object_mut().unwrap().remove("timestamp");
        answer
    };
    for (shipping, billing) in [(ravi_s, mine), (mine, ravi_s)] {
        let theirs = shop.post(wish(&shop, json!(shipping), json!(billing))).await;
        refused(&theirs, 404, "NOT_FOUND");
        let missing = |id: u64| if id == ravi_s { 999_999 } else { id };
        let none = shop.post(wish(&shop, json!(missing(shipping)), json!(missing(billing)))).await;
        assert_eq!(gist(theirs.json()), gist(none.json()));
    }
    sqlx::query("DELETE FROM user_addresses WHERE id = ?").bind(mine).execute(&db).await.unwrap();
    let gone = shop.post(wish(&shop, json!(mine), Value::Null)).await;
    refused(&gone, 404, "NOT_FOUND");
    assert!(gone.text.contains("address"), "{}", gone.text);
    assert_eq!((shop.orders().await, shop.stock(shop.soap).await), (0, 10));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_saved_address_keeps_the_rules_of_a_written_one(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let astray = saved(shop.asha, ("27", "560001"), &db).await;
    let answer = shop.post(wish(&shop, json!(astray), Value::Null)).await;
    assert_eq!(answer.wrong_fields(), ["shipping_address.postal_code"]);
    let far = saved(shop.asha, ("29", "560001"), &db).await;
    shop.set("cod_available_pincodes", r#"["411"]"#).await;
    refused(&shop.post(wish(&shop, json!(far), Value::Null)).await, 422, "COD_NOT_AVAILABLE");
}
