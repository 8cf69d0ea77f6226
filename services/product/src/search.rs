//! The search index of this replica: what shoppers look for, found without asking the database.
//!
//! `docs/search.md` tells how it ranks. The task [`Finder::tick`] builds it and keeps it current; while there is none,
//! the database answers.

mod document;
mod facets;
mod filter;
mod folder;
mod follow;
mod generation;
mod glance;
mod order;
mod schema;
mod shelves;
mod sort;
mod suggest;
mod synonyms;
mod text;
mod words;
mod worker;

pub(crate) use document::{Row, Trait};
pub(crate) use follow::Told;
pub(crate) use shelves::{Difference, Maker, Shelf, Shelves};
pub(crate) use suggest::{fitting_brands, fitting_categories};

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use commerce::ids::ProductId;
use shared::Ground;
use shared::task::{Progress, Task};
use sqlx::MySqlConnection;
use tokio::sync::Mutex;
use tokio::task::JoinError;

use self::generation::Generation;
use self::glance::Reach;
use self::sort::Best;
use self::worker::Worker;
use crate::products::{Cursor, Facets, Search, Wanted};

/// How often a replica looks for changes.
const PERIOD: Duration = Duration::from_millis(500);
/// A page ends this many products from the beginning of a list at the latest; a cursor goes on from any place.
pub(crate) const DEEPEST: u64 = 100_000;

/// Finds products; every clone is the same.
#[derive(Clone, Default)]
pub struct Finder(Arc<Inner>);

#[derive(Default)]
struct Inner {
    current: RwLock<Option<Current>>,
    worker: Mutex<Worker>,
}

/// What answers now.
#[derive(Clone)]
struct Current {
    generation: Arc<Generation>,
    shelves: Arc<Shelves>,
}

impl fmt::Debug for Finder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Finder")
    }
}

/// One page of what was found.
#[derive(Debug)]
pub(crate) struct Found {
    /// How many products there are in all.
    pub(crate) total: u64,
    /// Those of the page, in order.
    pub(crate) ids: Vec<ProductId>,
    /// Where the next page begins, if there is one.
    pub(crate) next: Option<Cursor>,
    /// The counts, if they were asked for.
    pub(crate) facets: Option<Facets>,
}

impl Finder {
    /// What keeps the index current.
    pub(crate) fn task(&self, ground: &Arc<Ground>) -> Task {
        let (finder, ground) = (self.clone(), Arc::clone(ground));
        Task::every("search", PERIOD, move || {
            let (finder, ground) = (finder.clone(), Arc::clone(&ground));
            async move { finder.tick(&ground, Instant::now()).await }
        })
    }

    /// Does a part of what there is to do: a step of a new index, and what changed since the last tick. Lists that were
    /// kept before the index knew are not shown any more.
    async fn tick(&self, ground: &Ground, now: Instant) -> anyhow::Result<Progress> {
        let mut worker = self.0.worker.lock().await;
        let mut conn = ground.database.acquire().await?;
        let known = worker.edition();
        let shelves = Arc::new(Shelves::load(&mut conn).await?);
        let has_more = worker.step(&mut conn, &shelves, now).await?;
        if let Some(generation) = worker.generation() {
            let current = Current { generation: Arc::clone(generation), shelves };
            *self.0.current.write().unwrap_or_else(PoisonError::into_inner) = Some(current);
        }
        if worker.edition() != known {
            ground.answers.forget_lists();
        }
        Ok(if has_more { Progress::More } else { Progress::Idle })
    }

    /// The page that `wanted` describes; nothing while there is no index, or if it fails, which is logged.
    pub(crate) async fn find(&self, wanted: &Arc<Wanted>) -> Option<Found> {
        let Current { generation, shelves } = self.current()?;
        let wanted = Arc::clone(wanted);
        told(tokio::task::spawn_blocking(move || find(&generation, &shelves, &wanted)).await)
    }

    /// The products, at most so many, that somebody who is still typing may mean; nothing while there is no index, or if it
    /// fails, which is logged.
    pub(crate) async fn glance(&self, search: &Search, most: usize) -> Option<Vec<ProductId>> {
        let Current { generation, shelves } = self.current()?;
        let search = search.clone();
        let looking = tokio::task::spawn_blocking(move || generation.glance(&search, &shelves, Reach::of(most)));
        let hits = told(looking.await)?;
        Some(hits.iter().filter_map(|hit| ProductId::new(hit.id)).collect())
    }

    /// The categories and brands of this moment.
    pub(crate) async fn shelves(&self, conn: &mut MySqlConnection) -> sqlx::Result<Arc<Shelves>> {
        match self.current() {
            Some(current) => Ok(current.shelves),
            None => Ok(Arc::new(Shelves::load(conn).await?)),
        }
    }

    fn current(&self) -> Option<Current> {
        self.0.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// What was found; a failure is logged.
fn told<T>(done: Result<tantivy::Result<T>, JoinError>) -> Option<T> {
    let found = done.map_err(anyhow::Error::from).and_then(|found| Ok(found?));
    found.inspect_err(|error| tracing::error!(exception = %format!("{error:#}"), "the search index failed")).ok()
}

fn find(generation: &Generation, shelves: &Shelves, wanted: &Wanted) -> tantivy::Result<Found> {
    let request = wanted.list.request();
    let sorting = wanted.list.sorting();
    let after = wanted.list.cursor.as_ref().map(|cursor| cursor.place.clone());
    let (skipped, limit) = (request.offset(), u64::from(request.limit()));
    let end = skipped.saturating_add(limit);
    let most = if end > DEEPEST { 0 } else { limit + 1 };
    let whole = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
    let best = Best { sorting, after, skipped: whole(skipped), most: whole(most) };
    let (hits, facets) = generation.find(wanted, shelves, best)?;
    let page: Vec<_> = hits.best.iter().take(whole(limit)).collect();
    let has_next = hits.best.len() > page.len();
    let next = page.last().filter(|_| has_next).map(|last| Cursor::behind(last, sorting));
    let ids = page.iter().filter_map(|hit| ProductId::new(hit.id)).collect();
    Ok(Found { total: hits.total, ids, next, facets })
}

#[cfg(test)]
mod tests;
