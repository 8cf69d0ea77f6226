//! Codes and links that prove that somebody is reached at an address or a number.
//!
//! **Invariants**
//! - A secret rests nowhere, not even on its way: whoever writes the message computes it from the row and a key of the
//!   environment. The row recognises it by its hash.
//! - A try is counted before it is compared, and committed by itself.
//! - A proof is of the address that it was sent to, and is used once.

mod code;
mod keys;
mod recipient;

pub use code::{Code, RequestId};
pub use keys::ProofKeys;
pub use recipient::Recipient;

use chrono::{DateTime, TimeDelta, Utc};
use commerce::events::ProofRequested;
use commerce::ids::ProofId;
use kernel::{UserId, text_enum};
use secrecy::{ExposeSecret, SecretString};
use shared::config::ServiceName;
use shared::digest::sha256;
use shared::messaging::outbox;
use sqlx::{FromRow, MySqlConnection};
use uuid::Uuid;

use crate::store::proofs as store;
use crate::token;

/// How often a code may be tried.
pub const TRIES: u8 = 5;
/// How long what is over is kept, for whoever asks what happened.
const KEPT: TimeDelta = TimeDelta::days(1);

text_enum! {
    /// What a proof is for.
    pub enum Purpose {
        /// A link that lets its holder choose another password.
        ResetPassword = "reset_password",
        /// A link that proves an e-mail address.
        VerifyEmail = "verify_email",
        /// A code that proves a telephone number.
        VerifyPhone = "verify_phone",
        /// A code that signs in, or up.
        SignIn = "sign_in",
        /// A notice to an address or number that its account has left: its secret opens nothing and is not told.
        ContactChanged = "contact_changed",
        /// A code that confirms, in the place of a password, that an account is to be deleted.
        DeleteAccount = "delete_account",
        /// A code that confirms, in the place of a password, the first one.
        SetPassword = "set_password",
    }
}

text_enum! {
    /// The way that it takes.
    pub enum Way {
        /// E-mail.
        Email = "email",
        /// A text message.
        Sms = "sms",
    }
}

impl Purpose {
    /// How long it is good.
    pub const fn lifetime(self) -> TimeDelta {
        match self {
            Self::ResetPassword => TimeDelta::hours(1),
            Self::VerifyEmail => TimeDelta::days(1),
            Self::VerifyPhone | Self::SignIn | Self::DeleteAccount | Self::SetPassword => TimeDelta::minutes(5),
            // As long as a mail is tried.
            Self::ContactChanged => TimeDelta::days(2),
        }
    }

    /// What proves that somebody is reached at `recipient`.
    pub const fn verifying(recipient: &Recipient) -> Self {
        match recipient {
            Recipient::Email(_) => Self::VerifyEmail,
            Recipient::Phone(_) => Self::VerifyPhone,
        }
    }

    const fn is_code(self) -> bool {
        matches!(self, Self::VerifyPhone | Self::SignIn | Self::DeleteAccount | Self::SetPassword)
    }
}

/// A proof that is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// What for.
    pub purpose: Purpose,
    /// Where to; nobody is written to without.
    pub recipient: Option<&'a Recipient>,
    /// Whose account; a code that signs up has none.
    pub user: Option<UserId>,
}

/// A code or a link as it rests.
#[derive(Clone, Debug, FromRow)]
pub struct Proof {
    /// Its key.
    pub id: ProofId,
    /// Its name outside of this shop, which is no secret.
    pub uuid: String,
    /// What it is for.
    pub purpose: Purpose,
    /// The way that it takes.
    #[sqlx(rename = "channel")]
    pub way: Way,
    /// Where to.
    pub recipient: String,
    /// Whose account.
    pub user_id: Option<UserId>,
    pub(crate) salt: String,
    pub(crate) secret_hash: String,
}

impl Proof {
    /// The code, or the token of the link; nothing if the key that made it is gone.
    pub fn secret(&self, keys: &ProofKeys) -> Option<SecretString> {
        keys.each().map(|key| key.secret(self.purpose, &self.salt)).zip(keys.each()).find_map(|(secret, key)| {
            let is_it = self.hash(key, secret.expose_secret()) == self.secret_hash;
            is_it.then_some(secret)
        })
    }

