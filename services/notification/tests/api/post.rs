//! What waits is put into a folder.

use chrono::TimeDelta;
use mail_parser::{HeaderValue, Message, MessageParser, MimeHeaders};
use shared::changes::{self, Topic};
use shared::config::Mail;
use sqlx::MySqlPool;
use testing::noon;

use crate::shop::{more_letters, row, rows, waiting_letter};
use crate::{Folder, app_sending};

fn parse(bytes: &[u8]) -> Message<'_> {
    MessageParser::default().parse(bytes).unwrap()
}

fn header(mail: &Message<'_>, name: &'static str) -> String {
    mail.header_raw(name).unwrap_or_default().trim().to_owned()
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_mail_in_the_folder_is_whole(db: MySqlPool) {
    let (letter, folder) = (waiting_letter(&db).await, Folder::new());
    let app = app_sending(&db, Mail::Folder(folder.path().to_owned())).await;
    app.later(TimeDelta::seconds(3));
    app.tick("mail").await.unwrap();
    assert_eq!(folder.names(), [format!("{}.eml", letter.uuid)]);
    let bytes = folder.read(&format!("{}.eml", letter.uuid));
    let mail = parse(&bytes);
    assert_eq!(mail.body_text(0).unwrap().replace("\r\n", "\n").trim_end(), letter.message.trim_end());
    assert_eq!(mail.body_html(0).unwrap().replace("\r\n", "\n").trim_end(), letter.message_html.trim_end());
    assert_eq!(mail.subject(), Some(letter.subject.as_str()));
    assert_eq!(mail.content_type().unwrap().subtype(), Some("alternative"));
    let forms: Vec<_> = mail.parts.iter().skip(1).map(|part| part.content_type().unwrap()).collect();
    assert!(forms.iter().all(|form| form.attribute("charset") == Some("utf-8")) && forms.len() == 2, "{forms:?}");
    for (name, value) in [
        ("From", "\"Pavitra Trading\" <noreply@example.com>"),
        ("To", "asha@example.com"),
        ("Reply-To", "\"Pavitra Trading\" <support@example.com>"),
        ("Message-ID", &*format!("<{}@example.com>", letter.uuid)),
        ("Date", "Sun, 22 Nov 2026 12:00:00 +0000"),
        ("MIME-Version", "1.0"),
        ("Auto-Submitted", "auto-generated"),
    ] {
        assert_eq!(header(&mail, name), value, "{name}");
    }
    assert!(bytes.is_ascii(), "every server takes it");
    let sent = row(&db).await;
    assert_eq!((sent.status.as_str(), sent.attempts, sent.lease), ("sent", 1, None));
    assert_eq!(sent.sent_at, Some(noon() + TimeDelta::seconds(3)));
    assert_eq!(sent.provider_message_id, Some(format!("{}.eml", letter.uuid)));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_was_sent_and_not_noted_is_sent_again_as_the_same_file(db: MySqlPool) {
    let (letter, folder) = (waiting_letter(&db).await, Folder::new());
    let app = app_sending(&db, Mail::Folder(folder.path().to_owned())).await;
    app.tick("mail").await.unwrap();
    let first = folder.read(&format!("{}.eml", letter.uuid));
    // As a sender leaves it that is killed before it notes what it did.
    sqlx::query("UPDATE notification_logs SET status = 'pending', sent_at = NULL, lease = 'gone', leased_until = ?")
        .bind(noon() + TimeDelta::seconds(30))
        .execute(&db)
        .await
        .unwrap();
    app.later(TimeDelta::seconds(29));
    app.tick("mail").await.unwrap();
    assert_eq!(row(&db).await.status, "pending", "while the lease lasts it is somebody else's");
    app.later(TimeDelta::seconds(1));
    app.tick("mail").await.unwrap();
    let sent = row(&db).await;
    assert_eq!((sent.status.as_str(), sent.attempts), ("sent", 2));
    assert_eq!(folder.names(), [format!("{}.eml", letter.uuid)]);
    assert_eq!(folder.read(&format!("{}.eml", letter.uuid)), first, "the same mail, byte for byte");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_folder_that_cannot_be_written_costs_no_mail(db: MySqlPool) {
    let (_, folder) = (waiting_letter(&db).await, Folder::new());
    std::fs::create_dir_all(folder.path()).unwrap();
    let file = folder.path().join("a file");
    std::fs::write(&file, "in the way").unwrap();
    let app = app_sending(&db, Mail::Folder(file.join("mail"))).await;
    app.tick("mail").await.unwrap();
    let kept = row(&db).await;
    assert_eq!((kept.status.as_str(), kept.attempts, kept.lease), ("pending", 1, None));
    assert_eq!(kept.next_attempt_at, noon() + TimeDelta::minutes(1));
    assert!(kept.last_error.unwrap().starts_with("the folder of mails cannot be written"));
    std::fs::remove_file(&file).unwrap();
    app.tick("mail").await.unwrap();
    assert_eq!(row(&db).await.attempts, 1, "not before its time");
    app.later(TimeDelta::minutes(1));
    app.tick("mail").await.unwrap();
    let sent = row(&db).await;
    assert_eq!((sent.status.as_str(), sent.last_error), ("sent", None));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn eight_attempts_are_enough(db: MySqlPool) {
    waiting_letter(&db).await;
    let app = app_sending(&db, Mail::Folder("/dev/null/mail".into())).await;
    for attempt in 1..=8 {
        assert_eq!(row(&db).await.status, "pending", "attempt {attempt}");
        app.tick("mail").await.unwrap();
        assert_eq!(row(&db).await.attempts, attempt);
        app.later(TimeDelta::hours(12));
    }
    let failed = row(&db).await;
    assert_eq!((failed.status.as_str(), failed.sent_at), ("failed", None));
    app.tick("mail").await.unwrap();
    assert_eq!(row(&db).await.attempts, 8);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_shop_without_an_address_sends_nothing_and_loses_nothing(db: MySqlPool) {
    let (_, folder) = (waiting_letter(&db).await, Folder::new());
    let set = "UPDATE site_settings SET setting_value = 'nonsense' WHERE setting_key = 'email_from'";
    sqlx::raw_sql(set).execute(&db).await.unwrap();
    let app = app_sending(&db, Mail::Folder(folder.path().to_owned())).await;
    let error = app.tick("mail").await.unwrap_err().to_string();
    assert_eq!(error, "the setting email_from is no e-mail address");
    let kept = row(&db).await;
    assert_eq!((kept.status.as_str(), kept.attempts, kept.lease), ("pending", 0, None));
    let mended = "UPDATE site_settings SET setting_value = 'shop@example.com' WHERE setting_key = 'email_from'";
    sqlx::raw_sql(mended).execute(&db).await.unwrap();
    changes::record(&mut db.acquire().await.unwrap(), Topic::SettingsChanged, "email_from").await.unwrap();
    app.hear_changes().await;
    app.tick("mail").await.unwrap();
    let sent = row(&db).await;
    assert_eq!((sent.status.as_str(), folder.names()), ("sent", vec![format!("{}.eml", sent.uuid)]));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn headers_are_written_by_us_alone(db: MySqlPool) {
    let (letter, folder) = (waiting_letter(&db).await, Folder::new());
    let evil = "x\r\nBcc: all@example.com\r\n\r\n<script>";
    sqlx::query("UPDATE notification_logs SET subject = ?").bind(evil).execute(&db).await.unwrap();
    sqlx::query("UPDATE site_settings SET setting_value = ? WHERE setting_key IN ('email_from_name', 'site_name')")
        .bind(evil)
        .execute(&db)
        .await
        .unwrap();
    let app = app_sending(&db, Mail::Folder(folder.path().to_owned())).await;
    app.tick("mail").await.unwrap();
    let bytes = folder.read(&format!("{}.eml", letter.uuid));
    let mail = parse(&bytes);
    assert!(mail.bcc().is_none() && !mail.headers().iter().any(|header| matches!(header.value, HeaderValue::Empty)));
    assert_eq!(mail.subject(), Some("x Bcc: all@example.com <script>"));
    assert_eq!(mail.from().unwrap().first().unwrap().name(), Some("x Bcc: all@example.com <script>"));
    assert_eq!(mail.from().unwrap().first().unwrap().address(), Some("noreply@example.com"));
    assert_eq!(mail.body_text(0).unwrap().replace("\r\n", "\n").trim_end(), letter.message.trim_end());
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_recipient_that_is_no_address_fails_at_once(db: MySqlPool) {
    let (_, folder) = (waiting_letter(&db).await, Folder::new());
    let app = app_sending(&db, Mail::Folder(folder.path().to_owned())).await;
    for evil in
        ["nobody", "a@example.com>\r\nRCPT TO:<b@example.com", "a@example.com, b@example.com", "a b@example.com"]
    {
        sqlx::query("UPDATE notification_logs SET status = 'pending', recipient = ?")
            .bind(evil)
            .execute(&db)
            .await
            .unwrap();
        app.tick("mail").await.unwrap();
        let failed = row(&db).await;
        assert_eq!(failed.status, "failed", "{evil}");
        assert_eq!(failed.last_error.as_deref(), Some("the recipient is no e-mail address"));
    }
    assert!(folder.names().is_empty());
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_tick_sends_all_that_is_due_and_no_other_channel(db: MySqlPool) {
    let (_, folder) = (waiting_letter(&db).await, Folder::new());
    more_letters(&db, 20).await;
    sqlx::query("UPDATE notification_logs SET type = 'push', event_id = NULL ORDER BY id DESC LIMIT 1")
        .execute(&db)
        .await
        .unwrap();
    let app = app_sending(&db, Mail::Folder(folder.path().to_owned())).await;
    app.tick("mail").await.unwrap();
    assert_eq!(folder.names().len(), 20);
    let left: Vec<_> =
        rows(&db).await.into_iter().filter(|row| row.status == "pending").map(|row| row.attempts).collect();
    assert_eq!(left, [0]);
}
