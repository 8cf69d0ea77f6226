//! What somebody without a password confirms by a code: a stolen token alone decides nothing.

use accounts::PasswordAttempt;
use accounts::proofs::{self, Code, Proof, Purpose, RequestId, Wanted};
use accounts::reach;
use chrono::{DateTime, Utc};
use kernel::{UserId, text_enum};
use serde::Serialize;
use shared::web::{Error, Result};
use sqlx::MySqlConnection;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::{Validate, ValidationError};

use crate::passwords::Safe;

const CODE_OVER: Error = Error::Impossible {
    code: "INVALID_CODE",
    message: "this code is wrong, was used, is too old or was tried too often: ask for another one",
};
pub(crate) const HAS_PASSWORD: Error =
    Error::Impossible { code: "INVALID_STATE", message: "the account has a password: it confirms this" };
const NOWHERE: Error = Error::Impossible {
    code: "INVALID_STATE",
    message: "the account has no confirmed address or number: confirm one first",
};

text_enum! {
    /// What is confirmed.
    pub enum Action {
        /// The account is to be deleted.
        DeleteAccount = "delete_account",
        /// The account gets its first password.
        SetPassword = "set_password",
    }
}

/// Something that is to be confirmed by a code.
#[derive(Debug, eserde::Deserialize, Validate, ToSchema)]
pub struct AskToConfirm {
    /// What.
    pub action: Action,
}

/// A code is on its way.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConfirmationSent {
    /// Which code: to be sent back with it.
    pub request_id: Uuid,
    /// How many seconds it is good for.
    #[schema(example = 300)]
    pub expires_in: i64,
}

/// Whether a form holds the password that it calls `field`, or else a code with its request, and not both.
pub(crate) fn expect_one(
    field: &'static str,
    password: Option<&PasswordAttempt>,
    (request, code): (Option<RequestId>, &Option<Code>),
) -> Result<(), ValidationError> {
    let (is_some, is_whole) = (request.is_some() || code.is_some(), request.is_some() && code.is_some());
    if password.is_some() != is_some && is_some == is_whole {
        return Ok(());
    }
    let message = "is required, or else request_id and code, and not both";
    Err(ValidationError::new(field).with_message(message.into()))
}

impl Action {
    const fn purpose(self) -> Purpose {
        match self {
            Self::DeleteAccount => Purpose::DeleteAccount,
            Self::SetPassword => Purpose::SetPassword,
        }
    }
}

/// Sends `user`, whose account has no password, a code to where they have shown to be reached.
///
/// # Errors
/// 422 if there is a password, or nowhere to send it; 429 after too many in an hour.
pub async fn ask(safe: &Safe, user: UserId, wanted: &AskToConfirm, now: DateTime<Utc>) -> Result<ConfirmationSent> {
    let mut tx = safe.database().begin().await?;
    let known = accounts::login::find_by_id(&mut tx, user).await?;
    if known.ok_or(Error::Unauthenticated)?.password_hash.opens() {
        return Err(HAS_PASSWORD);
    }
    let recipient = reach::find_proven(&mut tx, user).await?.ok_or(NOWHERE)?;
    let purpose = wanted.action.purpose();
    safe.messenger().spend(&mut tx, (purpose, &user.to_string()), now).await?;
    let wanted = Wanted { purpose, recipient: Some(&recipient), user: Some(user) };
    let request_id = safe.messenger().send(&mut tx, wanted, now).await?;
    tx.commit().await?;
    Ok(ConfirmationSent { request_id, expires_in: purpose.lifetime().num_seconds() })
}

/// The proof that `user` confirms `action`; whoever acts upon it uses it up in the same transaction.
///
/// # Errors
/// 422 if the code is wrong or over, was sent for something else, or to somebody else.
pub(crate) async fn prove(
    safe: &Safe,
    (user, action): (UserId, Action),
    shown: Option<(RequestId, Code)>,
    now: DateTime<Utc>,
) -> Result<Proof> {
    let (request, code) = shown.ok_or(CODE_OVER)?;
    let mut conn = safe.database().acquire().await?;
    let which = (action.purpose(), request);
    let tried = proofs::try_code(&mut conn, safe.messenger().keys(), which, &code, now).await?;
    tried.filter(|proof| proof.user_id == Some(user)).ok_or(CODE_OVER)
}

/// Uses `proof` up, if it can still be used and `user` is still reached where it went.
pub(crate) async fn use_up(conn: &mut MySqlConnection, user: UserId, proof: &Proof, now: DateTime<Utc>) -> Result<()> {
    let is_good = proofs::take(conn, proof.id, now).await? && reach::prove(conn, user, proof).await?;
    if is_good { Ok(()) } else { Err(CODE_OVER) }
}
