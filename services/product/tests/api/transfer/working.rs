//! How imports are worked on: killed, by several at once, for show, and stopped.

use std::fmt::Write as _;

use axum::body::{Body, Bytes};
use chrono::TimeDelta;
use futures::stream;
use serde_json::json;
use sqlx::MySqlPool;

use super::{IMPORT, IMPORTS, count, errors, rows, send, shop, show, staff};
use crate::app;

/// So many new products, each with ten in stock.
fn file(count: u32) -> String {
    (0..count).fold("sku,name,category_slug,base_price,stock_quantity\n".to_owned(), |mut file, number| {
        writeln!(file, "N-{number},New {number},tea,10,10").unwrap();
        file
    })
}

const DONE: &str = "SELECT CAST(rows_created AS SIGNED) FROM import_jobs WHERE id = 1";

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn an_import_that_is_killed_goes_on_where_it_was(db: MySqlPool) {
    shop(&db).await;
    let (first, asha) = staff(&db).await;
    let second = app(&db).await;
    let sent = send(&asha, IMPORT, file(450)).await.data();
    let killed = async {
        while count(&db, DONE).await == 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        done = first.tick("imports") => done.unwrap(),
        () = killed => {}
    }
    let before = count(&db, DONE).await;
    assert!((100..450).contains(&before), "{before}");
    second.tick("imports").await.unwrap();
    assert_eq!(count(&db, DONE).await, before, "the first may still be at work");
    second.later(TimeDelta::seconds(31));
    second.tick("imports").await.unwrap();
    let import = show(&asha, &sent).await;
    assert_eq!((rows(&import), &import["status"]), ([450, 0, 0, 0], &json!("done")));
    assert_eq!(count(&db, "SELECT COUNT(*) FROM products WHERE sku LIKE 'N-%'").await, 450);
    let opened = "SELECT COUNT(*) FROM stock_movements m JOIN products p ON p.id = m.product_id WHERE p.sku LIKE 'N-%'";
    assert_eq!(count(&db, opened).await, 450);
    assert_eq!(count(&db, "SELECT COUNT(*) FROM audit_log WHERE action = 'import.rows'").await, 5);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn two_replicas_do_every_row_once(db: MySqlPool) {
    shop(&db).await;
    let (first, asha) = staff(&db).await;
    let second = app(&db).await;
    // it believes no lease for long
    second.later(TimeDelta::minutes(10));
    let sent = [send(&asha, IMPORT, file(250)).await.data(), send(&asha, IMPORT, file(260)).await.data()];
    let (one, two) = tokio::join!(first.tick("imports"), second.tick("imports"));
    one.unwrap();
    two.unwrap();
    first.later(TimeDelta::minutes(20));
    first.tick("imports").await.unwrap();
    let imports = [show(&asha, &sent[0]).await, show(&asha, &sent[1]).await];
    assert_eq!([rows(&imports[0]), rows(&imports[1])], [[250, 0, 0, 0], [10, 0, 250, 0]]);
    assert_eq!(count(&db, "SELECT COUNT(*) FROM products WHERE sku LIKE 'N-%'").await, 260);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_dry_run_says_what_it_would_do_and_does_nothing(db: MySqlPool) {
    shop(&db).await;
    let (app, asha) = staff(&db).await;
    let books = [
        "SELECT COUNT(*) FROM products",
        "SELECT CAST(SUM(revision) AS SIGNED) FROM products",
        "SELECT CAST(SUM(stock_quantity) AS SIGNED) FROM products",
        "SELECT COUNT(*) FROM product_variations",
        "SELECT COUNT(*) FROM stock_movements",
        "SELECT COUNT(*) FROM change_log",
        "SELECT COUNT(*) FROM old_slugs",
    ];
    let mut before = Vec::new();
    for sql in books {
        before.push(count(&db, sql).await);
    }
    let file = "sku,parent_sku,name,slug,category_slug,base_price,product_type,status,hsn_code,gst_rate,stock_quantity,attributes\n\
                N,,New,,tea,10,,active,0902,5,7,\n\
                K,,Kurti,,tea,,variable,active,0902,5,,\n\
                K-M,K,,,,12,,,,,3,size=M\n\
                ASSAM,,,assam-tea,,1,,,0902,,,\n\
                PLAIN,,,,,x,,,,,,\n";
    let dry = send(&asha, &format!("{IMPORT}?dry_run=true"), file).await.data();
    app.tick("imports").await.unwrap();
    let dry = show(&asha, &dry).await;
    assert_eq!((rows(&dry), &dry["is_dry_run"]), ([3, 1, 0, 1], &json!(true)), "{}", errors(&asha, &dry).await);
    for (sql, before) in books.into_iter().zip(before) {
        assert_eq!(count(&db, sql).await, before, "{sql}");
    }
    assert_eq!(count(&db, "SELECT COUNT(*) FROM audit_log WHERE action = 'import.rows'").await, 0);
    let real = super::import(&app, &asha, file).await;
    assert_eq!(rows(&real), [3, 1, 0, 1]);
    let kurti = asha.get("/api/v1/products/slug/kurti").await.data();
    assert_eq!((&kurti["base_price"], &kurti["stock_quantity"]), (&json!(12.0), &json!(3)));
    assert_eq!(asha.get("/api/v1/products/slug/assam").await.status, 301);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn somebody_stops_an_import_and_what_is_done_stays(db: MySqlPool) {
    shop(&db).await;
    let (app, asha) = staff(&db).await;
    let stopped = send(&asha, IMPORT, file(10)).await.data();
    let cancel = format!("{IMPORTS}/{}/cancel", stopped["id"]);
    let answer = asha.post(&cancel, json!({})).await.data();
    assert_eq!((&answer["status"], answer["finished_at"].is_string()), (&json!("cancelled"), true));
    assert_eq!(asha.post(&cancel, json!({})).await.data()["status"], "cancelled");
    app.tick("imports").await.unwrap();
    assert_eq!(rows(&show(&asha, &stopped).await), [0, 0, 0, 0]);
    assert_eq!(count(&db, "SELECT COUNT(*) FROM import_chunks").await, 0);
    let done = super::import(&app, &asha, &file(10)).await;
    assert_eq!(asha.post(&format!("{IMPORTS}/{}/cancel", done["id"]), json!({})).await.error(), "INVALID_STATE");
    assert_eq!(asha.post(&format!("{IMPORTS}/99/cancel"), json!({})).await.error(), "NOT_FOUND");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_file_that_never_arrived_is_forgotten(db: MySqlPool) {
    let (app, asha) = staff(&db).await;
    let broken = stream::iter([Ok(Bytes::from("sku\nA\n")), Err(std::io::Error::other("gone"))]);
    assert_eq!(send(&asha, IMPORT, Body::from_stream(broken)).await.wrong_fields(), ["body"]);
    assert_eq!(count(&db, "SELECT COUNT(*) FROM import_jobs").await, 0);
    sqlx::query(
        "INSERT INTO import_jobs (uuid, header, started_by, created_at) VALUES ('a', '', 1, '2026-11-22 10:59:59')",
    )
    .execute(&db)
    .await
    .unwrap();
    sqlx::query("INSERT INTO import_chunks (job_id, number, content) SELECT id, 0, 'sku' FROM import_jobs")
        .execute(&db)
        .await
        .unwrap();
    app.tick("imports").await.unwrap();
    assert_eq!(count(&db, "SELECT COUNT(*) FROM import_jobs").await, 0);
}

/// In mebibytes, at the most so far; every test is a process of its own.
fn memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    peak.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1024
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_large_file_is_never_in_memory(db: MySqlPool) {
    shop(&db).await;
    let (app, asha) = staff(&db).await;
    let before = memory();
    let story = "x".repeat(16_000);
    let row = move |number: u32| match number {
        0 => "sku,category_slug,description\n".to_owned(),
        _ => format!("N-{number},coffee,{story}\n"),
    };
    let rows_of_file = stream::iter((0..=1_000).map(move |number| Ok::<_, std::io::Error>(Bytes::from(row(number)))));
    let sent = send(&asha, IMPORT, Body::from_stream(rows_of_file)).await.data();
    assert!(sent["size_bytes"].as_u64().unwrap() > 16_000_000);
    app.tick("imports").await.unwrap();
    assert_eq!(rows(&show(&asha, &sent).await), [0, 0, 0, 1_000]);
    let grown = memory() - before;
    assert!(grown < 14, "{grown} MiB more for a file of 16 MB");
}
