//! Messages about an account: codes, links, and what its holder should hear of in case it was somebody else.
//!
//! Where the secret of a code or link belongs stands the name of its proof; `post` fills it in.

use accounts::proofs::{self, Proof, Purpose, Way};
use commerce::events::{ProofRequested, SecurityAlert, SecurityAlertKind};
use commerce::listeners::NOTIFICATION_ACCOUNT;
use kernel::{Event, UserId};
use serde::Serialize;
use shared::Ground;
use shared::messaging::{Message, inbox};
use shared::settings::Values;
use shared::web::{Error, Result};
use sqlx::{FromRow, MySqlConnection};

use super::render::{Shop, message as render};
use super::{Addressed, Letter, once};
use crate::line::one_line;
use crate::logs::{Channel, Kind};
use crate::store;
use crate::wishes::{self, takes};

/// Whom a message about an account goes to.
#[derive(Debug, FromRow)]
pub(crate) struct Person {
    first_name: String,
    email: Option<String>,
    phone: Option<String>,
}

/// What the templates can name.
#[derive(Debug, Serialize)]
pub(super) struct Content {
    subject: String,
    name: Option<String>,
    shop: Shop,
    /// Stands for the secret.
    secret: String,
    /// Leads to where the secret is used.
    link: String,
    minutes: i64,
    /// What has happened.
    news: &'static str,
}

/// Writes the messages that `message` asks for, once for all its deliveries. Nobody is sent what is of no use any more,
/// nor anything over a channel that the shop does not use.
///
/// # Errors
/// When the database is away, or the event names what is not there.
pub(crate) async fn write(ground: &Ground, message: &Message) -> Result<()> {
    let now = ground.clock.now();
    let mut tx = ground.database.begin().await?;
    if !inbox::first_time(&mut tx, NOTIFICATION_ACCOUNT.name, message.id, now).await? {
        return Ok(());
    }
    let settings = ground.settings.read(&mut tx).await?;
    let letters = if message.kind == SecurityAlert::TYPE {
        alerts(&mut tx, message.read().map_err(Error::Internal)?, &settings).await?
    } else {
        let ProofRequested { proof_id } = message.read().map_err(Error::Internal)?;
        match proofs::find_open(&mut tx, proof_id, now).await? {
            Some(proof) => vec![proof_letter(&mut tx, &proof, &settings).await?],
            None => Vec::new(),
        }
    };
    for letter in &letters {
        if settings.flag(flag_of(letter.channel))? {
            once(store::logs::insert(&mut tx, message.id, &letter.addressed(), now).await)?;
        }
    }
    tx.commit().await?;
    Ok(())
}

/// A message that is ready.
struct Ready {
    kind: Kind,
    channel: Channel,
    about: (&'static str, u64),
    user: Option<UserId>,
    recipient: String,
    letter: Letter,
}

impl Ready {
    fn addressed(&self) -> Addressed<'_> {
        let Self { kind, channel, about, user, ref recipient, ref letter } = *self;
        Addressed { kind, channel, about, user, recipient, letter }
    }
}

const fn flag_of(channel: Channel) -> &'static str {
    match channel {
        Channel::Sms => "sms_notifications",
        _ => "email_notifications",
    }
}

async fn proof_letter(conn: &mut MySqlConnection, proof: &Proof, settings: &Values) -> Result<Ready> {
    let person = match proof.user_id {
        Some(user) => store::people::find(conn, user).await?,
        None => None,
    };
    let channel = match proof.way {
        Way::Email => Channel::Email,
        Way::Sms => Channel::Sms,
    };
    let kind = kind_of(proof.purpose);
    let content = Content::of_proof(proof, person.as_ref(), settings);
    let letter = render((kind, channel), &content.subject, &content).map_err(|error| Error::Internal(error.into()))?;
    let (about, recipient) = (("proof", proof.id.get()), proof.recipient.clone());
    Ok(Ready { kind, channel, about, user: proof.user_id, recipient, letter })
}

const fn kind_of(purpose: Purpose) -> Kind {
    match purpose {
        Purpose::ResetPassword => Kind::ResetPassword,
        Purpose::VerifyEmail => Kind::VerifyEmail,
        Purpose::VerifyPhone => Kind::VerifyPhone,
        Purpose::SignIn => Kind::SignIn,
        Purpose::ContactChanged => Kind::SecurityAlert,
        Purpose::DeleteAccount => Kind::DeleteAccount,
        Purpose::SetPassword => Kind::SetPassword,
    }
}

