//! Signing in, or up, by a code that was sent to an address or a number.

use accounts::login::admit;
use accounts::proofs::{self, Code, Proof, Purpose, Recipient, RequestId, Wanted, Way};
use accounts::reach::{self, Reached};
use accounts::registration::NewAccount;
use accounts::sessions::{self, Ending};
use accounts::{Email, PasswordHash, PersonName, Phone, credentials, second_factor};
use chrono::{DateTime, Utc};
use kernel::UserId;
use serde::Serialize;
use shared::database::retry;
use shared::web::{Error, Result};
use sqlx::MySqlConnection;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::{Validate, ValidationError};

use crate::desk::Desk;
use crate::logins::Entry;
use crate::mfa;
use crate::registrations::{self, INDIA};
use crate::visitors::Visitor;

pub(crate) const CODE_OVER: Error = Error::Impossible {
    code: "INVALID_CODE",
    message: "this code is wrong, was used, is too old or was tried too often: ask for another one",
};
const UNPROVEN: Error = Error::Conflict {
    code: "CONFLICT",
    message: "an account has this without having confirmed it: sign in to it another way and confirm it",
};

/// What somebody is called who signs up by a code and does not say.
const FIRST_NAME: &str = "Guest";
const LAST_NAME: &str = "Customer";

/// Where a code is to go: an address or a number.
#[derive(Debug, eserde::Deserialize, Validate, ToSchema)]
#[validate(schema(function = "is_one"))]
pub struct AskForCode {
    /// By mail.
    #[serde(default)]
    pub email: Option<Email>,
    /// By text message.
    #[serde(default)]
    pub phone: Option<Phone>,
}

/// The code of a rule of the whole names the field that it blames.
fn is_one(form: &AskForCode) -> Result<(), ValidationError> {
    if form.email.is_some() != form.phone.is_some() {
        return Ok(());
    }
    Err(ValidationError::new("email").with_message("is required, or else phone, and not both".into()))
}

/// A code is on its way, if there is a way.
#[derive(Debug, Serialize, ToSchema)]
pub struct CodeSent {
    /// Which code: to be sent back with it.
    pub request_id: Uuid,
    /// How many seconds it is good for.
    #[schema(example = 300)]
    pub expires_in: i64,
}

/// A code that came.
#[derive(Debug, eserde::Deserialize, Validate, ToSchema)]
pub struct EnterByCode {
    /// What the request for the code was answered.
    pub request_id: RequestId,
    /// The code.
    pub code: Code,
    /// How a new customer is called.
    #[serde(default)]
    pub first_name: Option<PersonName>,
    /// How a new customer is called.
    #[serde(default)]
    pub last_name: Option<PersonName>,
}

/// Sends a code. The answer is the same whether there is an account or not: without one the code signs up.
///
/// # Errors
/// 429 if as many were sent there as may be in an hour; those are good until their time is over.
pub async fn ask(desk: &Desk, form: AskForCode, now: DateTime<Utc>) -> Result<CodeSent> {
    let recipient = form.email.map(Recipient::Email).or(form.phone.map(Recipient::Phone)).ok_or(CODE_OVER)?;
    retry(async || {
        let mut tx = desk.database().begin().await?;
        let purpose = Purpose::SignIn;
        desk.messenger().spend(&mut tx, (purpose, recipient.as_str()), now).await?;
        let known = reach::find(&mut tx, recipient.way(), recipient.as_str()).await?;
        // Who was put out of the shop is not written to; the answer does not tell.
        let is_welcome = known.as_ref().is_none_or(|known| known.credentials.is_active);
        let (recipient, user) = (is_welcome.then_some(&recipient), known.map(|known| known.credentials.user));
        let wanted = Wanted { purpose, recipient, user };
        let request_id = desk.messenger().send(&mut tx, wanted, now).await?;
        tx.commit().await?;
        Ok(CodeSent { request_id, expires_in: purpose.lifetime().num_seconds() })
    })
    .await
}

