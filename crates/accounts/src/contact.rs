//! How somebody is found and written to, changed by themselves.

use chrono::{DateTime, Utc};
use kernel::{Patch, UserId};
use shared::database::Failure;
use sqlx::MySqlConnection;

use crate::identifiers::{Email, Phone, Username};
use crate::store;

/// What somebody wants to be found by from now on.
#[derive(Clone, Debug, Default)]
pub struct NewContact {
    /// Their address.
    pub email: Patch<Email>,
    /// Their number.
    pub phone: Patch<Phone>,
    /// Their name.
    pub username: Patch<Username>,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContactChange {
    /// It is so now; an address or number that is another than before is not verified.
    Changed {
        /// Whether the address is another.
        email: bool,
        /// Whether the number is another.
        phone: bool,
    },
    /// Somebody else is found by it. The caller rolls back.
    Taken,
    /// Nothing would be left to sign in with. Nothing has changed.
    Unreachable,
}

/// Changes how `user`, who exists, is found. Of several who want one address at once, one gets it.
pub async fn change(
    conn: &mut MySqlConnection,
    user: UserId,
    wanted: &NewContact,
    now: DateTime<Utc>,
) -> sqlx::Result<ContactChange> {
    let old = store::contact::lock(conn, user).await?;
    let email = wanted.email.apply(old.email.clone());
    let phone = wanted.phone.apply(old.phone.clone());
    let username = wanted.username.apply(old.username.clone());
    if email.is_none() && phone.is_none() && username.is_none() {
        return Ok(ContactChange::Unreachable);
    }
    let (is_other_email, is_other_phone) = (email != old.email, phone != old.phone);
    if !is_other_email && !is_other_phone && username == old.username {
        return Ok(ContactChange::Changed { email: false, phone: false });
    }
    let new = store::contact::Contact {
        email_verified: old.email_verified && !is_other_email,
        phone_verified: old.phone_verified && !is_other_phone,
        email,
        phone,
        username,
    };
    match store::contact::update(conn, user, &new, now).await {
        Ok(()) => Ok(ContactChange::Changed { email: is_other_email, phone: is_other_phone }),
        Err(error) if Failure::of(&error) == Failure::Duplicate => Ok(ContactChange::Taken),
        Err(error) => Err(error),
    }
}
