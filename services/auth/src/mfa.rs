//! The second factor: set up, taken away, and asked for after the password.

use accounts::challenges::{self, Purpose};
use accounts::login::Credentials;
use accounts::second_factor::{self, Confirmation};
use accounts::totp::TotpSecret;
use accounts::{PasswordAttempt, SecondFactorCode, sessions};
use chrono::{DateTime, TimeDelta, Utc};
use commerce::events::{SecurityAlert, SecurityAlertKind};
use kernel::UserId;
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use shared::config::ServiceName;
use shared::database::retry;
use shared::identity::CurrentUser;
use shared::messaging::outbox;
use shared::web::{Error, Result};
use sqlx::MySqlConnection;
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::attempts;
use crate::desk::{Desk, SignedIn, expose};
use crate::people;
use crate::store;
use crate::visitors::Visitor;

const IN_FORCE: Error = Error::Conflict { code: "CONFLICT", message: "a second factor is in force already" };
const NOT_BEGUN: Error = Error::Impossible { code: "INVALID_STATE", message: "there is no second factor to confirm" };
const NONE: Error = Error::Impossible { code: "INVALID_STATE", message: "there is no second factor" };
const REQUIRED: Error =
    Error::Impossible { code: "INVALID_STATE", message: "this account's role requires a second factor" };

/// Failed codes of one account.
const CODES: &str = "mfa_failures";
/// Failed passwords of somebody who is signed in.
const PASSWORDS: &str = "password_failures";
/// A log-in so young counts as a password.
const FRESH: TimeDelta = TimeDelta::minutes(15);

/// A log-in that is not complete: the password was right.
#[derive(Debug, Serialize, ToSchema)]
pub struct Challenge {
    /// Goes into `/login/mfa`, or into `/mfa/enroll` and `/mfa/confirm`; good for five minutes and five tries.
    #[serde(serialize_with = "expose")]
    #[schema(value_type = String)]
    pub mfa_token: SecretString,
    /// The code of an authenticator app or a recovery code is missing: `/login/mfa`.
    pub mfa_required: bool,
    /// A second factor has to be set up first: `/mfa/enroll`, `/mfa/confirm`, and then sign in again.
    pub mfa_enrollment_required: bool,
    /// How many seconds the token is good for.
    #[schema(example = 300)]
    pub expires_in: i64,
}

/// The second half of a log-in.
#[derive(Debug, eserde::Deserialize, Validate, ToSchema)]
pub struct LogInWithCode {
    /// As the first half answered it.
    #[validate(length(max = 100, message = "must be the token of a log-in"))]
    pub mfa_token: String,
    /// What the app shows, or a recovery code.
    pub code: SecondFactorCode,
}

/// Who wants a second factor: whoever signed in, or whoever has to have one before they can.
#[derive(Debug, Default, eserde::Deserialize, Validate, ToSchema)]
pub struct Enroll {
    /// As a log-in answered it that is not complete.
    #[serde(default)]
    #[validate(length(max = 100, message = "must be the token of a log-in"))]
    pub mfa_token: Option<String>,
    /// The account's password; a log-in of the last fifteen minutes does without.
    #[serde(default)]
    pub password: Option<PasswordAttempt>,
}

/// A second factor that is shown to work.
#[derive(Debug, eserde::Deserialize, Validate, ToSchema)]
pub struct Confirm {
    /// As for `/mfa/enroll`.
    #[serde(default)]
    #[validate(length(max = 100, message = "must be the token of a log-in"))]
    pub mfa_token: Option<String>,
    /// What the app shows.
    pub code: SecondFactorCode,
}

/// A second factor that is taken away. One of the two is there.
#[derive(Debug, eserde::Deserialize, Validate, ToSchema)]
#[validate(schema(function = "proves_something"))]
pub struct Disable {
    /// The account's password.
    #[serde(default)]
    pub password: Option<PasswordAttempt>,
    /// What the app shows, or a recovery code.
    #[serde(default)]
    pub code: Option<SecondFactorCode>,
}

fn proves_something(form: &Disable) -> Result<(), ValidationError> {
    if form.password.is_some() || form.code.is_some() {
        return Ok(());
    }
    Err(ValidationError::new("code").with_message("is required, or else password".into()))
}

/// What goes into an authenticator app.
#[derive(Debug, Serialize, ToSchema)]
pub struct Enrollment {
    /// To be typed.
    #[serde(serialize_with = "expose")]
    #[schema(value_type = String, example = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")]
    pub secret: SecretString,
    /// To be shown as a QR code.
    #[serde(serialize_with = "expose")]
    #[schema(value_type = String)]
    pub otpauth_uri: SecretString,
}

/// What opens the account when the app is lost.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecoveryCodes {
    /// Ten, each good once; they are shown this once.
    #[serde(serialize_with = "expose_all")]
    #[schema(value_type = Vec<String>)]
    pub recovery_codes: Vec<SecretString>,
}

