//! Reading who changed what.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use kernel::{Page, PageNumber, PageRequest, PageSize, UserId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use shared::web::is_of_our_time;
use sqlx::{FromRow, MySqlConnection};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use crate::store;

/// An act.
#[derive(Debug, Serialize, FromRow, ToSchema)]
pub struct Act {
    /// Its place in the log, from 1.
    pub id: u64,
    /// When.
    pub occurred_at: DateTime<Utc>,
    /// Who; nobody for whoever works on the command line.
    #[schema(value_type = Option<u64>)]
    pub actor_id: Option<UserId>,
    /// What was done.
    #[schema(example = "user.roles")]
    pub action: String,
    /// To what kind of thing.
    #[schema(example = "user")]
    pub subject_type: String,
    /// To which of them.
    #[schema(example = "7")]
    pub subject_id: String,
    /// How it was.
    #[sqlx(rename = "old_value", try_from = "String")]
    #[schema(value_type = Value, example = json!(["customer"]))]
    pub before: Known,
    /// How it became.
    #[sqlx(rename = "new_value", try_from = "String")]
    #[schema(value_type = Value, example = json!(["customer", "support_staff"]))]
    pub after: Known,
    /// The name of the request.
    pub request_id: Option<String>,
    /// The client's address.
    pub ip_address: Option<String>,
    /// The hash of the entry, which covers the one before it.
    pub hash: String,
}

/// A value as the log has it.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub struct Known(Value);

impl From<String> for Known {
    /// The log holds JSON; whatever somebody put there instead is shown as text.
    fn from(text: String) -> Self {
        Self(serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }
}

/// The filters and the page of the log, newest first.
#[derive(Debug, Default, Deserialize, Validate, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct ListActs {
    /// What this user did.
    #[param(value_type = Option<u64>, minimum = 1)]
    pub actor: Option<UserId>,
    /// Acts of this kind: `user.roles`.
    #[param(max_length = 60)]
    #[validate(length(max = 60, message = "must not be longer than 60 characters"))]
    pub action: Option<String>,
    /// Acts upon this kind of thing: `user`, `setting`.
    #[param(max_length = 40)]
    #[validate(length(max = 40, message = "must not be longer than 40 characters"))]
    pub subject_type: Option<String>,
    /// Acts upon the thing with this key.
    #[param(max_length = 100)]
    #[validate(length(max = 100, message = "must not be longer than 100 characters"))]
    pub subject_id: Option<String>,
    /// Acts from this client's address.
    #[param(value_type = Option<String>)]
    pub address: Option<IpAddr>,
    /// Not before this instant (RFC 3339).
    #[validate(custom(function = "is_of_our_time"))]
    pub from: Option<DateTime<Utc>>,
    /// Before this instant (RFC 3339).
    #[validate(custom(function = "is_of_our_time"))]
    pub to: Option<DateTime<Utc>>,
    /// Which page, from 1.
    #[param(value_type = Option<u32>, minimum = 1)]
    pub page: Option<PageNumber>,
    /// How many per page.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    pub page_size: Option<PageSize>,
}

impl ListActs {
    pub(crate) fn request(&self) -> PageRequest {
        PageRequest::of(self.page, self.page_size)
    }
}

/// One page of the acts that `wanted` describes.
pub async fn list(conn: &mut MySqlConnection, wanted: &ListActs) -> sqlx::Result<Page<Act>> {
    let total = store::audit_log::count(conn, wanted).await?;
    let items = store::audit_log::list(conn, wanted).await?;
    Ok(Page::new(items, wanted.request(), total))
}
