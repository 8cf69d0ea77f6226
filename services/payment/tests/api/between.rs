//! Somebody between the shop and its gateway who changes what is answered: for what the simulator never says by itself.

use std::sync::Arc;

use axum::Router;
use axum::body::{Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use reqwest::Client;
use serde_json::Value;
use tokio::net::TcpListener;

/// Changes the JSON that a path was answered with; what becomes an error is answered with 400.
type Edit = fn(&str, &mut Value);

struct Middle {
    gateway: String,
    edit: Edit,
    http: Client,
}

/// Where to connect instead of `gateway`.
pub(crate) async fn between(gateway: &str, edit: Edit) -> String {
    let http = Client::builder().no_proxy().build().unwrap();
    let middle = Arc::new(Middle { gateway: gateway.to_owned(), edit, http });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let app = Router::new().fallback(pass).with_state(middle);
    #[expect(clippy::disallowed_methods, reason = "a test's runtime ends with the test")]
    drop(tokio::spawn(async move { axum::serve(listener, app).await }));
    url
}

async fn pass(State(middle): State<Arc<Middle>>, request: Request) -> (StatusCode, Bytes) {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    let mut headers = parts.headers;
    headers.remove("host");
    let onward = middle.http.request(parts.method, format!("{}{}", middle.gateway, parts.uri)).headers(headers);
    let answer = onward.body(body).send().await.unwrap();
    let (status, body) = (answer.status(), answer.bytes().await.unwrap());
    let Ok(mut shown) = serde_json::from_slice::<Value>(&body) else { return (status, body) };
    (middle.edit)(parts.uri.path(), &mut shown);
    let status = if shown["error"].is_object() { StatusCode::BAD_REQUEST } else { status };
    (status, shown.to_string().into())
}

/// Changes a field of what is shown of payments; the rest stays.
pub(crate) fn say_of_payments(path: &str, shown: &mut Value, field: &str, value: &Value) {
    if path.ends_with("/payments") || path.starts_with("/v1/payments/") && !path.contains("/refund") {
        say(shown, field, value);
    }
}

/// Changes a field of what is shown of refunds; the rest stays.
pub(crate) fn say_of_refunds(path: &str, shown: &mut Value, field: &str, value: &Value) {
    if path.contains("/refund") {
        say(shown, field, value);
    }
}

fn say(shown: &mut Value, field: &str, value: &Value) {
    match shown["items"].as_array_mut() {
        Some(items) => {
            for item in items {
                item[field] = value.clone();
            }
        }
        None => shown[field] = value.clone(),
    }
}
