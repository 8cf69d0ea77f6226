//! Messages about accounts: what waits holds no secret, what leaves does.

use accounts::proofs::{self, ProofKeys, Purpose, Recipient, Wanted};
use accounts::{Email, Phone};
use chrono::TimeDelta;
use commerce::events::{ProofRequested, SecurityAlert, SecurityAlertKind};
use commerce::ids::ProofId;
use kernel::UserId;
use secrecy::ExposeSecret;
use shared::config::{Mail, ServiceName};
use shared::messaging::Message;
use sqlx::MySqlPool;
use testing::{TestApp, build, noon};

use crate::{Folder, app, app_sending, to};

#[derive(Debug, sqlx::FromRow)]
struct Row {
    uuid: String,
    #[sqlx(rename = "type")]
    channel: String,
    kind: String,
    recipient: String,
    subject: Option<String>,
    message: String,
    message_html: Option<String>,
    status: String,
    last_error: Option<String>,
}

async fn rows(db: &MySqlPool) -> Vec<Row> {
    sqlx::query_as(
        "SELECT uuid, type, kind, recipient, subject, message, message_html, status, last_error
         FROM notification_logs ORDER BY id",
    )
    .fetch_all(db)
    .await
    .unwrap()
}

fn email() -> Recipient {
    Recipient::Email(Email::try_from("asha@example.com".to_owned()).unwrap())
}

fn phone() -> Recipient {
    Recipient::Phone(Phone::try_from("9876543210".to_owned()).unwrap())
}

