//! A shop with something to buy and somebody to buy it.

use std::num::NonZeroU32;

use commerce::ids::{OrderId, PaymentId, ProductId, VariationId};
use commerce::orders::Gateway;
use kernel::UserId;
use serde_json::{Value, json};
use shared::config::{Razorpay, ServiceName};
use sqlx::MySqlPool;
use testing::{Answer, Caller, TestApp, build, noon, servers};

pub(crate) const ORDERS: &str = "/api/v1/orders";

/// The order service, a customer called Asha, and a soap at ₹118.00 (18 % GST in it) of which there are ten.
pub(crate) struct Shop {
    pub(crate) app: TestApp,
    pub(crate) db: MySqlPool,
    pub(crate) asha: UserId,
    pub(crate) soap: ProductId,
}

impl Shop {
    pub(crate) async fn new(db: &MySqlPool) -> Self {
        Self::with_connections(db, 5).await
    }

    /// A service that holds so many database connections.
    pub(crate) async fn with_connections(db: &MySqlPool, connections: u32) -> Self {
        // For the rights of the services' account.
        TestApp::new(db, ServiceName::Order, order_service::build).await;
        let mut config = servers::config(ServiceName::Order, db);
        config.database.max_connections = NonZeroU32::new(connections).unwrap();
        config.razorpay = Some(razorpay());
        let category = build::category("Soap").insert(db).await;
        Self {
            app: TestApp::with(config, order_service::build),
            db: db.clone(),
            asha: build::user("Asha").insert(db).await,
            soap: build::product("Neem Soap", category).insert(db).await,
        }
    }

    pub(crate) fn asha(&self) -> Caller {
        self.app.as_user(self.asha)
    }

    /// Another product beside the soap.
    pub(crate) async fn product(&self, name: &str) -> build::Product {
        build::product(name, build::category(&format!("Shelf of {name}")).insert(&self.db).await)
    }

    /// Asha's order of so many soaps, as a request.
    pub(crate) fn wish(&self, quantity: u32) -> Value {
        json!({
            "items": [{ "product_id": self.soap, "quantity": quantity }],
            "shipping_address": pune(),
            "payment_method": "cash_on_delivery",
        })
    }

    /// Asha's order of so many soaps, placed.
    pub(crate) async fn order(&self, quantity: u32) -> OrderId {
        id_of(&self.post(self.wish(quantity)).await)
    }

    /// Asha's wish for one piece of `product`, to be paid online.
    pub(crate) fn online_wish(&self, product: ProductId) -> Value {
        let mut wish = self.wish(1);
        wish["items"][0]["product_id"] = product.get().into();
        wish["payment_method"] = "upi".into();
        wish
    }

    /// What becomes of `wish`, under a key of its own.
    pub(crate) async fn post(&self, wish: Value) -> Answer {
        let key = uuid::Uuid::now_v7().to_string();
        self.asha().with_header("idempotency-key", &key).post(ORDERS, wish).await
    }

    /// An order of one soap that waits for its payment.
    pub(crate) async fn unpaid_order(&self) -> OrderId {
        id_of(&self.post(self.online_wish(self.soap)).await)
    }

    /// An attempt to pay `order` through `gateway` that has come this far, as the payment service writes it.
    pub(crate) async fn attempt(&self, order: OrderId, gateway: Gateway, status: &str) -> PaymentId {
        let attempt = sqlx::query(
            "INSERT INTO payment_transactions (uuid, order_id, user_id, amount, gateway_name, status, captured_at)
             VALUES (?, ?, ?, 168, ?, ?, IF(? = 'captured', '2026-11-22 12:00:00', NULL))",
        );
        let uuid = uuid::Uuid::now_v7().to_string();
        let attempt = attempt.bind(uuid).bind(order).bind(self.asha).bind(gateway).bind(status).bind(status);
        PaymentId::new(attempt.execute(&self.db).await.unwrap().last_insert_id()).unwrap()
    }

    /// The attempt `payment` has come this far now.
    pub(crate) async fn move_attempt(&self, payment: PaymentId, status: &str) {
        let update = sqlx::query("UPDATE payment_transactions SET status = ? WHERE id = ?").bind(status).bind(payment);
        update.execute(&self.db).await.unwrap();
    }

    pub(crate) async fn stock(&self, product: ProductId) -> i64 {
        let sum: i64 =
            sqlx::query_scalar("SELECT CAST(SUM(quantity) AS SIGNED) FROM stock_movements WHERE product_id = ?")
                .bind(product)
                .fetch_one(&self.db)
                .await
                .unwrap();
        let stock: i32 = sqlx::query_scalar("SELECT stock_quantity FROM products WHERE id = ?")
            .bind(product)
            .fetch_one(&self.db)
            .await
            .unwrap();
        assert_eq!(sum, i64::from(stock), "the ledger and the stock of {product}");
        sum
    }

