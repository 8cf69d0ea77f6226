//! What makes kept answers old: changes of the catalogue from the change log, and stock from its movements.

use std::sync::Arc;
use std::time::Instant;

use shared::Ground;
use shared::task::Progress;
use tokio::sync::Mutex;

use crate::movements::Movements;

/// Listens for all kept answers of this process.
#[derive(Debug)]
pub(crate) struct Ear {
    ground: Arc<Ground>,
    movements: Mutex<Option<Movements>>,
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
        let mut place = self.movements.lock().await;
        let mut conn = self.ground.database.acquire().await?;
        let Some(movements) = &mut *place else {
            *place = Some(Movements::now(&mut conn, now).await?);
            self.ground.answers.forget_all();
            return Ok(());
        };
        for product in movements.news(&mut conn, now).await? {
            self.ground.answers.forget(product.get());
        }
        Ok(())
    }
}