/// By mail; by text message too if the address is what has changed, unless they want none, and instead if there is no
/// address.
async fn alerts(conn: &mut MySqlConnection, event: SecurityAlert, settings: &Values) -> Result<Vec<Ready>> {
    let SecurityAlert { user_id, kind } = event;
    let Some(person) = store::people::find(conn, user_id).await? else { return Err(Error::NotFound("account")) };
    let content = Content::of_alert(kind, &person, settings);
    let is_wanted = person.email.is_none() || takes(conn, user_id, (Channel::Sms, wishes::Purpose::Security)).await?;
    let is_address = kind == SecurityAlertKind::EmailChanged || person.email.is_none();
    let (email, phone) = (person.email, person.phone.filter(|_| is_address && is_wanted));
    let mut ready = Vec::new();
    for (channel, recipient) in [(Channel::Email, email), (Channel::Sms, phone)] {
        let Some(recipient) = recipient else { continue };
        let letter = render((Kind::SecurityAlert, channel), &content.subject, &content);
        let letter = letter.map_err(|error| Error::Internal(error.into()))?;
        let (kind, about, user) = (Kind::SecurityAlert, ("user", user_id.get()), Some(user_id));
        ready.push(Ready { kind, channel, about, user, recipient, letter });
    }
    Ok(ready)
}

impl Content {
    pub(super) fn of_proof(proof: &Proof, person: Option<&Person>, settings: &Values) -> Self {
        let shop = Shop::of(settings);
        let (subject, page) = match proof.purpose {
            Purpose::ResetPassword => ("Choose another password".to_owned(), "reset-password"),
            Purpose::VerifyEmail => ("Confirm your e-mail address".to_owned(), "verify-email"),
            Purpose::VerifyPhone | Purpose::SignIn | Purpose::DeleteAccount | Purpose::SetPassword => {
                (format!("Your code for {}", shop.name), "sign-in")
            }
            Purpose::ContactChanged => return Self::of_former(proof.way, person, settings),
        };
        // What stands behind the # stays in the browser: no server writes it into its log.
        let link = format!("{}/{page}#token={}", one_line(settings.text("storefront_url")), proof.uuid);
        let (minutes, secret) = (proof.purpose.lifetime().num_minutes(), proof.uuid.clone());
        Self { subject, name: person.map(Person::name), shop, secret, link, minutes, news: "" }
    }

    /// For where the account was reached until now.
    fn of_former(way: Way, person: Option<&Person>, settings: &Values) -> Self {
        let (subject, news) = match way {
            Way::Email => (
                "Your e-mail address was changed",
                "your account has another e-mail address from now on. We do not write to this one any more.",
            ),
            Way::Sms => (
                "Your telephone number was changed",
                "your account has another telephone number from now on. We do not write to this one any more.",
            ),
        };
        Self::of_news(subject, news, (person, settings))
    }

    pub(super) fn of_alert(kind: SecurityAlertKind, person: &Person, settings: &Values) -> Self {
        let (subject, news) = match kind {
            SecurityAlertKind::PasswordChanged => (
                "Your password was changed",
                "the password of your account was changed. Other devices were signed out.",
            ),
            SecurityAlertKind::MfaEnabled => {
                ("Two-step sign-in is on", "your account asks for a second step at sign-in from now on.")
            }
            SecurityAlertKind::MfaDisabled => {
                ("Two-step sign-in is off", "your account does not ask for a second step at sign-in any more.")
            }
            SecurityAlertKind::MfaRemoved => (
                "Two-step sign-in was taken away",
                "our staff has taken away the second step of your sign-in, and has signed you out everywhere. \
                 You can set up another one when you have signed in.",
            ),
            SecurityAlertKind::SessionReuse => (
                "A sign-in was ended for your safety",
                "somebody used a copy of one of your sign-ins. We have ended that sign-in.",
            ),
            SecurityAlertKind::EmailChanged => {
                ("Your e-mail address was changed", "the e-mail address of your account was changed.")
            }
            SecurityAlertKind::PhoneChanged => {
                ("Your telephone number was changed", "the telephone number of your account was changed.")
            }
        };
        Self::of_news(subject, news, (Some(person), settings))
    }

    fn of_news(subject: &str, news: &'static str, (person, settings): (Option<&Person>, &Values)) -> Self {
        let (link, name) = (one_line(settings.text("storefront_url")), person.map(Person::name));
        let (subject, secret) = (subject.to_owned(), String::new());
        Self { subject, name, shop: Shop::of(settings), secret, link, minutes: 0, news }
    }
}

impl Person {
    fn name(&self) -> String {
        one_line(&self.first_name)
    }
}
