//! Stock on a database of the test's own, under the services' account, for many at once.
#![expect(clippy::unwrap_used, reason = "tests")]

mod correcting;
mod ending;
mod opening;
mod random;
mod taking;
mod variations;

use std::num::NonZeroU32;

use chrono::{DateTime, Utc};
use commerce::ids::{OrderId, ProductId, VariationId};
use inventory::{Demand, Take, Taken};
use kernel::UserId;
use shared::config::{Database, ServiceName};
use shared::database::{connect_lazily, grants};
use sqlx::{MySqlConnection, MySqlPool};
use testing::{build, noon, servers};
use uuid::Uuid;

/// How many people a test lets in at the same moment.
const CROWD: u32 = 16;

/// A shop with somebody to buy in it.
struct Shop {
    db: MySqlPool,
    buyer: UserId,
}

impl Shop {
    async fn open(db: &MySqlPool) -> Self {
        let place = servers::config(ServiceName::Order, db).database;
        grants::apply(&mut db.acquire().await.unwrap(), &place.name, &place.account.user).await.unwrap();
        let buyer = build::user("Asha").insert(db).await;
        let db = connect_lazily(&Database { max_connections: NonZeroU32::new(CROWD).unwrap(), ..place });
        Self { db, buyer }
    }

    /// A product with so many in stock; the low-stock threshold is five.
    async fn product(&self, name: &str, stock: u32) -> ProductId {
        let category = build::category(name).insert(&self.db).await;
        build::product(name, category).stock(stock).insert(&self.db).await
    }

    /// Lets the product be ordered ahead.
    async fn allow_backorders(&self, product: ProductId) {
        let update = sqlx::query("UPDATE products SET allow_backorders = TRUE WHERE id = ?").bind(product);
        update.execute(&self.db).await.unwrap();
    }

    /// Stops counting the product.
    async fn stop_counting(&self, product: ProductId) {
        let update = sqlx::query("UPDATE products SET track_inventory = FALSE WHERE id = ?").bind(product);
        update.execute(&self.db).await.unwrap();
    }

    async fn stock(&self, product: ProductId) -> Stock {
        sqlx::query_as(
            "SELECT CAST(stock_quantity AS SIGNED) AS quantity, stock_status AS status,
                    CAST(backordered_quantity AS SIGNED) AS owed
             FROM products WHERE id = ?",
        )
        .bind(product)
        .fetch_one(&self.db)
        .await
        .unwrap()
    }

    /// The ledger of a product: kind, signed quantity and what was left.
    async fn movements(&self, product: ProductId) -> Vec<(String, i64, i64)> {
        sqlx::query_as("SELECT kind, quantity, stock_after FROM stock_movements WHERE product_id = ? ORDER BY id")
            .bind(product)
            .fetch_all(&self.db)
            .await
            .unwrap()
    }

    /// The states of what an order holds, by product.
    async fn states(&self, order: OrderId) -> Vec<String> {
        sqlx::query_scalar("SELECT state FROM stock_holds WHERE order_id = ? ORDER BY product_id, variation_slot")
            .bind(order)
            .fetch_all(&self.db)
            .await
            .unwrap()
    }

    /// An order that takes, holds until `until` and commits, or what is short.
    async fn order(&self, demands: &[Demand], until: Option<DateTime<Utc>>) -> Result<OrderId, Vec<(ProductId, u32)>> {
        let mut tx = self.db.begin().await.unwrap();
        let taken = match inventory::take(&mut tx, demands).await.unwrap() {
            Take::Taken(taken) => taken,
            Take::Short(short) => return Err(short.iter().map(|short| (short.product, short.available)).collect()),
        };
        let order = self.hold(&mut tx, taken, until).await;
        tx.commit().await.unwrap();
        Ok(order)
    }

    async fn hold(&self, conn: &mut MySqlConnection, taken: Taken, until: Option<DateTime<Utc>>) -> OrderId {
        let number = Uuid::now_v7().to_string();
        let insert = sqlx::query(
            "INSERT INTO orders (uuid, order_number, user_id, subtotal, total_amount, payment_method, shipping_address)
             VALUES (?, ?, ?, 0, 0, 'cash_on_delivery', '{}')",
        );
        let insert = insert.bind(&number).bind(&number).bind(self.buyer).execute(&mut *conn).await.unwrap();
        let order = OrderId::new(insert.last_insert_id()).unwrap();
        taken.hold(conn, order, until, noon()).await.unwrap();
        order
    }
}

#[derive(Debug, PartialEq, Eq, sqlx::FromRow)]
struct Stock {
    quantity: i64,
    status: String,
    owed: i64,
}

impl Stock {
    fn of(quantity: i64, status: &str, owed: i64) -> Self {
        Self { quantity, status: status.to_owned(), owed }
    }
}

fn demand(product: ProductId, quantity: u32) -> Demand {
    Demand { product, variation: None, quantity: NonZeroU32::new(quantity).unwrap() }
}

fn demand_of(product: ProductId, variation: VariationId, quantity: u32) -> Demand {
    Demand { variation: Some(variation), ..demand(product, quantity) }
}

fn movement(kind: &str, quantity: i64, stock_after: i64) -> (String, i64, i64) {
    (kind.to_owned(), quantity, stock_after)
}