    /// How many orders there are in all.
    pub(crate) async fn orders(&self) -> i64 {
        sqlx::query_scalar("SELECT COUNT(*) FROM orders").fetch_one(&self.db).await.unwrap()
    }

    /// The types of all events, in the order in which they were emitted.
    pub(crate) async fn events(&self) -> Vec<String> {
        sqlx::query_scalar("SELECT type FROM outbox ORDER BY id").fetch_all(&self.db).await.unwrap()
    }

    /// What the events of this type tell, in the order in which they were emitted.
    pub(crate) async fn told(&self, kind: &str) -> Vec<Value> {
        let payloads: Vec<String> = sqlx::query_scalar("SELECT payload FROM outbox WHERE type = ? ORDER BY id")
            .bind(kind)
            .fetch_all(&self.db)
            .await
            .unwrap();
        let data = |text: String| serde_json::from_str::<Value>(&text).unwrap()["data"].take();
        payloads.into_iter().map(data).collect()
    }

    /// Where an order and its payment stand.
    pub(crate) async fn states(&self, order: OrderId) -> (String, String) {
        let order = self.asha().get(&format!("{ORDERS}/{order}")).await.data();
        (order["status"].as_str().unwrap().to_owned(), order["payment_status"].as_str().unwrap().to_owned())
    }

    /// Every state that `field` of an order has had, first to last; each entry begins where the one before it ended.
    pub(crate) async fn way(&self, order: OrderId, field: &str) -> Vec<String> {
        let history = self.asha().get(&format!("{ORDERS}/{order}/history")).await.data();
        let entries = history.as_array().unwrap().iter().filter(|entry| entry["field_changed"] == field);
        let mut way: Vec<String> = Vec::new();
        for entry in entries {
            assert_eq!(entry["old_value"].as_str(), way.last().map(String::as_str), "{history}");
            way.push(entry["new_value"].as_str().unwrap().to_owned());
        }
        way
    }

    /// Changes a setting, and the service hears of it.
    pub(crate) async fn set(&self, key: &str, value: &str) {
        sqlx::query("UPDATE site_settings SET setting_value = ? WHERE setting_key = ?")
            .bind(value)
            .bind(key)
            .execute(&self.db)
            .await
            .unwrap();
        let mut conn = self.db.acquire().await.unwrap();
        shared::changes::record(&mut conn, shared::changes::Topic::SettingsChanged, key).await.unwrap();
        self.app.hear_changes().await;
    }

    /// Puts pieces into Asha's cart.
    pub(crate) async fn fill_cart(&self, product: ProductId, quantity: u32) {
        self.fill_cart_with((product, None), quantity).await;
    }

    /// Puts pieces of a product or of one of its variations into Asha's cart.
    pub(crate) async fn fill_cart_with(&self, (product, variation): (ProductId, Option<VariationId>), quantity: u32) {
        let limits = carts::Limits { per_product: 10, in_all: 50 };
        let addition = carts::Addition { product, variation, quantity: NonZeroU32::new(quantity).unwrap() };
        let mut tx = self.db.begin().await.unwrap();
        carts::add(&mut tx, carts::Owner::User(self.asha), addition, limits, noon()).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// How many pieces are in Asha's cart.
    pub(crate) async fn in_cart(&self) -> i64 {
        sqlx::query_scalar("SELECT COALESCE(CAST(SUM(quantity) AS SIGNED), 0) FROM cart_items")
            .fetch_one(&self.db)
            .await
            .unwrap()
    }
}

/// A shop that takes money online; nobody is called here.
fn razorpay() -> Razorpay {
    Razorpay {
        key_id: "rzp_test_key".to_owned(),
        secret: "secret".into(),
        webhook_secret: None,
        webhook_secret_previous: None,
        base_url: "http://localhost:1".to_owned(),
    }
}

pub(crate) fn pune() -> Value {
    json!({
        "full_name": "Asha Rao", "phone": "9820012345", "address_line1": "4 Hill Road",
        "city": "Pune", "state": "Maharashtra", "postal_code": "411001",
    })
}

pub(crate) fn bengaluru() -> Value {
    json!({
        "full_name": "Asha Rao", "phone": "9820012345", "address_line1": "7 MG Road",
        "city": "Bengaluru", "state": "KA", "postal_code": "560001",
    })
}

#[track_caller]
pub(crate) fn id_of(answer: &Answer) -> OrderId {
    assert_eq!(answer.status.as_u16(), 201, "{}", answer.text);
    OrderId::new(answer.data()["id"].as_u64().unwrap()).unwrap()
}

#[track_caller]
pub(crate) fn refused(answer: &Answer, status: u16, code: &str) {
    assert_eq!((answer.status.as_u16(), answer.error().as_str()), (status, code), "{}", answer.text);
}

pub(crate) fn pair(status: &str, payment: &str) -> (String, String) {
    (status.to_owned(), payment.to_owned())
}
