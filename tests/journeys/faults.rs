//! What clients see while something breaks: a database away, a service told to stop, a peer that dawdles.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use shared::Ground;
use shared::config::ServiceName;
use shared::web::Service;
use shared::web::server::{self, Limits};
use sqlx::MySqlPool;
use testing::{TestApp, Wire, servers};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::shop::{Surroundings, eventually};

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn without_its_database_a_service_says_so_and_recovers_by_itself(db: MySqlPool) {
    let mut config = TestApp::new(&db, ServiceName::Product, product_service::build).await.ground.config.clone();
    let wire = Wire::cut_off_from((config.database.host, config.database.port)).await;
    (config.database.host, config.database.port) = (wire.address.ip().to_string(), wire.address.port());
    let caller = TestApp::with(config, product_service::build).anonymous();

    let away = caller.get("/health").await;
    assert_eq!((away.status.as_u16(), &away.json()["status"]), (503, &"unhealthy".into()));
    assert_eq!(caller.get("/health/ready").await.status.as_u16(), 503);
    assert_eq!(caller.get("/health/live").await.status.as_u16(), 200);
    let refused = caller.get("/api/v1/products").await;
    assert_eq!((refused.status.as_u16(), refused.error().as_str()), (503, "UNAVAILABLE"));
    assert!(refused.headers.contains_key("retry-after"));
    assert_eq!(caller.get("/api/v1/products?page=0").await.wrong_fields(), ["page"], "nonsense needs no database");

    wire.mend();
    eventually("healthy", async || caller.get("/health").await.json()["status"] == "healthy").await;
    assert!(caller.get("/api/v1/products").await.status.is_success());

    wire.cut();
    eventually("unhealthy", async || caller.get("/health").await.status.as_u16() == 503).await;
    wire.mend();
    eventually("healthy again", async || caller.get("/health").await.status.is_success()).await;
    eventually("serving again", async || caller.get("/api/v1/products").await.status.is_success()).await;
}

#[sqlx::test(migrations = false)]
async fn sigterm_under_load_fails_no_request(db: MySqlPool) {
    let surroundings = Surroundings::of(&db);
    surroundings.pavitra_ok(&["migrate"]);
    let mut product = surroundings.start(ServiceName::Product).ready().await;
    let port = product.port;
    let clients: JoinSet<u32> = (0..8).map(|_| ask_until_refused(port)).collect();
    tokio::time::sleep(Duration::from_millis(300)).await;
    product.terminate();
    let answered: u32 = clients.join_all().await.into_iter().sum();
    assert!(answered > 100, "there was load: {answered} answers");
    assert!(product.exit().success());
}

