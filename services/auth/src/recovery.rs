//! A password that was forgotten: a link to where its holder is reached, and another password for whoever has it.

use accounts::credentials::{Present, choose, find_present, replace};
use accounts::login::canonical;
use accounts::proofs::{self, Proof, Purpose, Wanted};
use accounts::quotas::Quota;
use accounts::reach;
use accounts::sessions::{self, Ending};
use accounts::{Cost, Password, PasswordHash};
use chrono::{DateTime, Utc};
use commerce::events::{SecurityAlert, SecurityAlertKind};
use secrecy::{ExposeSecret, SecretString};
use shared::config::ServiceName;
use shared::database::retry;
use shared::messaging::outbox;
use shared::web::{Error, Result};
use utoipa::ToSchema;
use validator::Validate;

use crate::attempts;
use crate::desk::Desk;

const LINK_OVER: Error = Error::Impossible {
    code: "INVALID_TOKEN",
    message: "this link was used, is too old or never was: ask for another one",
};
const LOST_RACE: Error =
    Error::Conflict { code: "CONFLICT", message: "the password was changed by somebody else just now" };

/// Whose password was forgotten.
#[derive(Debug, eserde::Deserialize, Validate, ToSchema)]
pub struct Forgot {
    /// An e-mail address, a telephone number or a user name.
    #[validate(length(min = 1, max = 254, message = "must have 1 to 254 characters"))]
    #[schema(min_length = 1, max_length = 254, example = "asha@example.com")]
    pub login_id: String,
}

/// Another password, chosen by whoever has the link.
#[derive(Debug, eserde::Deserialize, Validate, ToSchema)]
pub struct Reset {
    /// What stands behind `#token=` in the link.
    pub token: Token,
    /// 8 characters or more; 15 are better.
    pub new_password: Password,
}

/// The secret of a link.
#[derive(Clone, Debug, serde::Deserialize, ToSchema)]
#[serde(from = "String")]
#[schema(value_type = String)]
pub struct Token(SecretString);

eserde::impl_edeserialize_compat!(Token);

impl From<String> for Token {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl Token {
    pub(crate) fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

/// Sends a link to the holder of the account, if there is one and it can be reached. Whoever asks learns nothing: known or
/// not, the same rows are written, and the same limit holds for every name that is asked for.
pub async fn forgot(desk: &Desk, form: &Forgot, now: DateTime<Utc>) -> Result<()> {
    retry(async || {
        let mut tx = desk.database().begin().await?;
        let (purpose, login_id) = (Purpose::ResetPassword, canonical(&form.login_id));
        desk.messenger().spend(&mut tx, (purpose, &login_id), now).await?;
        let known = reach::find_best(&mut tx, &login_id).await?;
        let (user, recipient) = known.map_or((None, None), |(user, recipient)| (Some(user), recipient));
        // An account with three names gets no more letters than one with a single name, and nobody is told so.
        let who = user.map_or_else(|| format!("nobody called {login_id}"), |user| format!("user {user}"));
        let is_within = desk.messenger().quota(&mut tx, (purpose, &who), now).await? == Quota::Granted;
        let recipient = recipient.as_ref().filter(|_| is_within);
        let wanted = Wanted { purpose, recipient, user };
        desk.messenger().send(&mut tx, wanted, now).await?;
        Ok(tx.commit().await?)
    })
    .await
}

/// Gives the account of a link another password, and ends its log-ins. Of two at once with one link one succeeds.
///
/// # Errors
/// 400 for a password that may not be; 422 for a link that is over; 409 if the password was changed meanwhile.
pub async fn reset(desk: &Desk, form: Reset, now: DateTime<Utc>) -> Result<()> {
    let (proof, present, cost) = find(desk, form.token.expose(), now).await?;
    let chosen = choose(desk.hasher(), &present, form.new_password, cost).await?;
    retry(async || change(desk, &proof, &present, &chosen, now).await).await?;
    attempts::forgive(desk, &proof.recipient).await;
    desk.hear_at_once().await;
    Ok(())
}

async fn find(desk: &Desk, token: &str, now: DateTime<Utc>) -> Result<(Proof, Present, Cost)> {
    let mut conn = desk.database().acquire().await?;
    let proof = proofs::find_link(&mut conn, Purpose::ResetPassword, token, now).await?.ok_or(LINK_OVER)?;
    let present = match proof.user_id {
        Some(user) => find_present(&mut conn, user).await?,
        None => None,
    };
    Ok((proof, present.ok_or(LINK_OVER)?, desk.cost(&mut conn).await?))
}

async fn change(
    desk: &Desk,
    proof: &Proof,
    present: &Present,
    chosen: &PasswordHash,
    now: DateTime<Utc>,
) -> Result<()> {
    let mut tx = desk.database().begin().await?;
    if !proofs::take(&mut tx, proof.id, now).await? {
        return Err(LINK_OVER);
    }
    if !replace(&mut tx, present, chosen, now).await? {
        return Err(LOST_RACE);
    }
    let user_id = present.user;
    // The link came through what it proves; the address may be another by now.
    reach::prove(&mut tx, user_id, proof).await?;
    proofs::void(&mut tx, user_id, Purpose::ResetPassword, now).await?;
    sessions::revoke_all(&mut tx, user_id, Ending::PasswordChanged, now).await?;
    let alert = SecurityAlert { user_id, kind: SecurityAlertKind::PasswordChanged };
    outbox::emit(&mut tx, ServiceName::Auth, now, &alert).await?;
    Ok(tx.commit().await?)
}
