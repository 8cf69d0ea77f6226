//! Who is in the shop, who was put out of it, and who leaves it for good.

use chrono::{DateTime, TimeDelta, Utc};
use kernel::UserId;
use sqlx::MySqlConnection;

use crate::second_factor;
use crate::sessions::{self, Ending};
use crate::store;

/// For so long somebody who wants to leave can change their mind.
pub const GRACE: TimeDelta = TimeDelta::days(30);

/// Puts `user` out of the shop: every log-in ends, and none begins. Who is out stays out.
pub async fn deactivate(conn: &mut MySqlConnection, user: UserId, now: DateTime<Utc>) -> sqlx::Result<()> {
    store::standing::update_deactivated(conn, user, now).await?;
    sessions::revoke_all(conn, user, Ending::Deactivated, now).await
}

/// Lets `user` in again, unless there is nothing left to sign in with: whether it was done.
pub async fn activate(conn: &mut MySqlConnection, user: UserId, now: DateTime<Utc>) -> sqlx::Result<bool> {
    store::standing::take_activated(conn, user, now).await
}

/// Notes that `user` wants to leave; when they will be gone. Asked again, the first day stays.
pub async fn schedule_deletion(
    conn: &mut MySqlConnection,
    user: UserId,
    now: DateTime<Utc>,
) -> sqlx::Result<(DateTime<Utc>, Scheduling)> {
    if let Some(due) = store::standing::lock_deletion(conn, user).await? {
        return Ok((due, Scheduling::Before));
    }
    let due = now + GRACE;
    store::standing::update_deletion(conn, user, Some((now, due)), now).await?;
    Ok((due, Scheduling::Now))
}

/// When somebody asked first to be deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheduling {
    /// With this request.
    Now,
    /// Some time ago.
    Before,
}

/// `user` stays; whether they had wanted to leave.
pub async fn cancel_deletion(conn: &mut MySqlConnection, user: UserId, now: DateTime<Utc>) -> sqlx::Result<bool> {
    if store::standing::lock_deletion(conn, user).await?.is_none() {
        return Ok(false);
    }
    store::standing::update_deletion(conn, user, None, now).await?;
    Ok(true)
}

/// Locks somebody whose grace is over; those that another replica is at are passed over.
pub async fn lock_due(conn: &mut MySqlConnection, now: DateTime<Utc>) -> sqlx::Result<Option<UserId>> {
    store::standing::lock_due(conn, now).await
}

/// Takes away everything by which `user` is known and could come back: address, number, user name, passwords, second factor,
/// the words of the name, codes and links that were sent, and what log-ins tell about devices. The row stays, because orders and invoices hang on it.
pub async fn erase(conn: &mut MySqlConnection, user: UserId, now: DateTime<Utc>) -> sqlx::Result<()> {
    deactivate(conn, user, now).await?;
    store::names::delete_all(conn, user).await?;
    store::passwords::delete_all(conn, user).await?;
    store::proofs::delete_all(conn, user).await?;
    second_factor::erase(conn, user).await?;
    store::standing::delete_tokens(conn, user).await?;
    store::standing::update_devices_erased(conn, user).await?;
    store::standing::update_erased(conn, user, now).await
}
