//! An event becomes a letter that waits.

use commerce::orders::{PaymentMethod, RefundPurpose};
use sqlx::MySqlPool;
use testing::{build, noon};

use crate::app;
use crate::shop::{self, cancelled, confirmed, pay, refunded, row, rows};

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_confirmed_order_becomes_one_letter_that_waits(db: MySqlPool) {
    let user = build::user("Asha").insert(&db).await;
    let order = shop::order(&db, user).await;
    let message = confirmed(order, user);
    app(&db).await.deliver(&message).await.unwrap();
    let row = row(&db).await;
    assert_eq!((row.kind.as_str(), row.event_id.as_deref()), ("order_confirmed", Some(&*message.id.to_string())));
    assert_eq!((row.status.as_str(), row.attempts, row.next_attempt_at), ("pending", 0, noon()));
    assert_eq!(row.recipient, "asha@example.com");
    assert!(row.subject.starts_with("Your order PV-") && row.subject.ends_with(" is confirmed"));
    for (part, tax) in [(&row.message, "CGST ₹21.81"), (&row.message_html, "of which CGST</td>")] {
        for fact in
            ["Namaste Asha", "Silk Saree", "₹236.00", "₹50.00", "₹286.00", "7 Tilak Road", "cash on delivery", tax]
        {
            assert!(part.contains(fact), "{fact}: {part}");
        }
        assert!(
            part.contains("Pavitra Trading") && part.contains("support@example.com") && part.contains("+91 11 0000")
        );
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_cancelled_order_becomes_a_letter_that_says_why(db: MySqlPool) {
    let user = build::user("Asha").insert(&db).await;
    let order = shop::order(&db, user).await;
    app(&db).await.deliver(&cancelled(order, user)).await.unwrap();
    let row = row(&db).await;
    assert_eq!(row.kind, "order_cancelled");
    assert!(row.message.contains("Reason: changed my mind") && row.message_html.contains("Reason: changed my mind"));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn nobody_is_told_of_a_confirmation_after_the_cancellation(db: MySqlPool) {
    let user = build::user("Asha").insert(&db).await;
    let order = shop::order(&db, user).await;
    sqlx::query("UPDATE orders SET status = 'cancelled', cancelled_at = created_at").execute(&db).await.unwrap();
    app(&db).await.deliver(&cancelled(order, user)).await.unwrap();
    app(&db).await.deliver(&confirmed(order, user)).await.unwrap();
    sqlx::query("UPDATE orders SET status = 'refunded'").execute(&db).await.unwrap();
    app(&db).await.deliver(&confirmed(order, user)).await.unwrap();
    assert_eq!(row(&db).await.kind, "order_cancelled");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn who_has_paid_is_told_by_what_and_is_asked_for_nothing(db: MySqlPool) {
    let user = build::user("Asha").insert(&db).await;
    let order = shop::order(&db, user).await;
    // The second came too often and goes back.
    pay(&db, order, &[PaymentMethod::DebitCard, PaymentMethod::Wallet]).await;
    app(&db).await.deliver(&confirmed(order, user)).await.unwrap();
    let row = row(&db).await;
    for part in [&row.message, &row.message_html] {
        assert!(part.contains("Payment: paid by debit card.") && !part.contains("to be paid"), "{part}");
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn money_that_went_back_becomes_one_letter_that_says_how_long_banks_take(db: MySqlPool) {
    let user = build::user("Asha").insert(&db).await;
    let order = shop::order(&db, user).await;
    let (one, other) = (app(&db).await, app(&db).await);
    let message = refunded(order, user, RefundPurpose::Order);
    let (a, b) = tokio::join!(one.deliver(&message), other.deliver(&message));
    a.and(b).unwrap();
    sqlx::query("DELETE FROM inbox").execute(&db).await.unwrap();
    one.deliver(&message).await.unwrap();
    let row = row(&db).await;
    assert_eq!((row.kind.as_str(), row.event_id.as_deref()), ("refund_processed", Some(&*message.id.to_string())));
    assert_eq!((row.status.as_str(), row.recipient.as_str()), ("pending", "asha@example.com"));
    assert!(row.subject.starts_with("Your refund for order PV-") && row.subject.ends_with(" has been made"));
    for part in [&row.message, &row.message_html] {
        for fact in ["₹90.00", "has been made", "5 to 7 working days", "Reason: one piece was broken", "Silk Saree"] {
            assert!(part.contains(fact), "{fact}: {part}");
        }
        assert!(!part.contains("paid twice"), "{part}");
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn every_refund_of_an_order_is_told_and_a_surplus_as_one(db: MySqlPool) {
    let user = build::user("Asha").insert(&db).await;
    let order = shop::order(&db, user).await;
    sqlx::query("UPDATE orders SET status = 'cancelled', cancelled_at = created_at").execute(&db).await.unwrap();
    let app = app(&db).await;
    app.deliver(&refunded(order, user, RefundPurpose::Order)).await.unwrap();
    app.deliver(&refunded(order, user, RefundPurpose::Surplus)).await.unwrap();
    let rows = rows(&db).await;
    assert_eq!(rows.len(), 2);
    assert!(rows[1].message.contains("was paid twice") && rows[1].message_html.contains("was paid twice"));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn an_event_is_told_once_however_often_and_wherever_it_is_delivered(db: MySqlPool) {
    let user = build::user("Asha").insert(&db).await;
    let order = shop::order(&db, user).await;
    let (one, other) = (app(&db).await, app(&db).await);
    let first = confirmed(order, user);
    let (a, b) = tokio::join!(one.deliver(&first), other.deliver(&first));
    a.and(b).unwrap();
    one.deliver(&first).await.unwrap();
    assert_eq!(rows(&db).await.len(), 1);
    sqlx::query("DELETE FROM inbox").execute(&db).await.unwrap();
    one.deliver(&first).await.unwrap();
    assert_eq!(rows(&db).await.len(), 1, "what the inbox has forgotten, the letters have not");
    one.deliver(&cancelled(order, user)).await.unwrap();
    assert_eq!(rows(&db).await.len(), 2, "another event is told too");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn nobody_is_written_to_without_an_address_and_nothing_while_the_shop_sends_no_mail(db: MySqlPool) {
    let user = build::user("Asha").insert(&db).await;
    let order = shop::order(&db, user).await;
    sqlx::query("UPDATE users SET email = NULL, phone = '+919876543210'").execute(&db).await.unwrap();
    app(&db).await.deliver(&confirmed(order, user)).await.unwrap();
    sqlx::query("UPDATE users SET email = 'asha@example.com'").execute(&db).await.unwrap();
    sqlx::query("UPDATE site_settings SET setting_value = 'false' WHERE setting_key = 'email_notifications'")
        .execute(&db)
        .await
        .unwrap();
    app(&db).await.deliver(&confirmed(order, user)).await.unwrap();
    assert!(rows(&db).await.is_empty());
    let heard: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM inbox").fetch_one(&db).await.unwrap();
    assert_eq!(heard, 2, "both were heard: they are not delivered again");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn an_event_about_nothing_is_refused_and_remembered_by_nobody(db: MySqlPool) {
    let user = build::user("Asha").insert(&db).await;
    let order = shop::order(&db, user).await;
    let mut message = confirmed(order, user);
    message.version = 99;
    assert!(app(&db).await.deliver(&message).await.is_err());
    let nowhere = confirmed(commerce::ids::OrderId::new(999).unwrap(), user);
    assert!(app(&db).await.deliver(&nowhere).await.is_err());
    let heard: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM inbox").fetch_one(&db).await.unwrap();
    assert_eq!((heard, rows(&db).await.len()), (0, 0));
}
