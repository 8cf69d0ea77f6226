//! One try, one effect: who may work on a key, and what the first answer was. Kept in the database, because the answer
//! and the effect have to be one transaction.

mod store;

use chrono::{DateTime, TimeDelta, Utc};
use kernel::UserId;
use serde::Serialize;
use sqlx::{FromRow, MySqlConnection};
use uuid::Uuid;

use super::Failure;
use crate::digest::sha256;

/// For how long somebody may work on a key before others take over. Who was too slow is fenced: see [`finish`].
pub const LEASE: TimeDelta = TimeDelta::seconds(10);
/// For how long an answer is given again.
const REMEMBERED: TimeDelta = TimeDelta::hours(24);
/// For how long the same body without a key counts as the same try.
const DOUBLE_CLICK: TimeDelta = TimeDelta::minutes(2);

/// One try, told apart from every other.
#[derive(Clone, Debug)]
pub struct Try {
    principal: String,
    scope: &'static str,
    key: String,
    hash: String,
}

impl Try {
    /// A try of `user` at `scope`. Without a key of the client's the body itself is the key: a double click.
    ///
    /// # Errors
    /// When the body cannot be written as JSON.
    pub fn of(
        user: UserId,
        scope: &'static str,
        key: Option<String>,
        body: &impl Serialize,
    ) -> serde_json::Result<Self> {
        let hash = sha256(&serde_json::to_vec(body)?);
        // No key of a client's holds a space.
        let key = key.unwrap_or_else(|| format!(" {hash}"));
        Ok(Self { principal: format!("user:{user}"), scope, key, hash })
    }

    /// Whether the client gave no key.
    pub fn is_derived(&self) -> bool {
        self.key.starts_with(' ')
    }
}

/// The right to work on a try, until it is over or others take it.
#[derive(Clone, Debug)]
pub struct Lease {
    attempt: Try,
    token: String,
}

/// An answer as it was given first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// HTTP status, 2xx.
    pub status: u16,
    /// `Location`.
    pub location: Option<String>,
    /// The whole body.
    pub body: String,
    /// What was made.
    pub resource: u64,
}

/// What became of the wish to work on a try.
#[derive(Debug)]
pub enum Claim {
    /// Work on it.
    Mine(Lease),
    /// It was done; `again` is what [`renew`] needs.
    Done {
        /// The first answer.
        answer: Stored,
        /// The lease under which it was done.
        again: Lease,
    },
    /// Somebody works on it.
    InProgress,
    /// The key was used for something else.
    Reused,
}

#[derive(FromRow)]
struct Row {
    request_hash: String,
    lease: String,
    leased_until: DateTime<Utc>,
    status: Option<u16>,
    location: Option<String>,
    body: Option<String>,
    resource_id: Option<u64>,
    completed_at: Option<DateTime<Utc>>,
}

/// Claims `attempt`: the first of all who ask at once gets it.
pub async fn claim(conn: &mut MySqlConnection, attempt: &Try, now: DateTime<Utc>) -> sqlx::Result<Claim> {
    let lease = Lease { attempt: attempt.clone(), token: Uuid::now_v7().to_string() };
    match store::insert(conn, &lease, now).await {
        Ok(()) => return Ok(Claim::Mine(lease)),
        Err(error) if Failure::of(&error) == Failure::Duplicate => {}
        Err(error) => return Err(error),
    }
    // Gone again: the one who had it failed and freed the key.
    let Some(row) = store::find(conn, attempt).await? else { return Ok(Claim::InProgress) };
    let (hash_differs, held) = (row.request_hash != attempt.hash, row.held_by(attempt));
    match row.standing(attempt, now) {
        Standing::Over => take_over(conn, (held, Done::Yes), now).await,
        Standing::Abandoned if !hash_differs => take_over(conn, (held, Done::No), now).await,
        _ if hash_differs => Ok(Claim::Reused),
        Standing::Abandoned | Standing::Leased => Ok(Claim::InProgress),
        Standing::Done(answer) => Ok(Claim::Done { answer, again: held }),
    }
}

