//! An account that somebody wants to enter.

use chrono::{DateTime, Utc};
use kernel::UserId;
use sqlx::MySqlConnection;

use crate::identifiers::LoginId;
use crate::password::PasswordHash;
use crate::store;

/// What opens an account, and whether it may be opened.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// Whose account.
    pub user: UserId,
    /// What the password is compared with.
    pub password_hash: PasswordHash,
    /// An account that was put out of the shop is not entered with any password.
    pub is_active: bool,
}

/// `login_id` as the shop writes it: equal for two that find the same account under the same kind of name, whether or not
/// there is one.
pub fn canonical(login_id: &str) -> String {
    match LoginId::of(login_id) {
        LoginId::Email(email) => email.as_str().to_owned(),
        LoginId::Phone(phone) => phone.as_str().to_owned(),
        LoginId::Username(name) => name.as_str().to_owned(),
        LoginId::Nobody => login_id.trim().to_lowercase(),
    }
}

/// The account that is found by `login_id`: by e-mail if it has an `@`, by telephone number if it has no letter, by
/// user name otherwise. Capitals, blanks and the ways to write a number do not matter.
pub async fn find_for_login(conn: &mut MySqlConnection, login_id: &str) -> sqlx::Result<Option<Credentials>> {
    match LoginId::of(login_id) {
        LoginId::Email(email) => store::users::find_by_email(conn, &email).await,
        LoginId::Phone(phone) => store::users::find_by_phone(conn, &phone).await,
        LoginId::Username(name) => store::users::find_by_username(conn, &name).await,
        LoginId::Nobody => Ok(None),
    }
}

/// The account of somebody who is signed in.
pub async fn find_by_id(conn: &mut MySqlConnection, user: UserId) -> sqlx::Result<Option<Credentials>> {
    store::users::find_by_id(conn, user).await
}

/// Notes that somebody entered with `credentials`; whether they still could: comparing a password takes time, in which
/// it may have been changed or the account put out of the shop. After a no the caller rolls back.
pub async fn admit(conn: &mut MySqlConnection, credentials: &Credentials, now: DateTime<Utc>) -> sqlx::Result<bool> {
    store::users::take_login(conn, credentials, now).await
}
