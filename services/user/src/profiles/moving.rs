//! Somebody is reached elsewhere from now on: who hears of it, and how often that can be.

use accounts::Messenger;
use accounts::contact::Move;
use accounts::proofs::{Purpose, Wanted, Way};
use accounts::quotas::Quota;
use chrono::{DateTime, Utc};
use commerce::events::{SecurityAlert, SecurityAlertKind};
use kernel::UserId;
use shared::config::ServiceName;
use shared::messaging::outbox;
use shared::web::Result;
use sqlx::{MySqlConnection, MySqlPool};

/// Where profiles are changed.
#[derive(Clone, Debug)]
pub struct Registry {
    pub(crate) database: MySqlPool,
    pub(crate) messenger: Messenger,
}

/// Has `user` told of each move when the caller's transaction commits: by the usual way, where they were reached before,
/// and with what proves the new address or number.
///
/// # Errors
/// 429 after too many moves in an hour: each of them writes to an address that anybody may have typed.
pub(super) async fn tell(
    conn: &mut MySqlConnection,
    registry: &Registry,
    user: UserId,
    moves: &[Move],
    now: DateTime<Utc>,
) -> Result<()> {
    if !moves.is_empty() {
        registry.messenger.spend(conn, (Purpose::ContactChanged, &user.to_string()), now).await?;
    }
    for moved in moves {
        let alert = SecurityAlert { user_id: user, kind: kind_of(moved.way) };
        outbox::emit(conn, ServiceName::User, now, &alert).await?;
        tell_former(conn, registry, user, moved, now).await?;
        ask_new(conn, registry, user, moved, now).await?;
    }
    Ok(())
}

const fn kind_of(way: Way) -> SecurityAlertKind {
    match way {
        Way::Email => SecurityAlertKind::EmailChanged,
        Way::Sms => SecurityAlertKind::PhoneChanged,
    }
}

/// Whoever took the account over reads what goes to the new address; its holder reads what goes to the old one.
async fn tell_former(
    conn: &mut MySqlConnection,
    registry: &Registry,
    user: UserId,
    moved: &Move,
    now: DateTime<Utc>,
) -> Result<()> {
    if let Some(former) = &moved.from {
        let wanted = Wanted { purpose: Purpose::ContactChanged, recipient: Some(former), user: Some(user) };
        registry.messenger.send(conn, wanted, now).await?;
    }
    Ok(())
}

/// Who has been asked too often in this hour is not asked now, and can ask for it later.
async fn ask_new(
    conn: &mut MySqlConnection,
    registry: &Registry,
    user: UserId,
    moved: &Move,
    now: DateTime<Utc>,
) -> Result<()> {
    let Some(new) = &moved.to else { return Ok(()) };
    let purpose = Purpose::verifying(new);
    if registry.messenger.quota(conn, (purpose, &user.to_string()), now).await? == Quota::Granted {
        let wanted = Wanted { purpose, recipient: Some(new), user: Some(user) };
        registry.messenger.send(conn, wanted, now).await?;
    }
    Ok(())
}
