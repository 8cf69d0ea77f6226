//! Reads accounts as their holders see them.

use kernel::UserId;
use sqlx::MySqlConnection;

use crate::profiles::Profile;

/// The profile of an active account.
pub(crate) async fn find(conn: &mut MySqlConnection, user: UserId) -> sqlx::Result<Option<Profile>> {
    sqlx::query_as(
        "SELECT id, uuid, email, phone, username, first_name, last_name, email_verified, phone_verified, country_id,
                preferred_currency, preferred_language, avatar_url, created_at
         FROM users WHERE id = ? AND is_active",
    )
    .bind(user)
    .fetch_optional(conn)
    .await
}