/// Works on a try once more although it was done: the first answer no longer holds.
pub async fn renew(conn: &mut MySqlConnection, done: Lease, now: DateTime<Utc>) -> sqlx::Result<Claim> {
    take_over(conn, (done, Done::Yes), now).await
}

/// Keeps the answer in the transaction of the effect.
///
/// `false` if others have taken the key over meanwhile: the caller rolls back.
pub async fn finish(
    conn: &mut MySqlConnection,
    lease: &Lease,
    answer: &Stored,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    store::finish(conn, lease, answer, now).await
}

/// Frees the key after a refusal or a failure. If the effect was committed after all, the answer stays.
pub async fn release(conn: &mut MySqlConnection, lease: &Lease) -> sqlx::Result<()> {
    store::delete_unfinished(conn, lease).await
}

async fn take_over(conn: &mut MySqlConnection, (held, done): (Lease, Done), now: DateTime<Utc>) -> sqlx::Result<Claim> {
    let next = Lease { token: Uuid::now_v7().to_string(), attempt: held.attempt.clone() };
    let is_mine = store::take_over(conn, (&held, done), &next, now).await?;
    Ok(if is_mine { Claim::Mine(next) } else { Claim::InProgress })
}

/// Whether a try was done when it was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Done {
    Yes,
    No,
}

/// How a known key stands.
enum Standing {
    Leased,
    Abandoned,
    Done(Stored),
    /// Done, and too long ago to count.
    Over,
}

impl Row {
    fn held_by(&self, attempt: &Try) -> Lease {
        Lease { attempt: attempt.clone(), token: self.lease.clone() }
    }

    fn standing(self, attempt: &Try, now: DateTime<Utc>) -> Standing {
        let memory = if attempt.is_derived() { DOUBLE_CLICK } else { REMEMBERED };
        match (self.status, self.completed_at) {
            (Some(_), Some(done)) if done + memory <= now => Standing::Over,
            (Some(status), _) => Standing::Done(Stored {
                status,
                location: self.location,
                body: self.body.unwrap_or_default(),
                resource: self.resource_id.unwrap_or_default(),
            }),
            (None, _) if self.leased_until <= now => Standing::Abandoned,
            (None, _) => Standing::Leased,
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::SubsecRound;
    use sqlx::MySqlPool;

    use super::*;

    async fn mine(conn: &mut MySqlConnection, attempt: &Try, now: DateTime<Utc>) -> Lease {
        match claim(conn, attempt, now).await.unwrap() {
            Claim::Mine(lease) => lease,
            other => panic!("{other:?}"),
        }
    }

    #[sqlx::test(migrator = "crate::database::MIGRATOR")]
    async fn who_is_thought_gone_may_finish_between_the_look_and_the_take_over(db: MySqlPool) {
        let mut conn = db.acquire().await.unwrap();
        let now = DateTime::<Utc>::default().trunc_subsecs(0) + TimeDelta::days(365);
        let attempt = Try::of(UserId::new(1).unwrap(), "test", None, &"body").unwrap();
        let slow = mine(&mut conn, &attempt, now).await;
        let (looked, later) = (slow.clone(), now + LEASE);
        let answer = Stored { status: 201, location: None, body: "{}".to_owned(), resource: 7 };
        assert!(finish(&mut conn, &slow, &answer, later).await.unwrap());
        assert!(matches!(take_over(&mut conn, (looked, Done::No), later).await.unwrap(), Claim::InProgress));
        let Claim::Done { answer: first, again } = claim(&mut conn, &attempt, later).await.unwrap() else { panic!() };
        assert_eq!(first, answer);
        assert!(matches!(renew(&mut conn, again, later).await.unwrap(), Claim::Mine(_)));
        assert!(!finish(&mut conn, &slow, &answer, later).await.unwrap(), "its lease is over");
    }
}