fn expose_all<S: serde::Serializer>(secrets: &[SecretString], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(secrets.iter().map(ExposeSecret::expose_secret))
}

/// What is missing of the log-in of `user`, whose password was right: nothing, or a challenge is open for it.
pub(crate) async fn challenge(
    conn: &mut MySqlConnection,
    desk: &Desk,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<Option<Challenge>> {
    let purpose = if second_factor::is_in_force(conn, user).await? {
        Purpose::SecondFactor
    } else if is_required(conn, desk, user).await? {
        Purpose::Enrollment
    } else {
        return Ok(None);
    };
    Ok(Some(Challenge {
        mfa_token: challenges::open(conn, user, purpose, now).await?,
        mfa_required: purpose == Purpose::SecondFactor,
        mfa_enrollment_required: purpose == Purpose::Enrollment,
        expires_in: challenges::LIFETIME.num_seconds(),
    }))
}

/// Whether `user` may not stay signed in, for want of a second factor that one of their roles must have.
pub(crate) async fn is_owed(conn: &mut MySqlConnection, desk: &Desk, user: UserId) -> Result<bool> {
    Ok(is_required(conn, desk, user).await? && !second_factor::is_in_force(conn, user).await?)
}

async fn is_required(conn: &mut MySqlConnection, desk: &Desk, user: UserId) -> Result<bool> {
    let required = desk.ground().settings.read(conn).await?.list("mfa_required_roles")?;
    if required.is_empty() {
        return Ok(false);
    }
    Ok(store::roles::list_of(conn, user).await?.iter().any(|role| required.contains(role)))
}

/// Completes a log-in.
pub async fn log_in(desk: &Desk, form: &LogInWithCode, visitor: &Visitor, now: DateTime<Utc>) -> Result<SignedIn> {
    let user = asked_for(desk, &form.mfa_token, Purpose::SecondFactor, now).await?;
    attempts::prove(desk, CODES, user).await?;
    let signed_in = retry(async || enter(desk, form, visitor, now).await).await?;
    attempts::proved(desk, CODES, user).await;
    Ok(signed_in)
}

async fn enter(desk: &Desk, form: &LogInWithCode, visitor: &Visitor, now: DateTime<Utc>) -> Result<SignedIn> {
    let mut tx = desk.database().begin().await?;
    let tried = challenges::try_once(&mut tx, &form.mfa_token, Purpose::SecondFactor, now).await?;
    let challenge = tried.ok_or(Error::Unauthenticated)?;
    let user = challenge.user;
    if !second_factor::prove(&mut tx, &desk.ground().sealer, user, &form.code, now).await? {
        // The try is used up.
        tx.commit().await?;
        return Err(Error::WrongCode);
    }
    if !challenges::close(&mut tx, challenge, now).await? {
        return Err(Error::Unauthenticated);
    }
    visitor.bring_cart(&mut tx, user, &desk.ground().settings, now).await?;
    let opened = sessions::open(&mut tx, user, &visitor.device, now).await?;
    let signed_in = desk.hand_over(&mut tx, user, opened, now).await?;
    tx.commit().await?;
    Ok(signed_in)
}

/// Makes a secret for an authenticator app, to be confirmed.
pub async fn enroll(desk: &Desk, user: Option<CurrentUser>, form: Enroll, now: DateTime<Utc>) -> Result<Enrollment> {
    let id = whose(desk, user, form.mfa_token.as_deref(), now).await?;
    if let (Some(user), None) = (user, &form.mfa_token) {
        prove_presence(desk, user, form.password, now).await?;
    }
    let secret = retry(async || make_secret(desk, id, now).await).await?;
    let mut conn = desk.database().acquire().await?;
    let person = people::find(&mut conn, id).await?.ok_or(Error::Unauthenticated)?.person;
    let issuer = desk.ground().settings.read(&mut conn).await?.text("site_name").to_owned();
    let account = person.email.or(person.phone).or(person.username).unwrap_or(person.uuid);
    Ok(Enrollment { otpauth_uri: secret.uri(&issuer, &account), secret: secret.text().clone() })
}

async fn make_secret(desk: &Desk, user: UserId, now: DateTime<Utc>) -> Result<TotpSecret> {
    let mut tx = desk.database().begin().await?;
    let secret = second_factor::begin(&mut tx, &desk.ground().sealer, user, now).await?.ok_or(IN_FORCE)?;
    tx.commit().await?;
    Ok(secret)
}

/// Puts the second factor in force, and tells its holder.
pub async fn confirm(
    desk: &Desk,
    user: Option<CurrentUser>,
    form: &Confirm,
    now: DateTime<Utc>,
) -> Result<RecoveryCodes> {
    let id = whose(desk, user, form.mfa_token.as_deref(), now).await?;
    attempts::prove(desk, CODES, id).await?;
    let recovery_codes = retry(async || put_in_force(desk, id, form, now).await).await?;
    attempts::proved(desk, CODES, id).await;
    Ok(RecoveryCodes { recovery_codes })
}

async fn put_in_force(desk: &Desk, user: UserId, form: &Confirm, now: DateTime<Utc>) -> Result<Vec<SecretString>> {
    let mut tx = desk.database().begin().await?;
    let challenge = match &form.mfa_token {
        Some(token) => Some(challenges::try_once(&mut tx, token, Purpose::Enrollment, now).await?),
        None => None,
    };
    let challenge = challenge.map(|open| open.ok_or(Error::Unauthenticated)).transpose()?;
    let codes = match second_factor::confirm(&mut tx, &desk.ground().sealer, user, &form.code, now).await? {
        Confirmation::Confirmed(codes) => codes,
        Confirmation::NotBegun => return Err(NOT_BEGUN),
        Confirmation::WrongCode => {
            tx.commit().await?;
            return Err(Error::WrongCode);
        }
    };
    if let Some(challenge) = challenge {
        challenges::close(&mut tx, challenge, now).await?;
    }
    let alert = SecurityAlert { user_id: user, kind: SecurityAlertKind::MfaEnabled };
    outbox::emit(&mut tx, ServiceName::Auth, now, &alert).await?;
    tx.commit().await?;
    Ok(codes)
}

/// Takes the second factor away, and tells its holder. Not from who must have one.
pub async fn disable(desk: &Desk, user: CurrentUser, form: Disable, now: DateTime<Utc>) -> Result<()> {
    let Disable { password, code } = form;
    if let Some(password) = password {
        prove_password(desk, user.id, password).await?;
        return retry(async || take_away(desk, user.id, None, now).await).await;
    }
    attempts::prove(desk, CODES, user.id).await?;
    retry(async || take_away(desk, user.id, code.as_ref(), now).await).await?;
    attempts::proved(desk, CODES, user.id).await;
    Ok(())
}

async fn take_away(desk: &Desk, user: UserId, code: Option<&SecondFactorCode>, now: DateTime<Utc>) -> Result<()> {
    let mut tx = desk.database().begin().await?;
    if is_required(&mut tx, desk, user).await? {
        return Err(REQUIRED);
    }
    if let Some(code) = code
        && !second_factor::prove(&mut tx, &desk.ground().sealer, user, code, now).await?
    {
        return Err(Error::WrongCode);
    }
    if !second_factor::remove(&mut tx, user).await? {
        return Err(NONE);
    }
    let alert = SecurityAlert { user_id: user, kind: SecurityAlertKind::MfaDisabled };
    outbox::emit(&mut tx, ServiceName::Auth, now, &alert).await?;
    Ok(tx.commit().await?)
}

/// Whoever holds the token of a log-in that waits for a second factor, or else whoever signed in.
async fn whose(desk: &Desk, user: Option<CurrentUser>, mfa_token: Option<&str>, now: DateTime<Utc>) -> Result<UserId> {
    let Some(token) = mfa_token else { return user.map(|user| user.id).ok_or(Error::Unauthenticated) };
    asked_for(desk, token, Purpose::Enrollment, now).await
}

/// Whose log-in waits for this.
async fn asked_for(desk: &Desk, token: &str, purpose: Purpose, now: DateTime<Utc>) -> Result<UserId> {
    let mut conn = desk.database().acquire().await?;
    let open = challenges::find(&mut conn, token, purpose, now).await?;
    open.map(|challenge| challenge.user).ok_or(Error::Unauthenticated)
}

/// A token alone, which may be stolen, does not change how an account is entered.
async fn prove_presence(
    desk: &Desk,
    user: CurrentUser,
    password: Option<PasswordAttempt>,
    now: DateTime<Utc>,
) -> Result<()> {
    if let Some(password) = password {
        return prove_password(desk, user.id, password).await;
    }
    let mut conn = desk.database().acquire().await?;
    let opened_at = sessions::opened_at(&mut conn, user.id, user.session, now).await?;
    if opened_at.is_some_and(|at| now < at + FRESH) {
        Ok(())
    } else {
        Err(Error::invalid("password", "is required: the log-in is older than fifteen minutes"))
    }
}

async fn prove_password(desk: &Desk, user: UserId, password: PasswordAttempt) -> Result<()> {
    attempts::prove(desk, PASSWORDS, user).await?;
    let (known, cost) = {
        let mut conn = desk.database().acquire().await?;
        (accounts::login::find_by_id(&mut conn, user).await?, desk.cost(&mut conn).await?)
    };
    let hash = known.filter(|known| known.is_active).map(|Credentials { password_hash, .. }| password_hash);
    if !desk.hasher().verify(password, hash, cost).await? {
        return Err(Error::WrongCredentials);
    }
    attempts::proved(desk, PASSWORDS, user).await;
    Ok(())
}
