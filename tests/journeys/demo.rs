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
    assert_eq!(steps(&said), (1..=24).collect::<Vec<_>>(), "{said}");
    for fact in ["replayed", "SGST", "order.confirmed", "order.cancelled", "payment.tenders after", "email sent after"]
        .into_iter()
        .chain(["insufficient_fund", "payment.captured", "refund.processed", "order.payments after"])
    {
        assert!(said.to_lowercase().contains(&fact.to_lowercase()), "{fact}: {said}");
    }
    assert_eq!(payments(&said), PAYMENTS, "{said}");
    assert!(sold_by_variation(&db).await >= 5, "every order has a variation of something: {said}");
    money_is_where_the_orders_say(&shop, &db).await;
    eventually("drained", async || {
        let findings = findings(&db, Backlog::Empty, Clock::System.now()).await.unwrap();
        findings.iter().all(Finding::holds)
    })
    .await;
    let mails = shop.mails();
    let count = |what: &str| mails.iter().filter(|mail| mail.replace("\r\n ", " ").contains(what)).count();
    // What is cancelled may be so before its confirmation is told.
    assert!((3..=5).contains(&count(" is confirmed\r\n")), "{mails:#?}");
    assert_eq!(count(" is cancelled\r\n"), 2, "{mails:#?}");
}

/// How many orders have a line that names the variation it is of.
async fn sold_by_variation(db: &MySqlPool) -> i64 {
    let count = sqlx::query_scalar(
        "SELECT COUNT(DISTINCT i.order_id) FROM order_items i JOIN product_variations v ON v.id = i.variation_id
         WHERE i.product_sku = v.sku AND i.unit_price = v.price AND JSON_LENGTH(i.variation_attributes) > 0",
    );
    count.fetch_one(db).await.unwrap()
}

/// Method, gateway, payment and order of each row of the table at the end; the tender of an order that is cancelled at
/// once may not be there yet.
const PAYMENTS: [[&str; 4]; 5] = [
    ["cash_on_delivery", "cash_on_delivery", "created", "confirmed"],
    ["cash_on_delivery", "?", "?", "cancelled"],
    ["upi", "razorpay", "captured", "confirmed"],
    ["credit_card", "razorpay", "captured", "confirmed"],
    ["netbanking", "razorpay", "refunded", "refunded"],
];

fn payments(said: &str) -> Vec<[&str; 4]> {
    let (_, table) = said.split_once("\npayments, ").unwrap();
    let rows = table.lines().skip(2).map(|line| line.split_whitespace().collect::<Vec<_>>());
    rows.map(|row| match row[..] {
        [_, method, _, _, _, "cancelled"] => [method, "?", "?", "cancelled"],
        [_, method, gateway, _, payment, order] => [method, gateway, payment, order],
        _ => [""; 4],
    })
    .collect()
}

/// The numbers of the steps that were told.
fn steps(said: &str) -> Vec<u8> {
    said.lines().filter_map(|line| line.strip_prefix('[')?.split_once(']')?.0.trim().parse().ok()).collect()
}

/// The gateway has what the paid orders cost, and gave back what the refunded one cost.
async fn money_is_where_the_orders_say(shop: &Shop, db: &MySqlPool) {
    let sums = shop.razorpay().ledger().await["sums"].clone();
    let paid = async |status: &str| {
        let total = sqlx::query_scalar(
            "SELECT CAST(COALESCE(SUM(total_amount), 0) * 100 AS SIGNED) FROM orders WHERE payment_status = ?",
        );
        total.bind(status.to_owned()).fetch_one(db).await.unwrap()
    };
    let (paid, refunded): (i64, i64) = (paid("paid").await, paid("refunded").await);
    assert_eq!([&sums["balance"], &sums["refunded"], &sums["captured"]], [paid, refunded, paid + refunded]);
}

#[sqlx::test(migrations = false)]
async fn a_shop_without_razorpay_sells_on_delivery(db: MySqlPool) {
    let shop = Shop::open_with(&db, &[("RAZORPAY_KEY_ID", ""), ("RAZORPAY_SECRET", "")]).await;
    let demo = tokio::process::Command::from(shop.demo_paying_at("")).output().await.unwrap();
    let said = String::from_utf8(demo.stdout).unwrap();
    assert!(demo.status.success(), "{said}{}", String::from_utf8_lossy(&demo.stderr));
    assert_eq!(steps(&said), (1..=17).collect::<Vec<_>>(), "{said}");
    assert!(said.contains("nothing is paid online") && payments(&said).len() == 2, "{said}");
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
