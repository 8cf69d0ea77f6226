//! What the shop's staff asks and changes.

mod images;
mod stock;

use axum::body::Body;
use axum::http::Method;
use serde_json::Value;
use sqlx::MySqlPool;
use testing::{Answer, Caller, TestApp, build};

use crate::app;

/// The service, and somebody of its staff.
async fn staffed(db: &MySqlPool) -> (TestApp, Caller) {
    let app = app(db).await;
    let meena = build::user("Meena").role("admin").insert(db).await;
    let caller = app.as_user(meena);
    (app, caller)
}

/// Sends JSON by any method.
async fn send(caller: &Caller, method: Method, path: &str, body: &Value) -> Answer {
    let caller = caller.clone().with_header("content-type", "application/json");
    caller.send(method, path, Body::from(body.to_string())).await
}

/// What the audit log says was done to `subject`, in order.
async fn acts(db: &MySqlPool, subject: (&str, u64)) -> Vec<String> {
    sqlx::query_scalar("SELECT action FROM audit_log WHERE subject_type = ? AND subject_id = ? ORDER BY id")
        .bind(subject.0)
        .bind(subject.1.to_string())
        .fetch_all(db)
        .await
        .unwrap()
}
