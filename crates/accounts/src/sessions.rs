//! Log-ins: each has a name (the `sid` of its access tokens) and one refresh token at a time.

use chrono::{DateTime, TimeDelta, Utc};
use kernel::{Page, PageRequest, UserId, id, text_enum};
use secrecy::{ExposeSecret, SecretString};
use shared::changes::{self, Topic};
use shared::web::Device;
use sqlx::{FromRow, MySqlConnection};
use uuid::Uuid;

use crate::store::{challenges, sessions as store};
use crate::token;

/// How long somebody stays signed in without coming back: the life of a refresh token and of its cookie.
pub const LIFETIME: TimeDelta = TimeDelta::days(30);
/// For so long a used token may come again: its answer was lost, or two tabs asked at once.
const GRACE: TimeDelta = TimeDelta::seconds(10);
/// For so long an address is known from which somebody signed in.
const FAMILIAR: TimeDelta = TimeDelta::days(90);
/// So many log-ins end with one statement: a statement does not take any number of parameters.
const AT_ONCE: usize = 1_000;

text_enum! {
    /// Why a log-in ended.
    pub enum Ending {
        /// Its holder signed out.
        Logout = "logout",
        /// Its holder signed out everywhere.
        LogoutAll = "logout_all",
        /// Its holder ended it from another device.
        Device = "device",
        /// A refresh token came a second time: somebody has a copy.
        RotationReuse = "rotation_reuse",
        /// The password is another.
        PasswordChanged = "password_changed",
        /// The account was put out of the shop.
        Deactivated = "deactivated",
        /// Its holder may do other things now.
        RolesChanged = "roles_changed",
        /// An administrator took its holder's second factor away.
        SecondFactorRemoved = "mfa_removed",
    }
}

id! {
    /// A log-in in the list of its holder: the key of `sessions`.
    SessionId
}

/// A log-in in the list of its holder.
#[derive(Clone, Debug, FromRow)]
pub struct Listed {
    /// Its key.
    pub id: SessionId,
    /// The `sid` of its access tokens.
    pub uuid: String,
    /// When somebody signed in.
    pub created_at: DateTime<Utc>,
    /// When it was renewed last.
    pub last_activity_at: DateTime<Utc>,
    /// From where it was opened.
    pub ip_address: Option<String>,
    /// With what it was opened.
    pub user_agent: Option<String>,
}

/// A log-in as its holder gets it.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The `sid` of its access tokens.
    pub session: Uuid,
    /// What renews it, once.
    pub refresh_token: SecretString,
}

/// What became of a refresh token.
#[derive(Clone, Debug)]
pub enum Rotation {
    /// It was good; there is a new one.
    Renewed {
        /// Whose log-in it is.
        user: UserId,
        /// The log-in with its new token.
        opened: Opened,
    },
    /// It had been used before: the log-in has ended with this. The caller tells its holder, and commits.
    Reused {
        /// Whose log-in it was.
        user: UserId,
    },
    /// It is unknown or too old, its log-in has ended, or the account was put out of the shop.
    Refused,
}

/// Signs `user` in on `device`.
pub async fn open(
    conn: &mut MySqlConnection,
    user: UserId,
    device: &Device,
    now: DateTime<Utc>,
) -> sqlx::Result<Opened> {
    let session = Uuid::new_v4();
    let row = store::insert(conn, session, user, device, now).await?;
    let refresh_token = issue(conn, row, now).await?;
    Ok(Opened { session, refresh_token })
}

async fn issue(conn: &mut MySqlConnection, session: u64, now: DateTime<Utc>) -> sqlx::Result<SecretString> {
    let token = token::fresh();
    store::insert_token(conn, session, &token::hash(token.expose_secret()), now).await?;
    Ok(token)
}

