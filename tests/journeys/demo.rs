//! `pavitra demo`: a purchase through every part of the shop.

use axum::Router;
use axum::http::StatusCode;
use cli::audit::{Backlog, Finding, findings};
use shared::clock::Clock;
use sqlx::MySqlPool;
use tokio::task::JoinSet;

use super::shop::{Shop, Surroundings, eventually};

#[sqlx::test(migrations = false)]
async fn a_purchase_goes_from_the_shelf_to_the_letter_and_the_books_agree(db: MySqlPool) {
    let shop = Shop::open(&db).await;
    let demo = tokio::process::Command::from(shop.demo()).output().await.unwrap();
    let (said, complaint) = (String::from_utf8(demo.stdout).unwrap(), String::from_utf8(demo.stderr).unwrap());
    assert!(demo.status.success(), "{said}{complaint}");
    for step in 1..=16 {
        assert!(said.contains(&format!("\n[{step:>2}] ")) || said.starts_with("[ 1] ") && step == 1, "{said}");
    }
    for fact in ["replayed", "SGST", "order.confirmed", "order.cancelled", "payment.tenders after", "email sent after"]
    {
        assert!(said.to_lowercase().contains(&fact.to_lowercase()), "{fact}: {said}");
    }
    eventually("drained", async || {
        let findings = findings(&db, Backlog::Empty, Clock::System.now()).await.unwrap();
        findings.iter().all(Finding::holds)
    })
    .await;
    let mails = shop.mails();
    let count = |what: &str| mails.iter().filter(|mail| mail.replace("\r\n ", " ").contains(what)).count();
    // The second order may be cancelled before its confirmation is told.
    assert!([1, 2].contains(&count(" is confirmed\r\n")), "{mails:#?}");
    assert_eq!(count(" is cancelled\r\n"), 1, "{mails:#?}");
}

/// What `pavitra demo` says, in one line, of a gateway that answers everything like this.
async fn complaint(db: &MySqlPool, status: u16, body: &'static str) -> String {
    let status = StatusCode::from_u16(status).unwrap();
    let router = Router::new().fallback(async move || (status, body));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let _serving = JoinSet::from_iter([async move { axum::serve(listener, router).await.unwrap() }]);
    complaint_at(db, &url, "1").await
}

async fn complaint_at(db: &MySqlPool, url: &str, patience: &str) -> String {
    let mut demo = Surroundings::of(db).command("pavitra");
    demo.args(["demo", "--url", url, "--patience", patience]);
    let done = tokio::process::Command::from(demo).output().await.unwrap();
    let said = String::from_utf8(done.stderr).unwrap();
    assert_eq!((done.status.code(), said.lines().count()), (Some(1), 1), "{said}");
    said
}

#[sqlx::test(migrations = false)]
async fn what_does_not_hold_is_told_in_one_line(db: MySqlPool) {
    assert_eq!(
        complaint(&db, 422, r#"{"error":{"code":"INVALID_STATE","message":"no"}}"#).await,
        "pavitra: step 1 (the gateway): GET /health: expected 200, got 422 INVALID_STATE: no\n"
    );
    let ill = complaint(&db, 200, r#"{"status":"ill"}"#).await;
    assert_eq!(ill, "pavitra: step 1 (the gateway): expected a healthy gateway, got ill\n");
    let junk = complaint(&db, 200, "<html>\n</html>").await;
    assert!(junk.contains("GET /health: expected the contract's fields, got <html></html>: "), "{junk}");
    let away = complaint(&db, 502, "").await;
    assert!(away.contains("GET /health: expected an answer, got none in ") && away.contains(": 502"), "{away}");
    let nobody = complaint_at(&db, "http://127.0.0.1:1", "0").await;
    assert!(nobody.contains("got none in 1 tries") && nobody.contains("refused"), "{nobody}");
}
