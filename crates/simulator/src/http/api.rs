//! `/v1`: Razorpay's own API.

use std::sync::Arc;

use axum::Router;
use axum::extract::{RawPathParams, State};
use axum::http::HeaderMap;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use serde_json::Value;

use super::authentication::authenticate;
use super::misbehaviour::misbehave;
use super::{Answer, Done, Shared, part};
use crate::fields::Fields;
use crate::gateway::Gateway;
use crate::listing::Listing;
use crate::orders::{self, Order};
use crate::payments::{self, Payment};
use crate::refunds::{self, Refund};

pub(super) fn router(gateway: &Arc<Gateway>) -> Router<Arc<Gateway>> {
    Router::new()
        .route("/v1/orders", get(list_orders).post(create_order))
        .route("/v1/orders/{id}", get(show_order).patch(annotate_order))
        .route("/v1/orders/{id}/payments", get(list_payments_of_order))
        .route("/v1/payments", get(list_payments))
        .route("/v1/payments/{id}", get(show_payment).patch(annotate_payment))
        .route("/v1/payments/{id}/capture", post(capture_payment))
        .route("/v1/payments/{id}/refund", post(refund_payment))
        .route("/v1/payments/{id}/refunds", get(list_refunds_of_payment))
        .route("/v1/payments/{id}/refunds/{refund_id}", get(show_refund_of_payment))
        .route("/v1/refunds", get(list_refunds))
        .route("/v1/refunds/{id}", get(show_refund).patch(annotate_refund))
        .layer(from_fn_with_state(Arc::clone(gateway), misbehave))
        .layer(from_fn_with_state(Arc::clone(gateway), authenticate))
}

async fn create_order(State(gateway): Shared, fields: Fields) -> Done<Order> {
    gateway.write(|books, now| orders::create(books, &fields, now)).map(Answer)
}

async fn list_orders(State(gateway): Shared, listing: Listing) -> Answer<Value> {
    Answer(gateway.write(|books, _| orders::list(books, &listing)))
}

async fn show_order(State(gateway): Shared, path: RawPathParams, listing: Listing) -> Done<Value> {
    gateway.write(|books, _| orders::show(books, part(&path, "id"), &listing)).map(Answer)
}

async fn annotate_order(State(gateway): Shared, path: RawPathParams, fields: Fields) -> Done<Order> {
    gateway.write(|books, _| orders::annotate(books, part(&path, "id"), &fields)).map(Answer)
}

async fn list_payments_of_order(State(gateway): Shared, path: RawPathParams, listing: Listing) -> Done<Value> {
    gateway.write(|books, _| orders::list_payments(books, part(&path, "id"), &listing)).map(Answer)
}

async fn list_payments(State(gateway): Shared, listing: Listing) -> Answer<Value> {
    Answer(gateway.write(|books, _| payments::list(books, &listing)))
}

async fn show_payment(State(gateway): Shared, path: RawPathParams, listing: Listing) -> Done<Value> {
    gateway.write(|books, _| payments::show(books, part(&path, "id"), &listing)).map(Answer)
}

async fn annotate_payment(State(gateway): Shared, path: RawPathParams, fields: Fields) -> Done<Payment> {
    gateway.write(|books, _| payments::annotate(books, part(&path, "id"), &fields)).map(Answer)
}

async fn capture_payment(State(gateway): Shared, path: RawPathParams, fields: Fields) -> Done<Payment> {
    gateway.write(|books, now| payments::capture(books, part(&path, "id"), &fields, now)).map(Answer)
}

async fn refund_payment(
    State(gateway): Shared,
    path: RawPathParams,
    headers: HeaderMap,
    fields: Fields,
) -> Done<Refund> {
    let key = headers.get("x-refund-idempotency").and_then(|key| key.to_str().ok());
    gateway.write(|books, now| refunds::create(books, part(&path, "id"), &fields, key, now)).map(Answer)
}

async fn list_refunds_of_payment(State(gateway): Shared, path: RawPathParams, listing: Listing) -> Done<Value> {
    gateway.write(|books, _| refunds::list_of(books, part(&path, "id"), &listing)).map(Answer)
}

async fn show_refund_of_payment(State(gateway): Shared, path: RawPathParams) -> Done<Refund> {
    gateway.write(|books, _| refunds::show_of(books, part(&path, "id"), part(&path, "refund_id"))).map(Answer)
}

async fn list_refunds(State(gateway): Shared, listing: Listing) -> Answer<Value> {
    Answer(gateway.write(|books, _| refunds::list(books, &listing)))
}

async fn show_refund(State(gateway): Shared, path: RawPathParams) -> Done<Refund> {
    gateway.write(|books, _| refunds::show(books, part(&path, "id"))).map(Answer)
}

async fn annotate_refund(State(gateway): Shared, path: RawPathParams, fields: Fields) -> Done<Refund> {
    gateway.write(|books, _| refunds::annotate(books, part(&path, "id"), &fields)).map(Answer)
}
