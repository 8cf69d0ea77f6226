//! Where an account is reached, and whether that was proven.

use kernel::UserId;
use sqlx::MySqlConnection;

use crate::login::{Credentials, find_for_login};
use crate::proofs::{Proof, Recipient, Way};
use crate::store::reach as store;

/// An account found by an address or a number that somebody has proven.
#[derive(Clone, Debug)]
pub struct Reached {
    /// What opens it.
    pub credentials: Credentials,
    /// Whether it was proven before that this address or number is its holder's.
    pub is_proven: bool,
    /// Whether its holder has proven another one.
    pub is_proven_elsewhere: bool,
}

/// An address or a number of an account.
#[derive(Clone, Debug)]
pub struct Own {
    /// Where.
    pub recipient: Recipient,
    /// Whether it was proven.
    pub is_proven: bool,
}

/// The account that has this address or number.
pub async fn find(conn: &mut MySqlConnection, way: Way, recipient: &str) -> sqlx::Result<Option<Reached>> {
    match way {
        Way::Email => store::find_by_email(conn, recipient).await,
        Way::Sms => store::find_by_phone(conn, recipient).await,
    }
}

/// What an active account has of this kind.
pub async fn find_own(conn: &mut MySqlConnection, user: UserId, way: Way) -> sqlx::Result<Option<Own>> {
    Ok(store::list_own(conn, Some(user)).await?.into_iter().find(|own| own.recipient.way() == way))
}

/// Where the holder of an active account has shown to be reached; by mail rather than by text message.
pub async fn find_proven(conn: &mut MySqlConnection, user: UserId) -> sqlx::Result<Option<Recipient>> {
    let proven = store::list_own(conn, Some(user)).await?.into_iter().filter(|own| own.is_proven);
    Ok(proven.map(|own| own.recipient).min_by_key(|recipient| recipient.way() == Way::Sms))
}

/// The active account that is found by `login_id`, and where its holder is reached most safely: where that was proven
/// rather than not, by mail rather than by text message. Nothing of the latter if there is nowhere.
pub async fn find_best(
    conn: &mut MySqlConnection,
    login_id: &str,
) -> sqlx::Result<Option<(UserId, Option<Recipient>)>> {
    let known = find_for_login(conn, login_id).await?;
    let user = known.filter(|known| known.is_active).map(|known| known.user);
    // Also for nobody, which then takes as long.
    let mut all = store::list_own(conn, user).await?;
    all.sort_by_key(|own| (!own.is_proven, own.recipient.way() == Way::Sms));
    Ok(user.map(|user| (user, all.into_iter().next().map(|own| own.recipient))))
}

/// Notes that `user` is reached where `proof` was sent to; whether that is still theirs and the account active.
pub async fn prove(conn: &mut MySqlConnection, user: UserId, proof: &Proof) -> sqlx::Result<bool> {
    match proof.way {
        Way::Email => store::take_email(conn, user, &proof.recipient).await,
        Way::Sms => store::take_phone(conn, user, &proof.recipient).await,
    }
}
