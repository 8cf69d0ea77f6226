//! `/api/v1/users/tax-info`

use axum::http::Method;
use serde_json::{Value, json};
use sqlx::MySqlPool;
use testing::{Answer, Caller, build};

use crate::{app, send};

const TAX: &str = "/api/v1/users/tax-info";

async fn put(caller: &Caller, body: Value) -> Answer {
    send(caller, Method::PUT, TAX, body).await
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_business_is_kept_by_its_checked_number_and_forgotten(db: MySqlPool) {
    let app = app(&db).await;
    let asha = app.as_user(build::user("Asha").insert(&db).await);
    let nothing = json!({ "gst_number": null, "business_name": null, "state_code": null });
    assert_eq!(asha.get(TAX).await.data(), nothing);
    let form = json!({ "gst_number": "27aapfu0939f1zv", "business_name": " Rao & Co ", "state": "maharashtra" });
    let kept = put(&asha, form).await.data();
    assert_eq!(kept, json!({ "gst_number": "27AAPFU0939F1ZV", "business_name": "Rao & Co", "state_code": "27" }));
    let renamed = put(&asha, json!({ "gstin": "27AAPFU0939F1ZV", "business_name": "Rao" })).await.data();
    assert_eq!((&renamed["business_name"], &asha.get(TAX).await.data()), (&json!("Rao"), &renamed));
    assert_eq!(app.as_user(build::user("Ravi").insert(&db).await).get(TAX).await.data(), nothing);
    assert_eq!(put(&asha, json!({ "gst_number": "" })).await.data(), nothing);
    assert_eq!(asha.get(TAX).await.data(), nothing);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_is_wrong_with_a_business_is_named(db: MySqlPool) {
    let asha = app(&db).await.as_user(build::user("Asha").insert(&db).await);
    for (field, form) in [
        ("gst_number", json!({ "gst_number": "27AAPFU0939F1ZW", "business_name": "Rao" })),
        ("gst_number", json!({ "gst_number": 7, "business_name": "Rao" })),
        ("business_name", json!({ "gst_number": "27AAPFU0939F1ZV" })),
        ("business_name", json!({ "gst_number": "27AAPFU0939F1ZV", "business_name": "a\u{202e}b" })),
        ("business_name", json!({ "gst_number": "27AAPFU0939F1ZV", "business_name": "x".repeat(256) })),
        ("state", json!({ "gst_number": "27AAPFU0939F1ZV", "business_name": "Rao", "state": "Goa" })),
        ("state", json!({ "gst_number": "27AAPFU0939F1ZV", "business_name": "Rao", "state": "Atlantis" })),
    ] {
        assert_eq!(put(&asha, form.clone()).await.wrong_fields(), [field], "{form}");
    }
}
