//! `/api/v1/users/profile`

use sqlx::MySqlPool;
use testing::build;

use crate::app;

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
      "email": "asha@example.com",
      "email_verified": false,
      "first_name": "Asha",
      "id": 1,
      "last_name": "Rao",
      "phone": "+919876543210",
      "phone_verified": false,
      "preferred_currency": "INR",
      "preferred_language": "en",
      "username": null,
      "uuid": "[uuid]"
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
