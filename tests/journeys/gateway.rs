//! The gateway with the development configuration, on ports of a test's own: who gets which request, and what it says itself.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use reqwest::{Client, Method, Response, StatusCode};
use serde_json::{Value, json};
use shared::config::ServiceName;
use sqlx::MySqlPool;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use super::shop::{Folder, Shop, eventually, free_port, lasting_port};

/// An nginx, ended with the test.
pub(super) struct Gateway {
    port: u16,
    child: Child,
}

impl Gateway {
    /// Starts one that finds each service on its port and keeps what it writes in `home`; not yet ready.
    pub(super) fn start(home: &Path, port_of: impl Fn(ServiceName) -> u16) -> Self {
        let (port, prefix) = (lasting_port(), home.join("nginx"));
        fs::create_dir_all(home.join("log")).unwrap();
        fs::create_dir(&prefix).unwrap();
        fs::write(prefix.join("nginx.conf"), configuration(home, port, port_of)).unwrap();
        let errors = home.join("log/nginx-error.log");
        let mut nginx = Command::new("/usr/sbin/nginx");
        nginx.args(["-c", "nginx.conf", "-g", "daemon off;", "-p"]).arg(prefix).arg("-e").arg(errors);
        nginx.env("TZ", "UTC").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        Self { port, child: nginx.spawn().unwrap() }
    }

    pub(super) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// Waits until it takes requests.
    pub(super) async fn becomes_ready(&self) {
        let url = self.url("/health");
        eventually("ready", async || reqwest::get(&url).await.is_ok_and(|answer| answer.status().is_success())).await;
    }
}

impl Drop for Gateway {
    /// Killed, it would leave its workers behind.
    fn drop(&mut self) {
        drop(Command::new("kill").arg(self.child.id().to_string()).status());
        drop(self.child.wait());
    }
}

/// What `scripts/lib/nginx.sh` writes, and other ports.
fn configuration(home: &Path, port: u16, port_of: impl Fn(ServiceName) -> u16) -> String {
    let repository = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    let template = fs::read_to_string(format!("{repository}/nginx/development.conf.in")).unwrap();
    // As root its workers stay root: otherwise they could not enter a checkout in root's home.
    let is_root = fs::metadata("/proc/self").unwrap().uid() == 0;
    let mut text = template
        .replace("@USER@", if is_root { "user root;" } else { "" })
        .replace("@PORT@", &port.to_string())
        .replace("@HOME@", home.to_str().unwrap())
        .replace("@NGINX@", &format!("{repository}/nginx"));
    for service in ServiceName::ALL {
        let usual = format!("server 127.0.0.1:{};", service.port());
        assert!(text.contains(&usual), "{service} is not behind the gateway");
        text = text.replace(&usual, &format!("server 127.0.0.1:{};", port_of(service)));
    }
    text
}

/// A gateway all of whose services are `service`.
async fn gateway_to(service: u16) -> (Folder, Gateway) {
    let folder = Folder::new();
    let gateway = Gateway::start(&folder.0, |_| service);
    gateway.becomes_ready().await;
    (folder, gateway)
}

/// Asserts that an answer is an error with the envelope, and gives its status and code.
async fn error(answer: Response) -> (u16, String) {
    let status = answer.status().as_u16();
    let kind = answer.headers().get("content-type").cloned();
    let body: Value = answer.json().await.unwrap();
    let text = |at: &str| body.pointer(at).and_then(Value::as_str).unwrap_or_default().to_owned();
    assert_eq!(
        (kind.unwrap().as_bytes(), body.get("success")),
        (&b"application/json"[..], Some(&false.into())),
        "{body}"
    );
    assert_eq!(text("/detail"), text("/error/message"));
    let has_details = body.pointer("/error/details").is_some_and(Value::is_array);
    assert!(has_details && text("/timestamp").ends_with('Z'), "{body}");
    (status, text("/error/code"))
}

