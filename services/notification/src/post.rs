//! Carries mails and text messages out of the house: leases what is due, sends it with no transaction open, and notes what became of it.
//!
//! A mail is sent at least once: a sender that dies between sending and noting leaves a lease that ends, and another
//! sends the same mail again, under the same Message-ID.

mod folder;
mod mail;
mod secret;
mod smtp;

use std::sync::Arc;
use std::time::Duration;

use accounts::proofs::ProofKeys;
use chrono::{DateTime, TimeDelta, Utc};
use futures::{StreamExt, stream};
use shared::Ground;
use shared::config;
use shared::task::Progress;
use uuid::Uuid;

use self::folder::Parcel;
use self::mail::{Mail, Sender};
use self::secret::Content;
use crate::line::{one_line, short_line};
use crate::logs::Channel;
use crate::store;
use crate::store::queue::{Due, Lease};

/// How many mails a sender takes at a time.
const ROUND: u32 = 8;
/// How many of them it sends at once.
const AT_ONCE: usize = 4;
/// How long a round of mails is its sender's own: longer than [`smtp::LONGEST`] for every [`AT_ONCE`] of them. Whoever
/// writes into a folder is done at once.
fn lease(transport: &config::Mail) -> TimeDelta {
    match transport {
        config::Mail::Smtp(_) => TimeDelta::minutes(7),
        config::Mail::Folder(_) => TimeDelta::seconds(30),
    }
}
/// How long a round may take: as long as the longest lease.
pub(crate) const ROUND_TRIP: Duration = Duration::from_mins(7);

/// How long to wait after each attempt that failed; after one more the mail has failed.
const PAUSES: [TimeDelta; 7] = [
    TimeDelta::minutes(1),
    TimeDelta::minutes(5),
    TimeDelta::minutes(30),
    TimeDelta::hours(2),
    TimeDelta::hours(4),
    TimeDelta::hours(8),
    TimeDelta::hours(12),
];
/// How many characters of an error are kept.
const TOLD: usize = 500;
/// How many characters of what a provider calls a mail are kept.
const NAME: usize = 255;

/// Why a mail did not leave. The text is for whoever looks after the shop, and holds no secret.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// It may leave another time.
    Later(String),
    /// It will not leave, however often it is tried.
    Never(String),
}

/// Sends what waits.
#[derive(Debug)]
pub(crate) struct Postman {
    ground: Arc<Ground>,
    keys: ProofKeys,
}

/// The mails that one sender has taken.
struct Round {
    mails: Vec<Due>,
    lease: Lease,
    sender: Sender,
}

impl Postman {
    pub(crate) fn new(ground: &Arc<Ground>) -> Self {
        Self { ground: Arc::clone(ground), keys: ProofKeys::new(&ground.config.jwt) }
    }

    /// Sends the next mails that are due.
    ///
    /// # Errors
    /// When the database is away: what was sent and could not be noted is sent once more when the lease is over. When
    /// the shop has no address to write from: nothing is tried until it has.
    pub(crate) async fn round(&self) -> anyhow::Result<Progress> {
        let Some(round) = self.take().await? else { return Ok(Progress::Idle) };
        let mails: Vec<_> = round.mails.iter().map(|mail| self.carry(mail, &round)).collect();
        let noted: Vec<anyhow::Result<()>> = stream::iter(mails).buffer_unordered(AT_ONCE).collect().await;
        noted.into_iter().collect::<anyhow::Result<()>>()?;
        let is_full = round.mails.len() >= usize::try_from(ROUND)?;
        Ok(if is_full { Progress::More } else { Progress::Idle })
    }

    async fn take(&self) -> anyhow::Result<Option<Round>> {
        let now = self.ground.clock.now();
        let lease = Lease { token: Uuid::now_v7(), until: now + lease(&self.ground.config.mail) };
        let mut tx = self.ground.database.begin().await?;
        let mails = store::queue::lock_due(&mut tx, now, ROUND).await?;
        let sender = Sender::of(&*self.ground.settings.read(&mut tx).await?);
        if !mails.is_empty() && sender.is_ok() {
            store::queue::update_lease(&mut tx, &mails, lease).await?;
        }
        // Also where nothing was written: a transaction that is dropped keeps its locks for a moment longer.
        tx.commit().await?;
        if mails.is_empty() { Ok(None) } else { Ok(Some(Round { mails, lease, sender: sender? })) }
    }

