//! A new account.

use chrono::{DateTime, Utc};
use kernel::{UserId, id};
use shared::database::Failure;
use sqlx::MySqlConnection;

use crate::identifiers::{Email, PersonName, Phone, Username};
use crate::password::PasswordHash;
use crate::{names, store};

id! {
    /// A country: the key of `countries`.
    CountryId
}

/// An account to be. At least one of `email`, `phone` and `username` is there, or nobody could enter it.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// How it is found and written to.
    pub email: Option<Email>,
    /// How it is found and called.
    pub phone: Option<Phone>,
    /// How it is found.
    pub username: Option<Username>,
    /// What opens it.
    pub password_hash: PasswordHash,
    /// Whose it is.
    pub first_name: PersonName,
    /// Whose it is.
    pub last_name: PersonName,
    /// Where they live; the country exists.
    pub country: CountryId,
}

/// What became of a registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Registration {
    /// There is an account now, active and with nothing verified.
    Registered(UserId),
    /// The address, number or name has an account already. The caller rolls back.
    Taken,
}

/// Makes an account, unless somebody has its address, number or name. Of several at once one succeeds.
pub async fn register(
    conn: &mut MySqlConnection,
    account: &NewAccount,
    now: DateTime<Utc>,
) -> sqlx::Result<Registration> {
    match store::users::insert(conn, account, now).await {
        Ok(user) => {
            names::keep(conn, user, &account.first_name, &account.last_name).await?;
            Ok(Registration::Registered(user))
        }
        Err(error) if Failure::of(&error) == Failure::Duplicate => Ok(Registration::Taken),
        Err(error) => Err(error),
    }
}