#[sqlx::test(migrations = false)]
async fn every_path_reaches_its_service_and_only_what_is_for_everybody(db: MySqlPool) {
    let shop = Shop::open(&db).await;
    let get = async |path: String| reqwest::get(shop.url(&path)).await.unwrap();
    for service in ServiceName::ALL {
        for path in [format!("{}/health", service.prefix()), format!("{}/health/", service.prefix())] {
            let health: Value = get(path).await.json().await.unwrap();
            assert_eq!((&health["service"], &health["status"]), (&service.as_str().into(), &"healthy".into()));
        }
        let openapi: Value = get(format!("/openapi/{}.json", service.as_str())).await.json().await.unwrap();
        assert!(openapi["openapi"].is_string(), "{service}");
    }
    for path in ["/metrics", "/health/live", "/health/ready", "/openapi.json", "/api/v1", "/api/v1/ordersx", "/"] {
        assert_eq!(error(get(path.to_owned()).await).await, (404, "NOT_FOUND".to_owned()), "{path}");
    }
    for path in ["/api/v1/products", "/api/v1/products/", "/api/v1/categories", "/api/v1/brands/", "/docs"] {
        assert_eq!(get(path.to_owned()).await.status(), StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn what_the_gateway_says_itself_has_the_envelope_too() {
    let (_folder, gateway) = gateway_to(1).await;
    let client = Client::new();
    let ask = async |method: Method, path: &str| client.request(method, gateway.url(path)).send().await.unwrap();
    let away = ask(Method::POST, "/api/v1/orders").await;
    assert_eq!(away.headers()["retry-after"], "2");
    assert_eq!(away.headers()["x-content-type-options"], "nosniff");
    assert_eq!(error(away).await, (502, "UNAVAILABLE".to_owned()));
    assert_eq!(error(ask(Method::GET, "/nowhere").await).await, (404, "NOT_FOUND".to_owned()));
    let refused = ask(Method::POST, "/health").await;
    assert_eq!(refused.headers()["allow"], "GET, HEAD");
    assert_eq!(error(refused).await, (405, "METHOD_NOT_ALLOWED".to_owned()));
    let large = client.post(gateway.url("/api/v1/orders")).body(vec![b' '; 1024 * 1024 + 1]).send().await.unwrap();
    assert_eq!(error(large).await, (413, "PAYLOAD_TOO_LARGE".to_owned()));
    let long = ask(Method::GET, &format!("/{}", "x".repeat(40_000))).await;
    assert_eq!(error(long).await, (414, "URI_TOO_LONG".to_owned()));
}

#[tokio::test]
async fn uploaded_files_are_answered_by_the_gateway_itself() {
    let (folder, gateway) = gateway_to(1).await;
    let uploads = folder.0.join("uploads/seed");
    fs::create_dir_all(&uploads).unwrap();
    fs::write(uploads.join("tea.png"), "a picture").unwrap();
    let picture = reqwest::get(gateway.url("/uploads/seed/tea.png")).await.unwrap();
    let header = |name: &str| picture.headers()[name].to_str().unwrap().to_owned();
    assert_eq!((picture.status(), header("content-type")), (StatusCode::OK, "image/png".to_owned()));
    assert_eq!((header("x-content-type-options"), header("cache-control")), ("nosniff".into(), "max-age=3600".into()));
    assert_eq!(picture.text().await.unwrap(), "a picture");
    let made = format!("{}-960.webp", "0b".repeat(16));
    fs::write(uploads.join(&made), "a picture").unwrap();
    let made = reqwest::get(gateway.url(&format!("/uploads/seed/{made}"))).await.unwrap();
    let header = |name: &str| made.headers().get_all(name).iter().map(|it| it.to_str().unwrap()).collect::<Vec<_>>();
    assert_eq!(header("cache-control"), ["public, max-age=31536000, immutable"]);
    assert_eq!((header("content-type"), header("x-content-type-options")), (vec!["image/webp"], vec!["nosniff"]));
    let missing = reqwest::get(gateway.url("/uploads/seed/coffee.png")).await.unwrap();
    assert_eq!(error(missing).await, (502, "UNAVAILABLE".to_owned()), "whoever keeps files is asked");
    let outside = reqwest::get(gateway.url("/uploads/%2e%2e/nginx/nginx.conf")).await.unwrap();
    assert_eq!(error(outside).await, (404, "NOT_FOUND".to_owned()));
}

/// A service that answers every request with what it was sent, or breaks off.
struct Stand {
    port: u16,
    asked: Arc<AtomicUsize>,
    _serving: JoinSet<()>,
}

impl Stand {
    /// Answers each of `answered` requests of a connection, then closes it instead.
    async fn answering(answered: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (port, asked) = (listener.local_addr().unwrap().port(), Arc::new(AtomicUsize::new(0)));
        let counted = Arc::clone(&asked);
        let serve = async move {
            let mut connections = JoinSet::new();
            while let Ok((connection, _)) = listener.accept().await {
                connections.spawn(answer(connection, answered, Arc::clone(&counted)));
            }
        };
        Self { port, asked, _serving: JoinSet::from_iter([serve]) }
    }
}

async fn answer(mut connection: TcpStream, answered: usize, asked: Arc<AtomicUsize>) {
    for _ in 0..answered {
        let head = read_head(&mut connection).await;
        if head.is_empty() {
            return;
        }
        asked.fetch_add(1, Ordering::SeqCst);
        let body = json!(head.to_lowercase()).to_string();
        let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len());
        connection.write_all(answer.as_bytes()).await.unwrap();
    }
    asked.fetch_add(usize::from(!read_head(&mut connection).await.is_empty()), Ordering::SeqCst);
}

async fn read_head(connection: &mut TcpStream) -> String {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") && connection.read(&mut byte).await.is_ok_and(|read| read == 1) {
        head.extend(byte);
    }
    String::from_utf8(head).unwrap()
}

#[tokio::test]
async fn a_client_chooses_neither_its_address_nor_its_scheme_and_keeps_its_other_headers() {
    let stand = Stand::answering(100).await;
    let (_folder, gateway) = gateway_to(stand.port).await;
    let request = Client::new()
        .get(gateway.url("/api/v1/users/cart"))
        .header("X-Forwarded-For", "6.6.6.6")
        .header("X-Real-IP", "6.6.6.6")
        .header("X-Forwarded-Proto", "https")
        .header("X-Session-ID", "s-1")
        .header("Idempotency-Key", "k-1")
        .header("X-Request-ID", "r-1");
    let head: String = request.send().await.unwrap().json().await.unwrap();
    for header in ["x-forwarded-for: 127.0.0.1", "x-real-ip: 127.0.0.1", "x-forwarded-proto: http"] {
        assert!(head.contains(&format!("\r\n{header}\r\n")), "{head}");
    }
    for header in ["x-session-id: s-1", "idempotency-key: k-1", "x-request-id: r-1"] {
        assert!(head.contains(&format!("\r\n{header}\r\n")), "{head}");
    }
    assert!(!head.contains("6.6.6.6"), "{head}");
}

#[tokio::test]
async fn a_deed_is_handed_on_once_even_if_its_answer_is_lost() {
    let stand = Stand::answering(1).await;
    let (_folder, gateway) = gateway_to(stand.port).await;
    let client = Client::new();
    let first = client.get(gateway.url("/api/v1/orders/1")).send().await.unwrap();
    assert_eq!(first.status(), StatusCode::OK);
    // On the connection that the gateway keeps, and that breaks off after its first answer.
    let lost = client.post(gateway.url("/api/v1/orders")).body("{}").send().await.unwrap();
    assert_eq!(error(lost).await, (502, "UNAVAILABLE".to_owned()));
    assert_eq!(stand.asked.load(Ordering::SeqCst), 2, "the order was sent again");
    let read = client.get(gateway.url("/api/v1/orders/1")).send().await.unwrap();
    assert_eq!(read.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_service_that_comes_back_is_found_at_once() {
    let port = free_port();
    let (_folder, gateway) = gateway_to(port).await;
    let ask = async || reqwest::get(gateway.url("/api/v1/products")).await.unwrap().status();
    assert_eq!(ask().await, StatusCode::BAD_GATEWAY);
    let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
    let serve = async move {
        while let Ok((connection, _)) = listener.accept().await {
            answer(connection, 1, Arc::default()).await;
        }
    };
    let _serving = JoinSet::from_iter([serve]);
    assert_eq!(ask().await, StatusCode::OK);
}
