//! What every replica must hear within a second: a small log in the database that all of them read, with or without
//! Redis and RabbitMQ.

mod store;

use std::collections::HashSet;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use kernel::text_enum;
use sqlx::{FromRow, MySqlConnection, MySqlPool};
use tokio::sync::Mutex;

/// How often a replica looks.
pub const PERIOD: Duration = Duration::from_millis(500);
/// A transaction may write its change long before it commits, so each look goes back this far; no request takes longer.
const OVERLAP: Duration = Duration::from_mins(1);
/// A replica that could not look for this long may have missed something.
const DEAF: Duration = Duration::from_secs(30);
/// A token is not believed on the word of a follower that has not looked for so many milliseconds.
const STALE: u64 = 5_000;
static EPOCH: LazyLock<Instant> = LazyLock::new(Instant::now);

/// From 1, so that 0 can mean never.
fn millis_since_start() -> u64 {
    u64::try_from(EPOCH.elapsed().as_millis()).unwrap_or(u64::MAX).saturating_add(1)
}

/// Now and then a replica starts over, so that what it keeps does not grow.
const RENEWAL: Duration = Duration::from_mins(10);

text_enum! {
    /// What a change is about.
    pub enum Topic {
        /// A log-in ended; the subject is its `sid`.
        SessionRevoked = "session.revoked",
        /// Somebody's roles changed; the subject is the user's id.
        RolesChanged = "user.roles",
        /// A run-time setting changed; the subject is its key.
        SettingsChanged = "settings",
        /// What shoppers see has changed; the subject is `product:<id>` if it is one product, else anything.
        CatalogueChanged = "catalogue",
    }
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Change {
    id: u64,
    /// What it is about.
    pub topic: Topic,
    /// Which one.
    pub subject: String,
}

/// What a replica has not heard before.
#[derive(Debug, PartialEq, Eq)]
pub enum News {
    /// Whatever was kept may be wrong.
    Everything,
    /// Only this changed.
    Changes(Vec<Change>),
}

/// Tells every replica of every service, when the caller's transaction commits.
pub async fn record(conn: &mut MySqlConnection, topic: Topic, subject: &str) -> sqlx::Result<()> {
    store::insert(conn, topic, subject).await
}

/// Like [`record`], of many subjects at once.
pub async fn record_all(conn: &mut MySqlConnection, topic: Topic, subjects: &[String]) -> sqlx::Result<()> {
    if subjects.is_empty() { Ok(()) } else { store::insert_all(conn, topic, subjects).await }
}

/// One replica's place in the log.
#[derive(Debug, Default)]
pub struct Follower {
    place: Mutex<Place>,
    /// Milliseconds from `EPOCH` to the last look; 0 before the first.
    looked_at: AtomicU64,
}

#[derive(Debug, Default)]
struct Place {
    looked_at: Option<Instant>,
    renewed_at: Option<Instant>,
    heard: HashSet<u64>,
}

impl Follower {
    /// Reads what is new and hands it to `hear`; what `hear` could not take is told again next time.
    ///
    /// # Errors
    /// When the database does not answer, or `hear` fails.
    pub async fn catch_up<F: Future<Output = sqlx::Result<()>>>(
        &self,
        database: &MySqlPool,
        hear: impl FnOnce(News) -> F,
    ) -> sqlx::Result<()> {
        let mut place = self.place.lock().await;
        self.look(&mut place, database, hear).await
    }

    /// Like [`Follower::catch_up`], unless somebody has just done it.
    pub async fn become_current<F: Future<Output = sqlx::Result<()>>>(
        &self,
        database: &MySqlPool,
        hear: impl FnOnce(News) -> F,
    ) -> sqlx::Result<()> {
        let mut place = self.place.lock().await;
        if self.is_current() { Ok(()) } else { self.look(&mut place, database, hear).await }
    }

    async fn look<F: Future<Output = sqlx::Result<()>>>(
        &self,
        place: &mut Place,
        database: &MySqlPool,
        hear: impl FnOnce(News) -> F,
    ) -> sqlx::Result<()> {
        let now = Instant::now();
        let recent = store::list_recent(&mut *database.acquire().await?, OVERLAP).await?;
        let news = place.news(&recent, now);
        let starts_over = news == News::Everything;
        hear(news).await?;
        place.looked_at = Some(now);
        place.renewed_at = if starts_over { Some(now) } else { place.renewed_at };
        place.heard = recent.iter().map(|change| change.id).collect();
        self.looked_at.store(millis_since_start(), Ordering::Release);
        Ok(())
    }

    /// Whether this replica has looked lately. One whose follower is stuck has to look before it believes anything.
    pub fn is_current(&self) -> bool {
        let looked_at = self.looked_at.load(Ordering::Acquire);
        looked_at > 0 && millis_since_start().saturating_sub(looked_at) < STALE
    }
}

impl Place {
    fn news(&self, recent: &[Change], now: Instant) -> News {
        let is_younger = |at: Option<Instant>, limit| at.is_some_and(|at| now.duration_since(at) < limit);
        if !is_younger(self.looked_at, DEAF) || !is_younger(self.renewed_at, RENEWAL) {
            return News::Everything;
        }
        News::Changes(recent.iter().filter(|change| !self.heard.contains(&change.id)).cloned().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(id: u64) -> Change {
        Change { id, topic: Topic::SettingsChanged, subject: id.to_string() }
    }

    fn place(looked: Duration, renewed: Duration, now: Instant) -> Place {
        Place { looked_at: now.checked_sub(looked), renewed_at: now.checked_sub(renewed), heard: HashSet::from([1, 3]) }
    }

    #[test]
    fn a_change_is_told_once_also_when_it_commits_after_a_later_one() {
        let now = Instant::now();
        let place = place(PERIOD, PERIOD, now);
        assert_eq!(place.news(&[change(1), change(2), change(3)], now), News::Changes(vec![change(2)]));
    }

    #[test]
    fn who_could_not_look_for_long_starts_over_and_so_does_everybody_now_and_then() {
        let now = Instant::now() + RENEWAL + RENEWAL;
        assert_eq!(Place::default().news(&[], now), News::Everything);
        assert_eq!(place(DEAF, DEAF, now).news(&[], now), News::Everything);
        assert_eq!(place(PERIOD, RENEWAL, now).news(&[], now), News::Everything);
        assert_eq!(place(PERIOD, DEAF, now).news(&[], now), News::Changes(Vec::new()));
    }
}
