//! `/api/v1/users/account/export`

use axum::body::Body;
use axum::http::Method;
use serde_json::{Value, json};
use sqlx::MySqlPool;
use testing::{Answer, Caller, build};

use crate::{add, app, product, send};

async fn export(caller: &Caller) -> Answer {
    caller.send(Method::POST, "/api/v1/users/account/export", Body::empty()).await
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn people_get_everything_about_themselves_and_nothing_about_others(db: MySqlPool) {
    let soap = product("Soap", &db).await;
    let app = app(&db).await;
    let (asha, ravi) = (
        build::user("Asha").password_hash("$argon2id$secret").insert(&db).await,
        build::user("Ravi").insert(&db).await,
    );
    for (user, city) in [(asha, "Mumbai"), (ravi, "Pune")] {
        let caller = app.as_user(user);
        let address = json!({ "full_name": city, "phone": "9820012345", "address_line1": "4 Hill Road", "city": city,
            "state": "MH", "postal_code": "400050" });
        caller.post("/api/v1/users/addresses", address).await.data();
        add(&caller, soap, 2).await.data();
        caller.send(Method::POST, &format!("/api/v1/users/wishlist/{soap}"), Body::empty()).await.data();
        let wish = json!({ "preferences": [{ "channel": "email", "purpose": "marketing", "is_enabled": true }] });
        send(&caller, Method::PUT, "/api/v1/users/notification-preferences", wish).await.data();
        build::order(user, soap, &db).await;
        build::review(user, soap, 4, &db).await;
    }
    let answer = export(&app.as_user(asha)).await;
    let data = answer.data();
    assert_eq!(answer.headers["cache-control"], "private, no-store");
    assert!(!answer.text.contains("argon2") && !answer.text.contains("Pune") && !answer.text.contains("ravi"));
    for one in
        ["addresses", "wishlist", "cart", "orders", "payments", "notification_preferences", "consents", "reviews"]
    {
        assert_eq!(data[one].as_array().map(Vec::len), Some(1), "{one}: {}", data[one]);
    }
    let facts = [
        &data["profile"]["email"],
        &data["cart"][0]["quantity"],
        &data["orders"][0]["items"][0]["product_name"],
        &data["orders"][0]["shipping_address"]["postal_code"],
        &data["payments"][0]["amount"],
        &data["reviews"][0]["rating"],
        &data["review_votes"],
    ];
    assert_eq!(
        facts.map(Value::clone),
        [json!("asha@example.com"), json!(2), json!("Neem Soap"), json!("411001"), json!(118.0), json!(4), json!([])]
    );
    let nothing = export(&app.as_user(build::user("Meena").insert(&db).await)).await.data();
    assert_eq!(
        (&nothing["orders"], &nothing["newsletter"], &nothing["tax_info"]),
        (&json!([]), &Value::Null, &Value::Null)
    );
}
