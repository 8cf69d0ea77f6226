//! Whether an address or a number is its holder's: asked at registration and whenever they want, proven by a link or a code.

use accounts::proofs::{self, Code, Purpose, Recipient, Wanted, Way};
use accounts::reach::{self, Own};
use chrono::{DateTime, Utc};
use kernel::{UserId, text_enum};
use shared::database::retry;
use shared::web::{Error, Result};
use sqlx::MySqlConnection;
use utoipa::ToSchema;
use validator::Validate;

use crate::codes::CODE_OVER;
use crate::desk::Desk;
use crate::recovery::Token;

const LINK_OVER: Error = Error::Impossible {
    code: "INVALID_TOKEN",
    message: "this link was used, is too old or was sent to another address: ask for another one",
};
const PROVEN: Error = Error::Impossible { code: "INVALID_STATE", message: "this is confirmed already" };
const NOWHERE: Error = Error::Impossible { code: "INVALID_STATE", message: "the account has nothing of this kind" };

text_enum! {
    /// What is to be confirmed.
    pub enum Confirmable {
        /// The e-mail address.
        Email = "email",
        /// The telephone number.
        Phone = "phone",
    }
}

/// An e-mail address, proven by the link that was sent to it.
#[derive(Debug, eserde::Deserialize, Validate, ToSchema)]
pub struct VerifyEmail {
    /// What stands behind `#token=` in the link.
    pub token: Token,
}

/// A telephone number, proven by the code that was sent to it.
#[derive(Debug, eserde::Deserialize, Validate, ToSchema)]
pub struct VerifyPhone {
    /// The newest code that came.
    pub code: Code,
}

/// Another message.
#[derive(Debug, eserde::Deserialize, Validate, ToSchema)]
pub struct Resend {
    /// To which of the two.
    pub channel: Confirmable,
}

impl Confirmable {
    const fn parts(self) -> (Way, Purpose) {
        match self {
            Self::Email => (Way::Email, Purpose::VerifyEmail),
            Self::Phone => (Way::Sms, Purpose::VerifyPhone),
        }
    }
}

/// Has what is to be proven of a new account asked for when the caller's transaction commits.
pub(crate) async fn ask(
    conn: &mut MySqlConnection,
    desk: &Desk,
    user: UserId,
    recipients: impl IntoIterator<Item = Recipient>,
    now: DateTime<Utc>,
) -> Result<()> {
    for recipient in recipients {
        let wanted = Wanted { purpose: Purpose::verifying(&recipient), recipient: Some(&recipient), user: Some(user) };
        desk.messenger().spend(conn, (wanted.purpose, &user.to_string()), now).await?;
        desk.messenger().send(conn, wanted, now).await?;
    }
    Ok(())
}

/// Sends another message to what is not proven yet.
///
/// # Errors
/// 422 if there is nothing to prove; 429 if there were too many in this hour: the last one is good all the same.
pub async fn resend(desk: &Desk, user: UserId, form: &Resend, now: DateTime<Utc>) -> Result<()> {
    retry(async || {
        let mut tx = desk.database().begin().await?;
        let Own { recipient, is_proven } =
            reach::find_own(&mut tx, user, form.channel.parts().0).await?.ok_or(NOWHERE)?;
        if is_proven {
            return Err(PROVEN);
        }
        ask(&mut tx, desk, user, [recipient], now).await?;
        Ok(tx.commit().await?)
    })
    .await
}

/// Notes that the address which the link was sent to is its account's.
///
/// # Errors
/// 422 if the link is over, or the account has another address by now.
pub async fn verify_email(desk: &Desk, form: &VerifyEmail, now: DateTime<Utc>) -> Result<()> {
    retry(async || {
        let mut tx = desk.database().begin().await?;
        let proof = proofs::find_link(&mut tx, Purpose::VerifyEmail, form.token.expose(), now).await?;
        let (proof, user) = proof.and_then(|proof| Some((proof.clone(), proof.user_id?))).ok_or(LINK_OVER)?;
        let is_proven = proofs::take(&mut tx, proof.id, now).await? && reach::prove(&mut tx, user, &proof).await?;
        if !is_proven {
            return Err(LINK_OVER);
        }
        proofs::void(&mut tx, user, Purpose::VerifyEmail, now).await?;
        Ok(tx.commit().await?)
    })
    .await
}

/// Notes that the number of `user` which the newest code was sent to is theirs.
///
/// # Errors
/// 422 if the code is wrong, over, or was sent to a number that the account has no more.
pub async fn verify_phone(desk: &Desk, user: UserId, form: &VerifyPhone, now: DateTime<Utc>) -> Result<()> {
    let mut conn = desk.database().acquire().await?;
    let (way, purpose) = Confirmable::Phone.parts();
    let own = reach::find_own(&mut conn, user, way).await?.ok_or(NOWHERE)?;
    if own.is_proven {
        return Err(PROVEN);
    }
    let newest = proofs::find_newest(&mut conn, user, purpose, own.recipient.as_str()).await?.ok_or(CODE_OVER)?;
    let proof = proofs::try_code(&mut conn, desk.messenger().keys(), (purpose, newest), &form.code, now).await?;
    let proof = proof.ok_or(CODE_OVER)?;
    drop(conn);
    retry(async || {
        let mut tx = desk.database().begin().await?;
        let is_proven = proofs::take(&mut tx, proof.id, now).await? && reach::prove(&mut tx, user, &proof).await?;
        if !is_proven {
            return Err(CODE_OVER);
        }
        Ok(tx.commit().await?)
    })
    .await
}
