//! Who may do what: roles, what they allow, and who holds them.

mod asking;
mod assigning;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use kernel::UserId;
use serde::Serialize;
use shared::web::{Error, Result};
use sqlx::{FromRow, MySqlConnection};
use utoipa::ToSchema;

use crate::store;

pub use asking::{Checked, InQuery, Question, check};
pub use assigning::{NewRoles, assign};

/// A role and what it allows.
#[derive(Debug, Serialize, ToSchema)]
pub struct Role {
    /// Its key.
    pub id: u64,
    /// Its name, by which it is given.
    #[schema(example = "support_staff")]
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// Whether it came with the shop.
    pub is_system: bool,
    /// The names of what it allows.
    pub permissions: BTreeSet<String>,
}

/// A role that somebody holds.
#[derive(Debug, Serialize, FromRow, ToSchema)]
pub struct Assignment {
    /// Its name.
    #[schema(example = "support_staff")]
    pub name: String,
    /// Who gave it; nobody if it came with the registration.
    #[schema(value_type = Option<u64>)]
    pub assigned_by: Option<UserId>,
    /// When.
    pub assigned_at: DateTime<Utc>,
}

/// What somebody may do, and why.
#[derive(Debug, Serialize, ToSchema)]
pub struct UserRoles {
    /// Who.
    #[schema(value_type = u64)]
    pub user_id: UserId,
    /// Their roles.
    pub roles: Vec<Assignment>,
    /// The names of what these allow.
    pub permissions: Vec<String>,
}

/// Every role, by its name.
pub(crate) type Roles = BTreeMap<String, Role>;

/// Every role.
pub async fn list(conn: &mut MySqlConnection) -> sqlx::Result<Vec<Role>> {
    let mut roles: Vec<Role> = all(conn).await?.into_values().collect();
    roles.sort_by_key(|role| role.id);
    Ok(roles)
}

/// What `user` may do; 404 for an account that never was.
pub async fn of(conn: &mut MySqlConnection, user: UserId) -> Result<UserRoles> {
    if !store::people::exists(conn, user).await? {
        return Err(Error::NotFound("user"));
    }
    let roles = store::roles::list_assignments(conn, user).await?;
    let permissions = store::roles::list_permissions_of(conn, user).await?;
    Ok(UserRoles { user_id: user, roles, permissions })
}

async fn all(conn: &mut MySqlConnection) -> sqlx::Result<Roles> {
    let mut permissions: BTreeMap<u64, BTreeSet<String>> = BTreeMap::new();
    for (role, permission) in store::roles::list_permissions(conn).await? {
        permissions.entry(role).or_default().insert(permission);
    }
    let rows = store::roles::list(conn).await?;
    let roles = rows.into_iter().map(|store::roles::Row { id, name, description, is_system_role: is_system }| {
        let permissions = permissions.remove(&id).unwrap_or_default();
        (name.clone(), Role { id, name, description, is_system, permissions })
    });
    Ok(roles.collect())
}
