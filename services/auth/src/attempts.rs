//! How often somebody may try a password: little for who guesses, and nobody else is kept out by it.
//!
//! Failures are counted for an account at one place, and for the account everywhere. The latter makes strangers wait and
//! nobody who is known: a device on which the account was entered has a count of its own, and an address from which it was
//! entered lately does not wait for others. An account that does not exist is counted like one that does.

use accounts::login::canonical;
use accounts::sessions;
use chrono::{DateTime, Utc};
use kernel::UserId;
use secrecy::SecretString;
use shared::limits::{Bucket, Limiter, Patience, Quota};
use shared::web::{ClientAddress, Error, Result};
use sqlx::MySqlConnection;

use crate::desk::Desk;
use crate::known_devices;
use crate::visitors::Visitor;

/// Log-ins of one address.
const ADDRESS: &str = "login_address";
/// Failed log-ins of one account at one place.
const ACCOUNT: &str = "login_account";
/// Failed log-ins of one account everywhere.
const FAILURES: &str = "login_failures";
/// Registrations of one address.
const REGISTRATIONS: &str = "registration_address";

/// An attempt to enter an account, counted as failed until it succeeds.
#[derive(Debug)]
pub(crate) struct Attempt {
    /// The account at this place, as a keyed hash.
    here: String,
    /// The account, as a keyed hash.
    everywhere: String,
}

/// Who tries to enter an account.
#[derive(Debug)]
pub(crate) enum Standing {
    /// Whoever sits at a device on which it was entered.
    KnownDevice(String),
    /// Whoever calls from where it was entered lately.
    KnownPlace,
    /// Anybody else.
    Stranger,
}

impl Standing {
    /// That of `visitor` towards the account `known`, if there is one.
    pub(crate) async fn of(
        conn: &mut MySqlConnection,
        desk: &Desk,
        known: Option<UserId>,
        visitor: &Visitor,
        now: DateTime<Utc>,
    ) -> Result<Self> {
        let device = known_devices::recognise(&desk.ground().sealer, known, visitor.device_token.as_deref());
        let is_familiar = sessions::is_familiar(conn, known, &visitor.device, now).await?;
        Ok(match device {
            Some(number) => Self::KnownDevice(number),
            None if is_familiar => Self::KnownPlace,
            None => Self::Stranger,
        })
    }
}

impl Attempt {
    /// Counts an attempt to enter the account that is found by `login_id`, if it is found.
    ///
    /// # Errors
    /// 429: it comes too early.
    pub(crate) async fn begin(
        desk: &Desk,
        login_id: &str,
        standing: &Standing,
        visitor: &Visitor,
    ) -> Result<Option<Self>> {
        let (limits, rules) = (&desk.ground().limits, desk.ground().limits.rules());
        let place = ClientPlace::of(visitor);
        if place.0.is_some_and(|ClientAddress(address)| rules.exempts(address)) {
            return Ok(None);
        }
        let hash = |text: &str| keyed(desk, text);
        let account = canonical(login_id);
        let attempt = Self { here: hash(&format!("{account}\n{}", place.with(standing))), everywhere: hash(&account) };
        let here = take(limits, ACCOUNT, attempt.here.clone(), rules.login);
        if matches!(standing, Standing::KnownDevice(_)) {
            here.await?;
        } else {
            // Both travel together; whichever has nothing left decides.
            let (address, here) = tokio::join!(take(limits, ADDRESS, place.text(), rules.login_address), here);
            address.and(here)?;
        }
        if matches!(standing, Standing::Stranger) {
            strike(limits, FAILURES, attempt.everywhere.clone(), rules.login).await?;
        }
        Ok(Some(attempt))
    }

    /// It was the right password.
    pub(crate) async fn succeeded(self, desk: &Desk) {
        let limits = &desk.ground().limits;
        tokio::join!(limits.forgive(ACCOUNT, &self.here), limits.forgive(FAILURES, &self.everywhere));
    }
}

/// Whoever is called `login_id` proved who they are another way: what strangers tried keeps them waiting no longer.
pub(crate) async fn forgive(desk: &Desk, login_id: &str) {
    desk.ground().limits.forgive(FAILURES, &keyed(desk, &canonical(login_id))).await;
}

fn keyed(desk: &Desk, text: &str) -> String {
    desk.ground().sealer.fingerprint("login", &SecretString::from(text))
}

/// Counts a registration, which tells whether an address or a number is taken.
///
/// # Errors
/// 429: it comes too early.
pub(crate) async fn register(desk: &Desk, visitor: &Visitor) -> Result<()> {
    let (limits, place) = (&desk.ground().limits, ClientPlace::of(visitor));
    let rules = limits.rules();
    if place.0.is_some_and(|ClientAddress(address)| rules.exempts(address)) {
        return Ok(());
    }
    take(limits, REGISTRATIONS, place.text(), rules.login_address).await
}

/// Counts something that `user` proves, such as a code, as failed until [`proved`] says otherwise.
///
/// # Errors
/// 429: it comes too early.
pub(crate) async fn prove(desk: &Desk, scope: &'static str, user: UserId) -> Result<()> {
    let limits = &desk.ground().limits;
    strike(limits, scope, user.to_string(), limits.rules().login).await
}

/// It was right.
pub(crate) async fn proved(desk: &Desk, scope: &'static str, user: UserId) {
    desk.ground().limits.forgive(scope, &user.to_string()).await;
}

async fn take(limits: &Limiter, scope: &'static str, id: String, quota: Quota) -> Result<()> {
    match limits.take(&Bucket { scope, id, quota }).await.retry_after {
        Some(retry_after) => Err(Error::RateLimited { retry_after }),
        None => Ok(()),
    }
}

async fn strike(limits: &Limiter, scope: &'static str, id: String, quota: Quota) -> Result<()> {
    let patience = Patience { scope, id, free: quota.amount, longest: quota.window };
    limits.strike(&patience).await.map_err(|retry_after| Error::RateLimited { retry_after })
}

/// From where somebody calls.
struct ClientPlace(Option<ClientAddress>);

impl ClientPlace {
    fn of(visitor: &Visitor) -> Self {
        Self(visitor.device.address.map(ClientAddress))
    }

    fn text(&self) -> String {
        self.0.map_or_else(|| "nowhere".to_owned(), ClientAddress::place)
    }

    /// A known device is a place of its own wherever it is.
    fn with(&self, standing: &Standing) -> String {
        match standing {
            Standing::KnownDevice(number) => format!("device {number}"),
            Standing::KnownPlace | Standing::Stranger => self.text(),
        }
    }
}
