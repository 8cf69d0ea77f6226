//! The best products of a search in the order that was asked for, from any place on, and how many there are.

use std::cmp::Ordering;
use std::sync::Arc;

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::{ColumnValues, StrColumn};
use tantivy::{DocId, Score, SegmentOrdinal, SegmentReader};

use super::schema::{CREATED, ID, PRICE, RATING, SOLD, STOCKED, TITLE, VIEWS};
use crate::products::{Cursor, Key, Place, ProductSort, SortOrder, Sorting};

/// One that was found, with what it is sorted by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Hit {
    pub(super) key: Key,
    pub(super) id: u64,
}

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Hits {
    /// How many there are in all.
    pub(super) total: u64,
    /// The first of them, in order.
    pub(super) best: Vec<Hit>,
}

/// Keeps the first `most` behind `after` and the `skipped` that follow it.
#[derive(Debug)]
pub(super) struct Best {
    pub(super) sorting: Sorting,
    pub(super) after: Option<Place>,
    pub(super) skipped: usize,
    pub(super) most: usize,
}

type Numbers = Arc<dyn ColumnValues<u64>>;
/// What is smaller comes first; the second number is the product's.
pub(super) type Rank = (u64, u64);

enum Column {
    Relevance { sold: Numbers, stocked: Numbers },
    Number(Numbers),
    Text(StrColumn),
    Nothing,
}

/// What the documents of one segment are sorted by.
pub(super) struct Ranks {
    column: Column,
    ids: Numbers,
    direction: SortOrder,
}

/// What one segment of the index holds of them.
pub(super) struct BestOfSegment {
    ranks: Ranks,
    after: Option<Rank>,
    most: usize,
    total: u64,
    kept: Vec<Rank>,
    /// Whatever is not before it is not kept.
    bar: Option<Rank>,
}

impl Collector for Best {
    type Fruit = Hits;
    type Child = BestOfSegment;

    fn for_segment(&self, _: SegmentOrdinal, segment: &SegmentReader) -> tantivy::Result<BestOfSegment> {
        let ranks = Ranks::of(segment, self.sorting)?;
        let after = self.after.as_ref().map(|place| ranks.of_place(place)).transpose()?;
        let most = if self.most == 0 { 0 } else { self.skipped.saturating_add(self.most) };
        Ok(BestOfSegment { ranks, after, most, total: 0, kept: Vec::new(), bar: None })
    }

    fn requires_scoring(&self) -> bool {
        self.sorting.by == ProductSort::Relevance
    }

    fn merge_fruits(&self, fruits: Vec<tantivy::Result<Hits>>) -> tantivy::Result<Hits> {
        let mut hits = Hits::default();
        for fruit in fruits {
            let fruit = fruit?;
            hits.total += fruit.total;
            hits.best.extend(fruit.best);
        }
        let end = self.skipped.saturating_add(self.most);
        if end < hits.best.len() {
            hits.best.select_nth_unstable_by(end, |one, other| self.compare(one, other));
            hits.best.truncate(end);
        }
        if self.skipped > 0 && self.skipped < hits.best.len() {
            hits.best.select_nth_unstable_by(self.skipped, |one, other| self.compare(one, other));
        }
        hits.best.drain(..self.skipped.min(hits.best.len()));
        hits.best.sort_by(|one, other| self.compare(one, other));
        Ok(hits)
    }
}

impl Best {
    pub(super) fn compare(&self, one: &Hit, other: &Hit) -> Ordering {
        let order = one.key.cmp(&other.key).then(one.id.cmp(&other.id));
        if self.sorting.direction == SortOrder::Descending { order.reverse() } else { order }
    }
}

impl SegmentCollector for BestOfSegment {
    type Fruit = tantivy::Result<Hits>;

    fn collect(&mut self, doc: DocId, score: Score) {
        self.total += 1;
        if self.most == 0 {
            return;
        }
        let rank = self.ranks.scored(doc, score);
        if self.after.is_none_or(|after| rank > after) && self.bar.is_none_or(|bar| rank < bar) {
            self.keep(rank);
        }
    }

    fn harvest(mut self) -> tantivy::Result<Hits> {
        self.kept.sort_unstable();
        self.kept.truncate(self.most);
        let best = self.kept.iter().map(|rank| self.ranks.hit_of(*rank)).collect::<tantivy::Result<_>>()?;
        Ok(Hits { total: self.total, best })
    }
}

impl BestOfSegment {
    /// Twice as many as wanted are kept before the worse half goes, so that each costs the same however many are wanted.
    fn keep(&mut self, rank: Rank) {
        self.kept.push(rank);
        if self.kept.len() >= self.most.saturating_mul(2) {
            let (_, bar, _) = self.kept.select_nth_unstable(self.most);
            self.bar = Some(*bar);
            self.kept.truncate(self.most);
        }
    }
}

