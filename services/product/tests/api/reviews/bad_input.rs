//! What no route of reviews takes: each fault is a 400 that names its field.

use axum::http::Method;
use serde_json::{Value, json};
use sqlx::MySqlPool;
use testing::build;

use super::{send, soap, staff};
use crate::app;

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_form_that_is_none_is_told_field_by_field(db: MySqlPool) {
    let soap = soap(&db).await;
    let (asha, app) = (build::user("Asha").insert(&db).await, app(&db).await);
    let (hers, caller) = (build::review(asha, soap, 5, &db).await, app.as_user(asha));
    let long = "x".repeat(5_001);
    let cases: Vec<(Value, &[&str])> = vec![
        (json!({}), &["rating"]),
        (json!({ "rating": 0 }), &["rating"]),
        (json!({ "rating": 6 }), &["rating"]),
        (json!({ "rating": -1 }), &["rating"]),
        (json!({ "rating": 4.5 }), &["rating"]),
        (json!({ "rating": "5" }), &["rating"]),
        (json!({ "rating": 256 }), &["rating"]),
        (json!({ "rating": null, "title": 7, "comment": true }), &["comment", "rating", "title"]),
        (json!({ "rating": 5, "title": "" }), &["title"]),
        (json!({ "rating": 5, "title": "a\nb" }), &["title"]),
        (json!({ "rating": 5, "title": "a\u{202E}b", "comment": "a\u{0}b" }), &["comment", "title"]),
        (json!({ "rating": 5, "comment": "a\u{2066}b" }), &["comment"]),
        (json!({ "rating": 5, "comment": long, "title": "x".repeat(151) }), &["comment", "title"]),
        (json!([]), &["body"]),
    ];
    for (body, fields) in cases {
        for (method, path) in [(Method::POST, format!("/{soap}/reviews")), (Method::PUT, format!("/reviews/{hers}"))] {
            let mut wrong = send(&caller, method, &path, body.clone()).await.wrong_fields();
            wrong.sort();
            assert_eq!(wrong, fields, "{path} {body}");
        }
    }
    let fits = json!({ "rating": 5, "title": "x".repeat(150), "comment": "च".repeat(5_000), "status": "approved" });
    assert_eq!(send(&caller, Method::PUT, &format!("/reviews/{hers}"), fits).await.data()["status"], "pending");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_query_that_is_none_is_told_parameter_by_parameter(db: MySqlPool) {
    let soap = soap(&db).await;
    let app = app(&db).await;
    for (query, fields) in [
        ("sort=best", vec!["sort"]),
        ("rating=0", vec!["rating"]),
        ("rating=6&page=0", vec!["page", "rating"]),
        ("rating=x", vec!["rating"]),
        ("page_size=101", vec!["page_size"]),
    ] {
        let mut wrong = app.anonymous().get(&format!("/api/v1/products/{soap}/reviews?{query}")).await.wrong_fields();
        wrong.sort();
        // What is read wrong is told before what breaks a rule.
        assert!(!wrong.is_empty() && wrong.iter().all(|field| fields.contains(&field.as_str())), "{query}: {wrong:?}");
    }
    let staff = staff(&app, &db).await;
    for (query, field) in
        [("status=hidden", "status"), ("product_id=0", "product_id"), ("rating=9", "rating"), ("page=x", "page")]
    {
        let answer = staff.get(&format!("/api/v1/products/admin/reviews?{query}")).await;
        assert_eq!(answer.wrong_fields(), [field], "{query}");
    }
    for path in ["x/reviews", "0/reviews", "reviews/0", "reviews/18446744073709551616", "0/reviews/mine"] {
        assert_eq!(staff.get(&format!("/api/v1/products/{path}")).await.wrong_fields(), ["id"], "{path}");
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_decision_has_a_reason_where_it_needs_one_and_nowhere_else(db: MySqlPool) {
    let soap = soap(&db).await;
    let (asha, app) = (build::user("Asha").insert(&db).await, app(&db).await);
    let (hers, staff) = (build::review(asha, soap, 5, &db).await, staff(&app, &db).await);
    for (body, field) in [
        (json!({}), "status"),
        (json!({ "status": "pending" }), "status"),
        (json!({ "status": "rejected" }), "rejection_reason"),
        (json!({ "status": "rejected", "rejection_reason": "" }), "rejection_reason"),
        (json!({ "status": "approved", "rejection_reason": "Rude" }), "rejection_reason"),
        (json!({ "rejection_reason": "Rude" }), "rejection_reason"),
        (json!({ "reply": "" }), "reply"),
        (json!({ "reply": "a\u{202E}b" }), "reply"),
    ] {
        let answer = send(&staff, Method::PUT, &format!("/admin/reviews/{hers}"), body.clone()).await;
        assert_eq!(answer.wrong_fields(), [field], "{body}");
    }
    let stale = staff.clone().with_header("if-match", "three");
    let answer = send(&stale, Method::PUT, &format!("/admin/reviews/{hers}"), json!({ "status": "approved" })).await;
    assert_eq!(answer.wrong_fields(), ["If-Match"]);
    for body in [json!({}), json!({ "is_helpful": "yes" }), json!({ "is_helpful": null })] {
        assert_eq!(
            send(&staff, Method::POST, &format!("/reviews/{hers}/vote"), body).await.wrong_fields(),
            ["is_helpful"]
        );
    }
}
