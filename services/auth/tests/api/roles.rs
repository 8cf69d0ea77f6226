//! `/api/v1/auth/roles`, `/check-permission`, `/admin/users/{id}/roles`

use axum::body::Body;
use axum::http::Method;
use kernel::UserId;
use serde_json::{Value, json};
use sqlx::MySqlPool;
use testing::{Answer, Caller, TestApp, build};

use crate::app;

const ROLES: &str = "/api/v1/auth/roles";
const CHECK: &str = "/api/v1/auth/check-permission";

fn of(user: UserId) -> String {
    format!("/api/v1/auth/admin/users/{user}/roles")
}

async fn put(caller: &Caller, path: &str, body: impl ToString) -> Answer {
    let caller = caller.clone().with_header("content-type", "application/json");
    caller.send(Method::PUT, path, Body::from(body.to_string())).await
}

async fn give(caller: &Caller, user: UserId, roles: &[&str]) -> Answer {
    put(caller, &of(user), json!({ "roles": roles })).await
}

async fn held(db: &MySqlPool, user: UserId) -> Vec<String> {
    let roles = sqlx::query_scalar(
        "SELECT r.name FROM user_role_assignments a JOIN user_roles r ON r.id = a.role_id
         WHERE a.user_id = ? ORDER BY r.name",
    );
    roles.bind(user).fetch_all(db).await.unwrap()
}

/// Who, what, to what kind of thing, to which, before and after, request, address.
type Row = (Option<u64>, String, String, String, String, String, String);

