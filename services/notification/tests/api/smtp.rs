//! What waits is handed to a server, which may say no, say nothing, or lie.

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::TimeDelta;
use shared::config::{Mail, Smtp};
use sqlx::MySqlPool;
use testing::{TestApp, noon};

use crate::shop::{Row, more_letters, row, rows, waiting_letter};
use crate::smtp_server::Reaction::{Held, Late, Say, Silence, Usual};
use crate::smtp_server::{Reaction, SmtpServer};
use crate::{app_sending, to};

const PASSWORD: &str = "hunter2-of-the-shop";
/// base64 of the user's name, the password and the zeros between them, as AUTH PLAIN sends them.
const SECRET: &str = "AHNob3AAaHVudGVyMi1vZi10aGUtc2hvcA==";

/// The state of the only letter after one tick against a server that reacts like this.
async fn after_a_tick(db: &MySqlPool, react: fn(&str) -> Reaction) -> Row {
    waiting_letter(db).await;
    let server = SmtpServer::that(react).await;
    app_sending(db, to(server.address)).await.tick("mail").await.unwrap();
    row(db).await
}

#[track_caller]
fn is_tried_again_in_a_minute(kept: &Row, why: &str) {
    assert_eq!((kept.status.as_str(), kept.attempts, &kept.lease), ("pending", 1, &None));
    assert_eq!(kept.next_attempt_at, noon() + TimeDelta::minutes(1));
    assert!(kept.last_error.as_ref().unwrap().contains(why), "{:?}", kept.last_error);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_server_takes_a_mail(db: MySqlPool) {
    let (letter, server) = (waiting_letter(&db).await, SmtpServer::kind().await);
    app_sending(&db, to(server.address)).await.tick("mail").await.unwrap();
    let sent = row(&db).await;
    assert_eq!((sent.status.as_str(), sent.attempts), ("sent", 1));
    assert_eq!(sent.provider_message_id.as_deref(), Some("2.0.0 queued as 4711"));
    let dialogue =
        ["EHLO example.com", "MAIL FROM:<noreply@example.com>", "RCPT TO:<asha@example.com>", "DATA", "QUIT"];
    assert_eq!(server.heard(), dialogue);
    assert!(server.mails()[0].contains(&format!("Message-ID: <{}@example.com>\r\n", letter.uuid)));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_server_that_is_busy_is_asked_again(db: MySqlPool) {
    let kept = after_a_tick(&db, |_| Say("421 4.3.2 shutting down")).await;
    is_tried_again_in_a_minute(&kept, "connection: transient error (421)");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_recipient_who_cannot_take_it_now_gets_it_later(db: MySqlPool) {
    let react = |command: &str| if command.starts_with("RCPT") { Say("450 4.2.1 mailbox busy") } else { Usual };
    is_tried_again_in_a_minute(&after_a_tick(&db, react).await, "recipient: transient error (450): 4.2.1 mailbox busy");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_recipient_who_does_not_exist_is_not_asked_for_again(db: MySqlPool) {
    let react =
        |command: &str| if command.starts_with("RCPT") { Say("550-5.1.1 no\r\n550 5.1.1 such user") } else { Usual };
    let failed = after_a_tick(&db, react).await;
    assert_eq!((failed.status.as_str(), failed.attempts, failed.lease), ("failed", 1, None));
    let why = failed.last_error.unwrap();
    assert!(why.starts_with("recipient: permanent error (550): 5.1.1 no") && !why.contains('\n'), "{why}");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_mail_that_is_refused_for_what_it_says_is_not_sent_again(db: MySqlPool) {
    let failed = after_a_tick(&db, |command| if command == "." { Say("554 5.6.0 not this") } else { Usual }).await;
    assert_eq!((failed.status.as_str(), failed.attempts), ("failed", 1));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_is_wrong_with_the_shop_costs_no_mail(db: MySqlPool) {
    let react = |command: &str| if command.starts_with("RCPT") { Say("554 5.7.1 relay access denied") } else { Usual };
    is_tried_again_in_a_minute(&after_a_tick(&db, react).await, "recipient: permanent error (554)");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_sender_that_is_refused_costs_no_mail(db: MySqlPool) {
    let react = |command: &str| if command.starts_with("MAIL") { Say("550 5.1.8 who are you") } else { Usual };
    is_tried_again_in_a_minute(&after_a_tick(&db, react).await, "sender: permanent error (550)");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn nobody_waits_for_a_server_that_says_nothing(db: MySqlPool) {
    is_tried_again_in_a_minute(&after_a_tick(&db, |_| Silence).await, "connection: no answer within 10 seconds");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_server_that_reads_a_mail_slowly_gets_it_once(db: MySqlPool) {
    let kept = after_a_tick(&db, |command| if command == "." { Late(Duration::from_secs(11)) } else { Usual }).await;
    assert_eq!((kept.status.as_str(), kept.attempts), ("sent", 1));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn nonsense_is_no_answer(db: MySqlPool) {
    let react = |command: &str| if command == "HELLO" { Say("HTTP/1.1 400 Bad Request") } else { Usual };
    is_tried_again_in_a_minute(&after_a_tick(&db, react).await, "connection: response error");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_server_that_is_away_is_asked_again(db: MySqlPool) {
    waiting_letter(&db).await;
    let nowhere = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    app_sending(&db, to(nowhere)).await.tick("mail").await.unwrap();
    is_tried_again_in_a_minute(&row(&db).await, "connection: Connection error");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_sender_that_is_killed_leaves_the_mail_to_the_next(db: MySqlPool) {
    waiting_letter(&db).await;
    let server = SmtpServer::that(|command| if command == "." { Silence } else { Usual }).await;
    let app = app_sending(&db, to(server.address)).await;
    tokio::select! {
        _ = app.tick("mail") => unreachable!("the server has not answered"),
        () = server.arrived.notified() => {}
    }
    let left = row(&db).await;
    assert_eq!((left.status.as_str(), left.attempts, left.lease.is_some()), ("pending", 1, true));
    let next = SmtpServer::kind().await;
    let app = app_sending(&db, to(next.address)).await;
    app.tick("mail").await.unwrap();
    assert!(next.mails().is_empty(), "while the lease lasts it is the other's");
    app.later(TimeDelta::minutes(7));
    app.tick("mail").await.unwrap();
    assert_eq!(row(&db).await.status, "sent");
    assert_eq!(next.mails(), server.mails(), "the same mail, byte for byte");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_sender_that_comes_back_after_its_lease_changes_nothing(db: MySqlPool) {
    waiting_letter(&db).await;
    let reactions: [fn(&str) -> Reaction; 3] = [
        |command| if command == "." { Held("250 2.0.0 queued") } else { Usual },
        |command| if command == "." { Held("451 4.3.0 not now") } else { Usual },
        |command| if command == "." { Held("554 5.6.0 not this") } else { Usual },
    ];
    for react in reactions {
        sqlx::query("UPDATE notification_logs SET lease = NULL, leased_until = NULL").execute(&db).await.unwrap();
        let server = SmtpServer::that(react).await;
        let app = app_sending(&db, to(server.address)).await;
        let slow = async { app.tick("mail").await.unwrap() };
        let other = async {
            server.arrived.notified().await;
            sqlx::query("UPDATE notification_logs SET lease = 'another'").execute(&db).await.unwrap();
            server.release.notify_one();
        };
        tokio::join!(slow, other);
        let kept = row(&db).await;
        assert_eq!((kept.status.as_str(), kept.lease.as_deref()), ("pending", Some("another")));
        assert_eq!((kept.last_error, kept.next_attempt_at), (None, noon()));
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn two_senders_send_each_mail_once(db: MySqlPool) {
    waiting_letter(&db).await;
    more_letters(&db, 29).await;
    let server = SmtpServer::kind().await;
    let (one, other) = (app_sending(&db, to(server.address)).await, app_sending(&db, to(server.address)).await);
    let (a, b) = tokio::join!(one.tick("mail"), other.tick("mail"));
    a.and(b).unwrap();
    let name = |mail: &String| mail.lines().find(|line| line.starts_with("Message-ID")).unwrap().to_owned();
    let (names, mails): (BTreeSet<_>, _) = (server.mails().iter().map(name).collect(), server.mails().len());
    assert_eq!((names.len(), mails), (30, 30));
    assert!(rows(&db).await.iter().all(|row| row.status == "sent" && row.attempts == 1));
}

/// Tries to send through a server that wants a login, found under `host`.
async fn with_a_login(db: &MySqlPool, host: &str, server: &SmtpServer) -> TestApp {
    let login = Some(("shop".to_owned(), PASSWORD.into()));
    let app = app_sending(db, Mail::Smtp(Smtp { host: host.to_owned(), port: server.address.port(), login })).await;
    app.tick("mail").await.unwrap();
    app
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_login_is_given_where_it_is_asked_for(db: MySqlPool) {
    waiting_letter(&db).await;
    let server = SmtpServer::kind().await;
    with_a_login(&db, "127.0.0.1", &server).await;
    assert_eq!(server.heard()[1], format!("AUTH PLAIN {SECRET}"));
    assert_eq!(row(&db).await.status, "sent");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_login_that_is_refused_costs_no_mail_and_tells_no_secret(db: MySqlPool) {
    waiting_letter(&db).await;
    let echo = |command: &str| match command {
        _ if command.starts_with("AUTH") => Say("535 5.7.8 hunter2-of-the-shop AHNob3AAaHVudGVyMi1vZi10aGUtc2hvcA=="),
        _ => Usual,
    };
    let server = SmtpServer::that(echo).await;
    with_a_login(&db, "127.0.0.1", &server).await;
    let kept = row(&db).await;
    is_tried_again_in_a_minute(&kept, "log-in: refused (535)");
    let told = format!("{kept:?}");
    assert!(!told.contains(PASSWORD) && !told.contains(SECRET), "{told}");
}

/// 0.0.0.0 is this machine under a name that is not known as such: the network begins there.
const ELSEWHERE: &str = "0.0.0.0";

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_password_never_crosses_a_network_in_the_clear(db: MySqlPool) {
    waiting_letter(&db).await;
    let server = SmtpServer::kind().await;
    with_a_login(&db, ELSEWHERE, &server).await;
    is_tried_again_in_a_minute(&row(&db).await, "encryption: internal client error: STARTTLS is not supported");
    assert_eq!(server.heard(), ["EHLO example.com"]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_server_that_offers_starttls_is_taken_at_its_word(db: MySqlPool) {
    waiting_letter(&db).await;
    let offer = |command: &str| match command {
        _ if command.starts_with("EHLO") => Say("250-test\r\n250 STARTTLS"),
        "STARTTLS" => Say("220 go on"),
        _ => Usual,
    };
    let server = SmtpServer::that(offer).await;
    with_a_login(&db, ELSEWHERE, &server).await;
    is_tried_again_in_a_minute(&row(&db).await, "encryption:");
    // 22: the handshake that the server then breaks off.
    assert_eq!(server.heard(), ["EHLO example.com", "STARTTLS", "TLS record 22"]);
}
