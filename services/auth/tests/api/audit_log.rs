//! `/api/v1/auth/admin/audit-log`

use kernel::UserId;
use serde_json::{Value, json};
use shared::audit::{Actor, Entry, Subject};
use sqlx::MySqlPool;
use testing::{TestApp, build, noon};

use crate::app;

const LOG: &str = "/api/v1/auth/admin/audit-log";

async fn act(app: &TestApp, db: &MySqlPool, user: u64, subject: Subject, hour: i64) {
    let by =
        Actor { user: UserId::new(user), request: Some(format!("req-{hour}")), address: "203.0.113.7".parse().ok() };
    let action = if user == 1 { "user.roles" } else { "setting.change" };
    let entry = Entry { by: &by, action, subject, before: json!({ "at": hour }), after: json!([hour]) };
    let mut tx = db.begin().await.unwrap();
    let now = noon() + chrono::TimeDelta::hours(hour);
    app.ground.notary.record(&mut tx, &entry, now).await.unwrap();
    tx.commit().await.unwrap();
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn the_log_is_read_newest_first_by_whoever_may_and_is_filtered(db: MySqlPool) {
    let app = app(&db).await;
    act(&app, &db, 1, Subject::new("user", "7"), 0).await;
    act(&app, &db, 1, Subject::new("user", "8"), 1).await;
    act(&app, &db, 2, Subject::new("setting", "site_name"), 2).await;
    let admin = app.as_user(build::user("Asha").role("admin").insert(&db).await);
    let ids = |data: &Value| -> Vec<u64> {
        data["items"].as_array().unwrap().iter().map(|item| item["id"].as_u64().unwrap()).collect()
    };
    for (query, expected) in [
        ("", &[3, 2, 1][..]),
        ("?actor=1", &[2, 1]),
        ("?actor=9", &[]),
        ("?action=setting.change", &[3]),
        ("?subject_type=user&subject_id=8", &[2]),
        ("?subject_id=site_name", &[3]),
        ("?address=203.0.113.7&actor=2", &[3]),
        ("?address=203.0.113.8", &[]),
        ("?from=2026-11-22T13:00:00Z", &[3, 2]),
        ("?from=2026-11-22T13:00:00Z&to=2026-11-22T14:00:00Z", &[2]),
        ("?page_size=1&page=2", &[2]),
        ("?action=%27%20OR%201=1--", &[]),
    ] {
        assert_eq!(ids(&admin.get(&format!("{LOG}{query}")).await.data()), expected, "{query}");
    }
    let data = admin.get(&format!("{LOG}?subject_id=7")).await.data();
    assert_eq!(data["pagination"]["total_count"], 1);
    let mut item = data["items"][0].clone();
    let hash = item.as_object_mut().unwrap().remove("hash").unwrap();
    assert_eq!(hash.as_str().unwrap().len(), 64);
    let expected = json!({
        "id": 1, "occurred_at": "2026-11-22T12:00:00Z", "actor_id": 1, "action": "user.roles", "subject_type": "user",
        "subject_id": "7", "before": { "at": 0 }, "after": [0], "request_id": "req-0", "ip_address": "203.0.113.7",
    });
    assert_eq!(item, expected);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn nobody_else_reads_it_and_wrong_filters_are_named(db: MySqlPool) {
    let app = app(&db).await;
    for (role, status) in [("customer", 403), ("support_staff", 403), ("admin", 200), ("super_admin", 200)] {
        let caller = app.as_user(build::user(role).role(role).insert(&db).await);
        assert_eq!(caller.get(LOG).await.status.as_u16(), status, "{role}");
    }
    assert_eq!(app.anonymous().get(LOG).await.status.as_u16(), 401);
    let admin = app.as_user(UserId::new(3).unwrap());
    let wrong = format!("{LOG}?actor=0&from=yesterday&to=1&page=0&page_size=101&address=here");
    assert_eq!(admin.get(&wrong).await.wrong_fields(), ["actor", "address", "from", "page", "page_size", "to"]);
    let far = format!("{LOG}?from=%2B99999-01-01T00:00:00Z&to=0001-01-01T00:00:00Z");
    assert_eq!(admin.get(&far).await.wrong_fields(), ["from", "to"]);
    let long = format!("{LOG}?action={0}&subject_type={0}&subject_id={0}", "x".repeat(101));
    let mut fields = admin.get(&long).await.wrong_fields();
    fields.sort();
    assert_eq!(fields, ["action", "subject_id", "subject_type"]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn services_can_add_to_the_log_and_change_nothing_in_it(db: MySqlPool) {
    let app = app(&db).await;
    act(&app, &db, 1, Subject::new("user", "7"), 0).await;
    let services = &app.ground.database;
    for refused in [
        sqlx::query("UPDATE audit_log SET actor_id = 2").execute(services).await,
        sqlx::query("DELETE FROM audit_log").execute(services).await,
    ] {
        let refused = refused.unwrap_err().to_string();
        assert!(refused.contains("command denied"), "{refused}");
    }
}
