//! Another password for who knows the present one.

use std::sync::Arc;

use accounts::credentials::{Present, choose, find_present, replace};
use accounts::proofs::{self, Code, Proof, Purpose, RequestId};
use accounts::sessions::{self, Ending};
use accounts::{Cost, Hasher, Messenger, Password, PasswordAttempt, PasswordHash};
use chrono::{DateTime, Utc};
use commerce::events::{SecurityAlert, SecurityAlertKind};
use kernel::UserId;
use shared::Ground;
use shared::config::ServiceName;
use shared::database::retry;
use shared::identity::CurrentUser;
use shared::limits::Patience;
use shared::messaging::outbox;
use shared::web::{Error, Result};
use sqlx::MySqlPool;
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::confirmations::{self, Action, HAS_PASSWORD};

/// Passwords that a signed-in person gives once more, counted with those of auth: a stolen token is no way to guess one.
const PASSWORDS: &str = "password_failures";
const LOST_RACE: Error =
    Error::Conflict { code: "CONFLICT", message: "the password was changed by somebody else just now" };

/// What it takes to change a password. Clones share everything.
#[derive(Clone, Debug)]
pub struct Safe {
    ground: Arc<Ground>,
    hasher: Hasher,
    messenger: Messenger,
}

impl Safe {
    pub(crate) fn new(ground: &Arc<Ground>) -> Self {
        Self { ground: Arc::clone(ground), hasher: Hasher::default(), messenger: Messenger::new(ground) }
    }

    pub(crate) fn messenger(&self) -> &Messenger {
        &self.messenger
    }

    pub(crate) fn database(&self) -> &MySqlPool {
        &self.ground.database
    }

    /// Whether `attempt` is the password of `user`, who is in the shop. Wrong ones make the next try wait.
    ///
    /// # Errors
    /// 429 if it comes too early, 503 when too many passwords are waiting.
    pub(crate) async fn opens(&self, user: UserId, attempt: PasswordAttempt) -> Result<bool> {
        let (known, cost) = {
            let mut conn = self.ground.database.acquire().await?;
            let cost = Cost::of(&*self.ground.settings.read(&mut conn).await?)?;
            (accounts::login::find_by_id(&mut conn, user).await?, cost)
        };
        let hash = known.filter(|known| known.is_active).map(|known| known.password_hash);
        self.compare(user, attempt, hash, cost).await
    }

    async fn compare(
        &self,
        user: UserId,
        attempt: PasswordAttempt,
        known: Option<PasswordHash>,
        cost: Cost,
    ) -> Result<bool> {
        let (limits, id) = (&self.ground.limits, user.to_string());
        let quota = limits.rules().login;
        let patience = Patience { scope: PASSWORDS, id: id.clone(), free: quota.amount, longest: quota.window };
        limits.strike(&patience).await.map_err(|retry_after| Error::RateLimited { retry_after })?;
        let is_right = self.hasher.verify(attempt, known, cost).await?;
        if is_right {
            limits.forgive(PASSWORDS, &id).await;
        }
        Ok(is_right)
    }
}

/// Another password, confirmed by the present one; or the first, confirmed by a code.
#[derive(Debug, eserde::Deserialize, Validate, ToSchema)]
#[validate(schema(function = "is_confirmed"))]
pub struct ChangePassword {
    /// The one that opens the account today.
    #[serde(default)]
    pub current_password: Option<PasswordAttempt>,
    /// What the request for a code to set the first password was answered.
    #[serde(default)]
    pub request_id: Option<RequestId>,
    /// That code.
    #[serde(default)]
    pub code: Option<Code>,
    /// 8 characters or more; 15 are better.
    pub new_password: Password,
}

/// The code of a rule of the whole names the field that it blames.
fn is_confirmed(form: &ChangePassword) -> Result<(), ValidationError> {
    confirmations::expect_one("current_password", form.current_password.as_ref(), (form.request_id, &form.code))
}

/// Changes the password of `caller`, or gives them their first, and ends their other log-ins. The one that calls stays.
///
/// # Errors
/// 400 if the present password is not right, or the new one may not be chosen; 409 if somebody was faster; 422 for a code
/// that is over, or where there is a password to be given; 429 after too many wrong ones; 503 when too many passwords are
/// waiting.
pub async fn change(safe: &Safe, form: ChangePassword, caller: CurrentUser, now: DateTime<Utc>) -> Result<()> {
    let ChangePassword { current_password, request_id, code, new_password } = form;
    let (present, cost) = find(safe, caller).await?;
    let mut proof = None;
    if let Some(current) = current_password {
        if !safe.compare(caller.id, current, Some(present.password_hash.clone()), cost).await? {
            return Err(Error::invalid("current_password", "is not right"));
        }
    } else if present.password_hash.opens() {
        return Err(HAS_PASSWORD);
    } else {
        let whose = (caller.id, Action::SetPassword);
        proof = Some(confirmations::prove(safe, whose, request_id.zip(code), now).await?);
    }
    let chosen = choose(&safe.hasher, &present, new_password, cost).await?;
    retry(async || put(safe, (&present, &chosen), proof.as_ref(), caller, now).await).await?;
    if let Err(error) = safe.ground.catch_up().await {
        tracing::warn!(exception = %error, "this replica hears of a changed password later");
    }
    Ok(())
}

async fn find(safe: &Safe, caller: CurrentUser) -> Result<(Present, Cost)> {
    let mut conn = safe.ground.database.acquire().await?;
    let present = find_present(&mut conn, caller.id).await?.ok_or(Error::Unauthenticated)?;
    Ok((present, Cost::of(&*safe.ground.settings.read(&mut conn).await?)?))
}

async fn put(
    safe: &Safe,
    (present, chosen): (&Present, &PasswordHash),
    proof: Option<&Proof>,
    caller: CurrentUser,
    now: DateTime<Utc>,
) -> Result<()> {
    let mut tx = safe.ground.database.begin().await?;
    if let Some(proof) = proof {
        confirmations::use_up(&mut tx, caller.id, proof, now).await?;
    }
    if !replace(&mut tx, present, chosen, now).await? {
        return Err(LOST_RACE);
    }
    proofs::void(&mut tx, caller.id, Purpose::ResetPassword, now).await?;
    sessions::revoke_others(&mut tx, caller.id, caller.session, Ending::PasswordChanged, now).await?;
    let alert = SecurityAlert { user_id: caller.id, kind: SecurityAlertKind::PasswordChanged };
    outbox::emit(&mut tx, ServiceName::User, now, &alert).await?;
    Ok(tx.commit().await?)
}
