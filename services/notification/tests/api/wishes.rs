//! What people want to be told, and what they are told all the same.

use accounts::proofs::{self, ProofKeys, Purpose, Recipient, Wanted};
use commerce::events::{DeletionScheduled, OrderCancelled, ProofRequested, SecurityAlert, SecurityAlertKind};
use commerce::ids::OrderId;
use commerce::orders::RefundPurpose;
use kernel::{Event, Paise, UserId};
use shared::config::ServiceName;
use shared::messaging::Message;
use sqlx::MySqlPool;
use testing::{TestApp, build, noon};

use crate::app;
use crate::shop::{self, confirmed, refunded};

/// `user` takes nothing for this purpose over this channel; the schema takes more than the user service lets anybody say.
async fn refuse(db: &MySqlPool, user: UserId, channel: &str, purpose: &str) {
    let refused = sqlx::query(
        "INSERT INTO user_notification_preferences (user_id, channel, purpose, is_enabled, withdrawn_at)
         VALUES (?, ?, ?, FALSE, UTC_TIMESTAMP())",
    );
    refused.bind(user).bind(channel).bind(purpose).execute(db).await.unwrap();
}

async fn refuse_everything(db: &MySqlPool, user: UserId) {
    for channel in ["email", "sms"] {
        for purpose in ["orders", "security", "marketing"] {
            refuse(db, user, channel, purpose).await;
        }
    }
}

/// The kind and channel of each message.
async fn written(db: &MySqlPool) -> Vec<(String, String)> {
    sqlx::query_as("SELECT kind, type FROM notification_logs ORDER BY id").fetch_all(db).await.unwrap()
}

fn by(kind: &str, channel: &str) -> (String, String) {
    (kind.to_owned(), channel.to_owned())
}

async fn hear(app: &TestApp, event: &impl Event) {
    app.deliver(&Message::of(event, noon(), None).unwrap()).await.unwrap();
}

fn cancelled(order_id: OrderId, user_id: UserId, paid: i64) -> OrderCancelled {
    let (order_number, reason) = ("PV-1".to_owned(), "not paid in time".to_owned());
    OrderCancelled { order_id, order_number, user_id, reason, paid: Paise::new(paid), revision: 3 }
}

async fn pay_by(db: &MySqlPool, order: OrderId, method: &str) {
    let changed = sqlx::query("UPDATE orders SET payment_method = ? WHERE id = ?").bind(method).bind(order);
    changed.execute(db).await.unwrap();
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn an_order_that_was_given_up_is_told_to_who_wants_to_hear_of_it(db: MySqlPool) {
    let (app, user) = (app(&db).await, build::user("Asha").insert(&db).await);
    let order = shop::order(&db, user).await;
    pay_by(&db, order, "upi").await;
    hear(&app, &cancelled(order, user, 0)).await;
    assert_eq!(written(&db).await, [by("order_cancelled", "email")], "who said nothing hears of it");
    refuse(&db, user, "sms", "orders").await;
    hear(&app, &cancelled(order, user, 0)).await;
    assert_eq!(written(&db).await.len(), 2, "another channel");
    refuse(&db, user, "email", "orders").await;
    hear(&app, &cancelled(order, user, 0)).await;
    assert_eq!(written(&db).await.len(), 2);
    let ravi = build::user("Ravi").insert(&db).await;
    let order = shop::order(&db, ravi).await;
    pay_by(&db, order, "upi").await;
    hear(&app, &cancelled(order, ravi, 0)).await;
    assert_eq!(written(&db).await.len(), 3, "what somebody else said is not his word");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_is_owed_is_told_whatever_somebody_wants(db: MySqlPool) {
    let (app, user) = (app(&db).await, build::user("Asha").phone("+919876543210").insert(&db).await);
    refuse_everything(&db, user).await;
    let order = shop::order(&db, user).await;
    app.deliver(&confirmed(order, user)).await.unwrap();
    app.deliver(&refunded(order, user, RefundPurpose::Order)).await.unwrap();
    hear(&app, &cancelled(order, user, 0)).await;
    pay_by(&db, order, "upi").await;
    hear(&app, &cancelled(order, user, 28_600)).await;
    hear(&app, &DeletionScheduled { user_id: user, due_at: noon() }).await;
    hear(&app, &SecurityAlert { user_id: user, kind: SecurityAlertKind::PasswordChanged }).await;
    let (keys, mut conn) = (ProofKeys::new(&app.ground.config.jwt), db.acquire().await.unwrap());
    let phone = Recipient::Phone("9876543210".to_owned().try_into().unwrap());
    let wanted = Wanted { purpose: Purpose::SignIn, recipient: Some(&phone), user: Some(user) };
    proofs::send(&mut conn, &keys, wanted, ServiceName::Auth, noon()).await.unwrap();
    let proof_id = sqlx::query_scalar("SELECT MAX(id) FROM account_proofs").fetch_one(&db).await.unwrap();
    hear(&app, &ProofRequested { proof_id }).await;
    let expected = [
        by("order_confirmed", "email"),
        by("refund_processed", "email"),
        by("order_cancelled", "email"),
        by("order_cancelled", "email"),
        by("security_alert", "email"),
        by("sign_in", "sms"),
    ];
    assert_eq!(written(&db).await, expected);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn no_alert_comes_by_text_message_to_who_wants_none_and_has_a_mailbox(db: MySqlPool) {
    let (app, user) = (app(&db).await, build::user("Asha").phone("+919876543210").insert(&db).await);
    refuse(&db, user, "sms", "security").await;
    hear(&app, &SecurityAlert { user_id: user, kind: SecurityAlertKind::EmailChanged }).await;
    assert_eq!(written(&db).await, [by("security_alert", "email")]);
    sqlx::query("UPDATE users SET email = NULL").execute(&db).await.unwrap();
    hear(&app, &SecurityAlert { user_id: user, kind: SecurityAlertKind::PasswordChanged }).await;
    assert_eq!(written(&db).await[1..], [by("security_alert", "sms")], "somebody has to hear of it");
}
