//! Accounts as administrators see them, and who of them may be in the shop.

mod find;
mod second_factor;
mod status;

pub use find::{ListPeople, NameSearch};
pub use second_factor::remove_second_factor;
pub(crate) use status::lock_dispensable;
pub use status::{Office, SetStatus, set_status};

use chrono::{DateTime, Utc};
use kernel::{Page, UserId};
use serde::Serialize;
use shared::web::{Error, Result};
use sqlx::{FromRow, MySqlConnection};
use utoipa::ToSchema;

use crate::store;
use crate::store::people::Found;

/// An account in a list.
#[derive(Debug, Serialize, FromRow, ToSchema)]
pub struct PersonSummary {
    /// Its key.
    pub id: UserId,
    /// Its name outside of this shop.
    pub uuid: String,
    /// How the shop writes to them.
    pub email: Option<String>,
    /// How the shop calls them.
    pub phone: Option<String>,
    /// What they sign in as.
    pub username: Option<String>,
    /// Their name.
    pub first_name: String,
    /// Their name.
    pub last_name: String,
    /// Whether the address was shown to be theirs.
    pub email_verified: bool,
    /// Whether the number was shown to be theirs.
    pub phone_verified: bool,
    /// Whether they may sign in.
    pub is_active: bool,
    /// When they signed in the last time.
    pub last_login: Option<DateTime<Utc>>,
    /// Since when they have the account.
    pub created_at: DateTime<Utc>,
    /// The names of their roles.
    #[sqlx(skip)]
    #[schema(example = json!(["customer"]))]
    pub roles: Vec<String>,
}

/// An account with what an administrator has to know to decide about it.
#[derive(Debug, Serialize, ToSchema)]
pub struct PersonDetail {
    /// Who.
    #[serde(flatten)]
    pub person: PersonSummary,
    /// When they were put out of the shop.
    pub deactivated_at: Option<DateTime<Utc>>,
    /// When the account is deleted, if its holder asked for that.
    pub deletion_scheduled_at: Option<DateTime<Utc>>,
    /// Whether they show a second factor when they sign in.
    pub has_second_factor: bool,
    /// How many orders they have placed.
    pub order_count: u64,
}

/// One page of the accounts that `wanted` describes, the youngest first. No account beyond the first thousand that a
/// search finds, or the first ten thousand of a list, is counted: `total_count` says so many at most, and whoever needs
/// more searches for more.
pub async fn list(conn: &mut MySqlConnection, wanted: &ListPeople) -> Result<Page<PersonSummary>> {
    let request = wanted.request();
    let Found { ids, total } = match wanted.search.as_ref().filter(|search| !search.words().is_empty()) {
        Some(search) => store::people::search(conn, search, wanted).await?,
        None => store::people::browse(conn, wanted).await?,
    };
    let mut people = store::people::list(conn, &ids).await?;
    let mut roles = store::people::list_roles(conn, &ids).await?;
    for person in &mut people {
        person.roles = roles.remove(&person.id).unwrap_or_default();
    }
    Ok(Page::new(people, request, total))
}

/// One account.
pub async fn find(conn: &mut MySqlConnection, user: UserId) -> Result<PersonDetail> {
    let mut detail = store::people::find(conn, user).await?.ok_or(Error::NotFound("user"))?;
    detail.person.roles = store::people::list_roles(conn, &[user]).await?.remove(&user).unwrap_or_default();
    Ok(detail)
}
