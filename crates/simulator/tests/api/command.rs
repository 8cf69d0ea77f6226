//! `pavitra-simulator` as somebody starts it.

use std::process::Stdio;

use serde_json::json;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::receiver::Receiver;
use crate::shop::Answer;

fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pavitra-simulator"));
    for variable in ["RAZORPAY_KEY_ID", "RAZORPAY_SECRET", "RAZORPAY_WEBHOOK_SECRET"] {
        command.env_remove(variable);
    }
    command.stdout(Stdio::piped()).kill_on_drop(true);
    command
}

/// The process and where it says that it is.
async fn start(arguments: &[&str]) -> (Child, String) {
    let mut process = command().args(["--port", "0"]).args(arguments).spawn().unwrap();
    let mut said = String::new();
    BufReader::new(process.stdout.take().unwrap()).read_line(&mut said).await.unwrap();
    let url = said.split_whitespace().next_back().unwrap().to_owned();
    (process, url)
}

#[tokio::test]
async fn keys_secrets_and_the_webhook_are_arguments() {
    let mut receiver = Receiver::open().await;
    let (_process, url) = start(&[
        "--key-id",
        "rzp_test_mine",
        "--key-secret",
        "secret",
        "--webhook-secret",
        "whsec",
        "--webhook-url",
        &receiver.url,
    ])
    .await;
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let post = |path: &str| client.post(format!("{url}{path}")).basic_auth("rzp_test_mine", Some("secret"));
    let order = Answer::of(post("/v1/orders").json(&json!({ "amount": 100, "currency": "INR" }))).await.ok();
    Answer::of(post("/_control/fail").json(&json!({ "order_id": order["id"] }))).await.ok();
    assert!(receiver.hear().await.is_signed_with("whsec"));
}

#[tokio::test]
async fn it_ends_when_it_is_told_to() {
    let (mut process, url) = start(&[]).await;
    assert_eq!(reqwest::get(&url).await.unwrap().status(), 200);
    let id = process.id().unwrap().to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().await.unwrap().success());
    assert!(process.wait().await.unwrap().success());
}

#[tokio::test]
async fn help_names_the_usual_port() {
    let help = command().arg("--help").output().await.unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    assert!(help.contains("[default: 8090]") && help.contains("--webhook-url"), "{help}");
}
