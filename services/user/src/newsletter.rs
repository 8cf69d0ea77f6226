//! The newsletter: asked for by anybody, confirmed and ended by whoever reads the address's mail. What is answered never
//! tells whether an address is known.

use accounts::{Email, token};
use chrono::{DateTime, TimeDelta, Utc};
use commerce::events::NewsletterRequested;
use commerce::ids::SubscriptionId;
use kernel::text_enum;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use shared::config::ServiceName;
use shared::database::Failure;
use shared::messaging::outbox;
use shared::web::{Error, Result};
use sqlx::{FromRow, MySqlPool};
use utoipa::ToSchema;
use validator::Validate;

use crate::store;

/// An address is asked no more often than this, whoever asks for it.
const PAUSE: TimeDelta = TimeDelta::hours(1);
/// How long a letter can be answered.
const PATIENCE: TimeDelta = TimeDelta::days(7);

const UNKNOWN_TOKEN: Error =
    Error::Impossible { code: "INVALID_TOKEN", message: "this link has been used up: ask for the newsletter again" };

text_enum! {
    /// How far a subscription has come.
    pub enum SubscriptionStatus {
        /// The address has not said yes.
        Pending = "pending",
        /// It has.
        Active = "active",
        /// It has had enough.
        Ended = "ended",
    }
}

/// A subscription as it rests.
#[derive(Debug, FromRow)]
pub(crate) struct Subscription {
    pub(crate) id: SubscriptionId,
    pub(crate) status: SubscriptionStatus,
    pub(crate) requested_at: DateTime<Utc>,
}

/// An address that is to get the newsletter.
#[derive(Debug, eserde::Deserialize, Validate, ToSchema)]
pub struct Subscribe {
    /// Where to.
    pub email: Email,
}

/// What a letter holds.
#[derive(Debug, eserde::Deserialize, Validate, ToSchema)]
pub struct LetterToken {
    /// The token of the letter.
    #[schema(value_type = String, min_length = 43, max_length = 43)]
    pub token: Token,
}

/// What a letter was given: 43 characters that nobody guesses.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub struct Token(SecretString);

eserde::impl_edeserialize_compat!(Token);

impl TryFrom<String> for Token {
    type Error = &'static str;

    fn try_from(text: String) -> std::result::Result<Self, &'static str> {
        let is_formed = text.len() == 43 && text.bytes().all(|c| c.is_ascii_alphanumeric() || b"-_".contains(&c));
        let text = SecretString::from(text);
        if is_formed { Ok(Self(text)) } else { Err("expected the token of the letter") }
    }
}

impl Token {
    fn hash(&self) -> String {
        token::hash(self.0.expose_secret())
    }
}

/// Asks an address whether it wants the newsletter, unless it has it or was asked within the hour.
pub async fn subscribe(db: &MySqlPool, wanted: &Subscribe, now: DateTime<Utc>) -> Result<()> {
    let mut tx = db.begin().await?;
    let token = token::fresh();
    let hash = token::hash(token.expose_secret());
    let asked = match store::newsletter::lock(&mut tx, &wanted.email).await? {
        Some(Subscription { status: SubscriptionStatus::Active, .. }) => None,
        Some(known) if now < known.requested_at + PAUSE => None,
        Some(known) => {
            store::newsletter::update_requested(&mut tx, known.id, &hash, now).await?;
            Some(known.id)
        }
        None => match store::newsletter::insert(&mut tx, &wanted.email, &hash, now).await {
            Ok(id) => Some(id),
            // Somebody else has asked for it in this moment.
            Err(error) if Failure::of(&error) == Failure::Duplicate => return Ok(()),
            Err(error) => return Err(error.into()),
        },
    };
    if let Some(subscription_id) = asked {
        let event = NewsletterRequested { subscription_id, token: token.expose_secret().to_owned() };
        outbox::emit(&mut tx, ServiceName::User, now, &event).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// The address says yes, by the token of its letter. Again, it changes nothing.
pub async fn confirm(db: &MySqlPool, sent: &LetterToken, now: DateTime<Utc>) -> Result<()> {
    let mut tx = db.begin().await?;
    let known = store::newsletter::lock_by_token(&mut tx, &sent.token.hash()).await?;
    match known {
        Some(Subscription { status: SubscriptionStatus::Active, .. }) => {}
        Some(known) if known.status == SubscriptionStatus::Pending && now < known.requested_at + PATIENCE => {
            store::newsletter::update_confirmed(&mut tx, known.id, now).await?;
        }
        _ => return Err(UNKNOWN_TOKEN),
    }
    tx.commit().await?;
    Ok(())
}

/// The address has had enough, by the token of a letter. What is no subscription any more stays none.
pub async fn unsubscribe(db: &MySqlPool, sent: &LetterToken, now: DateTime<Utc>) -> Result<()> {
    let mut conn = db.acquire().await?;
    Ok(store::newsletter::update_ended(&mut conn, &sent.token.hash(), now).await?)
}
