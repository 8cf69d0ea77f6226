//! Log-ins half-way: the password was right, the second factor is still to come, or to be set up.

use chrono::{DateTime, TimeDelta, Utc};
use kernel::{UserId, text_enum};
use secrecy::{ExposeSecret, SecretString};
use sqlx::MySqlConnection;

use crate::store::challenges as store;
use crate::token;

/// How long the second half may take.
pub const LIFETIME: TimeDelta = TimeDelta::minutes(5);
/// How often somebody may try.
pub(crate) const TRIES: u8 = 5;

text_enum! {
    /// What is missing.
    pub enum Purpose {
        /// The code of the second factor.
        SecondFactor = "second_factor",
        /// A second factor, which somebody in this role must have.
        Enrollment = "enrollment",
    }
}

/// A log-in half-way.
#[derive(Clone, Copy, Debug)]
pub struct Challenge {
    pub(crate) id: u64,
    /// Who proved to know the password.
    pub user: UserId,
}

/// Opens a challenge for `user`, who proved to know the password. The token is good for five minutes and five tries, and ends
/// when the account's log-ins are ended.
pub async fn open(
    conn: &mut MySqlConnection,
    user: UserId,
    purpose: Purpose,
    now: DateTime<Utc>,
) -> sqlx::Result<SecretString> {
    store::delete_expired(conn, user, now).await?;
    let token = token::fresh();
    store::insert(conn, &token::hash(token.expose_secret()), user, purpose, now).await?;
    Ok(token)
}

/// The challenge that `token` belongs to, if it is still open.
pub async fn find(
    conn: &mut MySqlConnection,
    token: &str,
    purpose: Purpose,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<Challenge>> {
    store::find_open(conn, &token::hash(token), purpose, now).await
}

/// Like [`find`], and uses up one of its tries. The caller commits whatever comes of the try.
pub async fn try_once(
    conn: &mut MySqlConnection,
    token: &str,
    purpose: Purpose,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<Challenge>> {
    let Some(challenge) = find(conn, token, purpose, now).await? else { return Ok(None) };
    Ok(store::take_try(conn, challenge.id).await?.then_some(challenge))
}

/// Closes the challenge; whether it was this that closed it.
pub async fn close(conn: &mut MySqlConnection, challenge: Challenge, now: DateTime<Utc>) -> sqlx::Result<bool> {
    store::take_open(conn, challenge.id, now).await
}