/// Opens a log-in for whoever has the code, in the account of the address or number that it went to, or in a new one; and
/// brings the guest's cart along. A second factor is asked for as after a password.
///
/// # Errors
/// 422 if the code is wrong or over; 409 if an account claims the address or number without having proven it, and has
/// proven another.
pub async fn enter(desk: &Desk, form: &EnterByCode, visitor: &Visitor, now: DateTime<Utc>) -> Result<Entry> {
    let which = (Purpose::SignIn, form.request_id);
    let tried = {
        let mut conn = desk.database().acquire().await?;
        proofs::try_code(&mut conn, desk.messenger().keys(), which, &form.code, now).await?
    };
    let proof = tried.ok_or(CODE_OVER)?;
    retry(async || {
        let mut tx = desk.database().begin().await?;
        let known = reach::find(&mut tx, proof.way, &proof.recipient).await?;
        let user = match known {
            Some(known) => sign_in(&mut tx, desk, known, (visitor, &proof), now).await?,
            None => sign_up(&mut tx, desk, form, (visitor, &proof), now).await?,
        };
        let entry = if let Some(challenge) = mfa::challenge(&mut tx, desk, user, now).await? {
            Entry::Challenged(challenge)
        } else {
            let opened = sessions::open(&mut tx, user, &visitor.device, now).await?;
            Entry::SignedIn(Box::new(desk.hand_over(&mut tx, user, opened, now).await?))
        };
        tx.commit().await?;
        Ok(entry)
    })
    .await
}

/// An account that had proven nothing may have been made by anybody: what opened it so far opens it no more.
async fn sign_in(
    conn: &mut MySqlConnection,
    desk: &Desk,
    known: Reached,
    (visitor, proof): (&Visitor, &Proof),
    now: DateTime<Utc>,
) -> Result<UserId> {
    let Reached { mut credentials, is_proven, is_proven_elsewhere } = known;
    if !is_proven && is_proven_elsewhere {
        return Err(UNPROVEN);
    }
    let user = credentials.user;
    // The cart is locked first, as an order does.
    visitor.bring_cart(conn, user, &desk.ground().settings, now).await?;
    if !proofs::take(conn, proof.id, now).await? || !reach::prove(conn, user, proof).await? {
        return Err(CODE_OVER);
    }
    if !is_proven {
        let nobody_s = PasswordHash::of_nobody();
        if credentials::upgrade(conn, &credentials, &nobody_s).await? {
            credentials.password_hash = nobody_s;
        }
        second_factor::remove(conn, user).await?;
        sessions::revoke_all(conn, user, Ending::PasswordChanged, now).await?;
    }
    if admit(conn, &credentials, now).await? { Ok(user) } else { Err(CODE_OVER) }
}

async fn sign_up(
    conn: &mut MySqlConnection,
    desk: &Desk,
    form: &EnterByCode,
    (visitor, proof): (&Visitor, &Proof),
    now: DateTime<Utc>,
) -> Result<UserId> {
    if !proofs::take(conn, proof.id, now).await? {
        return Err(CODE_OVER);
    }
    let account = new_account(form, proof).ok_or(CODE_OVER)?;
    let user = registrations::found(conn, &account, now).await?;
    reach::prove(conn, user, proof).await?;
    visitor.bring_cart(conn, user, &desk.ground().settings, now).await?;
    Ok(user)
}

fn new_account(form: &EnterByCode, proof: &Proof) -> Option<NewAccount> {
    let recipient = proof.recipient.clone();
    let (email, phone) = match proof.way {
        Way::Email => (Some(Email::try_from(recipient).ok()?), None),
        Way::Sms => (None, Some(Phone::try_from(recipient).ok()?)),
    };
    let name =
        |given: &Option<PersonName>, other: &str| given.clone().or_else(|| PersonName::try_from(other.to_owned()).ok());
    Some(NewAccount {
        email,
        phone,
        username: None,
        password_hash: PasswordHash::of_nobody(),
        first_name: name(&form.first_name, FIRST_NAME)?,
        last_name: name(&form.last_name, LAST_NAME)?,
        country: INDIA?,
    })
}
