//! Who somebody is and what they may do.

use kernel::UserId;
use serde::Serialize;
use sqlx::{FromRow, MySqlConnection};
use utoipa::ToSchema;

use crate::store;
use crate::store::roles::Grants;

/// An account as its holder sees it.
#[derive(Debug, Serialize, FromRow, ToSchema)]
pub struct Person {
    /// Its key.
    pub id: UserId,
    /// Its name outside of this shop.
    pub uuid: String,
    /// How the shop writes to them.
    #[schema(example = "asha@example.com")]
    pub email: Option<String>,
    /// How the shop calls them.
    #[schema(example = "+919876543210")]
    pub phone: Option<String>,
    /// What they sign in as.
    pub username: Option<String>,
    /// Their name.
    #[schema(example = "Asha")]
    pub first_name: String,
    /// Their name.
    #[schema(example = "Rao")]
    pub last_name: String,
    /// Whether the address was shown to be theirs.
    pub email_verified: bool,
    /// Whether the number was shown to be theirs.
    pub phone_verified: bool,
}

/// A person with what they may do.
#[derive(Debug, Serialize, ToSchema)]
pub struct Me {
    /// Who they are.
    #[serde(flatten)]
    pub person: Person,
    /// The names of their roles.
    #[schema(example = json!(["customer"]))]
    pub user_roles: Vec<String>,
    /// The names of what their roles let them do.
    pub user_permissions: Vec<String>,
}

/// The person behind an active account.
pub async fn find(conn: &mut MySqlConnection, user: UserId) -> sqlx::Result<Option<Me>> {
    let Some(person) = store::people::find_active(conn, user).await? else { return Ok(None) };
    let Grants { roles, permissions } = store::roles::list_grants_of(conn, user).await?;
    Ok(Some(Me { person, user_roles: roles, user_permissions: permissions }))
}
