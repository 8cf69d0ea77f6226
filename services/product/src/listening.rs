//! What makes kept answers old: changes of the catalogue from the change log, and stock from its movements.
//!
//! Orders move stock all the time; a row of the change log for each would be read by every replica of every service for a
//! minute. Their movements are rows already, and only this service reads them.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use shared::Ground;
use shared::task::Progress;
use tokio::sync::Mutex;

use crate::store;

/// A movement may get its number so long before its transaction commits: no statement of the house takes longer.
const OVERLAP: Duration = Duration::from_secs(30);
/// How many movements are heard one by one; after more of them everything is old.
const MOST: u32 = 20_000;

/// Listens for all kept answers of this process.
#[derive(Debug)]
pub(crate) struct Ear {
    ground: Arc<Ground>,
    movements: Mutex<Movements>,
}

#[derive(Debug, Default)]
struct Movements {
    /// Every movement up to here has committed, or never will.
    floor: u64,
    heard: HashSet<u64>,
    /// The latest movement at each of the last looks.
    looks: VecDeque<(Instant, u64)>,
}

impl Ear {
    pub(crate) fn new(ground: &Arc<Ground>) -> Self {
        Self { ground: Arc::clone(ground), movements: Mutex::default() }
    }

    /// Makes old what has changed since the last time.
    ///
    /// # Errors
    /// When the database does not answer; kept answers are not believed then.
    pub(crate) async fn listen(&self) -> anyhow::Result<Progress> {
        let since = Instant::now();
        self.ground.catch_up().await?;
        self.hear_movements(since).await?;
        self.ground.answers.heard(since);
        Ok(Progress::Idle)
    }

    async fn hear_movements(&self, now: Instant) -> sqlx::Result<()> {
        let mut movements = self.movements.lock().await;
        let mut conn = self.ground.database.acquire().await?;
        let rows = store::movements::list_after(&mut conn, movements.floor, MOST).await?;
        if rows.len() >= usize::try_from(MOST).unwrap_or(usize::MAX) {
            self.ground.answers.forget_all();
        }
        for (_, product) in rows.iter().filter(|(id, _)| !movements.heard.contains(id)) {
            self.ground.answers.forget(product.get());
        }
        movements.remember(rows.into_iter().map(|(id, _)| id).collect(), now);
        Ok(())
    }
}

impl Movements {
    /// `ids` are those after the floor, the latest first.
    fn remember(&mut self, ids: Vec<u64>, now: Instant) {
        self.looks.push_back((now, ids.first().copied().unwrap_or(self.floor)));
        while let Some((at, latest)) = self.looks.front().copied()
            && now.duration_since(at) >= OVERLAP
        {
            self.floor = self.floor.max(latest);
            self.looks.pop_front();
        }
        self.heard = ids.into_iter().filter(|id| *id > self.floor).collect();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_movement_that_commits_late_is_heard_and_what_is_long_gone_is_not_read_again() {
        let (mut movements, start) = (Movements::default(), Instant::now());
        movements.remember(vec![3, 1], start);
        assert!(!movements.heard.contains(&2) && movements.floor == 0);
        movements.remember(vec![4, 3, 2, 1], start + OVERLAP / 2);
        assert_eq!(movements.floor, 0);
        movements.remember(vec![4, 3, 2, 1], start + OVERLAP);
        assert_eq!((movements.floor, movements.heard.len()), (3, 1));
        movements.remember(vec![4], start + OVERLAP * 2);
        assert_eq!((movements.floor, movements.heard.len()), (4, 0));
    }
}
