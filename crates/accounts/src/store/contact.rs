//! Reads and writes how people are found.

use chrono::{DateTime, Utc};
use kernel::UserId;
use sqlx::{FromRow, MySqlConnection};

use crate::identifiers::{Email, Phone, Username};

/// How somebody is found, and what of it was shown to be theirs.
#[derive(Debug, FromRow)]
pub(crate) struct Contact {
    pub(crate) email: Option<Email>,
    pub(crate) phone: Option<Phone>,
    pub(crate) username: Option<Username>,
    pub(crate) email_verified: bool,
    pub(crate) phone_verified: bool,
}

pub(crate) async fn lock(conn: &mut MySqlConnection, user: UserId) -> sqlx::Result<Contact> {
    sqlx::query_as("SELECT email, phone, username, email_verified, phone_verified FROM users WHERE id = ? FOR UPDATE")
        .bind(user)
        .fetch_one(conn)
        .await
}

/// Fails with a duplicate if somebody else has the address, number or name.
pub(crate) async fn update(
    conn: &mut MySqlConnection,
    user: UserId,
    contact: &Contact,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE users SET email = ?, phone = ?, username = ?, email_verified = ?, phone_verified = ?, updated_at = ?,
                          revision = revision + 1
         WHERE id = ?",
    )
    .bind(&contact.email)
    .bind(&contact.phone)
    .bind(&contact.username)
    .bind(contact.email_verified)
    .bind(contact.phone_verified)
    .bind(now)
    .bind(user)
    .execute(conn)
    .await
    .map(drop)
}
