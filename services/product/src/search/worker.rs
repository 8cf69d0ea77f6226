//! Builds an index from the database, follows what changes, and builds the next one when that is not enough.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use commerce::ids::ProductId;
use sqlx::MySqlConnection;
use tantivy::TantivyDocument;

use super::document::{self, Row};
use super::follow::Place;
use super::generation::{Generation, Pen};
use super::shelves::Shelves;
use crate::store;

/// So many products are read at once.
const BATCH: u32 = 1_000;
/// Now and then everything is read again, because of what was changed by hand and told to nobody.
const RENEWAL: Duration = Duration::from_hours(6);

/// What one replica does about its index.
#[derive(Default)]
pub(super) struct Worker {
    serving: Option<Line>,
    building: Option<Build>,
    /// Whether what is served has to be built anew.
    is_stale: bool,
    /// How often what is served became another.
    edition: u64,
}

/// An index that is complete, and what it has not been told yet.
struct Line {
    pen: Arc<Pen>,
    place: Place,
    pending: BTreeSet<ProductId>,
    shelves: Arc<Shelves>,
    since: Instant,
}

/// An index that is being built: everything up to `after` is in it.
struct Build {
    line: Line,
    after: u64,
}

impl Worker {
    /// One step of the work; whether there is more to do. A step that failed can be repeated.
    pub(super) async fn step(
        &mut self,
        conn: &mut MySqlConnection,
        shelves: &Arc<Shelves>,
        now: Instant,
    ) -> anyhow::Result<bool> {
        if self.building.is_none() && self.has_to_build(shelves, now) {
            self.building = Some(Build::begin(conn, shelves, now).await?);
            self.is_stale = false;
        }
        let was_building = self.building.is_some();
        let is_building = self.build(conn).await?;
        if was_building && !is_building {
            self.edition += 1;
        }
        let Some(line) = &mut self.serving else { return Ok(is_building) };
        self.is_stale |= line.listen(conn, now).await?;
        self.edition += u64::from(!line.pending.is_empty());
        let is_behind = line.catch_up(conn, shelves).await?;
        Ok(is_building || is_behind || self.is_stale)
    }

    /// Another number whenever what is served became another.
    pub(super) fn edition(&self) -> u64 {
        self.edition
    }

    /// What can be searched: an index that was told everything.
    pub(super) fn generation(&self) -> Option<&Arc<Generation>> {
        let line = self.serving.as_ref().filter(|line| line.pending.is_empty())?;
        Some(&line.pen.generation)
    }

    fn has_to_build(&self, shelves: &Shelves, now: Instant) -> bool {
        let is_fit =
            |line: &Line| line.shelves.reads_like(shelves) && now.saturating_duration_since(line.since) < RENEWAL;
        self.is_stale || !self.serving.as_ref().is_some_and(is_fit)
    }

    /// Adds the next products; the last of them put the new index in the old one's place.
    async fn build(&mut self, conn: &mut MySqlConnection) -> anyhow::Result<bool> {
        let Some(build) = &mut self.building else { return Ok(false) };
        let rows = store::index::list_rows(&mut *conn, build.after, BATCH).await?;
        let last = rows.last().map(|row| row.id.get());
        let documents = documents(conn, &rows, &build.line.shelves, &build.line.pen).await?;
        let pen = Arc::clone(&build.line.pen);
        let written = tokio::task::spawn_blocking(move || match last {
            Some(_) => pen.add(documents),
            None => pen.put_down(),
        });
        match (flattened(written.await), last) {
            (Ok(()), Some(last)) => build.after = last,
            (Ok(()), None) => self.serving = self.building.take().map(|build| build.line),
            (Err(error), _) => {
                // half of a batch may be in it
                self.building = None;
                return Err(error);
            }
        }
        Ok(self.building.is_some())
    }
}

impl Build {
    async fn begin(conn: &mut MySqlConnection, shelves: &Arc<Shelves>, now: Instant) -> anyhow::Result<Self> {
        let place = Place::now(conn, now).await?;
        let (pen, pending) = (Arc::new(Pen::new()?), BTreeSet::new());
        Ok(Self { line: Line { pen, place, pending, shelves: Arc::clone(shelves), since: now }, after: 0 })
    }
}

impl Line {
    /// Hears which products changed; whether any of them may have.
    async fn listen(&mut self, conn: &mut MySqlConnection, now: Instant) -> sqlx::Result<bool> {
        let news = self.place.news(conn, now).await?;
        self.pending.extend(news.products);
        Ok(news.everything)
    }

    /// Reads some of the changed products again; whether others are left.
    async fn catch_up(&mut self, conn: &mut MySqlConnection, shelves: &Shelves) -> anyhow::Result<bool> {
        let most = usize::try_from(BATCH).unwrap_or(usize::MAX);
        let ids: Vec<_> = self.pending.iter().take(most).copied().collect();
        if ids.is_empty() {
            return Ok(false);
        }
        let rows = store::index::list_rows_of(&mut *conn, &ids).await?;
        let documents = documents(conn, &rows, shelves, &self.pen).await?;
        let (pen, changed) = (Arc::clone(&self.pen), ids.clone());
        flattened(tokio::task::spawn_blocking(move || pen.replace(&changed, documents)).await)?;
        self.pending.retain(|id| !ids.contains(id));
        Ok(!self.pending.is_empty())
    }
}

async fn documents(
    conn: &mut MySqlConnection,
    rows: &[Row],
    shelves: &Shelves,
    pen: &Pen,
) -> sqlx::Result<Vec<TantivyDocument>> {
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let traits = if ids.is_empty() { Vec::new() } else { store::index::list_traits(conn, &ids).await? };
    let of = |row: &Row| {
        let start = traits.partition_point(|one| one.product_id < row.id);
        let end = traits.partition_point(|one| one.product_id <= row.id);
        document::of(row, traits.get(start..end).unwrap_or_default(), shelves, pen.fields())
    };
    Ok(rows.iter().map(of).collect())
}

fn flattened(done: Result<tantivy::Result<()>, tokio::task::JoinError>) -> anyhow::Result<()> {
    Ok(done??)
}
