//! Who may be in the shop: what an administrator may do about whom.

use std::collections::BTreeSet;

use accounts::standing;
use chrono::{DateTime, Utc};
use kernel::UserId;
use shared::identity::{ManageUsers, Permission, holds};
use shared::web::{Error, Result};
use sqlx::{MySqlConnection, MySqlPool};
use utoipa::ToSchema;
use validator::Validate;

use super::{PersonDetail, find};
use crate::store;

/// The role without whose holders nobody could give roles any more.
const INDISPENSABLE: &str = "super_admin";

const ONESELF: Error = Error::Impossible { code: "INVALID_STATE", message: "nobody deactivates their own account" };
const THE_LAST: Error =
    Error::Impossible { code: "INVALID_STATE", message: "this is the last administrator who may do everything" };
const ERASED: Error = Error::Impossible { code: "INVALID_STATE", message: "the account was deleted" };
const NO_SUCH_USER: Error = Error::NotFound("user");

/// Whether somebody may sign in.
#[derive(Clone, Copy, Debug, eserde::Deserialize, Validate, ToSchema)]
pub struct SetStatus {
    /// Yes or no.
    pub is_active: bool,
}

/// Lets `user` into the shop, or puts them out of it: their log-ins end everywhere within a second. Nobody does that to
/// themselves, to somebody who may do what they may not, or to the last administrator who may do everything.
///
/// Such decisions wait for each other, so that no two administrators put each other out.
pub async fn set_status(
    db: &MySqlPool,
    by: UserId,
    user: UserId,
    wanted: SetStatus,
    now: DateTime<Utc>,
) -> Result<PersonDetail> {
    let mut tx = db.begin().await?;
    store::people::lock_role(&mut tx, INDISPENSABLE).await?;
    if !holds(&mut tx, by, ManageUsers::NAME).await? {
        return Err(Error::Forbidden);
    }
    store::people::find(&mut tx, user).await?.ok_or(NO_SUCH_USER)?;
    expect_no_more(&mut tx, by, user).await?;
    if wanted.is_active {
        standing::activate(&mut tx, user, now).await?.then_some(()).ok_or(ERASED)?;
    } else {
        expect_dispensable(&mut tx, by, user).await?;
        standing::deactivate(&mut tx, user, now).await?;
    }
    let detail = find(&mut tx, user).await?;
    tx.commit().await?;
    Ok(detail)
}

/// Whoever decides about somebody may do everything that they may.
async fn expect_no_more(conn: &mut MySqlConnection, by: UserId, user: UserId) -> Result<()> {
    let mine: BTreeSet<String> = store::people::list_permissions(conn, by).await?.into_iter().collect();
    let theirs = store::people::list_permissions(conn, user).await?;
    if theirs.iter().all(|permission| mine.contains(permission)) { Ok(()) } else { Err(Error::Forbidden) }
}

async fn expect_dispensable(conn: &mut MySqlConnection, by: UserId, user: UserId) -> Result<()> {
    if by == user {
        return Err(ONESELF);
    }
    expect_not_last(conn, user).await
}

/// Somebody else holds the indispensable role; its row is locked.
async fn expect_not_last(conn: &mut MySqlConnection, user: UserId) -> Result<()> {
    let holders = store::people::list_holders(conn, INDISPENSABLE).await?;
    let is_last = holders.contains(&user) && holders.iter().all(|holder| *holder == user);
    if is_last { Err(THE_LAST) } else { Ok(()) }
}

/// Whether the shop can do without `user`, for whoever is about to let them leave.
pub(crate) async fn lock_dispensable(conn: &mut MySqlConnection, user: UserId) -> Result<()> {
    store::people::lock_role(conn, INDISPENSABLE).await?;
    expect_not_last(conn, user).await
}
