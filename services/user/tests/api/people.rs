//! `/api/v1/users/admin/users`

use axum::body::Body;
use axum::http::Method;
use futures::future::join_all;
use kernel::UserId;
use serde_json::{Value, json};
use sqlx::MySqlPool;
use testing::{Answer, Caller, build};
use uuid::Uuid;

use crate::{app, send};

const PEOPLE: &str = "/api/v1/users/admin/users";

async fn set(caller: &Caller, user: UserId, is_active: bool) -> Answer {
    send(caller, Method::PUT, &format!("{PEOPLE}/{user}/status"), json!({ "is_active": is_active })).await
}

async fn first_names(caller: &Caller, query: &str) -> Value {
    let page = &caller.get(&format!("{PEOPLE}?{query}")).await.data();
    page["items"].as_array().unwrap().iter().map(|item| item["first_name"].clone()).collect()
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn people_are_found_by_the_first_letters_of_what_they_are_called(db: MySqlPool) {
    let app = app(&db).await;
    let admin = app.as_user(build::user("Admin").role("admin").insert(&db).await);
    let asha = build::user("Asha").phone("+919876543210").role("customer").insert(&db).await;
    build::user("Ashok").role("customer").insert(&db).await;
    build::user("Ravi").inactive().insert(&db).await;
    let renamed = json!({ "first_name": "Asha Devi", "last_name": "रेशम", "username": "silk_50%" });
    assert_eq!(
        send(&app.as_user(asha), Method::PATCH, "/api/v1/users/profile", renamed).await.wrong_fields(),
        ["username"]
    );
    let renamed = json!({ "first_name": "Asha Devi", "last_name": "रेशम", "username": "silk_shop" });
    send(&app.as_user(asha), Method::PATCH, "/api/v1/users/profile", renamed).await.data();
    for (query, expected) in [
        ("search=ash", json!(["Ashok", "Asha Devi"])),
        ("search=ASHA%40exa", json!(["Asha Devi"])),
        ("search=98765", json!(["Asha Devi"])),
        ("search=%2B9198+76", json!(["Asha Devi"])),
        ("search=silk", json!(["Asha Devi"])),
        ("search=dev+as", json!(["Asha Devi"])),
        ("search=%E0%A4%B0%E0%A5%87", json!(["Asha Devi"])),
        ("search=rao+ravi", json!(["Ravi"])),
        ("search=sha", json!([])),
        ("search=%25", json!([])),
        ("search=____", json!([])),
        ("search=rao&is_active=false", json!(["Ravi"])),
        ("search=a&role=admin", json!(["Admin"])),
        ("is_active=false", json!(["Ravi"])),
        ("role=customer", json!(["Ashok", "Asha Devi"])),
        ("role=nobody", json!([])),
        ("page_size=2", json!(["Ravi", "Ashok"])),
        ("page_size=2&page=2", json!(["Asha Devi", "Admin"])),
        ("search=a&page_size=1&page=2", json!(["Asha Devi"])),
    ] {
        assert_eq!(first_names(&admin, query).await, expected, "{query}");
    }
    let page = admin.get(&format!("{PEOPLE}?search=ash&page_size=1")).await.data();
    assert_eq!((&page["pagination"]["total_count"], &page["pagination"]["has_next"]), (&json!(2), &json!(true)));
    assert_eq!(page["items"][0]["roles"], json!(["customer"]));
    for (query, field) in [
        ("page=0", "page"),
        ("page_size=101", "page_size"),
        ("is_active=maybe", "is_active"),
        ("search=a+b+c+d+e+f", "search"),
    ] {
        assert_eq!(admin.get(&format!("{PEOPLE}?{query}")).await.wrong_fields(), [field]);
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn only_who_may_see_people_sees_them(db: MySqlPool) {
    let app = app(&db).await;
    let asha = build::user("Asha").role("customer").insert(&db).await;
    let support = app.as_user(build::user("Meena").role("support_staff").insert(&db).await);
    let customer = app.as_user(asha);
    for path in [PEOPLE.to_owned(), format!("{PEOPLE}/{asha}")] {
        assert_eq!(customer.get(&path).await.error(), "FORBIDDEN");
        assert_eq!(app.anonymous().get(&path).await.error(), "UNAUTHORIZED");
        support.get(&path).await.data();
    }
    assert_eq!(set(&support, asha, false).await.error(), "FORBIDDEN");
    let detail = support.get(&format!("{PEOPLE}/{asha}")).await;
    assert!(!detail.text.contains("password"), "{}", detail.text);
    assert_eq!((&detail.data()["roles"], &detail.data()["order_count"]), (&json!(["customer"]), &json!(0)));
    assert_eq!(support.get(&format!("{PEOPLE}/999999")).await.error(), "NOT_FOUND");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn whoever_is_put_out_of_the_shop_is_out_everywhere(db: MySqlPool) {
    let app = app(&db).await;
    let admin = app.as_user(build::user("Admin").role("admin").insert(&db).await);
    let asha = build::user("Asha").role("customer").insert(&db).await;
    let session = Uuid::now_v7();
    sqlx::query("INSERT INTO sessions (uuid, user_id, last_activity_at, expires_at) VALUES (?, ?, ?, ?)")
        .bind(session.to_string())
        .bind(asha)
        .bind(testing::noon())
        .bind(testing::noon() + chrono::TimeDelta::days(30))
        .execute(&db)
        .await
        .unwrap();
    let her = app.as_session(asha, session);
    her.get("/api/v1/users/cart").await.data();
    let out = set(&admin, asha, false).await.data();
    assert_eq!((&out["is_active"], &out["deactivated_at"]), (&json!(false), &json!("2026-11-22T12:00:00Z")));
    app.hear_changes().await;
    assert_eq!(her.get("/api/v1/users/cart").await.error(), "UNAUTHORIZED");
    let ending: String = sqlx::query_scalar("SELECT revoked_reason FROM sessions").fetch_one(&db).await.unwrap();
    assert_eq!(ending, "deactivated");
    set(&admin, asha, false).await.data();
    let back = admin.send(Method::PUT, &format!("{PEOPLE}/{asha}/status?is_active=true"), Body::empty()).await.data();
    assert_eq!((&back["is_active"], &back["deactivated_at"]), (&json!(true), &Value::Null));
    let by_query = admin.send(Method::PUT, &format!("{PEOPLE}/{asha}/status?is_active=false"), Body::empty()).await;
    assert_eq!(by_query.data()["is_active"], false);
    let without = admin.send(Method::PUT, &format!("{PEOPLE}/{asha}/status"), Body::empty()).await;
    assert_eq!(without.status.as_u16(), 415);
    assert_eq!(
        send(&admin, Method::PUT, &format!("{PEOPLE}/{asha}/status"), json!({})).await.wrong_fields(),
        ["is_active"]
    );
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn who_puts_whom_out_of_the_shop_is_written_down_once(db: MySqlPool) {
    let app = app(&db).await;
    let admin = build::user("Admin").role("admin").insert(&db).await;
    let asha = build::user("Asha").role("customer").insert(&db).await;
    for is_active in [false, false, true] {
        set(&app.as_user(admin), asha, is_active).await.data();
    }
    assert_eq!(set(&app.as_user(asha), admin, false).await.error(), "FORBIDDEN");
    let rows: Vec<(u64, String, String, String)> = sqlx::query_as(
        "SELECT actor_id, action, CONCAT(subject_type, ' ', subject_id), CONCAT(old_value, new_value)
         FROM audit_log ORDER BY id",
    )
    .fetch_all(&db)
    .await
    .unwrap();
    let written = |values: &str| (admin.get(), "user.status".to_owned(), format!("user {asha}"), values.to_owned());
    let (out, back) = (r#"{"is_active":true}{"is_active":false}"#, r#"{"is_active":false}{"is_active":true}"#);
    assert_eq!(rows, [written(out), written(back)]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn nobody_locks_themselves_out_or_whoever_may_do_more(db: MySqlPool) {
    let app = app(&db).await;
    let (root, admin) = (
        build::user("Root").role("super_admin").insert(&db).await,
        build::user("Admin").role("admin").insert(&db).await,
    );
    assert_eq!(set(&app.as_user(root), root, false).await.error(), "INVALID_STATE");
    assert_eq!(set(&app.as_user(admin), admin, false).await.error(), "INVALID_STATE");
    assert_eq!(set(&app.as_user(admin), root, false).await.error(), "FORBIDDEN");
    assert_eq!(set(&app.as_user(root), UserId::new(999_999).unwrap(), false).await.error(), "NOT_FOUND");
    let gone = build::user("Gone").role("super_admin").inactive().insert(&db).await;
    assert_eq!(set(&app.as_user(admin), gone, true).await.error(), "FORBIDDEN");
    set(&app.as_user(root), gone, true).await.data();
    set(&app.as_user(root), admin, false).await.data();
}

/// Each of a pair could put the other out; after the first the other may not any more.
#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn of_two_administrators_who_put_each_other_out_one_is_left(db: MySqlPool) {
    let app = app(&db).await;
    let mut pairs = Vec::new();
    for pair in 0..4 {
        let one = build::user(&format!("One {pair}")).role("super_admin").insert(&db).await;
        let other = build::user(&format!("Other {pair}")).role("super_admin").insert(&db).await;
        pairs.push([(one, other), (other, one)]);
    }
    for _ in 0..3 {
        let tries = pairs.iter().flatten().map(async |&(by, user)| set(&app.as_user(by), user, false).await);
        let answers = join_all(tries).await;
        let done = answers.chunks(2).map(|pair| pair.iter().filter(|answer| answer.status.is_success()).count());
        assert_eq!(done.collect::<Vec<_>>(), [1; 4]);
        sqlx::query("UPDATE users SET is_active = TRUE, deactivated_at = NULL").execute(&db).await.unwrap();
    }
}
