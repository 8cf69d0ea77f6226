//! What was sent to whom: a row per message, from the event that caused it to the word of the provider.

use chrono::{DateTime, Utc};
use commerce::ids::NotificationId;
use kernel::{Page, PageNumber, PageRequest, PageSize, UserId, id, text_enum};
use serde::{Deserialize, Serialize};
use shared::web::{Error, Result};
use sqlx::{FromRow, MySqlConnection, MySqlPool};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use validator::Validate;

use crate::store;

text_enum! {
    /// The way that a message takes.
    pub enum Channel {
        /// E-mail.
        Email = "email",
        /// A text message.
        Sms = "sms",
        /// A push message of the browser.
        Push = "push",
        /// Telegram.
        Telegram = "telegram",
        /// WhatsApp.
        Whatsapp = "whatsapp",
    }
}

text_enum! {
    /// What a message tells.
    pub enum Kind {
        /// The order is confirmed.
        OrderConfirmed = "order_confirmed",
        /// The order is cancelled.
        OrderCancelled = "order_cancelled",
        /// Money has gone back.
        RefundProcessed = "refund_processed",
        /// By this link a password is chosen.
        ResetPassword = "reset_password",
        /// By this link an e-mail address is confirmed.
        VerifyEmail = "verify_email",
        /// By this code a telephone number is confirmed.
        VerifyPhone = "verify_phone",
        /// By this code somebody signs in.
        SignIn = "sign_in",
        /// By this code it is confirmed that an account is to be deleted.
        DeleteAccount = "delete_account",
        /// By this code a first password is confirmed.
        SetPassword = "set_password",
        /// Something about an account has changed.
        SecurityAlert = "security_alert",
    }
}

text_enum! {
    /// How far a message has come.
    pub enum LogStatus {
        /// It waits for its first or next attempt.
        Pending = "pending",
        /// The provider took it.
        Sent = "sent",
        /// The provider refused it for good, or every attempt failed.
        Failed = "failed",
    }
}

id! {
    /// What a message is about, by the key of its table.
    ReferenceId
}

/// A message, without what it says.
#[derive(Debug, Serialize, FromRow, ToSchema)]
pub struct Log {
    /// Its key.
    pub id: NotificationId,
    /// Its name outside of this shop; of a mail, the left half of its Message-ID.
    pub uuid: String,
    /// The way that it takes.
    #[serde(rename = "type")]
    #[sqlx(rename = "type")]
    pub channel: Channel,
    /// What it tells: `order_confirmed`.
    pub kind: String,
    /// Who it is for.
    pub user_id: Option<UserId>,
    /// The address or number that it goes to.
    pub recipient: String,
    /// Its subject.
    pub subject: Option<String>,
    /// What kind of thing it is about: `order`.
    pub reference_type: Option<String>,
    /// Which of them.
    pub reference_id: Option<ReferenceId>,
    /// How far it has come.
    pub status: LogStatus,
    /// How often it was tried.
    pub attempts: u32,
    /// When it is tried next; nothing unless it waits.
    pub next_attempt_at: Option<DateTime<Utc>>,
    /// What the provider called it when it took it.
    pub provider_message_id: Option<String>,
    /// Why the last attempt failed.
    pub last_error: Option<String>,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// When the provider took it.
    pub sent_at: Option<DateTime<Utc>>,
}

/// The filters and the page of the list of messages, newest first.
#[derive(Debug, Default, Deserialize, Validate, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct ListLogs {
    /// Messages that take this way.
    #[serde(rename = "type")]
    #[param(rename = "type")]
    pub channel: Option<Channel>,
    /// Messages that have come this far.
    pub status: Option<LogStatus>,
    /// Messages to exactly this address or number.
    #[param(max_length = 255)]
    #[validate(length(max = 255, message = "must not be longer than 255 characters"))]
    pub recipient: Option<String>,
    /// Messages about this kind of thing: `order`.
    #[param(max_length = 20)]
    #[validate(length(max = 20, message = "must not be longer than 20 characters"))]
    pub reference_type: Option<String>,
    /// Messages about the thing with this key.
    #[param(value_type = Option<u64>, minimum = 1)]
    pub reference_id: Option<ReferenceId>,
    /// Which page, from 1.
    #[param(value_type = Option<u32>, minimum = 1)]
    pub page: Option<PageNumber>,
    /// How many per page.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    pub page_size: Option<PageSize>,
}

impl ListLogs {
    pub(crate) fn request(&self) -> PageRequest {
        PageRequest::of(self.page, self.page_size)
    }
}

const ON_ITS_WAY: Error =
    Error::Impossible { code: "INVALID_STATE", message: "this message is on its way already: wait for its end" };

/// One page of the messages that `wanted` describes.
pub async fn list(conn: &mut MySqlConnection, wanted: &ListLogs) -> Result<Page<Log>> {
    let total = store::logs::count(conn, wanted).await?;
    let items = store::logs::list(conn, wanted).await?;
    Ok(Page::new(items, wanted.request(), total))
}

/// Sends once more what was sent or failed, as a message of its own with the same words: the old row stays as it is.
///
/// # Errors
/// 404 for a message that never was; 422 while one that tells the same to the same person is on its way, so that two
/// clicks send one message.
pub async fn resend(db: &MySqlPool, id: NotificationId, now: DateTime<Utc>) -> Result<Log> {
    let mut tx = db.begin().await?;
    let original = store::logs::find_original(&mut tx, id).await?.ok_or(Error::NotFound("message"))?;
    store::logs::lock_twins(&mut tx, &original).await?;
    if store::logs::has_pending_twin(&mut tx, &original).await? {
        return Err(ON_ITS_WAY);
    }
    let copy = store::logs::insert_copy(&mut tx, original.id, Uuid::now_v7(), now).await?;
    let copy = store::logs::find(&mut tx, copy).await?.ok_or(Error::NotFound("message"))?;
    tx.commit().await?;
    Ok(copy)
}
