//! The devices that somebody is signed in on.

use accounts::sessions::{self, Listed, SessionId};
use chrono::{DateTime, Utc};
use kernel::{Page, PageRequest};
use serde::Serialize;
use shared::database::retry;
use shared::identity::CurrentUser;
use shared::web::{Error, Result};
use sqlx::MySqlConnection;
use utoipa::ToSchema;

use crate::desk::Desk;

/// A log-in as its holder sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignedInDevice {
    /// Its key.
    pub id: SessionId,
    /// Its name in access tokens.
    pub uuid: String,
    /// When somebody signed in.
    pub created_at: DateTime<Utc>,
    /// When it was renewed last.
    pub last_activity_at: DateTime<Utc>,
    /// From where somebody signed in.
    #[schema(example = "203.0.113.7")]
    pub ip_address: Option<String>,
    /// What the browser or app called itself.
    pub user_agent: Option<String>,
    /// Whether it is the one that asks.
    pub is_current: bool,
}

impl SignedInDevice {
    fn of(listed: Listed, user: CurrentUser) -> Self {
        let Listed { id, uuid, created_at, last_activity_at, ip_address, user_agent } = listed;
        let is_current = uuid == user.session.to_string();
        Self { id, uuid, created_at, last_activity_at, ip_address, user_agent, is_current }
    }
}

/// Where `user` is signed in, the latest log-in first.
pub async fn list(
    conn: &mut MySqlConnection,
    user: CurrentUser,
    page: PageRequest,
    now: DateTime<Utc>,
) -> Result<Page<SignedInDevice>> {
    let Page { items, pagination } = sessions::list(conn, user.id, page, now).await?;
    Ok(Page { items: items.into_iter().map(|listed| SignedInDevice::of(listed, user)).collect(), pagination })
}

/// Signs `user` out on one of their devices, this one included.
pub async fn sign_out(desk: &Desk, user: CurrentUser, session: SessionId, now: DateTime<Utc>) -> Result<()> {
    let was_theirs = retry(async || {
        let mut tx = desk.database().begin().await?;
        let was_theirs = sessions::revoke_own(&mut tx, user.id, session, now).await?;
        tx.commit().await?;
        Ok::<_, sqlx::Error>(was_theirs)
    })
    .await?;
    if !was_theirs {
        return Err(Error::NotFound("session"));
    }
    desk.hear_at_once().await;
    Ok(())
}
