//! A gateway that answers what it is told to, whatever it is asked.

use std::sync::{Arc, Mutex};

use gateways::{Razorpay, Settings};
use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::shop::PATIENT;

/// It stops when this is dropped, and takes no connection beyond those that it was told about.
pub(crate) struct Stub {
    pub(crate) gateway: Razorpay,
    requests: Arc<Mutex<Vec<String>>>,
    _serving: JoinSet<()>,
}

/// What is written in place of an answer: nothing, and the connection ends.
pub(crate) const SILENCE: &str = "";

impl Stub {
    /// Answers each request on a connection of its own.
    pub(crate) async fn answering(answers: &[String]) -> Self {
        Self::serving(answers.iter().map(|answer| vec![answer.clone()]).collect()).await
    }

    /// Answers one connection after the other, with these answers on each.
    pub(crate) async fn serving(connections: Vec<Vec<String>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let settings = Settings {
            base_url: format!("http://{}/", listener.local_addr().unwrap()),
            key_id: "rzp_test_stub".to_owned(),
            secret: "stub-secret".into(),
            webhook_secrets: vec![],
            deadline: PATIENT,
        };
        let requests: Arc<Mutex<Vec<String>>> = Arc::default();
        let (heard, mut serving) = (Arc::clone(&requests), JoinSet::new());
        serving.spawn(async move {
            for answers in connections {
                let (stream, _) = listener.accept().await.unwrap();
                serve(BufReader::new(stream), answers, &heard).await;
            }
        });
        Self { gateway: Razorpay::new(settings).unwrap(), requests, _serving: serving }
    }

    /// The requests that came, as they came.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

async fn serve(mut stream: BufReader<TcpStream>, answers: Vec<String>, heard: &Mutex<Vec<String>>) {
    for answer in answers {
        let request = read(&mut stream).await;
        heard.lock().unwrap().push(request);
        if stream.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
    }
}

/// A request, up to the end of its body.
async fn read(stream: &mut BufReader<TcpStream>) -> String {
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"\r\n\r\n") {
        bytes.push(stream.read_u8().await.unwrap());
    }
    let head = String::from_utf8(bytes).unwrap();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
    stream.read_exact(&mut body).await.unwrap();
    head + std::str::from_utf8(&body).unwrap()
}

/// An answer after which the connection stays open.
pub(crate) fn answer(status: &str, kind: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

pub(crate) fn json(status: &str, body: &serde_json::Value) -> String {
    answer(status, "application/json", &body.to_string())
}

/// An error as Razorpay writes one.
pub(crate) fn error(status: &str, code: &str, description: &str) -> String {
    let error = serde_json::json!({ "code": code, "description": description, "source": "NA", "step": null,
        "reason": "NA", "metadata": {} });
    json(status, &serde_json::json!({ "error": error }))
}
