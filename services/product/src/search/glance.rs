//! A quick look for what somebody may mean who is still typing: nobody counts how much there is, so not all of it is looked at.

use std::sync::atomic::{AtomicBool, Ordering};

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::query::{Query, Weight};
use tantivy::{DocSet, Searcher, SegmentOrdinal, SegmentReader, TERMINATED};

use super::sort::{Best, BestOfSegment, Hit, Hits};
use crate::products::{ProductSort, SortOrder, Sorting};

/// How much somebody wants to see, and how much is looked at for it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reach {
    pub(super) most: usize,
    pub(super) looked_at: u64,
}

impl Reach {
    /// For so many, of eight thousand.
    pub(super) const fn of(most: usize) -> Self {
        Self { most, looked_at: 8_000 }
    }
}

/// Those that fit best, of what was looked at: all that `fitting` finds, unless that is very much, and then all that
/// `liked` finds of it too, unless that is very much.
pub(super) fn look(
    searcher: &Searcher,
    fitting: &dyn Query,
    liked: impl FnOnce() -> Box<dyn Query>,
    reach: Reach,
) -> tantivy::Result<Vec<Hit>> {
    let mut glance = Glance::new(searcher, reach);
    let mut hits = searcher.search(fitting, &glance)?;
    if std::mem::take(glance.is_cut.get_mut()) {
        let others = searcher.search(&*liked(), &glance)?;
        hits.best.extend(others.best);
        hits.best.sort_by(|one, other| glance.best.compare(one, other));
        hits.best.dedup_by_key(|hit| hit.id);
        hits.best.truncate(reach.most);
    }
    Ok(hits.best)
}

#[derive(Debug)]
struct Glance {
    best: Best,
    looked_at: u64,
    documents: u64,
    /// Whether there was more than was looked at.
    is_cut: AtomicBool,
}

impl Glance {
    fn new(searcher: &Searcher, Reach { most, looked_at }: Reach) -> Self {
        let sorting = Sorting { by: ProductSort::Relevance, direction: SortOrder::Descending };
        let documents = searcher.segment_readers().iter().map(|segment| u64::from(segment.max_doc())).sum();
        let best = Best { sorting, after: None, skipped: 0, most };
        Self { best, looked_at, documents, is_cut: AtomicBool::new(false) }
    }

    /// Of every segment as much as it is of the whole, and of a small one a little more.
    fn share_of(&self, segment: &SegmentReader) -> u64 {
        self.looked_at * u64::from(segment.max_doc()) / self.documents.max(1) + self.looked_at / 20
    }
}

impl Collector for Glance {
    type Fruit = Hits;
    type Child = BestOfSegment;

    fn for_segment(&self, ordinal: SegmentOrdinal, segment: &SegmentReader) -> tantivy::Result<BestOfSegment> {
        self.best.for_segment(ordinal, segment)
    }

    fn requires_scoring(&self) -> bool {
        self.best.requires_scoring()
    }

    fn merge_fruits(&self, fruits: Vec<tantivy::Result<Hits>>) -> tantivy::Result<Hits> {
        self.best.merge_fruits(fruits)
    }

    fn collect_segment(
        &self,
        weight: &dyn Weight,
        ordinal: SegmentOrdinal,
        segment: &SegmentReader,
    ) -> tantivy::Result<tantivy::Result<Hits>> {
        let mut collector = self.for_segment(ordinal, segment)?;
        let (mut scorer, mut left) = (weight.scorer(segment, 1.0)?, self.share_of(segment));
        let mut document = scorer.doc();
        while document != TERMINATED && left > 0 {
            if segment.alive_bitset().is_none_or(|alive| alive.is_alive(document)) {
                collector.collect(document, scorer.score());
            }
            document = scorer.advance();
            left -= 1;
        }
        if document != TERMINATED {
            self.is_cut.store(true, Ordering::Relaxed);
        }
        Ok(collector.harvest())
    }
}