    fn hash(&self, key: &keys::Key, secret: &str) -> String {
        hash(key, self.purpose, &self.uuid, secret)
    }
}

/// A code has a million forms and is hashed under a key; a token of 256 bits needs none.
fn hash(key: &keys::Key, purpose: Purpose, uuid: &str, secret: &str) -> String {
    if purpose.is_code() { key.code_hash(uuid, secret) } else { sha256(secret.as_bytes()) }
}

/// Has a code or a link sent when the caller's transaction commits; its name. Without a recipient as much is done, and
/// nobody is written to.
pub async fn send(
    conn: &mut MySqlConnection,
    keys: &ProofKeys,
    wanted: Wanted<'_>,
    producer: ServiceName,
    now: DateTime<Utc>,
) -> sqlx::Result<Uuid> {
    let (uuid, salt, key) = (Uuid::new_v4(), token::fresh(), keys.present());
    let secret = key.secret(wanted.purpose, salt.expose_secret());
    let secret_hash = hash(key, wanted.purpose, &uuid.to_string(), secret.expose_secret());
    let row = store::New { wanted, uuid, salt: salt.expose_secret(), secret_hash: &secret_hash };
    let proof_id = store::insert(conn, &row, now).await?;
    outbox::emit(conn, producer, now, &ProofRequested { proof_id }).await?;
    Ok(uuid)
}

/// The proof, if it may still be used.
pub async fn find_open(conn: &mut MySqlConnection, id: ProofId, now: DateTime<Utc>) -> sqlx::Result<Option<Proof>> {
    store::find_open(conn, id, now).await
}

/// The proof whose link holds `token`, if it may still be used.
pub async fn find_link(
    conn: &mut MySqlConnection,
    purpose: Purpose,
    token: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<Proof>> {
    let Some(id) = store::find_by_hash(conn, purpose, &sha256(token.as_bytes())).await? else { return Ok(None) };
    store::find_open(conn, id, now).await
}

/// The newest proof of this kind that was sent to `user` at this address or number.
pub async fn find_newest(
    conn: &mut MySqlConnection,
    user: UserId,
    purpose: Purpose,
    recipient: &str,
) -> sqlx::Result<Option<RequestId>> {
    let uuid = store::find_newest(conn, user, purpose, recipient).await?;
    Ok(uuid.and_then(|uuid| RequestId::try_from(uuid).ok()))
}

/// The proof called `request`, if `code` is its code, it may still be used and was not tried too often. Counts as a try
/// whatever comes of it: `conn` is in no transaction.
pub async fn try_code(
    conn: &mut MySqlConnection,
    keys: &ProofKeys,
    (purpose, request): (Purpose, RequestId),
    code: &Code,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<Proof>> {
    if !store::take_try(conn, request.get(), purpose, now).await? {
        return Ok(None);
    }
    let proof = store::find_by_uuid(conn, request.get()).await?;
    Ok(proof.filter(|proof| keys.each().any(|key| key.is_code(&proof.secret_hash, &proof.uuid, code))))
}

/// Uses the proof up; whether it could still be used. Of two at once one can; after a no the caller rolls back.
pub async fn take(conn: &mut MySqlConnection, id: ProofId, now: DateTime<Utc>) -> sqlx::Result<bool> {
    store::take(conn, id, now).await
}

/// Uses up every open proof of `user` for `purpose`.
pub async fn void(conn: &mut MySqlConnection, user: UserId, purpose: Purpose, now: DateTime<Utc>) -> sqlx::Result<()> {
    store::update_all_used(conn, user, purpose, now).await
}

/// Forgets proofs and quotas that have been over for a day; whether there may be more.
pub async fn forget_old(conn: &mut MySqlConnection, now: DateTime<Utc>) -> sqlx::Result<bool> {
    let (proofs, quotas) =
        (store::delete_old(conn, now - KEPT).await?, store::delete_old_quotas(conn, now - KEPT).await?);
    Ok(proofs || quotas)
}
