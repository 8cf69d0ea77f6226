//! A payment service with people around it, and the orders that they have placed.

use std::pin::pin;

use commerce::events::{OrderCancelled, OrderConfirmed};
use commerce::ids::OrderId;
use commerce::orders::PaymentMethod;
use kernel::{Event, Paise, UserId};
use payment_service::build;
use shared::config::ServiceName;
use shared::messaging::Message;
use sqlx::mysql::MySqlArguments;
use sqlx::query::Query;
use sqlx::{MySql, MySqlPool};
use testing::{Caller, TestApp, build, noon};
use uuid::Uuid;

/// Asha orders and Ravi is a stranger; support may manage orders, and the admin may see payments too.
pub(crate) struct Shop {
    pub(crate) db: MySqlPool,
    pub(crate) app: TestApp,
    pub(crate) asha: UserId,
    pub(crate) ravi: UserId,
    pub(crate) support: UserId,
    pub(crate) admin: UserId,
}

/// What tests look at of a row of `payment_transactions`.
pub(crate) type Row = (u64, Paise, String, Option<String>);

impl Shop {
    pub(crate) async fn new(db: &MySqlPool) -> Self {
        Self {
            db: db.clone(),
            app: TestApp::new(db, ServiceName::Payment, build).await,
            asha: build::user("Asha").insert(db).await,
            ravi: build::user("Ravi").insert(db).await,
            support: build::user("Sunita").role("support_staff").insert(db).await,
            admin: build::user("Arun").role("admin").insert(db).await,
        }
    }

    pub(crate) fn asha(&self) -> Caller {
        self.app.as_user(self.asha)
    }

    /// A confirmed order of Asha's over so many paise, paid by `method`, to PIN 400050; its number is its key in words.
    pub(crate) async fn order(&self, paise: i64, method: PaymentMethod) -> OrderId {
        let insert = sqlx::query(
            "INSERT INTO orders (uuid, order_number, user_id, subtotal, total_amount, status, payment_method,
                                 shipping_address)
             VALUES (?, ?, ?, ?, ?, 'confirmed', ?, '{\"postal_code\": \"400050\"}')",
        );
        let number = Uuid::now_v7().to_string();
        let insert = insert.bind(&number).bind(&number).bind(self.asha).bind(Paise::new(paise)).bind(Paise::new(paise));
        let id = insert.bind(method).execute(&self.db).await.unwrap().last_insert_id();
        sqlx::query("UPDATE orders SET order_number = CONCAT('PV-', id) WHERE id = ?")
            .bind(id)
            .execute(&self.db)
            .await
            .unwrap();
        OrderId::new(id).unwrap()
    }

    /// An order over ₹104.99 that is paid on delivery.
    pub(crate) async fn cash_order(&self) -> OrderId {
        self.order(10_499, PaymentMethod::CashOnDelivery).await
    }

    pub(crate) async fn set_status(&self, order: OrderId, status: &str) {
        let update = sqlx::query("UPDATE orders SET status = ?, cancelled_at = ? WHERE id = ?");
        update.bind(status).bind(noon()).bind(order).execute(&self.db).await.unwrap();
    }

    /// Whatever was ever offered for an order.
    pub(crate) async fn tenders(&self, order: OrderId) -> Vec<Row> {
        let select = sqlx::query_as(
            "SELECT id, amount, status, failure_reason FROM payment_transactions WHERE order_id = ? ORDER BY id",
        );
        select.bind(order).fetch_all(&self.db).await.unwrap()
    }

    pub(crate) async fn statuses(&self, order: OrderId) -> Vec<String> {
        self.tenders(order).await.into_iter().map(|(_, _, status, _)| status).collect()
    }

    /// What the service has announced.
    pub(crate) async fn announced(&self) -> Vec<String> {
        let select = sqlx::query_scalar("SELECT payload FROM outbox WHERE producer = 'payment' ORDER BY id");
        select.fetch_all(&self.db).await.unwrap()
    }

    pub(crate) fn confirmed(&self, order: OrderId) -> Message {
        message(&OrderConfirmed {
            order_id: order,
            order_number: format!("PV-{order}"),
            user_id: self.asha,
            total: Paise::new(1),
            currency: "INR".to_owned(),
            payment_method: PaymentMethod::CashOnDelivery,
            revision: 1,
        })
    }

    pub(crate) fn cancelled(&self, order: OrderId) -> Message {
        message(&OrderCancelled {
            order_id: order,
            order_number: format!("PV-{order}"),
            user_id: self.asha,
            reason: "too late".to_owned(),
            paid: Paise::ZERO,
            revision: 2,
        })
    }

    pub(crate) async fn hear(&self, message: &Message) {
        self.app.deliver(message).await.unwrap();
    }

    /// What `attempt` comes to that begins while the order is being cancelled: it has to wait for that.
    pub(crate) async fn amid_cancellation<T>(&self, order: OrderId, attempt: impl Future<Output = T>) -> T {
        let cancel = sqlx::query("UPDATE orders SET status = 'cancelled', cancelled_at = ? WHERE id = ?");
        self.amid(cancel.bind(noon()).bind(order), "%FROM orders%FOR UPDATE%", attempt).await
    }

    /// What `attempt` comes to that begins when `change` is made but not committed, and waits for it in a statement like
    /// `waiting`.
    pub(crate) async fn amid<T>(
        &self,
        change: Query<'_, MySql, MySqlArguments>,
        waiting: &str,
        attempt: impl Future<Output = T>,
    ) -> T {
        let mut attempt = pin!(attempt);
        let mut tx = self.db.begin().await.unwrap();
        change.execute(&mut *tx).await.unwrap();
        tokio::select! {
            _ = &mut attempt => panic!("it did not wait"),
            () = self.somebody_waits(waiting) => {}
        }
        tx.commit().await.unwrap();
        attempt.await
    }

    /// Until a connection of the service's is held up in a statement like this.
    async fn somebody_waits(&self, statement: &str) {
        while self.count_waiting(statement).await == 0 {}
    }

    async fn count_waiting(&self, statement: &str) -> i64 {
        let select = sqlx::query_scalar(
            "SELECT COUNT(*) FROM information_schema.PROCESSLIST
             WHERE DB = DATABASE() AND ID <> CONNECTION_ID() AND INFO LIKE ?",
        );
        select.bind(statement).fetch_one(&self.app.ground.database).await.unwrap()
    }
}

fn message(event: &impl Event) -> Message {
    Message::of(event, noon(), None).unwrap()
}
