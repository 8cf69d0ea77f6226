//! `/api/v1/users/change-password`

use accounts::{Cost, Hasher, Password, sessions};
use chrono::TimeDelta;
use futures::future::join_all;
use kernel::UserId;
use serde_json::{Value, json};
use shared::web::Device;
use sqlx::MySqlPool;
use testing::{Answer, Caller, TestApp, build, noon};
use uuid::Uuid;

use crate::app;

const CHANGE: &str = "/api/v1/users/change-password";
const LEAVE: &str = "/api/v1/users/account/delete";
const PROFILE: &str = "/api/v1/users/profile";
const OLD: &str = "correct horse battery";
const NEW: &str = "a stable of horses";

/// Asha with a password, signed in on two devices.
async fn asha(app: &TestApp, db: &MySqlPool) -> (UserId, Caller, Caller) {
    let user = build::user("Asha").insert(db).await;
    let hash = Hasher::default().hash(Password::try_from(OLD.to_owned()).unwrap(), Cost::default()).await.unwrap();
    let present = accounts::credentials::find_present(&mut db.acquire().await.unwrap(), user).await.unwrap().unwrap();
    accounts::credentials::replace(&mut db.acquire().await.unwrap(), &present, &hash, noon()).await.unwrap();
    let (one, other) = (signed_in(db, user).await, signed_in(db, user).await);
    (user, app.as_session(user, one), app.as_session(user, other))
}

async fn signed_in(db: &MySqlPool, user: UserId) -> Uuid {
    let mut conn = db.acquire().await.unwrap();
    sessions::open(&mut conn, user, &Device::default(), noon()).await.unwrap().session
}

async fn change(caller: &Caller, current: &str, new: &str) -> Answer {
    caller.post(CHANGE, json!({ "current_password": current, "new_password": new })).await
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn who_knows_the_password_changes_it_and_other_devices_are_signed_out(db: MySqlPool) {
    let app = app(&db).await;
    let (user, here, elsewhere) = asha(&app, &db).await;
    change(&here, OLD, NEW).await.data();
    assert!(here.get(PROFILE).await.status.is_success(), "whoever changed it stays");
    assert_eq!(elsewhere.get(PROFILE).await.status.as_u16(), 401, "at once");
    assert_eq!(change(&here, OLD, "another stable").await.wrong_fields(), ["current_password"]);
    change(&here, NEW, "another stable").await.data();
    let (producer, payload): (String, String) =
        sqlx::query_as("SELECT producer, payload FROM outbox ORDER BY id LIMIT 1").fetch_one(&db).await.unwrap();
    assert_eq!(producer, "user");
    let told = json!({ "user_id": user, "kind": "password_changed" });
    assert_eq!(serde_json::from_str::<Value>(&payload).unwrap()["data"], told);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_stolen_token_guesses_no_password_at_either_place(db: MySqlPool) {
    let app = app(&db).await;
    let (_, here, _) = asha(&app, &db).await;
    for guess in 0..5 {
        assert_eq!(change(&here, &format!("guess {guess}"), NEW).await.wrong_fields(), ["current_password"]);
        assert_eq!(here.post(LEAVE, json!({ "password": "guess" })).await.status.as_u16(), 401, "{guess}");
    }
    assert_eq!(change(&here, OLD, NEW).await.error(), "RATE_LIMITED", "the right one too");
    assert_eq!(here.post(LEAVE, json!({ "password": OLD })).await.error(), "RATE_LIMITED");
    app.later(TimeDelta::minutes(15));
    change(&here, OLD, NEW).await.data();
    assert_eq!(change(&here, OLD, "another stable").await.wrong_fields(), ["current_password"], "which starts anew");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_may_not_be_a_password_is_named_and_changes_nothing(db: MySqlPool) {
    let app = app(&db).await;
    let (_, here, elsewhere) = asha(&app, &db).await;
    for wrong in [OLD, "password123", "Asha Rao 2026", "asha@example.com", "short", "tab\there and there"] {
        assert_eq!(change(&here, OLD, wrong).await.wrong_fields(), ["new_password"], "{wrong}");
    }
    assert_eq!(change(&here, "", NEW).await.wrong_fields(), ["current_password"]);
    let endless = "x".repeat(1_000_000);
    assert_eq!(change(&here, &endless, NEW).await.wrong_fields(), ["current_password"]);
    assert_eq!(change(&here, OLD, &endless).await.wrong_fields(), ["new_password"]);
    // Whether something confirms it is asked of what is a password.
    assert_eq!(here.post(CHANGE, json!({})).await.wrong_fields(), ["new_password"]);
    assert_eq!(here.post(CHANGE, json!({ "new_password": NEW })).await.wrong_fields(), ["current_password"]);
    for wrong in [Value::Null, json!(7), json!([]), json!(true)] {
        let form = json!({ "current_password": OLD, "new_password": wrong });
        assert_eq!(here.post(CHANGE, form).await.wrong_fields()[0], "new_password");
    }
    assert!(elsewhere.get(PROFILE).await.status.is_success());
    change(&here, OLD, NEW).await.data();
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn nobody_else_s_password_is_changed(db: MySqlPool) {
    let app = app(&db).await;
    let (user, here, _) = asha(&app, &db).await;
    let ravi = build::user("Ravi").insert(&db).await;
    let form = json!({ "current_password": OLD, "new_password": NEW, "user_id": user });
    assert_eq!(app.as_user(ravi).post(CHANGE, form.clone()).await.wrong_fields(), ["current_password"]);
    assert_eq!(app.anonymous().post(CHANGE, form).await.status.as_u16(), 401);
    change(&here, OLD, NEW).await.data();
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn of_many_at_once_one_changes_it(db: MySqlPool) {
    let app = app(&db).await;
    let (_, here, _) = asha(&app, &db).await;
    let words: Vec<String> = (0..4).map(|number| format!("stable of {number} horses")).collect();
    let answers = join_all(words.iter().map(|word| change(&here, OLD, word))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status.is_success()).count(), 1);
    assert!(answers.iter().all(|answer| [200, 400, 409].contains(&answer.status.as_u16())), "{answers:?}");
}
