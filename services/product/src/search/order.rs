//! Everything there is in an order that was made before: a list without words and filters costs the same wherever it is read
//! and however long it is.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use tantivy::index::SegmentId;
use tantivy::{DocId, Searcher, SegmentReader};

use super::schema::CATEGORY;
use super::sort::{Best, Hit, Hits, Ranks};
use crate::products::{Place, ProductSort, SortOrder};

type Documents = Arc<[DocId]>;
/// What of a segment nobody sees: what was deleted up to a change, and what stands in these categories.
type Unseen = (Option<u64>, Arc<[u64]>);
/// A segment in an order: whole, or without what nobody sees.
type Name = (SegmentId, ProductSort, Option<Unseen>);

/// The documents of every segment in every order that was asked for.
#[derive(Default)]
pub(super) struct Orders(Mutex<HashMap<Name, Arc<OnceLock<Documents>>>>);

impl Orders {
    /// The page that `best` describes, of everything but what stands in the categories `hidden`.
    pub(super) fn page(&self, searcher: &Searcher, best: &Best, hidden: &Arc<[u64]>) -> tantivy::Result<Hits> {
        let mut lines = Vec::new();
        for segment in searcher.segment_readers() {
            let ranks = Ranks::of(segment, best.sorting)?;
            let documents = self.seen((searcher, segment), best.sorting.by, &ranks, hidden)?;
            lines.push(Line { documents, ranks, direction: best.sorting.direction });
        }
        let total = lines.iter().map(|line| u64::try_from(line.documents.len()).unwrap_or_default()).sum();
        if best.most == 0 {
            return Ok(Hits { total, best: Vec::new() });
        }
        let mut windows = Vec::new();
        for line in &lines {
            let length = line.documents.len();
            let begin = best.after.as_ref().map_or(Ok(0), |place| line.behind(place, 0..length))?;
            windows.push(begin..length);
        }
        let begins = skip(&lines, windows, best.skipped)?;
        Ok(Hits { total, best: merge(&lines, begins, best)? })
    }

    /// The documents of a segment that are seen: what is not goes from an order that is there already.
    fn seen(
        &self,
        (searcher, segment): (&Searcher, &SegmentReader),
        by: ProductSort,
        ranks: &Ranks,
        hidden: &Arc<[u64]>,
    ) -> tantivy::Result<Documents> {
        let whole = self.place(searcher, (segment.segment_id(), by, None));
        let whole = whole.get_or_init(|| {
            let mut documents: Vec<DocId> = (0..segment.max_doc()).collect();
            documents.sort_by_cached_key(|document| ranks.ascending(*document));
            documents.into()
        });
        if segment.alive_bitset().is_none() && hidden.is_empty() {
            return Ok(Arc::clone(whole));
        }
        let category = segment.fast_fields().column_first_or_default::<u64>(CATEGORY)?;
        let is_seen = |document: DocId| {
            let is_alive = segment.alive_bitset().is_none_or(|alive| alive.is_alive(document));
            is_alive && (hidden.is_empty() || hidden.binary_search(&category.get_val(document)).is_err())
        };
        let unseen = (segment.delete_opstamp(), Arc::clone(hidden));
        let seen = self.place(searcher, (segment.segment_id(), by, Some(unseen)));
        let seen = seen.get_or_init(|| whole.iter().copied().filter(|document| is_seen(*document)).collect());
        Ok(Arc::clone(seen))
    }

    /// Where an order is kept. Those of other segments go, and those that went without something else.
    fn place(&self, searcher: &Searcher, name: Name) -> Arc<OnceLock<Documents>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = kept.get(&name) {
            return Arc::clone(place);
        }
        let (new, by, _) = &name;
        kept.retain(|(id, of, unseen), _| {
            let is_current = searcher.segment_readers().iter().any(|one| one.segment_id() == *id);
            is_current && (unseen.is_none() || (id, of) != (new, by))
        });
        Arc::clone(kept.entry(name).or_default())
    }
}

/// One segment from its first document to its last.
struct Line {
    documents: Documents,
    ranks: Ranks,
    direction: SortOrder,
}

impl Line {
    fn document(&self, at: usize) -> Option<DocId> {
        let at = match self.direction {
            SortOrder::Ascending => at,
            SortOrder::Descending => self.documents.len().checked_sub(at + 1)?,
        };
        self.documents.get(at).copied()
    }

    fn hit(&self, at: usize) -> tantivy::Result<Option<Hit>> {
        self.document(at).map(|document| self.ranks.hit(document)).transpose()
    }

    /// Where in `window` the first stands that comes behind `place`.
    fn behind(&self, place: &Place, window: Range<usize>) -> tantivy::Result<usize> {
        let rank = self.ranks.of_place(place)?;
        let is_before = |at: usize| self.document(at).is_some_and(|document| self.ranks.of_document(document) <= rank);
        let (mut low, mut high) = (window.start, window.end);
        while low < high {
            let middle = low + (high - low) / 2;
            if is_before(middle) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        Ok(low)
    }
}

/// Where each line goes on behind the first `count` of all lines together: around a document in the middle of the longest
/// line, those before it are either all to be skipped, or none of those behind it is.
fn skip(lines: &[Line], mut windows: Vec<Range<usize>>, mut count: usize) -> tantivy::Result<Vec<usize>> {
    while count > 0 {
        if windows.iter().map(ExactSizeIterator::len).sum::<usize>() <= count {
            return Ok(windows.into_iter().map(|window| window.end).collect());
        }
        let Some(longest) = (0..windows.len()).max_by_key(|at| windows.get(*at).map(ExactSizeIterator::len)) else {
            break;
        };
        let middle = windows.get(longest).map_or(0, |window| window.start + window.len() / 2);
        let Some(pivot) = lines.get(longest).map(|line| line.hit(middle)).transpose()?.flatten() else { break };
        let place = Place { key: pivot.key, id: pivot.id };
        let mut ends = Vec::new();
        for (line, window) in lines.iter().zip(&windows) {
            ends.push(line.behind(&place, window.clone())?);
        }
        let before: usize = windows.iter().zip(&ends).map(|(window, end)| end - window.start).sum();
        let is_skipped = before <= count;
        count -= if is_skipped { before } else { 0 };
        for (at, (window, end)) in windows.iter_mut().zip(ends).enumerate() {
            if is_skipped {
                window.start = end;
            } else {
                // the one in the middle is not skipped either
                window.end = if at == longest { middle } else { end };
            }
        }
    }
    Ok(windows.into_iter().map(|window| window.start).collect())
}

/// The first of all lines together.
fn merge(lines: &[Line], begins: Vec<usize>, best: &Best) -> tantivy::Result<Vec<Hit>> {
    let mut heads = Vec::new();
    for (line, at) in lines.iter().zip(begins) {
        heads.push((line.hit(at)?, at));
    }
    let mut merged = Vec::new();
    while merged.len() < best.most {
        let there = (0..).zip(&heads).filter_map(|(line, (head, _))| Some((line, head.as_ref()?)));
        let first = there.min_by(|(_, one), (_, other)| best.compare(one, other)).map(|(line, _)| line);
        let Some((line, (head, at))) = first.and_then(|first: usize| Some((lines.get(first)?, heads.get_mut(first)?)))
        else {
            break;
        };
        *at += 1;
        merged.extend(std::mem::replace(head, line.hit(*at)?));
    }
    Ok(merged)
}
