//! Giving roles and taking them away: nobody hands out more than they have, nor touches those who have more, and somebody is
//! always left who may do everything.

use std::collections::BTreeSet;

use kernel::UserId;
use serde_json::json;
use shared::audit::{By, Entry, Subject};
use shared::changes::{self, Topic};
use shared::database::retry;
use shared::identity::{self, AssignRoles, Permission};
use shared::web::{Error, FieldError, Result};
use sqlx::MySqlConnection;
use utoipa::ToSchema;
use validator::Validate;

use super::{Roles, UserRoles, all, of};
use crate::desk::Desk;
use crate::store;

const LAST_ADMINISTRATOR: Error =
    Error::Impossible { code: "INVALID_STATE", message: "the shop needs somebody who may do everything" };

/// The role of those who may do everything.
const ADMINISTRATOR: &str = "super_admin";

/// What somebody's roles are to be.
#[derive(Debug, eserde::Deserialize, Validate, ToSchema)]
pub struct NewRoles {
    /// The names of all their roles: those that are not here are taken away.
    #[schema(example = json!(["customer", "support_staff"]), max_items = 50)]
    #[validate(length(max = 50, message = "must not have more than 50 items"))]
    pub roles: Vec<String>,
}

/// Gives `user` the roles that `wanted` names and takes the others away; every service goes by it within a second.
///
/// # Errors
/// 400 names what is no role; 403 when the caller lacks something that `user` may do, before or after; 422 when nobody
/// would be left who may do everything.
pub async fn assign(desk: &Desk, by: &By<AssignRoles>, user: UserId, wanted: &NewRoles) -> Result<UserRoles> {
    let assigned = retry(async || {
        let mut tx = desk.database().begin().await?;
        // Before everything else is read: of two administrators who take each other's role, the second has it no more.
        identity::lock_administrators(&mut tx).await?;
        let change = Change::of(&mut tx, by.user.id, user, wanted).await?;
        change.make(&mut tx, desk, by).await?;
        let assigned = of(&mut tx, user).await?;
        tx.commit().await?;
        Ok::<_, Error>(assigned)
    })
    .await?;
    desk.hear_at_once().await;
    Ok(assigned)
}

/// A change of roles that its author may make.
struct Change {
    user: UserId,
    roles: Roles,
    before: BTreeSet<String>,
    after: BTreeSet<String>,
}

impl Change {
    async fn of(conn: &mut MySqlConnection, by: UserId, user: UserId, wanted: &NewRoles) -> Result<Self> {
        let roles = all(conn).await?;
        let after = known(&roles, wanted)?;
        if !store::people::exists(conn, user).await? {
            return Err(Error::NotFound("user"));
        }
        let own = held(conn, &roles, by).await?;
        let own = allowed(&roles, &own);
        let before = held(conn, &roles, user).await?;
        let touched = allowed(&roles, &before.union(&after).cloned().collect());
        if !own.contains(AssignRoles::NAME) || !touched.is_subset(&own) {
            return Err(Error::Forbidden);
        }
        let leaves = before.contains(ADMINISTRATOR) && !after.contains(ADMINISTRATOR);
        if leaves && identity::is_last_administrator(conn, user).await? {
            return Err(LAST_ADMINISTRATOR);
        }
        Ok(Self { user, roles, before, after })
    }

    async fn make(&self, conn: &mut MySqlConnection, desk: &Desk, by: &By<AssignRoles>) -> Result<()> {
        if self.before == self.after {
            return Ok(());
        }
        for role in self.before.difference(&self.after).filter_map(|name| self.roles.get(name)) {
            store::roles::delete_assignment(conn, self.user, role.id).await?;
        }
        for role in self.after.difference(&self.before).filter_map(|name| self.roles.get(name)) {
            store::roles::insert_given(conn, (self.user, role.id), by.user.id, by.now).await?;
        }
        changes::record(conn, Topic::RolesChanged, &self.user.to_string()).await?;
        let entry = Entry {
            by: &by.actor,
            action: "user.roles",
            subject: Subject::new("user", self.user.to_string()),
            before: json!(self.before),
            after: json!(self.after),
        };
        Ok(desk.ground().notary.record(conn, &entry, by.now).await?)
    }
}

/// The roles that were asked for, or every name that is none.
fn known(roles: &Roles, wanted: &NewRoles) -> Result<BTreeSet<String>> {
    let unknown = wanted.roles.iter().enumerate().filter(|(_, name)| !roles.contains_key(*name));
    let faults: Vec<_> =
        unknown.map(|(place, _)| FieldError::new(format!("roles[{place}]"), "must be the name of a role")).collect();
    if faults.is_empty() { Ok(wanted.roles.iter().cloned().collect()) } else { Err(Error::Invalid(faults)) }
}

async fn held(conn: &mut MySqlConnection, roles: &Roles, user: UserId) -> sqlx::Result<BTreeSet<String>> {
    let names = store::roles::list_of(conn, user).await?;
    Ok(names.into_iter().filter(|name| roles.contains_key(name)).collect())
}

/// What these roles allow together.
fn allowed<'a>(roles: &'a Roles, names: &BTreeSet<String>) -> BTreeSet<&'a str> {
    let held = names.iter().filter_map(|name| roles.get(name));
    held.flat_map(|role| role.permissions.iter().map(String::as_str)).collect()
}
