//! Reads and writes what opens an account; its profile is written once, at birth.

use chrono::{DateTime, Utc};
use kernel::UserId;
use sqlx::{FromRow, MySqlConnection};
use uuid::Uuid;

use crate::identifiers::{Email, Phone, Username};
use crate::login::Credentials;
use crate::password::PasswordHash;
use crate::registration::NewAccount;

/// Fails with a duplicate if somebody has the address, number or name.
pub(crate) async fn insert(
    conn: &mut MySqlConnection,
    account: &NewAccount,
    now: DateTime<Utc>,
) -> sqlx::Result<UserId> {
    let inserted = sqlx::query(
        "INSERT INTO users (uuid, email, phone, username, password_hash, first_name, last_name, country_id,
                            last_login, last_activity, created_at, updated_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(Uuid::now_v7().to_string())
    .bind(&account.email)
    .bind(&account.phone)
    .bind(&account.username)
    .bind(account.password_hash.expose())
    .bind(&account.first_name)
    .bind(&account.last_name)
    .bind(account.country)
    .bind(now)
    .bind(now)
    .bind(now)
    .bind(now)
    .execute(conn)
    .await?;
    UserId::new(inserted.last_insert_id()).ok_or(sqlx::Error::RowNotFound)
}

#[derive(FromRow)]
struct CredentialsRow {
    id: UserId,
    password_hash: String,
    is_active: bool,
}

impl From<CredentialsRow> for Credentials {
    fn from(row: CredentialsRow) -> Self {
        Self { user: row.id, password_hash: PasswordHash::new(row.password_hash), is_active: row.is_active }
    }
}

pub(crate) async fn find_by_email(conn: &mut MySqlConnection, email: &Email) -> sqlx::Result<Option<Credentials>> {
    let row: Option<CredentialsRow> = sqlx::query_as("SELECT id, password_hash, is_active FROM users WHERE email = ?")
        .bind(email)
        .fetch_optional(conn)
        .await?;
    Ok(row.map(Credentials::from))
}

pub(crate) async fn find_by_phone(conn: &mut MySqlConnection, phone: &Phone) -> sqlx::Result<Option<Credentials>> {
    let row: Option<CredentialsRow> = sqlx::query_as("SELECT id, password_hash, is_active FROM users WHERE phone = ?")
        .bind(phone)
        .fetch_optional(conn)
        .await?;
    Ok(row.map(Credentials::from))
}

pub(crate) async fn find_by_username(
    conn: &mut MySqlConnection,
    username: &Username,
) -> sqlx::Result<Option<Credentials>> {
    let row: Option<CredentialsRow> =
        sqlx::query_as("SELECT id, password_hash, is_active FROM users WHERE username = ?")
            .bind(username)
            .fetch_optional(conn)
            .await?;
    Ok(row.map(Credentials::from))
}

pub(crate) async fn find_by_id(conn: &mut MySqlConnection, user: UserId) -> sqlx::Result<Option<Credentials>> {
    let row: Option<CredentialsRow> = sqlx::query_as("SELECT id, password_hash, is_active FROM users WHERE id = ?")
        .bind(user)
        .fetch_optional(conn)
        .await?;
    Ok(row.map(Credentials::from))
}

/// Whether the account is active and its password is still the one that was compared. The profile is not touched, so
/// it does not look changed.
pub(crate) async fn take_login(
    conn: &mut MySqlConnection,
    credentials: &Credentials,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let taken = sqlx::query(
        "UPDATE users SET last_login = ?, last_activity = ?, updated_at = updated_at
         WHERE id = ? AND is_active AND password_hash = ?",
    )
    .bind(now)
    .bind(now)
    .bind(credentials.user)
    .bind(credentials.password_hash.expose())
    .execute(conn)
    .await?;
    Ok(taken.rows_affected() == 1)
}
