//! `/`: a page to see orders, and to pay and fail them by hand. It needs nothing from elsewhere.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::get;
use minijinja::{Environment, context};

use super::Shared;
use super::control::{Act, act};
use crate::gateway::Gateway;
use crate::orders::Order;
use crate::payments::Payment;
use crate::refunds::Refund;
use crate::refusal::Refusal;

/// How many things of a kind the page shows.
const SHOWN: usize = 50;

const TEMPLATE: &str = include_str!("page.html");

pub(super) fn router() -> Router<Arc<Gateway>> {
    Router::new().route("/", get(show).post(press))
}

async fn show(State(gateway): Shared) -> Response {
    page(&gateway, None)
}

/// A button was pressed.
async fn press(State(gateway): Shared, form: Bytes) -> Response {
    let pressed = serde_html_form::from_bytes::<Act>(&form).map_err(|error| Refusal::plain(error.to_string()));
    match pressed.and_then(|button| act(&gateway, button)) {
        Ok(()) => Redirect::to("/").into_response(),
        Err(refusal) => page(&gateway, Some(&refusal)),
    }
}

fn page(gateway: &Arc<Gateway>, refusal: Option<&Refusal>) -> Response {
    let mut templates = Environment::new();
    templates.add_filter("rupees", rupees);
    let rendered = gateway.write(|books, _| {
        let orders: Vec<&Order> = books.orders.newest_first().take(SHOWN).collect();
        let payments: Vec<&Payment> = books.payments.newest_first().take(SHOWN).collect();
        let refunds: Vec<&Refund> = books.refunds.newest_first().take(SHOWN).collect();
        let said = refusal.map(Refusal::description);
        let sums = books.ledger.sums();
        templates.render_named_str("page.html", TEMPLATE, context! { orders, payments, refunds, sums, said })
    });
    let status = refusal.map_or(StatusCode::OK, |_| StatusCode::BAD_REQUEST);
    match rendered {
        Ok(html) => (status, Html(html)).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

/// `₹1299.05` of 129905 paise.
fn rupees(paise: i64) -> String {
    let (whole, part) = (paise.unsigned_abs() / 100, paise.unsigned_abs() % 100);
    let sign = if paise < 0 { "−" } else { "" };
    format!("{sign}₹{whole}.{part:02}")
}
