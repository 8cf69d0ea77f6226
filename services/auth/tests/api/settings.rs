//! `/api/v1/auth/frontend-settings`, `/site-settings`, `/admin/all-settings`

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::Method;
use commerce::settings::{ALL, MASK};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use shared::config::{Razorpay, ServiceName};
use sqlx::MySqlPool;
use testing::{Answer, Caller, TestApp, build, servers};

use crate::app;
use crate::log::Log;

const PUBLIC: &str = "/api/v1/auth/frontend-settings";
const SITE: &str = "/api/v1/auth/site-settings";
const DESCRIBED: &str = "/api/v1/auth/admin/all-settings";

async fn owner(app: &TestApp, db: &MySqlPool) -> Caller {
    app.as_user(build::user("Owner").role("super_admin").insert(db).await)
}

async fn put(caller: &Caller, body: impl ToString) -> Answer {
    let caller = caller.clone().with_header("content-type", "application/json");
    caller.send(Method::PUT, SITE, Body::from(body.to_string())).await
}

async fn kept(db: &MySqlPool, key: &str) -> String {
    let text = sqlx::query_scalar("SELECT setting_value FROM site_settings WHERE setting_key = ?");
    text.bind(key).fetch_one(db).await.unwrap()
}

async fn written(db: &MySqlPool) -> Vec<(String, Value, Value)> {
    let rows: Vec<(String, String, String)> =
        sqlx::query_as("SELECT subject_id, old_value, new_value FROM audit_log ORDER BY id")
            .fetch_all(db)
            .await
            .unwrap();
    let value = |text: String| serde_json::from_str(&text).unwrap();
    rows.into_iter().map(|(key, before, after)| (key, value(before), value(after))).collect()
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn the_code_knows_every_setting_of_the_schema_and_the_schema_every_setting_of_the_code(db: MySqlPool) {
    let rows: Vec<(String, String, String, bool, bool)> =
        sqlx::query_as("SELECT setting_key, setting_value, setting_type, is_public, is_secret FROM site_settings")
            .fetch_all(&db)
            .await
            .unwrap();
    let stored: BTreeSet<_> = rows.iter().map(|(key, ..)| key.as_str()).collect();
    let known: BTreeSet<_> = ALL.iter().map(|definition| definition.key).collect();
    assert_eq!(stored, known, "say in crates/commerce/src/settings/table.rs what may stand in each");
    for (key, value, kind, is_public, is_secret) in &rows {
        let definition = commerce::settings::find(key).unwrap();
        let said = (definition.kind.column_type(), definition.is_public, definition.is_secret);
        assert_eq!(said, (kind.as_str(), *is_public, *is_secret), "{key}");
        if !is_secret {
            let shown = serde_json::to_value(definition.show(value)).unwrap();
            assert!(definition.read(&shown).is_ok(), "the shop comes with {key} = {value}");
        }
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn everybody_sees_the_public_settings_and_no_other(db: MySqlPool) {
    let app = app(&db).await;
    let data = app.anonymous().get(PUBLIC).await.data();
    let shown: BTreeSet<_> = data.as_object().unwrap().keys().map(String::as_str).collect();
    let public = ALL.iter().filter(|definition| definition.is_public).map(|definition| definition.key);
    assert_eq!(shown, public.collect::<BTreeSet<_>>());
    assert!(!shown.contains("razorpay_secret") && !shown.contains("rate_limit_exempt_addresses"));
    assert_eq!(data["site_name"], "Pavitra Trading");
    assert_eq!((&data["maintenance_mode"], &data["max_cart_items_total"]), (&json!(false), &json!(50)));
    assert!(data["business_hours"]["sunday"] == "Closed" && data["supported_gateways"].is_array());
    let text = app.anonymous().get(PUBLIC).await.text;
    assert!(text.contains(r#""free_shipping_threshold":999.00"#), "money has two decimals: {text}");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn only_who_manages_settings_sees_and_changes_them(db: MySqlPool) {
    let app = app(&db).await;
    for (role, status) in [("customer", 403), ("support_staff", 403), ("admin", 403), ("super_admin", 200)] {
        let caller = app.as_user(build::user(role).role(role).insert(&db).await);
        for path in [SITE, DESCRIBED] {
            assert_eq!(caller.get(path).await.status.as_u16(), status, "{path} to {role}");
        }
        assert_eq!(put(&caller, r#"{"settings":{}}"#).await.status.as_u16(), status, "{role}");
    }
    let caller = app.anonymous();
    assert_eq!((caller.get(SITE).await.status.as_u16(), put(&caller, "{}").await.status.as_u16()), (401, 401));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_change_counts_here_at_once_on_others_with_the_next_look_and_is_written_down(db: MySqlPool) {
    let (one, other) = (app(&db).await, app(&db).await);
    let owner = owner(&one, &db).await;
    assert_eq!(other.anonymous().get(PUBLIC).await.data()["max_cart_items_total"], 50);
    let before = owner.get(SITE).await.data();
    let changed = put(&owner, json!({ "settings": { "max_cart_items_total": 60, "free_shipping_threshold": "499.5", "site_name": "Pavitra Trading" } })).await.data();
    assert_eq!(changed["settings"]["max_cart_items_total"], 60);
    assert_eq!(
        changed["revision"].as_u64().unwrap(),
        before["revision"].as_u64().unwrap() + 2,
        "what is the same is not written"
    );
    assert_eq!(one.anonymous().get(PUBLIC).await.data()["max_cart_items_total"], 60);
    assert_eq!(other.anonymous().get(PUBLIC).await.data()["max_cart_items_total"], 50);
    other.hear_changes().await;
    assert_eq!(other.anonymous().get(PUBLIC).await.data()["max_cart_items_total"], 60);
    let expected = [
        ("free_shipping_threshold".to_owned(), json!(999.0), json!(499.5)),
        ("max_cart_items_total".to_owned(), json!(50), json!(60)),
    ];
    assert_eq!(written(&db).await, expected);
    let described = owner.get(DESCRIBED).await.data();
    let setting =
        described["settings"].as_array().unwrap().iter().find(|it| it["key"] == "max_cart_items_total").unwrap();
    assert_eq!((&setting["revision"], &setting["updated_by"]), (&json!(2), &json!(1)));
    assert_eq!(setting["schema"], json!({ "type": "integer", "minimum": 1, "maximum": 10_000 }));
    assert!(setting["description"].as_str().unwrap().contains("cart") && setting["is_public"] == true);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_secret_is_written_and_never_read(db: MySqlPool) {
    let log = Log::start();
    let app = app(&db).await;
    let owner = owner(&app, &db).await;
    let sent = [
        ("telegram_bot_token", "s3cret-one"),
        ("telegram_bot_token", "s3cret-two"),
        ("telegram_bot_token", "s3cret-two"),
    ];
    let mut answers = String::new();
    let mut sealed = Vec::new();
    for (key, secret) in sent {
        let answer = put(&owner, json!({ "settings": { key: secret } })).await;
        assert_eq!(answer.data()["settings"][key], MASK);
        answers += &answer.text;
        sealed.push(kept(&db, key).await);
    }
    assert!(sealed[0] != sealed[1] && sealed[1] == sealed[2], "the same secret is no change: {sealed:?}");
    for path in [SITE, DESCRIBED, PUBLIC, "/api/v1/auth/admin/audit-log"] {
        answers += &owner.get(path).await.text;
    }
    put(&owner, json!({ "settings": { "telegram_bot_token": MASK } })).await.data();
    assert_eq!(kept(&db, "telegram_bot_token").await, sealed[1], "who sends the mask back changes nothing");
    let mut conn = db.acquire().await.unwrap();
    app.hear_changes().await;
    let values = app.ground.settings.read(&mut conn).await.unwrap();
    assert_eq!(values.secret("telegram_bot_token").unwrap().expose_secret(), "s3cret-two");
    assert_eq!((values.text("telegram_bot_token"), values.secret("razorpay_secret").is_none()), ("", true));
    let written = written(&db).await;
    let print = |place: usize, side: usize| [&written[place].1, &written[place].2][side]["fingerprint"].clone();
    assert!(written.len() == 2 && print(0, 0).is_null() && print(0, 1) == print(1, 0) && print(1, 0) != print(1, 1));
    let everything = format!("{answers}{written:?}{}", log.text());
    assert!(
        sealed.iter().all(|text| text.starts_with("v1.") && !everything.contains(text))
            && !everything.contains("s3cret")
    );
    assert_eq!(
        put(&owner, json!({ "settings": { "telegram_bot_token": "" } })).await.data()["settings"]["telegram_bot_token"],
        ""
    );
    assert_eq!(kept(&db, "telegram_bot_token").await, "");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_sealed_secret_that_was_moved_or_changed_is_none(db: MySqlPool) {
    let app = app(&db).await;
    let owner = owner(&app, &db).await;
    put(&owner, json!({ "settings": { "telegram_bot_token": "s3cret" } })).await.data();
    sqlx::query("UPDATE site_settings SET setting_value = ? WHERE setting_key = 'stripe_secret_key'")
        .bind(kept(&db, "telegram_bot_token").await)
        .execute(&db)
        .await
        .unwrap();
    let values = shared::settings::Settings::new(app.ground.sealer.clone());
    let values = values.read(&mut db.acquire().await.unwrap()).await.unwrap();
    assert!(values.secret("telegram_bot_token").is_some() && values.secret("stripe_secret_key").is_none());
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_change_meant_for_older_settings_is_refused(db: MySqlPool) {
    let app = app(&db).await;
    let owner = owner(&app, &db).await;
    let seen = owner.get(SITE).await.data()["revision"].clone();
    let change = |total: u32| json!({ "settings": { "max_cart_items_total": total }, "revision": seen });
    let (one, other) = tokio::join!(put(&owner, change(60)), put(&owner, change(70)));
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409], "{} {}", one.text, other.text);
    assert_eq!(put(&owner, change(80)).await.error(), "CONFLICT");
    assert_eq!(
        put(&owner, r#"{"settings":{"max_cart_items_total":80}}"#).await.data()["settings"]["max_cart_items_total"],
        80
    );
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_the_environment_decides_says_so(db: MySqlPool) {
    let (key_id, base_url) = ("rzp_test_1".to_owned(), "http://127.0.0.1:9".to_owned());
    let razorpay =
        Razorpay { key_id, secret: "x".into(), webhook_secret: None, webhook_secret_previous: None, base_url };
    let config = shared::config::Config { razorpay: Some(razorpay), ..servers::config(ServiceName::Auth, &db) };
    app(&db).await;
    let app = TestApp::with(config, auth_service::build);
    let owner = owner(&app, &db).await;
    let answer =
        put(&owner, json!({ "settings": { "razorpay_secret": "a", "stripe_secret_key": "b", "site_name": "Shop" } }))
            .await;
    assert_eq!(answer.data()["overridden_by"], json!({ "razorpay_secret": "RAZORPAY_SECRET" }));
    let described = owner.get(DESCRIBED).await.data();
    let overridden = described["settings"].as_array().unwrap().iter().filter(|it| !it["overridden_by"].is_null());
    let overridden: Vec<&str> = overridden.map(|it| it["key"].as_str().unwrap()).collect();
    assert_eq!(overridden, ["razorpay_key_id", "razorpay_secret", "razorpay_webhook_secret"]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn every_fault_is_named_at_once_and_then_nothing_is_changed(db: MySqlPool) {
    let app = app(&db).await;
    let owner = owner(&app, &db).await;
    let before = owner.get(SITE).await.data();
    let wrong = json!({ "settings": {
        "site_name": "Shop", "maintenance_mode": "true", "max_cart_items_total": 0, "no_such": 1, "site_email": null,
        "gst_number": "27AAPFU0939F1ZW", "razorpay_secret": "a b", "supported_gateways": [], "is_admin": true,
    } });
    let mut fields = put(&owner, &wrong).await.wrong_fields();
    fields.sort();
    let expected = [
        "gst_number",
        "is_admin",
        "maintenance_mode",
        "max_cart_items_total",
        "no_such",
        "razorpay_secret",
        "site_email",
        "supported_gateways",
    ]
    .map(|key| format!("settings.{key}"));
    assert_eq!(fields, expected);
    for (body, fields) in [
        (String::new(), &["body"][..]),
        ("{}".to_owned(), &["settings"]),
        (r#"{"settings":null}"#.to_owned(), &["settings"]),
        (r#"{"settings":7}"#.to_owned(), &["settings"]),
        (r#"{"settings":{},"revision":"1"}"#.to_owned(), &["revision"]),
        (r#"{"settings":{},"revision":-1}"#.to_owned(), &["revision"]),
        (r#"{"settings":{"":1}}"#.to_owned(), &["settings."]),
        (r#"{"settings":{"SITE_NAME":"x"}}"#.to_owned(), &["settings.SITE_NAME"]),
        (r#"{"settings":{"site_name\u0000":"x"}}"#.to_owned(), &["settings.site_name"]),
        (r#"{"settings":{"site_name":"a\u202eb"}}"#.to_owned(), &["settings.site_name"]),
        (r#"{"settings":{"site_name":"a\u200bb"}}"#.to_owned(), &["settings.site_name"]),
        (json!({ "settings": { "site_name": "x".repeat(900_000) } }).to_string(), &["settings.site_name"]),
        (r#"{"settings":{"seller_state":"29"}}"#.to_owned(), &["settings.seller_state"]),
        (r#"{"settings":{"supported_gateways":["stripe"]}}"#.to_owned(), &["settings.default_payment_gateway"]),
    ] {
        let answer = put(&owner, &body).await;
        assert_eq!(answer.wrong_fields(), fields, "{body:.80}");
        assert!(!answer.text.contains("a b"));
    }
    assert_eq!(owner.get(SITE).await.data(), before);
    assert!(written(&db).await.is_empty());
    let ignored = json!({ "settings": {}, "updated_by": 7, "is_secret": false, "user_id": 9 });
    assert_eq!(put(&owner, ignored).await.data()["revision"], before["revision"]);
    let both = json!({ "settings": { "supported_gateways": ["stripe"], "default_payment_gateway": "stripe" } });
    put(&owner, both).await.data();
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn ten_at_once_write_one_history(db: MySqlPool) {
    let app = app(&db).await;
    let owner = owner(&app, &db).await;
    let bodies: Vec<_> = (1..=10).map(|total| json!({ "settings": { "max_cart_items_total": total } })).collect();
    let answers = futures::future::join_all(bodies.iter().map(|body| put(&owner, body))).await;
    assert!(answers.iter().all(|answer| answer.status.is_success()));
    let written = written(&db).await;
    assert_eq!(written.len(), 10);
    assert!(written.windows(2).all(|two| two[0].2 == two[1].1), "each begins where the one before ended: {written:?}");
    assert_eq!(written[9].2.to_string(), kept(&db, "max_cart_items_total").await);
}
