//! How a replica hears that stock moved: orders move it all the time, and their movements are rows already, so that nobody
//! has to tell of them in the change log, which every replica of every service reads.

use std::collections::{HashSet, VecDeque};
use std::time::{Duration, Instant};

use commerce::ids::ProductId;
use sqlx::MySqlConnection;

use crate::store;

/// Rows get their numbers long before they can be seen, so each look goes back this far; no request takes longer.
const OVERLAP: Duration = Duration::from_mins(1);
/// Before the first look nobody kept the time: so many numbers may belong to transactions under way.
pub(crate) const MARGIN: u64 = 5_000;

/// One follower's place among the movements of stock.
#[derive(Debug)]
pub(crate) struct Movements(Window);

impl Movements {
    /// Whatever can be seen now is old.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn now(conn: &mut MySqlConnection, now: Instant) -> sqlx::Result<Self> {
        let last = store::movements::find_last(&mut *conn).await?.unwrap_or_default();
        let seen = store::movements::list_after(conn, last.saturating_sub(MARGIN)).await?;
        Ok(Self(Window::new(last, seen.iter().map(|(id, _)| *id), now)))
    }

    /// Whose stock moved and was not heard of before. It counts as heard at once: who cannot use it starts over.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn news(&mut self, conn: &mut MySqlConnection, now: Instant) -> sqlx::Result<Vec<ProductId>> {
        let seen = store::movements::list_after(conn, self.0.floor()).await?;
        let new = seen.into_iter().filter(|(id, _)| self.0.hear(*id)).map(|(_, product)| product).collect();
        self.0.advance(now);
        Ok(new)
    }
}

/// Which rows of a growing table were heard. Numbers may become visible out of order, but not a minute late.
#[derive(Debug)]
pub(crate) struct Window {
    floor: u64,
    last: u64,
    heard: HashSet<u64>,
    /// The last number that was seen at each look.
    marks: VecDeque<(Instant, u64)>,
}

impl Window {
    /// Everything up to `last` and all that `heard` names is old.
    pub(crate) fn new(last: u64, heard: impl Iterator<Item = u64>, now: Instant) -> Self {
        let heard: HashSet<_> = heard.collect();
        let last = heard.iter().copied().max().unwrap_or_default().max(last);
        Self { floor: last.saturating_sub(MARGIN), last, heard, marks: VecDeque::from([(now, last)]) }
    }

    /// Every row up to here was heard, or will never be seen.
    pub(crate) fn floor(&self) -> u64 {
        self.floor
    }

    /// Whether that is new.
    pub(crate) fn hear(&mut self, id: u64) -> bool {
        self.last = self.last.max(id);
        self.heard.insert(id)
    }

    /// Ends a look.
    pub(crate) fn advance(&mut self, now: Instant) {
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