/// Something that waits to be sent, its secret, and the event that says so.
async fn wanted(app: &TestApp, db: &MySqlPool, wanted: Wanted<'_>) -> (String, Message) {
    let (keys, mut conn) = (ProofKeys::new(&app.ground.config.jwt), db.acquire().await.unwrap());
    proofs::send(&mut conn, &keys, wanted, ServiceName::Auth, noon()).await.unwrap();
    let id: ProofId = sqlx::query_scalar("SELECT MAX(id) FROM account_proofs").fetch_one(db).await.unwrap();
    let secret = match proofs::find_open(&mut conn, id, noon()).await.unwrap() {
        Some(proof) => proof.secret(&keys).unwrap().expose_secret().to_owned(),
        None => String::new(),
    };
    (secret, Message::of(&ProofRequested { proof_id: id }, noon(), None).unwrap())
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_secret_is_in_the_message_that_leaves_and_in_no_row(db: MySqlPool) {
    let (user, folder) = (build::user("Asha").phone("+919876543210").insert(&db).await, Folder::new());
    let app = app_sending(&db, Mail::Folder(folder.path().to_owned())).await;
    for (purpose, recipient, channel, says) in [
        (Purpose::ResetPassword, email(), "email", "choose another password"),
        (Purpose::VerifyEmail, email(), "email", "confirm that this is your e-mail address"),
        (Purpose::SignIn, email(), "email", "signs you in, within 5 minutes"),
        (Purpose::SignIn, phone(), "sms", "signs you in to Pavitra Trading. Good for 5 minutes"),
        (Purpose::VerifyPhone, phone(), "sms", "confirms your number for Pavitra Trading"),
        (Purpose::DeleteAccount, email(), "email", "confirms that your account is to be deleted"),
        (Purpose::DeleteAccount, phone(), "sms", "confirms that your account is to be deleted"),
        (Purpose::SetPassword, email(), "email", "confirms the first password of your account"),
        (Purpose::SetPassword, phone(), "sms", "confirms the first password of your account"),
        (Purpose::ResetPassword, phone(), "sms", "Choose another password for Pavitra Trading"),
    ] {
        let want = Wanted { purpose, recipient: Some(&recipient), user: Some(user) };
        let (secret, message) = wanted(&app, &db, want).await;
        app.deliver(&message).await.unwrap();
        app.deliver(&message).await.unwrap();
        let waits = rows(&db).await.pop().unwrap();
        assert_eq!((waits.kind.as_str(), waits.channel.as_str()), (purpose.as_str(), channel));
        assert_eq!((waits.recipient.as_str(), waits.status.as_str()), (recipient.as_str(), "pending"));
        assert_eq!((waits.subject.is_some(), waits.message_html.is_some()), (channel == "email", channel == "email"));
        assert!(!format!("{waits:?}").contains(&secret), "{waits:?}");
        app.tick("mail").await.unwrap();
        let name = format!("{}.{}", waits.uuid, if channel == "sms" { "txt" } else { "eml" });
        let file = String::from_utf8(folder.read(&name)).unwrap().replace("=\r\n", "").replace("=3D", "=");
        assert!(file.contains(&secret) && file.contains(says), "{purpose:?}: {file}");
        assert_eq!(rows(&db).await.pop().unwrap().status, "sent");
        assert!(!format!("{:?}", rows(&db).await).contains(&secret));
    }
    assert_eq!((rows(&db).await.len(), folder.names().len()), (10, 10), "each once");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn the_link_leads_to_the_shop_and_its_token_stays_in_the_browser(db: MySqlPool) {
    let (user, folder) = (build::user("Asha").insert(&db).await, Folder::new());
    sqlx::query("UPDATE site_settings SET setting_value = 'https://shop.example' WHERE setting_key = 'storefront_url'")
        .execute(&db)
        .await
        .unwrap();
    let app = app_sending(&db, Mail::Folder(folder.path().to_owned())).await;
    let recipient = email();
    let want = Wanted { purpose: Purpose::ResetPassword, recipient: Some(&recipient), user: Some(user) };
    let (secret, message) = wanted(&app, &db, want).await;
    app.deliver(&message).await.unwrap();
    app.tick("mail").await.unwrap();
    let bytes = folder.read(&folder.names()[0]);
    let mail = mail_parser::MessageParser::default().parse(&bytes).unwrap();
    let link = format!("https://shop.example/reset-password#token={secret}");
    assert!(mail.body_text(0).unwrap().contains(&link));
    let html = mail.body_html(0).unwrap().replace("&#x2f;", "/");
    assert!(html.contains(&format!("<a href=\"{link}\">")), "{html}");
    assert!(mail.body_text(0).unwrap().starts_with("Namaste Asha,"));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_is_over_is_neither_written_nor_sent(db: MySqlPool) {
    let (user, folder) = (build::user("Asha").insert(&db).await, Folder::new());
    let app = app_sending(&db, Mail::Folder(folder.path().to_owned())).await;
    let recipient = email();
    let want = Wanted { purpose: Purpose::SignIn, recipient: Some(&recipient), user: None };
    let (_, nobody_s) =
        wanted(&app, &db, Wanted { purpose: Purpose::ResetPassword, recipient: None, user: Some(user) }).await;
    app.deliver(&nobody_s).await.unwrap();
    assert!(rows(&db).await.is_empty(), "nobody is written to");
    let (_, late) = wanted(&app, &db, want).await;
    app.deliver(&late).await.unwrap();
    app.later(TimeDelta::minutes(5));
    app.tick("mail").await.unwrap();
    let failed = rows(&db).await.pop().unwrap();
    assert_eq!((failed.status.as_str(), failed.last_error.as_deref()), ("failed", Some("the code or link is over")));
    app.deliver(&wanted(&app, &db, want).await.1).await.unwrap();
    assert_eq!(rows(&db).await.len(), 1, "made five minutes ago");
    assert!(folder.names().is_empty());
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn text_messages_wait_for_nobody_where_nobody_carries_them(db: MySqlPool) {
    let app = app_sending(&db, to("127.0.0.1:9".parse().unwrap())).await;
    let recipient = phone();
    let want = Wanted { purpose: Purpose::SignIn, recipient: Some(&recipient), user: None };
    app.deliver(&wanted(&app, &db, want).await.1).await.unwrap();
    app.tick("mail").await.unwrap();
    let failed = rows(&db).await.pop().unwrap();
    assert_eq!(failed.last_error.as_deref(), Some("nobody carries messages of this kind yet"));
}

fn alert(user_id: UserId, kind: SecurityAlertKind) -> Message {
    Message::of(&SecurityAlert { user_id, kind }, noon(), None).unwrap()
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn whoever_has_an_account_hears_what_became_of_it(db: MySqlPool) {
    let user = build::user("Asha").phone("+919876543210").insert(&db).await;
    let app = app(&db).await;
    for (kind, subject) in [
        (SecurityAlertKind::PasswordChanged, "Your password was changed"),
        (SecurityAlertKind::MfaEnabled, "Two-step sign-in is on"),
        (SecurityAlertKind::MfaDisabled, "Two-step sign-in is off"),
        (SecurityAlertKind::MfaRemoved, "Two-step sign-in was taken away"),
        (SecurityAlertKind::SessionReuse, "A sign-in was ended for your safety"),
        (SecurityAlertKind::PhoneChanged, "Your telephone number was changed"),
    ] {
        app.deliver(&alert(user, kind)).await.unwrap();
        let last = rows(&db).await.pop().unwrap();
        assert_eq!((last.kind.as_str(), last.channel.as_str()), ("security_alert", "email"), "{kind:?}");
        assert_eq!(last.subject.as_deref(), Some(subject));
        assert!(last.message.contains("If that was not you"));
    }
    let before = rows(&db).await.len();
    app.deliver(&alert(user, SecurityAlertKind::EmailChanged)).await.unwrap();
    let channels: Vec<_> = rows(&db).await.split_off(before).into_iter().map(|row| row.channel).collect();
    assert_eq!(channels, ["email", "sms"], "a new address tells whoever took it; the telephone tells its holder");
    sqlx::query("UPDATE users SET email = NULL").execute(&db).await.unwrap();
    app.deliver(&alert(user, SecurityAlertKind::PasswordChanged)).await.unwrap();
    assert_eq!(rows(&db).await.pop().unwrap().recipient, "+919876543210");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn where_somebody_was_reached_before_hears_that_it_is_over(db: MySqlPool) {
    let (user, folder) = (build::user("Asha").insert(&db).await, Folder::new());
    let app = app_sending(&db, Mail::Folder(folder.path().to_owned())).await;
    let old_mail = Recipient::Email(Email::try_from("asha.old@example.com".to_owned()).unwrap());
    for (recipient, channel, says) in [
        (old_mail, "email", "your account has another e-mail address from now on"),
        (phone(), "sms", "your account has another telephone number from now on"),
    ] {
        let want = Wanted { purpose: Purpose::ContactChanged, recipient: Some(&recipient), user: Some(user) };
        let (secret, message) = wanted(&app, &db, want).await;
        app.deliver(&message).await.unwrap();
        let row = rows(&db).await.pop().unwrap();
        assert_eq!((row.kind.as_str(), row.channel.as_str()), ("security_alert", channel));
        assert_eq!(row.recipient, recipient.as_str());
        assert!(row.message.contains(says), "{}", row.message);
        app.tick("mail").await.unwrap();
        let name = format!("{}.{}", row.uuid, if channel == "sms" { "txt" } else { "eml" });
        let file = String::from_utf8(folder.read(&name)).unwrap();
        assert!(!file.contains(&secret) && file.contains(recipient.as_str()), "{file}");
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_somebody_is_called_is_text_here_too(db: MySqlPool) {
    let user = build::user("Asha").insert(&db).await;
    sqlx::query("UPDATE users SET first_name = '<b>{{7*7}}</b>\r\nBcc: x'").execute(&db).await.unwrap();
    app(&db).await.deliver(&alert(user, SecurityAlertKind::PasswordChanged)).await.unwrap();
    let row = rows(&db).await.pop().unwrap();
    assert!(row.message.starts_with("Namaste <b>{{7*7}}</b> Bcc: x,"), "{}", row.message);
    assert!(!row.message_html.unwrap().contains("<b>"));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_shop_that_sends_no_text_messages_sends_none(db: MySqlPool) {
    sqlx::query("UPDATE site_settings SET setting_value = 'false' WHERE setting_key = 'sms_notifications'")
        .execute(&db)
        .await
        .unwrap();
    let app = app(&db).await;
    let recipient = phone();
    let want = Wanted { purpose: Purpose::SignIn, recipient: Some(&recipient), user: None };
    app.deliver(&wanted(&app, &db, want).await.1).await.unwrap();
    assert!(rows(&db).await.is_empty());
}
