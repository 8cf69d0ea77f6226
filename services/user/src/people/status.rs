//! Who may be in the shop: what an administrator may do about whom.

use std::collections::BTreeSet;

use accounts::standing;
use kernel::UserId;
use serde_json::json;
use shared::audit::{By, Entry, Notary, Subject};
use shared::changes::{self, Topic};
use shared::identity::{ManageUsers, Permission, holds, is_last_administrator, lock_administrators};
use shared::web::{Error, Result};
use sqlx::{MySqlConnection, MySqlPool};
use utoipa::ToSchema;
use validator::Validate;

use super::{PersonDetail, find};
use crate::store;

const ONESELF: Error = Error::Impossible { code: "INVALID_STATE", message: "nobody does this to their own account" };
const THE_LAST: Error =
    Error::Impossible { code: "INVALID_STATE", message: "this is the last administrator who may do everything" };
const ERASED: Error = Error::Impossible { code: "INVALID_STATE", message: "the account was deleted" };
const NO_SUCH_USER: Error = Error::NotFound("user");

/// Where it is decided who may be in the shop.
#[derive(Clone, Debug)]
pub struct Office {
    pub(crate) database: MySqlPool,
    pub(crate) notary: Notary,
}

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
    office: &Office,
    by: &By<ManageUsers>,
    user: UserId,
    wanted: SetStatus,
) -> Result<PersonDetail> {
    let mut tx = office.database.begin().await?;
    admit(&mut tx, by, user).await?;
    let before = find(&mut tx, user).await?;
    if wanted.is_active {
        standing::activate(&mut tx, user, by.now).await?.then_some(()).ok_or(ERASED)?;
    } else {
        expect_dispensable(&mut tx, by.user.id, user).await?;
        standing::deactivate(&mut tx, user, by.now).await?;
    }
    changes::record(&mut tx, Topic::RolesChanged, &user.to_string()).await?;
    let after = find(&mut tx, user).await?;
    office.write_down(&mut tx, by, (&before, &after)).await?;
    tx.commit().await?;
    Ok(after)
}

impl Office {
    async fn write_down(
        &self,
        conn: &mut MySqlConnection,
        by: &By<ManageUsers>,
        (before, after): (&PersonDetail, &PersonDetail),
    ) -> Result<()> {
        let (was, is) = (before.person.is_active, after.person.is_active);
        if was == is {
            return Ok(());
        }
        let entry = Entry {
            by: &by.actor,
            action: "user.status",
            subject: Subject::new("user", after.person.id.to_string()),
            before: json!({ "is_active": was }),
            after: json!({ "is_active": is }),
        };
        Ok(self.notary.record(conn, &entry, by.now).await?)
    }
}

/// Whether `by` may decide about `user`, who exists; other such decisions wait for the end of the transaction.
pub(super) async fn admit(conn: &mut MySqlConnection, by: &By<ManageUsers>, user: UserId) -> Result<()> {
    lock_administrators(conn).await?;
    if !holds(conn, by.user.id, ManageUsers::NAME).await? {
        return Err(Error::Forbidden);
    }
    store::people::find(conn, user).await?.ok_or(NO_SUCH_USER)?;
    expect_no_more(conn, by.user.id, user).await
}

/// Whoever decides about somebody may do everything that they may.
async fn expect_no_more(conn: &mut MySqlConnection, by: UserId, user: UserId) -> Result<()> {
    let mine: BTreeSet<String> = store::people::list_permissions(conn, by).await?.into_iter().collect();
    let theirs = store::people::list_permissions(conn, user).await?;
    if theirs.iter().all(|permission| mine.contains(permission)) { Ok(()) } else { Err(Error::Forbidden) }
}

pub(super) async fn expect_dispensable(conn: &mut MySqlConnection, by: UserId, user: UserId) -> Result<()> {
    if by == user {
        return Err(ONESELF);
    }
    expect_not_last(conn, user).await
}

async fn expect_not_last(conn: &mut MySqlConnection, user: UserId) -> Result<()> {
    if is_last_administrator(conn, user).await? { Err(THE_LAST) } else { Ok(()) }
}

/// Whether the shop can do without `user`, for whoever is about to let them leave.
pub(crate) async fn lock_dispensable(conn: &mut MySqlConnection, user: UserId) -> Result<()> {
    lock_administrators(conn).await?;
    expect_not_last(conn, user).await
}
