//! The owner's own monitoring scripts, unchanged, against the six services.

use std::collections::HashMap;
use std::process::Output;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use shared::config::ServiceName;
use sqlx::MySqlPool;
use tokio::task::JoinSet;

use super::shop::{Process, Surroundings};

const HEALTH_CHECK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/journeys/owner/health_check.py");
const DASHBOARD_LOOP: &str = include_str!("owner/dashboard_loop.py");

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn the_health_check_alerts_for_nobody_but_the_dead(db: MySqlPool) {
    let mut services = start_all(&db).await;
    let (proxy, _serving) = proxy_to(&services).await;
    let check = || python(&proxy, &[HEALTH_CHECK]);
    assert_eq!(said(&check().await), "");

    services.retain(|process| process.service != ServiceName::Payment);
    assert_eq!(said(&check().await), "ALERT: Service payment is down!\n");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn the_dashboard_s_loop_calls_all_six_healthy(db: MySqlPool) {
    let services = start_all(&db).await;
    let (proxy, _serving) = proxy_to(&services).await;
    let urls: Vec<_> = ServiceName::ALL.map(|name| format!("'http://{name}:{}/health'", name.port())).into();
    let script = format!(
        "import json, requests\nSERVICES = [{}]\nhealth_data = {{'services': {{}}}}\ndef loop():\n{DASHBOARD_LOOP}\nloop()\n\
         print(json.dumps([s['status'] for s in health_data['services'].values()]))",
        urls.join(", "),
    );
    assert_eq!(said(&python(&proxy, &["-c", &script]).await).trim(), format!("[{}]", ["\"healthy\""; 6].join(", ")));
}

async fn start_all(db: &MySqlPool) -> Vec<Process> {
    let surroundings = Surroundings::of(db);
    surroundings.pavitra_ok(&["migrate"]);
    let mut ready = Vec::new();
    for process in ServiceName::ALL.map(|service| surroundings.start(service)) {
        ready.push(process.ready().await);
    }
    ready
}

/// A forward proxy that knows the document's ports by where this test's services really are: the scripts stay as they
/// are, and `requests` is told about the proxy by its environment.
async fn proxy_to(services: &[Process]) -> (String, JoinSet<()>) {
    let places = services.iter().map(|process| (process.service.port(), process.port)).collect();
    let router = Router::new().fallback(forward).with_state(Arc::new(places));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let serving = async move { axum::serve(listener, router).await.unwrap() };
    (format!("http://{address}"), JoinSet::from_iter([serving]))
}

async fn forward(State(places): State<Arc<HashMap<u16, u16>>>, request: Request) -> Response {
    let port = request.uri().port_u16().and_then(|port| places.get(&port)).copied().unwrap_or(1);
    let url = format!("http://127.0.0.1:{port}{}", request.uri().path());
    match reqwest::get(url).await {
        Ok(answer) => (answer.status(), Body::from(answer.bytes().await.unwrap())).into_response(),
        Err(_) => axum::http::StatusCode::BAD_GATEWAY.into_response(),
    }
}

async fn python(proxy: &str, arguments: &[&str]) -> Output {
    let mut command = tokio::process::Command::new("/usr/bin/python3");
    command.args(arguments).env("http_proxy", proxy).env("no_proxy", "").output().await.unwrap()
}

fn said(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}