async fn may(app: &TestApp, user: UserId, permission: &str) -> bool {
    let data = app.as_user(user).post(CHECK, json!({ "permission": permission })).await.data();
    data.get("has_permission").and_then(Value::as_bool).unwrap()
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn whoever_assigns_roles_sees_what_each_allows(db: MySqlPool) {
    let app = app(&db).await;
    let admin = build::user("Asha").role("admin").insert(&db).await;
    let roles = app.as_user(admin).get(ROLES).await.data();
    let summary: Vec<(&str, usize)> = roles
        .as_array()
        .unwrap()
        .iter()
        .map(|role| (role["name"].as_str().unwrap(), role["permissions"].as_array().unwrap().len()))
        .collect();
    let expected = [
        ("super_admin", 27),
        ("admin", 24),
        ("customer", 0),
        ("vendor", 4),
        ("content_manager", 7),
        ("support_staff", 7),
    ];
    assert_eq!(summary, expected);
    let ravi = build::user("Ravi").role("support_staff").insert(&db).await;
    let answer = app.as_user(ravi).get(ROLES).await;
    assert_eq!((answer.status.as_u16(), answer.error().as_str()), (403, "FORBIDDEN"));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_permission_is_asked_about_in_the_body_or_the_query(db: MySqlPool) {
    let app = app(&db).await;
    let ravi = app.as_user(build::user("Ravi").role("support_staff").insert(&db).await);
    for (query, body, permission, has) in [
        ("", json!({ "permission": "manage_orders" }).to_string(), "manage_orders", true),
        ("?permission=manage_orders", String::new(), "manage_orders", true),
        ("?permission=manage_orders", json!({ "permission": "manage_logs" }).to_string(), "manage_logs", false),
        ("?permission=fly", String::new(), "fly", false),
    ] {
        let caller = ravi.clone().with_header("content-type", "application/json");
        let answer = caller.send(Method::POST, &format!("{CHECK}{query}"), Body::from(body)).await;
        assert_eq!(answer.data(), json!({ "permission": permission, "has_permission": has }), "{query}");
    }
    assert_eq!(app.anonymous().post(CHECK, json!({ "permission": "manage_orders" })).await.status.as_u16(), 401);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_warm_permission_costs_no_query(db: MySqlPool) {
    let app = app(&db).await;
    let ravi = build::user("Ravi").role("support_staff").insert(&db).await;
    assert!(may(&app, ravi, "manage_orders").await);
    app.ground.database.close().await;
    assert!(may(&app, ravi, "manage_orders").await && !may(&app, ravi, "manage_logs").await);
    let other = UserId::new(ravi.get() + 1).unwrap();
    assert_eq!(
        app.as_user(other).post(CHECK, json!({ "permission": "a" })).await.status.as_u16(),
        503,
        "a cold one does"
    );
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn given_and_taken_roles_count_on_this_replica_at_once_and_on_others_with_the_next_look(db: MySqlPool) {
    let (one, other) = (app(&db).await, app(&db).await);
    let asha = build::user("Asha").role("super_admin").insert(&db).await;
    let ravi = build::user("Ravi").role("customer").insert(&db).await;
    assert!(!may(&one, ravi, "view_users").await && !may(&other, ravi, "view_users").await);
    let given = give(&one.as_user(asha), ravi, &["support_staff", "customer", "support_staff"]).await.data();
    assert_eq!(given["user_id"], json!(ravi));
    assert_eq!((&given["roles"][0]["name"], &given["roles"][1]["name"]), (&json!("customer"), &json!("support_staff")));
    assert_eq!((&given["roles"][0]["assigned_by"], &given["roles"][1]["assigned_by"]), (&json!(null), &json!(asha)));
    assert_eq!(given["permissions"].as_array().unwrap().len(), 7);
    assert!(may(&one, ravi, "view_users").await && !may(&other, ravi, "view_users").await);
    other.hear_changes().await;
    assert!(may(&other, ravi, "view_users").await);
    let shown = other.as_user(asha).get(&of(ravi)).await.data();
    assert_eq!(shown, given);
    give(&other.as_user(asha), ravi, &[]).await.data();
    one.hear_changes().await;
    assert!(!may(&one, ravi, "view_users").await);
    assert_eq!(held(&db, ravi).await, [""; 0]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn nobody_gives_more_than_they_hold_or_touches_who_holds_more(db: MySqlPool) {
    let app = app(&db).await;
    let owner = build::user("Owner").role("super_admin").insert(&db).await;
    let admin = build::user("Asha").role("admin").insert(&db).await;
    let ravi = build::user("Ravi").role("customer").insert(&db).await;
    for (user, roles, status) in [
        (ravi, &["super_admin"][..], 403),
        (ravi, &["support_staff", "super_admin"], 403),
        (admin, &["admin", "super_admin"], 403),
        (owner, &[], 403),
        (owner, &["super_admin", "admin"], 403),
        (owner, &["super_admin"], 403),
        (ravi, &["admin", "content_manager"], 200),
        (ravi, &["vendor"], 200),
        (admin, &["admin", "support_staff"], 200),
    ] {
        let before = held(&db, user).await;
        let answer = give(&app.as_user(admin), user, roles).await;
        assert_eq!(answer.status.as_u16(), status, "{roles:?} to {user}: {}", answer.text);
        let now = held(&db, user).await;
        assert_eq!(now == before, status == 403, "{roles:?}");
    }
    let staff = build::user("Staff").role("support_staff").insert(&db).await;
    assert_eq!(give(&app.as_user(staff), ravi, &[]).await.status.as_u16(), 403);
    assert_eq!(give(&app.as_user(admin), admin, &[]).await.status.as_u16(), 200, "whoever wants less gets less");
    assert_eq!(give(&app.as_user(admin), admin, &["admin"]).await.status.as_u16(), 403, "and does not get it back");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn somebody_who_may_do_everything_is_always_left(db: MySqlPool) {
    let app = app(&db).await;
    let owner = build::user("Owner").role("super_admin").insert(&db).await;
    build::user("Gone").role("super_admin").inactive().insert(&db).await;
    let answer = give(&app.as_user(owner), owner, &["admin"]).await;
    assert_eq!((answer.status.as_u16(), answer.error().as_str()), (422, "INVALID_STATE"));
    assert_eq!(held(&db, owner).await, ["super_admin"]);
    build::user("Second").role("super_admin").insert(&db).await;
    assert_eq!(give(&app.as_user(owner), owner, &["admin"]).await.status.as_u16(), 200);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn of_two_who_take_each_other_s_role_at_once_one_keeps_it(db: MySqlPool) {
    for round in 0..5 {
        let (one, other) = (app(&db).await, app(&db).await);
        let names = [format!("One {round}"), format!("Two {round}")];
        let first = build::user(&names[0]).role("super_admin").insert(&db).await;
        let second = build::user(&names[1]).role("super_admin").insert(&db).await;
        let (first_caller, second_caller) = (one.as_user(first), other.as_user(second));
        // Both are known to be administrators before they begin.
        assert!(may(&one, first, "assign_roles").await && may(&other, second, "assign_roles").await);
        let (a, b) = tokio::join!(give(&first_caller, second, &[]), give(&second_caller, first, &[]));
        let mut statuses = [a.status.as_u16(), b.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 403], "{} {}", a.text, b.text);
        assert_eq!(held(&db, first).await.len() + held(&db, second).await.len(), 1);
        sqlx::query("DELETE FROM user_role_assignments").execute(&db).await.unwrap();
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_change_of_roles_is_written_down_once_with_who_made_it(db: MySqlPool) {
    let app = app(&db).await;
    let owner = build::user("Owner").role("super_admin").insert(&db).await;
    let ravi = build::user("Ravi").role("customer").insert(&db).await;
    let caller = app.as_user(owner).with_header("x-request-id", "req-7").with_header("x-forwarded-for", "203.0.113.7");
    for _ in 0..2 {
        give(&caller, ravi, &["support_staff"]).await.data();
    }
    give(&caller, ravi, &["nonsense"]).await;
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT actor_id, action, subject_type, subject_id, CONCAT(old_value, new_value), request_id, ip_address
         FROM audit_log",
    )
    .fetch_all(&db)
    .await
    .unwrap();
    let words = ["user.roles", "user", &ravi.to_string(), r#"["customer"]["support_staff"]"#, "req-7", "203.0.113.7"];
    let [action, kind, subject, values, request, address] = words.map(str::to_owned);
    assert_eq!(rows, [(Some(owner.get()), action, kind, subject, values, request, address)]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn bad_input_is_named_and_changes_nothing(db: MySqlPool) {
    let app = app(&db).await;
    let owner = app.as_user(build::user("Owner").role("super_admin").insert(&db).await);
    let ravi = build::user("Ravi").role("customer").insert(&db).await;
    let many: Vec<Value> = (0..51).map(|_| json!("customer")).collect();
    for (body, fields) in [
        ("{}".to_owned(), &["roles"][..]),
        ("[]".to_owned(), &["body"]),
        (String::new(), &["body"]),
        (r#"{"roles":null}"#.to_owned(), &["roles"]),
        (r#"{"roles":"customer"}"#.to_owned(), &["roles"]),
        (r#"{"roles":[7,"customer"]}"#.to_owned(), &["roles[0]"]),
        (r#"{"roles":["customer","Customer","super_admin "]}"#.to_owned(), &["roles[1]", "roles[2]"]),
        (r#"{"roles":["customer\u0000"]}"#.to_owned(), &["roles[0]"]),
        (r#"{"roles":["customer\u200b"]}"#.to_owned(), &["roles[0]"]),
        (r#"{"roles":["\u202ecustomer"]}"#.to_owned(), &["roles[0]"]),
        (json!({ "roles": ["x".repeat(900_000)] }).to_string(), &["roles[0]"]),
        (json!({ "roles": many }).to_string(), &["roles"]),
    ] {
        assert_eq!(put(&owner, &of(ravi), &body).await.wrong_fields(), fields, "{body:.80}");
    }
    for (path, status) in [
        ("/api/v1/auth/admin/users/999/roles", 404),
        ("/api/v1/auth/admin/users/0/roles", 400),
        ("/api/v1/auth/admin/users/x/roles", 400),
    ] {
        assert_eq!(put(&owner, path, r#"{"roles":[]}"#).await.status.as_u16(), status, "{path}");
        assert_eq!(owner.get(path).await.status.as_u16(), status, "{path}");
    }
    let assigned =
        r#"{"roles":["customer"],"user_id":1,"permissions":["manage_logs"],"is_admin":true,"assigned_by":9}"#;
    let answer = put(&owner, &of(ravi), assigned).await.data();
    assert_eq!((&answer["user_id"], &answer["permissions"]), (&json!(ravi), &json!([])));
    assert_eq!(held(&db, ravi).await, ["customer"]);
    for body in [
        json!({}),
        json!({ "permission": null }),
        json!({ "permission": 7 }),
        json!({ "permission": "" }),
        json!({ "permission": "Manage Orders" }),
        json!({ "permission": "a\u{0}" }),
        json!({ "permission": "a".repeat(101) }),
    ] {
        assert_eq!(owner.post(CHECK, body.clone()).await.wrong_fields(), ["permission"], "{body}");
    }
    let none = owner.send(Method::POST, CHECK, Body::empty()).await;
    assert_eq!(none.wrong_fields(), ["permission"]);
    let twice = owner.send(Method::POST, &format!("{CHECK}?permission=a&permission=b"), Body::empty()).await;
    assert_eq!(twice.wrong_fields(), ["permission"]);
}
