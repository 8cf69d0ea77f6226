//! Entering an account, staying in, and leaving.

use accounts::credentials::upgrade;
use accounts::login::{Credentials, admit, find_for_login};
use accounts::sessions::{self, Ending, Rotation};
use accounts::{Cost, PasswordAttempt};
use chrono::{DateTime, Utc};
use commerce::events::{SecurityAlert, SecurityAlertKind};
use secrecy::{ExposeSecret, SecretString};
use shared::config::ServiceName;
use shared::database::retry;
use shared::identity::CurrentUser;
use shared::messaging::outbox;
use shared::web::{Error, Result};
use utoipa::ToSchema;
use validator::Validate;

use crate::attempts::{Attempt, Standing};
use crate::desk::{Desk, SignedIn};
use crate::mfa::{self, Challenge};
use crate::visitors::Visitor;

/// A log-in.
#[derive(Debug, eserde::Deserialize, Validate, ToSchema)]
pub struct LogIn {
    /// An e-mail address, a telephone number or a user name.
    #[schema(example = "asha@example.com")]
    pub login_id: String,
    /// What opens the account.
    pub password: PasswordAttempt,
}

/// What a right password gets.
#[derive(Debug)]
pub enum Entry {
    /// Somebody is signed in.
    SignedIn(Box<SignedIn>),
    /// Something is missing.
    Challenged(Challenge),
}

/// Opens a log-in and brings the guest's cart along, unless a second factor is asked for first. Unknown, wrong and put out of
/// the shop cost one hash each and are one answer; so is coming too often.
pub async fn log_in(desk: &Desk, form: LogIn, visitor: &Visitor, now: DateTime<Utc>) -> Result<Entry> {
    let Caller { known, standing, cost } = find(desk, &form.login_id, visitor, now).await?;
    let attempt = Attempt::begin(desk, &form.login_id, &standing, visitor).await?;
    let password_hash = known.as_ref().map(|known| known.password_hash.clone());
    let is_right = desk.hasher().verify(form.password.clone(), password_hash, cost).await?;
    let mut credentials = known.filter(|known| is_right && known.is_active).ok_or(Error::WrongCredentials)?;
    renew_hash(desk, &mut credentials, form.password, cost).await?;
    let entry = retry(async || enter(desk, &credentials, visitor, now).await).await?;
    if let Some(attempt) = attempt {
        attempt.succeeded(desk).await;
    }
    Ok(entry)
}

/// Who is at the door, before any password is looked at.
struct Caller {
    known: Option<Credentials>,
    standing: Standing,
    cost: Cost,
}

async fn find(desk: &Desk, login_id: &str, visitor: &Visitor, now: DateTime<Utc>) -> Result<Caller> {
    let mut conn = desk.database().acquire().await?;
    let known = find_for_login(&mut conn, login_id).await?;
    let user = known.as_ref().map(|known| known.user);
    let standing = Standing::of(&mut conn, desk, user, visitor, now).await?;
    Ok(Caller { known, standing, cost: desk.cost(&mut conn).await? })
}

/// What was hashed at another cost is hashed again now that the password is at hand. When too many are waiting it is left
/// for another time.
async fn renew_hash(desk: &Desk, credentials: &mut Credentials, right: PasswordAttempt, cost: Cost) -> Result<()> {
    if credentials.password_hash.is_up_to(cost) {
        return Ok(());
    }
    let Ok(again) = desk.hasher().hash_again(right, cost).await else { return Ok(()) };
    if upgrade(&mut *desk.database().acquire().await?, credentials, &again).await? {
        credentials.password_hash = again;
    }
    Ok(())
}

async fn enter(desk: &Desk, credentials: &Credentials, visitor: &Visitor, now: DateTime<Utc>) -> Result<Entry> {
    let mut tx = desk.database().begin().await?;
    if let Some(challenge) = mfa::challenge(&mut tx, desk, credentials.user, now).await? {
        if !admit(&mut tx, credentials, now).await? {
            return Err(Error::WrongCredentials);
        }
        tx.commit().await?;
        return Ok(Entry::Challenged(challenge));
    }
    // The cart is locked first, as an order does.
    visitor.bring_cart(&mut tx, credentials.user, &desk.ground().settings, now).await?;
    if !admit(&mut tx, credentials, now).await? {
        return Err(Error::WrongCredentials);
    }
    let opened = sessions::open(&mut tx, credentials.user, &visitor.device, now).await?;
    let signed_in = desk.hand_over(&mut tx, credentials.user, opened, now).await?;
    tx.commit().await?;
    Ok(Entry::SignedIn(Box::new(signed_in)))
}

/// Exchanges a refresh token for the next pair of tokens. One that was used before ends its log-in, and its holder is told.
/// Whoever must have a second factor by now and has none signs in again to set it up.
pub async fn refresh(desk: &Desk, token: &SecretString, now: DateTime<Utc>) -> Result<SignedIn> {
    retry(async || exchange(desk, token.expose_secret(), now).await).await
}

async fn exchange(desk: &Desk, token: &str, now: DateTime<Utc>) -> Result<SignedIn> {
    let mut tx = desk.database().begin().await?;
    let answer = match sessions::rotate(&mut tx, token, now).await? {
        Rotation::Renewed { user, .. } if mfa::is_owed(&mut tx, desk, user).await? => Err(Error::Unauthenticated),
        Rotation::Renewed { user, opened } => desk.hand_over(&mut tx, user, opened, now).await,
        Rotation::Reused { user } => {
            let alert = SecurityAlert { user_id: user, kind: SecurityAlertKind::SessionReuse };
            outbox::emit(&mut tx, ServiceName::Auth, now, &alert).await?;
            Err(Error::Unauthenticated)
        }
        Rotation::Refused => Err(Error::Unauthenticated),
    };
    // Also when the answer is no: a log-in may have ended with it.
    tx.commit().await?;
    answer
}

/// Ends the log-in that somebody calls with.
pub async fn log_out(desk: &Desk, user: CurrentUser, now: DateTime<Utc>) -> Result<()> {
    retry(async || {
        let mut tx = desk.database().begin().await?;
        sessions::revoke(&mut tx, user.session, Ending::Logout, now).await?;
        tx.commit().await
    })
    .await?;
    desk.hear_at_once().await;
    Ok(())
}

/// Ends every log-in of whoever calls.
pub async fn log_out_everywhere(desk: &Desk, user: CurrentUser, now: DateTime<Utc>) -> Result<()> {
    retry(async || {
        let mut tx = desk.database().begin().await?;
        sessions::revoke_all(&mut tx, user.id, Ending::LogoutAll, now).await?;
        tx.commit().await
    })
    .await?;
    desk.hear_at_once().await;
    Ok(())
}
