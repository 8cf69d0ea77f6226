//! Counts what was found by category, brand, price and attribute in one walk.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;

use commerce::ids::{BrandId, CategoryId};
use kernel::Paise;
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::{Column, ColumnValues, StrColumn};
use tantivy::{DocId, Score, SegmentOrdinal, SegmentReader};

use super::schema::{ATTRIBUTE, BRAND, CATEGORY, PRICE};
use super::shelves::Shelves;
use crate::products::{AttributeCounts, BrandCount, CategoryCount, Facets, PriceCount, ValueCount};

/// Where a price band ends and the next one begins, in paise.
const BOUNDS: [u64; 6] = [10_000, 25_000, 50_000, 100_000, 250_000, 500_000];
/// More brands, or values of an attribute, nobody looks through.
const MOST: usize = 50;

/// The numbers as the index knows them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) categories: HashMap<u64, u64>,
    pub(super) brands: HashMap<u64, u64>,
    pub(super) prices: Vec<u64>,
    /// By `slug=value`.
    pub(super) attributes: HashMap<String, u64>,
}

/// What can be counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Category,
    Brand,
    Price,
    Attribute,
}

/// Counts everything that a search finds, by every kind or by one.
#[derive(Debug)]
pub(super) struct Count(pub(super) Option<Kind>);

impl Count {
    pub(super) const EVERYTHING: Self = Self(None);
}

/// The columns are those of the kinds that are counted.
pub(super) struct CountOfSegment {
    category: Option<Arc<dyn ColumnValues<u64>>>,
    brand: Option<Column<u64>>,
    price: Option<Arc<dyn ColumnValues<u64>>>,
    attribute: Option<StrColumn>,
    categories: Tally,
    brands: Tally,
    prices: Tally,
    attributes: Tally,
}

/// Counts by number; numbers are keys of small tables, so their counts lie side by side.
#[derive(Debug, Default)]
struct Tally {
    small: Vec<u64>,
    large: HashMap<u64, u64>,
}

/// So many counts lie side by side.
const SMALL: usize = 1 << 16;

impl Tally {
    fn add(&mut self, number: u64) {
        let Some(at) = usize::try_from(number).ok().filter(|at| *at < SMALL) else {
            *self.large.entry(number).or_default() += 1;
            return;
        };
        if at >= self.small.len() {
            self.small.resize(at + 1, 0);
        }
        if let Some(count) = self.small.get_mut(at) {
            *count += 1;
        }
    }

    fn counts(self) -> impl Iterator<Item = (u64, u64)> {
        let small = (0..).zip(self.small).filter(|(_, count)| *count > 0);
        small.chain(self.large)
    }
}

impl Collector for Count {
    type Fruit = Counts;
    type Child = CountOfSegment;

    fn for_segment(&self, _: SegmentOrdinal, segment: &SegmentReader) -> tantivy::Result<CountOfSegment> {
        let columns = segment.fast_fields();
        let counts = |kind| self.0.is_none_or(|only| only == kind);
        let numbers = |kind, name: &str| counts(kind).then(|| columns.column_first_or_default(name)).transpose();
        let brand = counts(Kind::Brand).then(|| columns.column_opt(BRAND)).transpose()?.flatten();
        let attribute = counts(Kind::Attribute).then(|| columns.str(ATTRIBUTE)).transpose()?.flatten();
        Ok(CountOfSegment {
            category: numbers(Kind::Category, CATEGORY)?,
            brand,
            price: numbers(Kind::Price, PRICE)?,
            attribute,
            categories: Tally::default(),
            brands: Tally::default(),
            prices: Tally::default(),
            attributes: Tally::default(),
        })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, fruits: Vec<tantivy::Result<Counts>>) -> tantivy::Result<Counts> {
        let mut all = Counts { prices: vec![0; BOUNDS.len() + 1], ..Counts::default() };
        for fruit in fruits {
            let fruit = fruit?;
            for (sum, part) in [(&mut all.categories, fruit.categories), (&mut all.brands, fruit.brands)] {
                for (id, count) in part {
                    *sum.entry(id).or_default() += count;
                }
            }
            for (sum, count) in all.prices.iter_mut().zip(fruit.prices) {
                *sum += count;
            }
            for (text, count) in fruit.attributes {
                *all.attributes.entry(text).or_default() += count;
            }
        }
        Ok(all)
    }
}

