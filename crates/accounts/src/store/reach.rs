//! Reads and writes where an account is reached.

use kernel::UserId;
use sqlx::{FromRow, MySqlConnection};

use crate::identifiers::{Email, Phone};
use crate::login::Credentials;
use crate::password::PasswordHash;
use crate::proofs::Recipient;
use crate::reach::{Own, Reached};

#[derive(FromRow)]
struct Row {
    id: UserId,
    password_hash: String,
    is_active: bool,
    is_proven: bool,
    is_proven_elsewhere: bool,
}

impl From<Row> for Reached {
    fn from(row: Row) -> Self {
        let password_hash = PasswordHash::new(row.password_hash);
        let credentials = Credentials { user: row.id, password_hash, is_active: row.is_active };
        Self { credentials, is_proven: row.is_proven, is_proven_elsewhere: row.is_proven_elsewhere }
    }
}

pub(crate) async fn find_by_email(conn: &mut MySqlConnection, email: &str) -> sqlx::Result<Option<Reached>> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT id, password_hash, is_active, email_verified AS is_proven, phone_verified AS is_proven_elsewhere
         FROM users WHERE email = ?",
    )
    .bind(email)
    .fetch_optional(conn)
    .await?;
    Ok(row.map(Reached::from))
}

pub(crate) async fn find_by_phone(conn: &mut MySqlConnection, phone: &str) -> sqlx::Result<Option<Reached>> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT id, password_hash, is_active, phone_verified AS is_proven, email_verified AS is_proven_elsewhere
         FROM users WHERE phone = ?",
    )
    .bind(phone)
    .fetch_optional(conn)
    .await?;
    Ok(row.map(Reached::from))
}

#[derive(FromRow)]
struct OwnRow {
    email: Option<Email>,
    email_verified: bool,
    phone: Option<Phone>,
    phone_verified: bool,
}

/// The address and the number of an active account, as far as it has them.
pub(crate) async fn list_own(conn: &mut MySqlConnection, user: Option<UserId>) -> sqlx::Result<Vec<Own>> {
    let row: Option<OwnRow> =
        sqlx::query_as("SELECT email, email_verified, phone, phone_verified FROM users WHERE id = ? AND is_active")
            .bind(user)
            .fetch_optional(conn)
            .await?;
    let Some(row) = row else { return Ok(Vec::new()) };
    let email = row.email.map(|it| Own { recipient: Recipient::Email(it), is_proven: row.email_verified });
    let phone = row.phone.map(|it| Own { recipient: Recipient::Phone(it), is_proven: row.phone_verified });
    Ok(email.into_iter().chain(phone).collect())
}

/// The address is proven; whether it is still that of the active account.
pub(crate) async fn take_email(conn: &mut MySqlConnection, user: UserId, email: &str) -> sqlx::Result<bool> {
    let taken = sqlx::query(
        "UPDATE users SET email_verified = TRUE, updated_at = updated_at WHERE id = ? AND email = ? AND is_active",
    );
    Ok(taken.bind(user).bind(email).execute(conn).await?.rows_affected() == 1)
}

/// The number is proven; whether it is still that of the active account.
pub(crate) async fn take_phone(conn: &mut MySqlConnection, user: UserId, phone: &str) -> sqlx::Result<bool> {
    let taken = sqlx::query(
        "UPDATE users SET phone_verified = TRUE, updated_at = updated_at WHERE id = ? AND phone = ? AND is_active",
    );
    Ok(taken.bind(user).bind(phone).execute(conn).await?.rows_affected() == 1)
}
