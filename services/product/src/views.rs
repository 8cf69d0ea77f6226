//! Views of products: counted in the process and written in batches, so that no reader waits for a write.
//!
//! A replica that stops writes what it has left; one that is killed loses it: the views of five seconds at most.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use commerce::ids::ProductId;
use shared::task::Progress;
use sqlx::MySqlPool;

use crate::store;

/// How often what was counted is written.
pub(crate) const PERIOD: Duration = Duration::from_secs(5);
/// How many products are counted at a time: who looks at more of them in five seconds is no shopper.
const COUNTED: usize = 100_000;
/// How many products one statement writes.
const BATCH: usize = 500;

/// What was looked at since the last batch. Clones share it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Views(Arc<Mutex<HashMap<ProductId, u32>>>);

impl Views {
    /// Somebody looked at `product`.
    pub(crate) fn add(&self, product: ProductId) {
        self.add_many([(product, 1)]);
    }

    fn add_many(&self, views: impl IntoIterator<Item = (ProductId, u32)>) {
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (product, views) in views {
            if counted.len() < COUNTED || counted.contains_key(&product) {
                let count = counted.entry(product).or_default();
                *count = count.saturating_add(views);
            }
        }
    }

    /// Writes what was counted; what could not be written is counted on.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn write(&self, db: &MySqlPool, now: DateTime<Utc>) -> anyhow::Result<Progress> {
        let counted = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        let mut left: Vec<_> = counted.into_iter().collect();
        // In one order, so that replicas do not lock each other out; from the end, where it is cheap to take.
        left.sort_unstable_by(|one, other| other.cmp(one));
        while !left.is_empty() {
            let batch = left.split_off(left.len().saturating_sub(BATCH));
            if let Err(error) = write(db, &batch, now).await {
                self.add_many(left.into_iter().chain(batch));
                return Err(error.into());
            }
        }
        Ok(Progress::Idle)
    }
}

async fn write(db: &MySqlPool, batch: &[(ProductId, u32)], now: DateTime<Utc>) -> sqlx::Result<()> {
    store::views::insert_or_add(&mut *db.acquire().await?, batch, now.date_naive()).await
}