/// Exchanges a refresh token for a new one, in the caller's transaction. Two at once wait for each other.
///
/// A token is used once. Used again it ends the log-in, unless it is the one before the present one and comes within ten
/// seconds: whoever lost an answer gets another. Of the tokens that such answers leave behind the first to be used
/// ends the others, so that a copy is noticed all the same.
pub async fn rotate(conn: &mut MySqlConnection, token: &str, now: DateTime<Utc>) -> sqlx::Result<Rotation> {
    let hash = token::hash(token);
    let Some(row) = store::find_of_token(conn, &hash).await? else { return Ok(Rotation::Refused) };
    let Some(session) = store::lock_live(conn, row, now).await? else { return Ok(Rotation::Refused) };
    let token = store::lock_token(conn, &hash).await?;
    match judge(&token, now) {
        Judgement::TooOld => return Ok(Rotation::Refused),
        Judgement::Copied => {
            revoke(conn, session.uuid, Ending::RotationReuse, now).await?;
            return Ok(Rotation::Reused { user: session.user });
        }
        Judgement::Good => store::update_tokens_used(conn, row, now).await?,
        Judgement::AnswerLost => {}
    }
    store::update_activity(conn, row, now).await?;
    let refresh_token = issue(conn, row, now).await?;
    Ok(Rotation::Renewed { user: session.user, opened: Opened { session: session.uuid, refresh_token } })
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Judgement {
    Good,
    TooOld,
    AnswerLost,
    Copied,
}

fn judge(token: &store::Token, now: DateTime<Utc>) -> Judgement {
    match token.used_at {
        None if token.expires_at <= now => Judgement::TooOld,
        None => Judgement::Good,
        Some(used_at) if now < used_at + GRACE && !token.was_followed => Judgement::AnswerLost,
        Some(_) => Judgement::Copied,
    }
}

/// Ends the log-in `session`, if it has not ended already, and tells every replica when the caller's transaction
/// commits.
pub async fn revoke(conn: &mut MySqlConnection, session: Uuid, ending: Ending, now: DateTime<Utc>) -> sqlx::Result<()> {
    if store::take_live(conn, session, ending, now).await? {
        changes::record(conn, Topic::SessionRevoked, &session.to_string()).await?;
    }
    Ok(())
}

/// Ends the log-in `session` as [`revoke`] does, if it is one of `user`'s that has not ended; whether it was.
pub async fn revoke_own(
    conn: &mut MySqlConnection,
    user: UserId,
    session: SessionId,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let Some(session) = store::lock_own(conn, user, session, now).await? else { return Ok(false) };
    revoke(conn, session, Ending::Device, now).await?;
    Ok(true)
}

/// The log-ins of `user` that have not ended, the latest first.
pub async fn list(
    conn: &mut MySqlConnection,
    user: UserId,
    page: PageRequest,
    now: DateTime<Utc>,
) -> sqlx::Result<Page<Listed>> {
    let total = store::count_live(conn, user, now).await?;
    Ok(Page::new(store::list_live(conn, user, page, now).await?, page, total))
}

/// Whether somebody signed in as `user` from the address of `device` within the last 90 days. However that ended: who had to
/// change their password is still at home.
pub async fn is_familiar(
    conn: &mut MySqlConnection,
    user: Option<UserId>,
    device: &Device,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    store::is_familiar(conn, user.map_or(0, UserId::get), device, now - FAMILIAR).await
}

/// When the log-in `session` of `user` was opened, if it has not ended.
pub async fn opened_at(
    conn: &mut MySqlConnection,
    user: UserId,
    session: Uuid,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<DateTime<Utc>>> {
    store::find_opening(conn, user, session, now).await
}

/// Ends every log-in of `user` that has not ended by itself, also those half-way, and tells every replica as [`revoke`]
/// does.
pub async fn revoke_all(
    conn: &mut MySqlConnection,
    user: UserId,
    ending: Ending,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let all = store::lock_all_live(conn, user, now).await?;
    end(conn, &all, ending, now).await?;
    challenges::delete_all(conn, user).await
}

/// Ends every other log-in of `user` than `kept`, as [`revoke_all`] does.
pub async fn revoke_others(
    conn: &mut MySqlConnection,
    user: UserId,
    kept: Uuid,
    ending: Ending,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let mut others = store::lock_all_live(conn, user, now).await?;
    others.retain(|session| *session != kept.to_string());
    end(conn, &others, ending, now).await?;
    challenges::delete_all(conn, user).await
}

async fn end(conn: &mut MySqlConnection, all: &[String], ending: Ending, now: DateTime<Utc>) -> sqlx::Result<()> {
    for sessions in all.chunks(AT_ONCE) {
        store::update_revoked(conn, sessions, ending, now).await?;
        changes::record_all(conn, Topic::SessionRevoked, sessions).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_judged_by_its_use() {
        let now = DateTime::<Utc>::UNIX_EPOCH + TimeDelta::days(100);
        let (used, later) = (|ago| Some(now - TimeDelta::milliseconds(ago)), now + TimeDelta::milliseconds(1));
        for (used_at, was_followed, expires_at, judgement) in [
            (None, false, later, Judgement::Good),
            (None, false, now, Judgement::TooOld),
            (used(0), false, later, Judgement::AnswerLost),
            (used(9_999), false, later, Judgement::AnswerLost),
            (used(10_000), false, later, Judgement::Copied),
            (used(0), true, later, Judgement::Copied),
            (used(10_000), false, now, Judgement::Copied),
        ] {
            let token = store::Token { expires_at, used_at, was_followed };
            assert_eq!(judge(&token, now), judgement, "{token:?}");
        }
    }
}
