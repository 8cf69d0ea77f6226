//! Reads and writes where people's pictures are.

use chrono::{DateTime, Utc};
use kernel::UserId;
use sqlx::MySqlConnection;

pub(crate) async fn find(conn: &mut MySqlConnection, user: UserId) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar("SELECT avatar_url FROM users WHERE id = ?").bind(user).fetch_one(conn).await
}

pub(crate) async fn update(
    conn: &mut MySqlConnection,
    user: UserId,
    url: Option<&str>,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query("UPDATE users SET avatar_url = ?, updated_at = ?, revision = revision + 1 WHERE id = ?")
        .bind(url)
        .bind(now)
        .bind(user)
        .execute(conn)
        .await
        .map(drop)
}
