//! Another password for an account that exists: chosen well, never one of the last five, kept with its predecessors.

use chrono::{DateTime, Utc};
use kernel::UserId;
use shared::web::{Error, Result};
use sqlx::MySqlConnection;

use crate::hashing::{Cost, Hasher};
use crate::login::Credentials;
use crate::password::{Holder, Password, PasswordHash};
use crate::store;

/// How many former passwords are kept: with the present one five that are not chosen again.
const FORMER: u32 = 4;

/// Where somebody writes the password that they choose for an account that exists.
pub const FIELD: &str = "new_password";
const PERSONAL: &str = "must not be your own name, address or number";
const USED_BEFORE: &str = "must not be one of your last five passwords";

/// What a new password of an account is compared with.
#[derive(Clone, Debug)]
pub struct Present {
    /// Whose account.
    pub user: UserId,
    /// What opens it today.
    pub password_hash: PasswordHash,
    holder: Holder,
    former: Vec<PasswordHash>,
}

/// The present password of an active account.
pub async fn find_present(conn: &mut MySqlConnection, user: UserId) -> sqlx::Result<Option<Present>> {
    let Some((holder, password_hash)) = store::passwords::find_holder(conn, user).await? else { return Ok(None) };
    let former = store::passwords::list_former(conn, user, FORMER).await?;
    Ok(Some(Present { user, password_hash, holder, former }))
}

/// What to keep of `password`, which the holder of an account chooses. Costs up to six hashes.
///
/// # Errors
/// 400 for [`FIELD`] if it is their own name, address or number, or one of their last five passwords; 503 when too many
/// passwords are waiting.
pub async fn choose(hasher: &Hasher, present: &Present, password: Password, cost: Cost) -> Result<PasswordHash> {
    if password.is_about(&present.holder) {
        return Err(Error::invalid(FIELD, PERSONAL));
    }
    for used in [&present.password_hash].into_iter().chain(&present.former).filter(|hash| hash.opens()) {
        if hasher.verify(password.as_attempt(), Some(used.clone()), cost).await? {
            return Err(Error::invalid(FIELD, USED_BEFORE));
        }
    }
    hasher.hash(password, cost).await
}

/// Puts `chosen` in the place of the password that `present` describes; whether that was still the present one of an
/// active account. The caller ends the log-ins that the old one opened; after a no it rolls back.
pub async fn replace(
    conn: &mut MySqlConnection,
    present: &Present,
    chosen: &PasswordHash,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let (user, old) = (present.user, &present.password_hash);
    if !store::passwords::take(conn, user, old, chosen).await? {
        return Ok(false);
    }
    if old.opens() {
        store::passwords::insert_former(conn, user, old, now).await?;
        if let Some(last) = store::passwords::list_ids(conn, user, FORMER).await?.pop() {
            store::passwords::delete_before(conn, user, last).await?;
        }
    }
    Ok(true)
}

/// Keeps the password of `credentials` at another cost, unless somebody has changed it meanwhile.
pub async fn upgrade(
    conn: &mut MySqlConnection,
    credentials: &Credentials,
    again: &PasswordHash,
) -> sqlx::Result<bool> {
    store::passwords::take(conn, credentials.user, &credentials.password_hash, again).await
}
