//! `/api/v1/users/profile`

use axum::http::Method;
use futures::future::join_all;
use serde_json::{Value, json};
use sqlx::MySqlPool;
use testing::{Answer, Caller, build};

use crate::{app, send};

const PROFILE: &str = "/api/v1/users/profile";

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn people_see_their_own_account_without_its_password(db: MySqlPool) {
    let asha = build::user("Asha").phone("+919876543210").password_hash("$argon2id$secret").insert(&db).await;
    build::user("Ravi").insert(&db).await;
    let answer = app(&db).await.as_user(asha).get(PROFILE).await;
    assert_eq!(answer.headers["cache-control"], "private, no-store");
    insta::assert_json_snapshot!(answer.data(), { ".uuid" => "[uuid]" }, @r#"
    {
      "avatar_url": null,
      "country_id": 1,
      "created_at": "2026-11-22T12:00:00Z",
      "date_of_birth": null,
      "deletion_scheduled_at": null,
      "email": "asha@example.com",
      "email_verified": false,
      "first_name": "Asha",
      "gender": null,
      "id": 1,
      "last_name": "Rao",
      "phone": "+919876543210",
      "phone_verified": false,
      "preferred_currency": "INR",
      "preferred_language": "en",
      "revision": 1,
      "telegram_phone": null,
      "telegram_username": null,
      "username": null,
      "uuid": "[uuid]",
      "whatsapp_phone": null
    }
    "#);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn only_who_signed_in_to_an_active_account_has_a_profile(db: MySqlPool) {
    let gone = build::user("Gone").inactive().insert(&db).await;
    let app = app(&db).await;
    assert_eq!(app.anonymous().get(PROFILE).await.error(), "UNAUTHORIZED");
    assert_eq!(app.with_token("null").get(PROFILE).await.error(), "UNAUTHORIZED");
    assert_eq!(app.with_token("x.y.z").get(PROFILE).await.error(), "UNAUTHORIZED");
    assert_eq!(app.as_user(gone).get(PROFILE).await.error(), "UNAUTHORIZED");
}

async fn patch(caller: &Caller, body: Value) -> Answer {
    send(caller, Method::PATCH, PROFILE, body).await
}

async fn alerts(db: &MySqlPool) -> Vec<String> {
    let payloads: Vec<String> =
        sqlx::query_scalar("SELECT payload FROM outbox WHERE type = 'user.security_alert' ORDER BY id")
            .fetch_all(db)
            .await
            .unwrap();
    let kind = |payload: &String| serde_json::from_str::<Value>(payload).unwrap().to_string();
    payloads.iter().map(kind).collect()
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_is_absent_stays_and_null_takes_away(db: MySqlPool) {
    let asha = app(&db).await.as_user(build::user("Asha").insert(&db).await);
    let all = json!({ "first_name": " Asha Devi ", "last_name": "Iyer", "country_id": 1, "preferred_currency": "INR",
        "preferred_language": "hi", "date_of_birth": "1990-05-17", "gender": "female", "telegram_username": "@asha_iyer",
        "telegram_phone": "98200 12345", "whatsapp_phone": "+91 98200 12345", "username": "Asha.Iyer" });
    let changed = send(&asha, Method::PUT, PROFILE, all).await.data();
    let facts = |profile: &Value| {
        let fields = ["first_name", "last_name", "username", "date_of_birth", "gender", "telegram_username"];
        fields.map(|field| profile[field].clone())
    };
    let expected = ["Asha Devi", "Iyer", "asha.iyer", "1990-05-17", "female", "asha_iyer"].map(Value::from);
    assert_eq!(facts(&changed), expected);
    assert_eq!((&changed["telegram_phone"], &changed["email"]), (&json!("+919820012345"), &json!("asha@example.com")));
    let same = patch(&asha, json!({})).await.data();
    assert_eq!(facts(&same), expected);
    let less =
        patch(&asha, json!({ "date_of_birth": null, "gender": null, "telegram_username": null, "username": null }));
    let less = less.await.data();
    assert_eq!(facts(&less)[2..], [Value::Null, Value::Null, Value::Null, Value::Null]);
    assert_eq!(asha.get(PROFILE).await.data(), less);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn another_address_or_number_is_not_verified_and_its_holder_is_told(db: MySqlPool) {
    let asha = build::user("Asha").phone("+919876543210").insert(&db).await;
    sqlx::query("UPDATE users SET email_verified = TRUE, phone_verified = TRUE").execute(&db).await.unwrap();
    let asha = app(&db).await.as_user(asha);
    let same = patch(&asha, json!({ "email": "ASHA@example.com ", "phone": "98765 43210" })).await.data();
    assert_eq!((&same["email_verified"], &same["phone_verified"]), (&json!(true), &json!(true)));
    assert!(alerts(&db).await.is_empty());
    let other = patch(&asha, json!({ "email": "asha.rao@example.com" })).await.data();
    assert_eq!((&other["email"], &other["email_verified"]), (&json!("asha.rao@example.com"), &json!(false)));
    assert_eq!(other["phone_verified"], true);
    let other = patch(&asha, json!({ "phone": "9876543211" })).await.data();
    assert_eq!((&other["phone"], &other["phone_verified"]), (&json!("+919876543211"), &json!(false)));
    let alerts = alerts(&db).await;
    assert!(
        alerts.len() == 2 && alerts[0].contains("email_changed") && alerts[1].contains("phone_changed"),
        "{alerts:?}"
    );
}

/// What waits to be sent: for what, over which channel, where to.
async fn waiting(db: &MySqlPool) -> Vec<(String, String, String)> {
    let rows = sqlx::query_as(
        "SELECT p.purpose, p.channel, p.recipient FROM account_proofs p
         WHERE EXISTS (SELECT 1 FROM outbox o WHERE o.type = 'user.proof_requested'
                       AND JSON_EXTRACT(o.payload, '$.data.proof_id') = p.id) ORDER BY p.id",
    );
    rows.fetch_all(db).await.unwrap()
}

fn sending(purpose: &str, channel: &str, recipient: &str) -> (String, String, String) {
    (purpose.to_owned(), channel.to_owned(), recipient.to_owned())
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn the_old_address_is_told_and_the_new_one_asked(db: MySqlPool) {
    let asha = build::user("Asha").phone("+919876543210").insert(&db).await;
    let asha = app(&db).await.as_user(asha);
    patch(&asha, json!({ "email": "asha@example.com", "phone": "98765 43210", "first_name": "Ash" })).await.data();
    assert_eq!(waiting(&db).await, [], "nothing is another");
    patch(&asha, json!({ "email": "asha.rao@example.com", "phone": "9876543211" })).await.data();
    let expected = [
        sending("contact_changed", "email", "asha@example.com"),
        sending("verify_email", "email", "asha.rao@example.com"),
        sending("contact_changed", "sms", "+919876543210"),
        sending("verify_phone", "sms", "+919876543211"),
    ];
    assert_eq!(waiting(&db).await, expected);
    patch(&asha, json!({ "phone": null })).await.data();
    assert_eq!(waiting(&db).await[4..], [sending("contact_changed", "sms", "+919876543211")]);
    patch(&asha, json!({ "phone": "9876543212" })).await.data();
    assert_eq!(waiting(&db).await[5..], [sending("verify_phone", "sms", "+919876543212")]);
    let told: Vec<String> = sqlx::query_scalar("SELECT payload FROM outbox ORDER BY id").fetch_all(&db).await.unwrap();
    assert!(!told.concat().contains("example.com") && !told.concat().contains("98765"), "{told:?}");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn nobody_has_strangers_written_to_by_moving_from_one_to_the_next(db: MySqlPool) {
    let asha = build::user("Asha").insert(&db).await;
    let app = app(&db).await;
    for number in 1..=5 {
        patch(&app.as_user(asha), json!({ "email": format!("stranger{number}@example.com") })).await.data();
    }
    let sixth = patch(&app.as_user(asha), json!({ "email": "stranger6@example.com", "first_name": "Six" })).await;
    assert_eq!((sixth.error(), sixth.headers.contains_key("retry-after")), ("RATE_LIMITED".to_owned(), true));
    assert_eq!((waiting(&db).await.len(), alerts(&db).await.len()), (10, 5));
    let profile = patch(&app.as_user(asha), json!({ "last_name": "Iyer" })).await.data();
    assert_eq!((&profile["email"], &profile["first_name"]), (&json!("stranger5@example.com"), &json!("Asha")));
    app.later(chrono::TimeDelta::hours(1));
    patch(&app.as_user(asha), json!({ "email": "stranger6@example.com" })).await.data();
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn who_has_asked_for_too_many_links_is_not_asked_but_may_move(db: MySqlPool) {
    let asha = build::user("Asha").insert(&db).await;
    let app = app(&db).await;
    let messenger = accounts::Messenger::new(&app.ground);
    let mut conn = db.acquire().await.unwrap();
    for _ in 0..5 {
        let who = (accounts::proofs::Purpose::VerifyEmail, asha.to_string());
        messenger.spend(&mut conn, (who.0, &who.1), testing::noon()).await.unwrap();
    }
    patch(&app.as_user(asha), json!({ "email": "asha.rao@example.com" })).await.data();
    assert_eq!(waiting(&db).await, [sending("contact_changed", "email", "asha@example.com")]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn of_several_who_want_one_address_one_gets_it(db: MySqlPool) {
    let app = app(&db).await;
    let mut people = Vec::new();
    for name in ["Asha", "Ravi", "Meena", "Sunil"] {
        people.push(app.as_user(build::user(name).insert(&db).await));
    }
    let wanted = json!({ "email": "Shop@Example.com", "first_name": "Taken" });
    let answers = join_all(people.iter().map(|person| patch(person, wanted.clone()))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status.is_success()).count(), 1);
    for answer in answers.iter().filter(|answer| !answer.status.is_success()) {
        assert_eq!((answer.status.as_u16(), answer.error()), (409, "CONFLICT".to_owned()));
    }
    let renamed: i64 =
        sqlx::query_scalar("SELECT COUNT(*) FROM users WHERE first_name = 'Taken'").fetch_one(&db).await.unwrap();
    assert_eq!((renamed, alerts(&db).await.len()), (1, 1), "who did not get it changed nothing");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn somebody_can_be_found_by_something_for_ever(db: MySqlPool) {
    let asha = app(&db).await.as_user(build::user("Asha").insert(&db).await);
    assert_eq!(patch(&asha, json!({ "email": null })).await.wrong_fields(), ["email"]);
    let reached = patch(&asha, json!({ "email": null, "username": "asha" })).await.data();
    assert_eq!((&reached["email"], &reached["username"]), (&Value::Null, &json!("asha")));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn who_saw_an_older_profile_changes_nothing(db: MySqlPool) {
    let asha = app(&db).await.as_user(build::user("Asha").insert(&db).await);
    let first = asha.clone().with_header("if-match", "\"1\"");
    let revision = patch(&first, json!({ "first_name": "One" })).await.data()["revision"].clone();
    assert_eq!(patch(&first, json!({ "first_name": "Two" })).await.error(), "CONFLICT");
    let second = asha.clone().with_header("if-match", &revision.to_string());
    assert_eq!(patch(&second, json!({ "first_name": "Two" })).await.data()["first_name"], "Two");
    assert_eq!(patch(&asha.clone().with_header("if-match", "*"), json!({})).await.status.as_u16(), 200);
    assert_eq!(patch(&asha.with_header("if-match", "abc"), json!({})).await.wrong_fields(), ["If-Match"]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_cannot_be_is_named(db: MySqlPool) {
    let asha = app(&db).await.as_user(build::user("Asha").insert(&db).await);
    for (field, wrong) in [
        ("first_name", Value::Null),
        ("last_name", Value::Null),
        ("preferred_currency", Value::Null),
        ("preferred_language", Value::Null),
        ("preferred_currency", json!("ZZZ")),
        ("country_id", json!(999_999)),
        ("country_id", json!(0)),
        ("date_of_birth", json!("2026-11-23")),
        ("date_of_birth", json!("1899-12-31")),
        ("gender", json!("Female")),
        ("whatsapp_phone", json!("12345")),
    ] {
        assert_eq!(patch(&asha, json!({ field: wrong.clone() })).await.wrong_fields(), [field], "{wrong}");
    }
    let two = patch(&asha, json!({ "first_name": null, "date_of_birth": "2030-01-01" })).await.wrong_fields();
    assert_eq!(two, ["first_name", "date_of_birth"]);
}
