//! The server: time-outs, slots, and a stop that loses nobody.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use shared::config::ServiceName;
use shared::web::server::{self, Limits};
use sqlx::MySqlPool;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::shop::Surroundings;

#[sqlx::test(migrations = false)]
async fn sigterm_under_load_fails_no_request(db: MySqlPool) {
    let surroundings = Surroundings::of(&db);
    surroundings.pavitra_ok(&["migrate"]);
    // All of it comes from one address.
    sqlx::query(
        "UPDATE site_settings SET setting_value = '100000' WHERE setting_key = 'rate_limit_anonymous_per_minute'",
    )
    .execute(&db)
    .await
    .unwrap();
    let mut product = surroundings.start(ServiceName::Product).ready().await;
    let port = product.port;
    let clients: JoinSet<u32> = (0..8).map(|_| ask_until_refused(port)).collect();
    tokio::time::sleep(Duration::from_millis(300)).await;
    product.terminate();
    let answered: u32 = clients.join_all().await.into_iter().sum();
    assert!(answered > 100, "there was load: {answered} answers");
    assert!(product.exit().success());
}

#[sqlx::test(migrations = false)]
async fn what_was_looked_at_before_a_stop_is_counted(db: MySqlPool) {
    let surroundings = Surroundings::of(&db);
    surroundings.pavitra_ok(&["migrate"]);
    surroundings.pavitra_ok(&["seed"]);
    let mut product = surroundings.start(ServiceName::Product).ready().await;
    for _ in 0..3 {
        assert!(reqwest::get(product.url("/api/v1/products/1")).await.unwrap().status().is_success());
    }
    product.terminate();
    assert!(product.exit().success());
    let views: u64 =
        sqlx::query_scalar("SELECT views FROM product_views WHERE product_id = 1").fetch_one(&db).await.unwrap();
    assert_eq!(views, 3);
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

/// A server that a test talks to; it ends with the set.
struct Served {
    address: SocketAddr,
    stopping: CancellationToken,
    serving: JoinSet<()>,
}

async fn serve(router: Router, limits: Limits) -> Served {
    let listener = server::listen(([127, 0, 0, 1], 0).into()).await.unwrap();
    let (address, stopping) = (listener.local_addr().unwrap(), CancellationToken::new());
    let serving = JoinSet::from_iter([server::serve(listener, router, limits, stopping.clone())]);
    Served { address, stopping, serving }
}

/// One route that takes half a second.
fn slow() -> Router {
    Router::new().route(
        "/slow",
        get(async || {
            tokio::time::sleep(Duration::from_millis(500)).await;
            "done"
        }),
    )
}

#[tokio::test]
async fn a_peer_that_dawdles_over_its_headers_is_let_go() {
    let limits = Limits { head: Duration::from_millis(200), ..Limits::default() };
    let served = serve(slow(), limits).await;
    for beginning in ["", "GET /slow HTTP/1.1\r\n", "GET /slow HTTP/1.1\r\nHost: a\r\nX-Slow"] {
        let mut connection = TcpStream::connect(served.address).await.unwrap();
        connection.write_all(beginning.as_bytes()).await.unwrap();
        let rest = tokio::time::timeout(Duration::from_secs(10), read_answer(&mut connection)).await;
        assert!(rest.is_ok_and(|rest| !rest.contains("200 OK")), "{beginning:?} was still open after ten seconds");
    }
}

#[tokio::test]
async fn a_request_in_flight_is_finished_and_a_new_connection_refused() {
    let limits = Limits { drain: Duration::from_millis(50), ..Limits::default() };
    let Served { address, stopping, serving } = serve(slow(), limits).await;
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
    let Served { address, stopping, serving } = serve(slow(), limits).await;
    let asks: JoinSet<String> = (0..3).map(|_| ask_once(address)).collect();
    tokio::time::sleep(Duration::from_millis(100)).await;
    stopping.cancel();
    assert!(asks.join_all().await.iter().all(|answer| answer.ends_with("done")));
    serving.join_all().await;
}

#[tokio::test]
async fn more_connections_than_slots_wait_their_turn() {
    let (inside, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let seen = Arc::clone(&most);
    let counted = async move || {
        seen.fetch_max(inside.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        tokio::time::sleep(Duration::from_millis(50)).await;
        inside.fetch_sub(1, Ordering::SeqCst);
        "done"
    };
    let router = Router::new().route("/slow", get(counted));
    let served = serve(router, Limits { connections: 2, ..Limits::default() }).await;
    let asks: JoinSet<String> = (0..8).map(|_| ask_once(served.address)).collect();
    assert!(asks.join_all().await.iter().all(|answer| answer.ends_with("done")));
    assert_eq!(most.load(Ordering::SeqCst), 2);
}

/// Clients that connect anew for every request, over and over, until they find nobody: the moment between the last look
/// at the door and its closing is met by one of them sooner or later.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nobody_is_turned_away_at_the_closing_door() {
    for _ in 0..12 {
        let limits = Limits { drain: Duration::from_millis(20), ..Limits::default() };
        let Served { address, stopping, serving } = serve(Router::new().route("/slow", get("done")), limits).await;
        let clients: JoinSet<u32> = (0..48).map(|_| knock_until_nobody_opens(address)).collect();
        tokio::time::sleep(Duration::from_millis(30)).await;
        stopping.cancel();
        assert!(clients.join_all().await.into_iter().sum::<u32>() > 0);
        serving.join_all().await;
    }
}

async fn knock_until_nobody_opens(address: SocketAddr) -> u32 {
    let mut answered = 0;
    while let Ok(mut connection) = TcpStream::connect(address).await {
        let sent = connection.write_all(b"GET /slow HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await;
        let answer = read_answer(&mut connection).await;
        assert!(sent.is_ok() && answer.ends_with("done"), "{sent:?} {answer:?} after {answered} answers");
        answered += 1;
    }
    answered
}

#[tokio::test]
async fn a_peer_that_does_not_read_is_let_go() {
    let router = Router::new().route("/large", get(async || vec![0_u8; 64 * 1024 * 1024]));
    let served = serve(router, Limits { read: Duration::from_millis(500), ..Limits::default() }).await;
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let mut connection = socket.connect(served.address).await.unwrap();
    connection.write_all(b"GET /large HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    tokio::time::sleep(Duration::from_secs(4)).await;
    let mut taken = 0;
    let mut buffer = vec![0; 1024 * 1024];
    while let Ok(read @ 1..) = connection.read(&mut buffer).await {
        taken += read;
    }
    assert!(taken < 64 * 1024 * 1024, "the whole answer was kept for a client that did not read");
}

async fn ask_once(address: SocketAddr) -> String {
    let mut connection = TcpStream::connect(address).await.unwrap();
    connection.write_all(b"GET /slow HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await.unwrap();
    read_answer(&mut connection).await
}