    async fn carry(&self, due: &Due, round: &Round) -> anyhow::Result<()> {
        let outcome = self.send(due, &round.sender, round.lease).await;
        let is_ours = self.note(due, round.lease, &outcome).await?;
        report(due, &outcome);
        if !is_ours {
            tracing::warn!(mail = due.uuid, "the lease ended while the mail was under way: it may be sent twice");
        }
        Ok(())
    }

    /// What the provider calls the mail that it took.
    async fn send(&self, due: &Due, sender: &Sender, lease: Lease) -> Result<String, Trouble> {
        let content = Content::of(due, &self.ground, &self.keys).await?;
        let name = match (due.channel, &self.ground.config.mail) {
            (Channel::Email, config::Mail::Smtp(server)) => {
                smtp::send(server, &Mail::of(due, content, sender)?).await?
            }
            (Channel::Email, config::Mail::Folder(folder)) => {
                let mail = Mail::of(due, content, sender)?;
                let parcel = Parcel { uuid: &mail.uuid, kind: "eml", bytes: &mail.bytes };
                folder::put(folder, &parcel, lease.token).await?
            }
            (Channel::Sms, config::Mail::Folder(folder)) => {
                let text = format!("To: {}\n\n{}", one_line(&due.recipient), content.text);
                let parcel = Parcel { uuid: &due.uuid, kind: "txt", bytes: text.as_bytes() };
                folder::put(folder, &parcel, lease.token).await?
            }
            _ => return Err(Trouble::Never("nobody carries messages of this kind yet".to_owned())),
        };
        Ok(short_line(&name, NAME))
    }

    async fn note(&self, due: &Due, lease: Lease, outcome: &Result<String, Trouble>) -> anyhow::Result<bool> {
        let mut conn = self.ground.database.acquire().await?;
        let now = self.ground.clock.now();
        let noted = match outcome {
            Ok(name) => store::queue::take_sent(&mut conn, due.id, lease, name, now).await?,
            Err(trouble) => {
                let text = short_line(trouble.text(), TOLD);
                match trouble.next_attempt(due.attempts, now) {
                    Some(at) => store::queue::take_back(&mut conn, due.id, lease, &text, at).await?,
                    None => store::queue::take_failed(&mut conn, due.id, lease, &text).await?,
                }
            }
        };
        Ok(noted)
    }
}

impl Trouble {
    fn text(&self) -> &str {
        match self {
            Self::Later(text) | Self::Never(text) => text,
        }
    }

    /// Without what the server said, which may name the recipient: the row keeps that, the log does not.
    fn in_brief(&self) -> String {
        self.text().split(": ").take(2).collect::<Vec<_>>().join(": ")
    }

    /// When to try again after this attempt, before which there were `attempts`; never after the last.
    fn next_attempt(&self, attempts: u32, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        match self {
            Self::Never(_) => None,
            Self::Later(_) => Some(now + *PAUSES.get(usize::try_from(attempts).ok()?)?),
        }
    }
}

fn report(due: &Due, outcome: &Result<String, Trouble>) {
    match outcome {
        Ok(_) => tracing::info!(mail = due.uuid, "sent a mail"),
        Err(trouble) => {
            let (mail, attempts) = (&due.uuid, due.attempts + 1);
            tracing::warn!(mail, attempts, exception = trouble.in_brief(), "a mail did not leave");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_pause_is_longer_and_the_eighth_failure_is_the_last() {
        let (now, later) = (DateTime::UNIX_EPOCH, Trouble::Later(String::new()));
        let pauses: Vec<_> = (0..9).map(|tried| later.next_attempt(tried, now)).collect();
        assert_eq!(pauses[0], Some(now + TimeDelta::minutes(1)));
        assert!(pauses[..7].is_sorted() && pauses[..7].iter().all(Option::is_some));
        assert_eq!(pauses[7..], [None, None]);
        assert_eq!(Trouble::Never(String::new()).next_attempt(0, now), None);
    }

    #[test]
    fn the_log_names_no_recipient() {
        let trouble = Trouble::Never("recipient: permanent error (550): 5.1.1 <asha@example.com>: unknown".to_owned());
        assert_eq!(trouble.in_brief(), "recipient: permanent error (550)");
    }
}