impl SegmentCollector for CountOfSegment {
    type Fruit = tantivy::Result<Counts>;

    fn collect(&mut self, doc: DocId, _: Score) {
        if let Some(category) = &self.category {
            self.categories.add(category.get_val(doc));
        }
        if let Some(brand) = self.brand.as_ref().and_then(|brand| brand.first(doc)) {
            self.brands.add(brand);
        }
        if let Some(price) = self.price.as_ref().map(|price| price.get_val(doc)) {
            self.prices.add(u64::try_from(BOUNDS.partition_point(|bound| *bound < price)).unwrap_or_default());
        }
        for ord in self.attribute.iter().flat_map(|attribute| attribute.term_ords(doc)) {
            self.attributes.add(ord);
        }
    }

    fn harvest(self) -> tantivy::Result<Counts> {
        let mut attributes = HashMap::new();
        for (ord, count) in self.attributes.counts() {
            let mut text = String::new();
            if let Some(column) = &self.attribute {
                column.ord_to_str(ord, &mut text)?;
            }
            attributes.insert(text, count);
        }
        let mut prices = self.prices.small;
        prices.resize(BOUNDS.len() + 1, 0);
        Ok(Counts {
            categories: self.categories.counts().collect(),
            brands: self.brands.counts().collect(),
            prices,
            attributes,
        })
    }
}

/// The counts by the names that people know.
pub(super) fn named(counts: &Counts, shelves: &Shelves) -> Facets {
    Facets {
        categories: categories(counts, shelves),
        brands: brands(counts, shelves),
        prices: prices(counts),
        attributes: shelves.differences.iter().filter_map(|one| values(counts, &one.slug, &one.name)).collect(),
    }
}

/// What lies below a category counts for it too.
fn categories(counts: &Counts, shelves: &Shelves) -> Vec<CategoryCount> {
    let mut sums: HashMap<CategoryId, u64> = HashMap::new();
    for (id, count) in &counts.categories {
        for shelf in CategoryId::new(*id).map(|id| shelves.path(id)).unwrap_or_default() {
            *sums.entry(shelf.id).or_default() += count;
        }
    }
    let shown = shelves.shown().into_iter().filter_map(|shelf| Some((shelf, *sums.get(&shelf.id)?)));
    let mut list: Vec<_> = shown
        .map(|(shelf, count)| CategoryCount {
            id: shelf.id,
            name: shelf.name.clone(),
            slug: shelf.slug.clone(),
            parent_id: shelf.parent_id,
            count,
        })
        .collect();
    list.sort_by_key(|one| Reverse(one.count));
    list
}

fn brands(counts: &Counts, shelves: &Shelves) -> Vec<BrandCount> {
    let known = counts.brands.iter().filter_map(|(id, count)| Some((shelves.brand(BrandId::new(*id)?)?, *count)));
    let mut list: Vec<_> = known
        .map(|(brand, count)| BrandCount { id: brand.id, name: brand.name.clone(), slug: brand.slug.clone(), count })
        .collect();
    list.sort_by(|one, other| other.count.cmp(&one.count).then_with(|| one.name.cmp(&other.name)));
    list.truncate(MOST);
    list
}

/// A band begins a paisa above the end of the one before it, so that each is a filter.
fn prices(counts: &Counts) -> Vec<PriceCount> {
    let paise = |amount: u64| i64::try_from(amount).map_or(Paise::MAX, Paise::new);
    let begins = std::iter::once(0).chain(BOUNDS.map(|bound| bound + 1));
    let ends = BOUNDS.map(Some).into_iter().chain([None]);
    let bands = begins.zip(ends).zip(&counts.prices);
    bands
        .map(|((min, max), count)| PriceCount { min_price: paise(min), max_price: max.map(paise), count: *count })
        .collect()
}

fn values(counts: &Counts, slug: &str, name: &str) -> Option<AttributeCounts> {
    let of_it = counts.attributes.iter().filter_map(|(text, count)| {
        let (of, value) = text.split_once('=')?;
        (of == slug).then(|| ValueCount { value: value.to_owned(), count: *count })
    });
    let mut values: Vec<_> = of_it.collect();
    values.sort_by(|one, other| other.count.cmp(&one.count).then_with(|| one.value.cmp(&other.value)));
    values.truncate(MOST);
    (!values.is_empty()).then(|| AttributeCounts { slug: slug.to_owned(), name: name.to_owned(), values })
}
