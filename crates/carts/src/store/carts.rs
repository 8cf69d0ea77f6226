//! The row of a cart, which writers of its lines lock first.

use chrono::{DateTime, Utc};
use commerce::ids::CartId;
use sqlx::MySqlConnection;

use crate::Owner;

pub(crate) async fn lock(conn: &mut MySqlConnection, owner: Owner) -> sqlx::Result<Option<CartId>> {
    let found = match owner {
        Owner::User(user) => sqlx::query_scalar("SELECT id FROM carts WHERE user_id = ? FOR UPDATE").bind(user),
        Owner::Guest(guest) => {
            sqlx::query_scalar("SELECT id FROM carts WHERE guest_session_id = ? FOR UPDATE").bind(guest)
        }
    };
    found.fetch_optional(conn).await
}

/// Makes a cart; if somebody else has just made it, locks that one.
pub(crate) async fn insert(conn: &mut MySqlConnection, owner: Owner, now: DateTime<Utc>) -> sqlx::Result<CartId> {
    let (user, guest) = match owner {
        Owner::User(user) => (Some(user), None),
        Owner::Guest(guest) => (None, Some(guest)),
    };
    let made = sqlx::query(
        "INSERT INTO carts (user_id, guest_session_id, created_at, updated_at) VALUES (?, ?, ?, ?)
         ON DUPLICATE KEY UPDATE id = LAST_INSERT_ID(id)",
    )
    .bind(user)
    .bind(guest)
    .bind(now)
    .bind(now)
    .execute(conn)
    .await?;
    CartId::new(made.last_insert_id()).ok_or_else(|| sqlx::Error::Protocol("a cart without a key".to_owned()))
}

pub(crate) async fn update_revision(conn: &mut MySqlConnection, cart: CartId, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query("UPDATE carts SET revision = revision + 1, updated_at = ? WHERE id = ?")
        .bind(now)
        .bind(cart)
        .execute(conn)
        .await
        .map(drop)
}

pub(crate) async fn delete(conn: &mut MySqlConnection, cart: CartId) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM carts WHERE id = ?").bind(cart).execute(conn).await.map(drop)
}