/// Asks over one connection at a time until nobody listens any more; every request that was sent has to be answered.
async fn ask_until_refused(port: u16) -> u32 {
    let mut answered = 0;
    while let Ok(mut connection) = TcpStream::connect(("127.0.0.1", port)).await {
        loop {
            connection.write_all(b"GET /api/v1/products HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
            let answer = read_answer(&mut connection).await;
            assert!(answer.starts_with("HTTP/1.1 200"), "{answer:?} after {answered} answers");
            answered += 1;
            if answer.to_lowercase().contains("connection: close") {
                break;
            }
        }
    }
    answered
}

/// Head and body of an answer that says how long it is.
async fn read_answer(connection: &mut TcpStream) -> String {
    let (mut bytes, mut buffer) = (Vec::new(), [0; 4096]);
    loop {
        let read = connection.read(&mut buffer).await.unwrap_or(0);
        bytes.extend(buffer.iter().take(read));
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if read == 0 || is_whole(&text) {
            return text;
        }
    }
}

fn is_whole(text: &str) -> bool {
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    length.and_then(|length| length.parse().ok()).is_some_and(|length: usize| body.len() >= length)
}

/// A server whose one route takes half a second; it ends with the set.
async fn serve_slowly(limits: Limits) -> (SocketAddr, CancellationToken, JoinSet<()>) {
    let listener = server::listen(([127, 0, 0, 1], 0).into()).await.unwrap();
    let (address, stopping) = (listener.local_addr().unwrap(), CancellationToken::new());
    let slow = async || {
        tokio::time::sleep(Duration::from_millis(500)).await;
        "done"
    };
    let router = Router::new().route("/slow", get(slow));
    let serving = JoinSet::from_iter([server::serve(listener, router, limits, stopping.clone())]);
    (address, stopping, serving)
}

#[tokio::test]
async fn a_peer_that_dawdles_over_its_headers_is_let_go() {
    let limits = Limits { head: Duration::from_millis(200), ..Limits::default() };
    let (address, _stopping, _serving) = serve_slowly(limits).await;
    for beginning in ["", "GET /slow HTTP/1.1\r\n", "GET /slow HTTP/1.1\r\nHost: a\r\nX-Slow"] {
        let mut connection = TcpStream::connect(address).await.unwrap();
        connection.write_all(beginning.as_bytes()).await.unwrap();
        let rest = tokio::time::timeout(Duration::from_secs(10), read_answer(&mut connection)).await;
        assert!(rest.is_ok_and(|rest| !rest.contains("200 OK")), "{beginning:?} was still open after ten seconds");
    }
}

#[tokio::test]
async fn a_request_in_flight_is_finished_and_a_new_connection_refused() {
    let limits = Limits { drain: Duration::from_millis(50), ..Limits::default() };
    let (address, stopping, serving) = serve_slowly(limits).await;
    let mut connection = TcpStream::connect(address).await.unwrap();
    connection.write_all(b"GET /slow HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    stopping.cancel();
    assert!(read_answer(&mut connection).await.ends_with("done"));
    serving.join_all().await;
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn who_has_knocked_is_served_although_the_door_closes() {
    let limits = Limits { connections: 1, drain: Duration::from_secs(2), ..Limits::default() };
    let (address, stopping, serving) = serve_slowly(limits).await;
    let asks: JoinSet<String> = (0..3).map(|_| ask_once(address)).collect();
    tokio::time::sleep(Duration::from_millis(100)).await;
    stopping.cancel();
    assert!(asks.join_all().await.iter().all(|answer| answer.ends_with("done")));
    serving.join_all().await;
}

#[tokio::test]
async fn more_connections_than_slots_wait_their_turn() {
    let (address, _stopping, _serving) = serve_slowly(Limits { connections: 1, ..Limits::default() }).await;
    let asks: JoinSet<String> = (0..3).map(|_| ask_once(address)).collect();
    assert!(asks.join_all().await.iter().all(|answer| answer.ends_with("done")));
}

async fn ask_once(address: SocketAddr) -> String {
    let mut connection = TcpStream::connect(address).await.unwrap();
    connection.write_all(b"GET /slow HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await.unwrap();
    read_answer(&mut connection).await
}

#[sqlx::test(migrations = false)]
async fn a_body_that_does_not_come_is_a_408(db: MySqlPool) {
    let config = servers::config(ServiceName::Product, &db);
    let caller = TestApp::with(config, product_service::build).anonymous();
    let never = axum::body::Body::from_stream(futures::stream::pending::<Result<axum::body::Bytes, std::io::Error>>());
    let answer = caller.post_text("/api/v1/products/bulk-cart-info", never).await;
    assert_eq!((answer.status.as_u16(), answer.error().as_str()), (408, "REQUEST_TIMEOUT"));
}

#[sqlx::test(migrations = false)]
async fn a_handler_that_never_answers_is_a_503(db: MySqlPool) {
    let config = servers::config(ServiceName::Product, &db);
    let stuck = |_: &Arc<Ground>| Service {
        routes: Router::new().route("/stuck", get(std::future::pending::<&'static str>)).into(),
    };
    let answer = TestApp::with(config, stuck).anonymous().get("/stuck").await;
    assert_eq!((answer.status.as_u16(), answer.error().as_str()), (503, "UNAVAILABLE"));
}

#[sqlx::test(migrations = false)]
async fn a_panic_is_an_answer_without_its_text(db: MySqlPool) {
    let config = servers::config(ServiceName::Product, &db);
    let explosive = |_: &Arc<Ground>| Service { routes: Router::new().route("/boom", get(boom)).into() };
    let answer = TestApp::with(config, explosive).anonymous().get("/boom").await;
    assert_eq!((answer.status.as_u16(), answer.error().as_str()), (500, "INTERNAL_ERROR"));
    assert!(!answer.text.contains("secret"));
}

#[expect(clippy::panic, reason = "what is tested")]
async fn boom() -> &'static str {
    panic!("the secret is out")
}
