//! How files arrive, and what becomes of those that do not.

use axum::body::Body;
use axum::http::Method;
use serde_json::json;
use sqlx::MySqlPool;
use testing::build;

use super::{EXPORT, IMPORT, IMPORTS, count, import, rows, send, shop, staff};

const FILE: &str = "sku,base_price\nASSAM,1\n";
const CHUNKS: &str = "SELECT COUNT(*) FROM import_chunks";
const JOBS: &str = "SELECT COUNT(*) FROM import_jobs";

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn only_the_staff_reads_and_writes_files(db: MySqlPool) {
    let (app, _) = staff(&db).await;
    let customer = app.as_user(build::user("Ravi").insert(&db).await);
    for path in [EXPORT, IMPORTS, "/api/v1/products/admin/imports/1", "/api/v1/products/admin/imports/1/errors"] {
        assert_eq!(customer.get(path).await.error(), "FORBIDDEN", "{path}");
        assert_eq!(app.anonymous().get(path).await.error(), "UNAUTHORIZED", "{path}");
    }
    assert_eq!(send(&customer, IMPORT, FILE).await.error(), "FORBIDDEN");
    assert_eq!(count(&db, JOBS).await, 0);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_file_is_accepted_with_the_address_of_its_import(db: MySqlPool) {
    shop(&db).await;
    let (app, asha) = staff(&db).await;
    let sent = send(&asha, IMPORT, FILE).await;
    assert_eq!(
        (sent.status.as_u16(), &sent.headers["location"]),
        (202, &"/api/v1/products/admin/imports/1".parse().unwrap())
    );
    let import = sent.data();
    let named = ["status", "is_dry_run", "rows_total", "size_bytes"].map(|field| import[field].clone());
    assert_eq!(named, [json!("queued"), json!(false), json!(1), json!(23)]);
    app.tick("imports").await.unwrap();
    let listed = asha.get(IMPORTS).await.data();
    assert_eq!((&listed["items"][0]["status"], &listed["pagination"]["total_count"]), (&json!("done"), &json!(1)));
    assert_eq!(count(&db, CHUNKS).await, 0, "nobody reads it any more");
    assert_eq!(asha.get(&format!("{IMPORTS}/2")).await.error(), "NOT_FOUND");
    assert_eq!(asha.get(&format!("{IMPORTS}/2/errors")).await.error(), "NOT_FOUND");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_form_is_as_good_as_a_body(db: MySqlPool) {
    shop(&db).await;
    let (app, asha) = staff(&db).await;
    let form = |field: &str| {
        format!(
            "--b\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"a.csv\"\r\n\r\n{FILE}\r\n--b--\r\n"
        )
    };
    let asha = asha.with_header("content-type", "multipart/form-data; boundary=b");
    let sent = asha.send(Method::POST, IMPORT, Body::from(form("file"))).await;
    app.tick("imports").await.unwrap();
    assert_eq!(rows(&super::show(&asha, &sent.data()).await), [0, 1, 0, 0]);
    assert_eq!(asha.send(Method::POST, IMPORT, Body::from(form("other"))).await.wrong_fields(), ["file"]);
    assert_eq!(count(&db, JOBS).await, 1);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_is_no_file_of_products_is_refused_and_forgotten(db: MySqlPool) {
    shop(&db).await;
    let (_, asha) = staff(&db).await;
    for (file, fields) in [
        ("", &["file"][..]),
        ("sku,name\n", &["file"]),
        ("name,price,name\nA,1,B\n", &["price", "name", "sku"]),
        ("sku;name\nA;B\n", &["sku;name", "sku"]),
        ("\u{0}\u{1}\u{2}", &["", "sku"]),
    ] {
        assert_eq!(send(&asha, IMPORT, file).await.wrong_fields(), fields, "{file:?}");
    }
    let long = "x".repeat(10_000_000);
    assert_eq!(send(&asha, IMPORT, long).await.wrong_fields(), ["file"]);
    let json = asha.clone().with_header("content-type", "application/json");
    assert_eq!(json.send(Method::POST, IMPORT, Body::from("{}")).await.wrong_fields(), ["Content-Type"]);
    let large = asha.clone().with_header("content-length", "67200000");
    assert_eq!(send(&large, IMPORT, FILE).await.status, 413);
    assert_eq!((count(&db, JOBS).await, count(&db, CHUNKS).await), (0, 0));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn one_key_is_one_import(db: MySqlPool) {
    shop(&db).await;
    let (app, asha) = staff(&db).await;
    let keyed = asha.clone().with_header("idempotency-key", "k1");
    let first = send(&keyed, IMPORT, FILE).await;
    let again = send(&keyed, IMPORT, FILE).await;
    assert_eq!((again.status.as_u16(), &again.text), (202, &first.text));
    assert_eq!(again.headers["idempotent-replayed"], "true");
    assert_eq!(send(&keyed, IMPORT, "sku\nASSAM\n").await.error(), "IDEMPOTENCY_KEY_REUSED");
    let dry = format!("{IMPORT}?dry_run=true");
    assert_eq!(send(&keyed, &dry, FILE).await.error(), "IDEMPOTENCY_KEY_REUSED");
    let (one, two) = tokio::join!(send(&asha, IMPORT, FILE), send(&asha, IMPORT, FILE));
    assert_eq!(one.data()["id"], two.data()["id"], "a double click");
    assert_eq!((count(&db, JOBS).await, count(&db, CHUNKS).await), (2, 2));
    app.tick("imports").await.unwrap();
    assert_eq!(rows(&import(&app, &asha, FILE).await), [0, 0, 1, 0], "it was over: this is another");
}