impl Ranks {
    pub(super) fn of(segment: &SegmentReader, sorting: Sorting) -> tantivy::Result<Self> {
        let numbers = |name: &str| segment.fast_fields().column_first_or_default::<u64>(name);
        let column = match sorting.by {
            ProductSort::Relevance => Column::Relevance { sold: numbers(SOLD)?, stocked: numbers(STOCKED)? },
            ProductSort::Name => segment.fast_fields().str(TITLE)?.map_or(Column::Nothing, Column::Text),
            ProductSort::BasePrice => Column::Number(numbers(PRICE)?),
            ProductSort::CreatedAt => Column::Number(numbers(CREATED)?),
            ProductSort::ViewCount => Column::Number(numbers(VIEWS)?),
            ProductSort::TotalSold => Column::Number(numbers(SOLD)?),
            ProductSort::Rating => Column::Number(numbers(RATING)?),
        };
        Ok(Self { column, ids: numbers(ID)?, direction: sorting.direction })
    }

    /// What smallest-first would sort by, for whom no score counts.
    pub(super) fn ascending(&self, document: DocId) -> Rank {
        (self.column.number(document, 0.0), self.ids.get_val(document))
    }

    pub(super) fn of_document(&self, document: DocId) -> Rank {
        self.scored(document, 0.0)
    }

    fn scored(&self, document: DocId, score: Score) -> Rank {
        turned((self.column.number(document, score), self.ids.get_val(document)), self.direction)
    }

    /// Where a list that broke off at `place` goes on in this segment.
    pub(super) fn of_place(&self, place: &Place) -> tantivy::Result<Rank> {
        self.column.rank_of(place, self.direction)
    }

    pub(super) fn hit(&self, document: DocId) -> tantivy::Result<Hit> {
        self.hit_of(self.of_document(document))
    }

    fn hit_of(&self, rank: Rank) -> tantivy::Result<Hit> {
        let (number, id) = turned(rank, self.direction);
        Ok(Hit { key: self.column.key(number)?, id })
    }
}

/// The same twice is where it began.
fn turned((number, id): Rank, direction: SortOrder) -> Rank {
    if direction == SortOrder::Descending { (!number, !id) } else { (number, id) }
}

impl Column {
    fn number(&self, doc: DocId, score: Score) -> u64 {
        match self {
            Self::Relevance { sold, stocked } => relevance(score, sold.get_val(doc), stocked.get_val(doc)),
            Self::Number(numbers) => numbers.get_val(doc),
            // 0 is for those without
            Self::Text(texts) => texts.ords().first(doc).map_or(0, |ord| ord + 1),
            Self::Nothing => 0,
        }
    }

    fn key(&self, number: u64) -> tantivy::Result<Key> {
        let texts = match self {
            Self::Text(texts) => texts,
            Self::Nothing => return Ok(Key::Text(String::new())),
            Self::Relevance { .. } | Self::Number(_) => return Ok(Key::Number(number)),
        };
        let mut text = String::new();
        if let Some(ord) = number.checked_sub(1) {
            texts.ord_to_str(ord, &mut text)?;
        }
        Ok(Key::Text(text))
    }

    /// Where a list that broke off at `place` goes on in this segment.
    fn rank_of(&self, place: &Place, direction: SortOrder) -> tantivy::Result<Rank> {
        let (texts, text) = match (self, &place.key) {
            (Self::Text(texts), Key::Text(text)) => (texts, text),
            (_, Key::Number(number)) => return Ok(turned((*number, place.id), direction)),
            (_, Key::Text(_)) => return Ok(turned((0, place.id), direction)),
        };
        let (ord, is_there) = first_not_below(texts, text)?;
        let descending = direction == SortOrder::Descending;
        Ok(match (is_there, descending) {
            (true, _) => turned((ord + 1, place.id), direction),
            (false, false) => (ord, u64::MAX),
            (false, true) => (!(ord + 1), u64::MAX),
        })
    }
}

/// The ordinal of the first text that is not below `wanted`, and whether it is `wanted` itself.
fn first_not_below(texts: &StrColumn, wanted: &str) -> tantivy::Result<(u64, bool)> {
    let (mut low, mut high) = (0, u64::try_from(texts.num_terms()).unwrap_or(u64::MAX));
    let mut text = String::new();
    while low < high {
        let middle = low + (high - low) / 2;
        text.clear();
        texts.ord_to_str(middle, &mut text)?;
        match text.as_str().cmp(wanted) {
            Ordering::Less => low = middle + 1,
            Ordering::Equal => return Ok((middle, true)),
            Ordering::Greater => high = middle,
        }
    }
    Ok((low, false))
}

/// How well the text fits, in steps of an eighth; then how often it was sold, in powers of two; then whether it is in
/// stock; then the rest of how well it fits. A score is never negative, so its bits sort like itself.
fn relevance(score: Score, sold: u64, stocked: u64) -> u64 {
    let bits = u64::from(score.to_bits());
    let bought = u64::from(u64::BITS - sold.leading_zeros()).min(63);
    let class = ((bits >> FINE) << 7) | (bought << 1) | stocked.min(1);
    (class << FINE) | (bits & ((1 << FINE) - 1))
}

/// So many bits of a score are finer than an eighth.
const FINE: u32 = 20;

impl Cursor {
    /// Where the list goes on behind `hit`.
    pub(super) fn behind(hit: &Hit, sorting: Sorting) -> Self {
        Self { sorting, place: Place { key: hit.key.clone(), id: hit.id } }
    }
}
