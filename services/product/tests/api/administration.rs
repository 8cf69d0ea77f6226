//! What the staff does to the catalogue.

mod input;
mod products;
mod variations;

use axum::body::Body;
use axum::http::Method;
use commerce::ids::{CategoryId, ProductId};
use serde_json::{Value, json};
use sqlx::MySqlPool;
use testing::{Answer, Caller, TestApp, build};

use crate::app;

pub(crate) const PRODUCTS: &str = "/api/v1/products/admin/products";

/// A shop with one category, and somebody of its staff.
pub(crate) struct Shop {
    pub(crate) app: TestApp,
    pub(crate) staff: Caller,
    pub(crate) category: CategoryId,
}

pub(crate) async fn shop(db: &MySqlPool) -> Shop {
    let category = build::category("Soap").insert(db).await;
    let staff = build::user("Meera").role("admin").insert(db).await;
    let app = app(db).await;
    Shop { staff: app.as_user(staff), app, category }
}

impl Shop {
    /// A soap that can be published.
    pub(crate) fn soap(&self) -> Value {
        json!({ "sku": "SOAP-1", "name": "Neem Soap", "category_id": self.category, "base_price": "118.00",
                "compare_price": 120, "hsn_code": "34011190", "gst_rate": 18, "status": "active" })
    }

    /// The same with these fields.
    pub(crate) fn soap_with(&self, fields: &Value) -> Value {
        let mut soap = self.soap();
        soap.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        soap
    }

    /// Adds a product and answers it.
    pub(crate) async fn add(&self, fields: &Value) -> Value {
        self.staff.post(PRODUCTS, self.soap_with(fields)).await.data()
    }

    /// A change of the product, as it is at `revision`.
    pub(crate) async fn change(&self, method: Method, id: &Value, revision: &Value, body: &Value) -> Answer {
        send(&self.staff, method, &format!("{PRODUCTS}/{id}"), Some(revision), body).await
    }
}

/// A request with a JSON body, and `If-Match`.
pub(crate) async fn send(
    caller: &Caller,
    method: Method,
    path: &str,
    revision: Option<&Value>,
    body: &Value,
) -> Answer {
    let caller = caller.clone().with_header("content-type", "application/json");
    let caller = match revision {
        Some(revision) => caller.with_header("if-match", &format!("\"{revision}\"")),
        None => caller,
    };
    caller.send(method, path, Body::from(body.to_string())).await
}

/// The id of what an answer shows.
pub(crate) fn id_of(product: &Value) -> ProductId {
    ProductId::new(product["id"].as_u64().unwrap()).unwrap()
}

/// What was written down of a product, in the order of time: the actions and what they changed.
pub(crate) async fn entries(kind: &str, id: &Value, db: &MySqlPool) -> Vec<(String, Value, Value)> {
    let rows: Vec<(String, String, String)> = sqlx::query_as(
        "SELECT action, old_value, new_value FROM audit_log WHERE subject_type = ? AND subject_id = ? ORDER BY id",
    )
    .bind(kind)
    .bind(id.to_string())
    .fetch_all(db)
    .await
    .unwrap();
    let json = |text: String| serde_json::from_str(&text).unwrap();
    rows.into_iter().map(|(action, old, new)| (action, json(old), json(new))).collect()
}
