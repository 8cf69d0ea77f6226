//! How a replica hears that products changed: the catalogue's rows of the change log, and the movements of stock.

use std::collections::{BTreeSet, HashSet, VecDeque};
use std::time::{Duration, Instant};

use commerce::ids::ProductId;
use sqlx::{FromRow, MySqlConnection};

use crate::store;

/// Rows get their numbers long before they can be seen, so each look goes back this far; no request takes longer.
const OVERLAP: Duration = Duration::from_mins(1);
/// Before the first look nobody kept the time: so many numbers may belong to transactions under way.
const MARGIN: u64 = 5_000;

/// A change that the log tells.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct Told {
    pub(crate) id: u64,
    pub(crate) subject: String,
}

/// A movement of stock.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct Moved {
    pub(crate) id: u64,
    pub(crate) product_id: ProductId,
}

/// What has to be read again.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct News {
    pub(super) products: BTreeSet<ProductId>,
    /// Whether that may be any product.
    pub(super) everything: bool,
}

/// One replica's place in both.
#[derive(Debug)]
pub(super) struct Place {
    changes: Window,
    movements: Window,
}

impl Place {
    /// Whatever can be seen now is old; it is asked for before the first product is read.
    pub(super) async fn now(conn: &mut MySqlConnection, now: Instant) -> sqlx::Result<Self> {
        let change = store::index::find_last_change(&mut *conn).await?.unwrap_or_default();
        let movement = store::index::find_last_movement(&mut *conn).await?.unwrap_or_default();
        let changes = store::index::list_changes(&mut *conn, change.saturating_sub(MARGIN)).await?;
        let movements = store::index::list_movements(conn, movement.saturating_sub(MARGIN)).await?;
        Ok(Self {
            changes: Window::new(change, changes.iter().map(|change| change.id), now),
            movements: Window::new(movement, movements.iter().map(|movement| movement.id), now),
        })
    }

    /// What was not heard before. It counts as heard at once: who cannot use it starts over.
    pub(super) async fn news(&mut self, conn: &mut MySqlConnection, now: Instant) -> sqlx::Result<News> {
        let changes = store::index::list_changes(&mut *conn, self.changes.floor).await?;
        let movements = store::index::list_movements(conn, self.movements.floor).await?;
        let mut news = News::default();
        for change in changes.iter().filter(|change| self.changes.hear(change.id)) {
            match change.subject.split_once(':') {
                Some(("product", id)) => news.products.extend(id.parse().ok().and_then(ProductId::new)),
                // their names and places are looked at with every tick
                Some(("category" | "brand", _)) => {}
                _ => news.everything = true,
            }
        }
        news.products.extend(movements.iter().filter(|one| self.movements.hear(one.id)).map(|one| one.product_id));
        self.changes.advance(now);
        self.movements.advance(now);
        Ok(news)
    }
}

/// Which rows of a growing table were heard. Numbers may become visible out of order, but not a minute late.
#[derive(Debug)]
struct Window {
    floor: u64,
    last: u64,
    heard: HashSet<u64>,
    /// The last number that was seen at each look.
    marks: VecDeque<(Instant, u64)>,
}

impl Window {
    fn new(last: u64, heard: impl Iterator<Item = u64>, now: Instant) -> Self {
        let heard: HashSet<_> = heard.collect();
        let last = heard.iter().copied().max().unwrap_or_default().max(last);
        Self { floor: last.saturating_sub(MARGIN), last, heard, marks: VecDeque::from([(now, last)]) }
    }

    /// Whether that is new.
    fn hear(&mut self, id: u64) -> bool {
        self.last = self.last.max(id);
        self.heard.insert(id)
    }

    fn advance(&mut self, now: Instant) {
        self.marks.push_back((now, self.last));
        let is_past = |at: Instant| now.duration_since(at) >= OVERLAP;
        while let Some((_, last)) = self.marks.pop_front_if(|(at, _)| is_past(*at)) {
            self.floor = self.floor.max(last);
        }
        let floor = self.floor;
        self.heard.retain(|id| *id > floor);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_heard_once_also_when_it_is_seen_after_a_later_one() {
        let start = Instant::now();
        let mut window = Window::new(10, [9, 10].into_iter(), start);
        assert_eq!(window.floor, 0);
        assert!(window.hear(12) && !window.hear(10) && !window.hear(12));
        window.advance(start + OVERLAP / 2);
        assert!(window.hear(11), "its transaction took longer than that of 12");
        window.advance(start + OVERLAP);
        assert_eq!((window.floor, window.heard.len()), (10, 2));
        window.advance(start + OVERLAP * 2);
        assert_eq!((window.floor, window.heard.len()), (12, 0));
    }
}
