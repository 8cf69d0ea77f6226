//! Reads and writes accounts as their holders see them.

use accounts::registration::CountryId;
use accounts::{PersonName, Phone};
use chrono::{DateTime, Utc};
use kernel::UserId;
use sqlx::{FromRow, MySqlConnection};

use crate::profiles::{BirthDate, Currency, Gender, Language, Profile, TelegramName};

/// What of an account this service writes, but for the picture.
#[derive(Debug, FromRow)]
pub(crate) struct Details {
    pub(crate) first_name: PersonName,
    pub(crate) last_name: PersonName,
    pub(crate) country_id: Option<CountryId>,
    pub(crate) preferred_currency: Currency,
    pub(crate) preferred_language: Language,
    pub(crate) date_of_birth: Option<BirthDate>,
    pub(crate) gender: Option<Gender>,
    pub(crate) telegram_username: Option<TelegramName>,
    pub(crate) telegram_phone: Option<Phone>,
    pub(crate) whatsapp_phone: Option<Phone>,
    pub(crate) revision: u64,
}

/// The profile of an active account.
pub(crate) async fn find(conn: &mut MySqlConnection, user: UserId) -> sqlx::Result<Option<Profile>> {
    sqlx::query_as(
        "SELECT id, uuid, email, phone, username, first_name, last_name, email_verified, phone_verified, country_id,
                preferred_currency, preferred_language, avatar_url, date_of_birth, gender, telegram_username,
                telegram_phone, whatsapp_phone, created_at, deletion_scheduled_at, revision
         FROM users WHERE id = ? AND is_active",
    )
    .bind(user)
    .fetch_optional(conn)
    .await
}

/// What an active account has now; nobody else changes it before the transaction ends.
pub(crate) async fn lock(conn: &mut MySqlConnection, user: UserId) -> sqlx::Result<Option<Details>> {
    sqlx::query_as(
        "SELECT first_name, last_name, country_id, preferred_currency, preferred_language, date_of_birth, gender,
                telegram_username, telegram_phone, whatsapp_phone, revision
         FROM users WHERE id = ? AND is_active FOR UPDATE",
    )
    .bind(user)
    .fetch_optional(conn)
    .await
}

pub(crate) async fn update(
    conn: &mut MySqlConnection,
    user: UserId,
    new: &Details,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE users SET first_name = ?, last_name = ?, country_id = ?, preferred_currency = ?,
                          preferred_language = ?, date_of_birth = ?, gender = ?, telegram_username = ?,
                          telegram_phone = ?, whatsapp_phone = ?, updated_at = ?, revision = revision + 1
         WHERE id = ?",
    )
    .bind(&new.first_name)
    .bind(&new.last_name)
    .bind(new.country_id)
    .bind(&new.preferred_currency)
    .bind(&new.preferred_language)
    .bind(new.date_of_birth)
    .bind(new.gender)
    .bind(&new.telegram_username)
    .bind(&new.telegram_phone)
    .bind(&new.whatsapp_phone)
    .bind(now)
    .bind(user)
    .execute(conn)
    .await
    .map(drop)
}

/// Locks an active account: what it has at most so many of is counted and added by one at a time.
pub(crate) async fn lock_owner(conn: &mut MySqlConnection, user: UserId) -> sqlx::Result<Option<UserId>> {
    sqlx::query_scalar("SELECT id FROM users WHERE id = ? AND is_active FOR UPDATE")
        .bind(user)
        .fetch_optional(conn)
        .await
}

/// Nobody in particular.
pub(crate) async fn update_erased(conn: &mut MySqlConnection, user: UserId, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE users SET first_name = 'Deleted', last_name = 'account', country_id = NULL, avatar_url = NULL,
                          date_of_birth = NULL, gender = NULL, telegram_username = NULL, telegram_phone = NULL,
                          whatsapp_phone = NULL, updated_at = ?, revision = revision + 1
         WHERE id = ?",
    )
    .bind(now)
    .bind(user)
    .execute(conn)
    .await
    .map(drop)
}
