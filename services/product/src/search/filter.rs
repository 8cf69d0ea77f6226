//! What a search is narrowed to, as queries that add nothing to a score.

use std::collections::HashSet;
use std::ops::Bound;

use commerce::ids::{BrandId, CategoryId};
use kernel::Paise;
use tantivy::query::{
    AllQuery, BooleanQuery, ConstScoreQuery, EmptyQuery, Occur, Query, RangeQuery, TermQuery, TermSetQuery,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{Score, Term};

use super::document;
use super::schema::{Fields, Flag};
use super::shelves::Shelves;
use crate::products::Wanted;

/// What a filter is about, so that a facet can be counted without its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Dimension {
    Category,
    Brand,
    Price,
    /// The attribute with this slug.
    Attribute(String),
    /// What is always in force.
    Shown,
    Flags,
}

/// A query and what it is about.
pub(super) type Filter = (Dimension, Box<dyn Query>);

/// Everything that `wanted` is narrowed to, on these shelves.
pub(super) fn all(wanted: &Wanted, shelves: &Shelves, fields: &Fields) -> Vec<Filter> {
    let mut filters = Vec::new();
    filters.extend(shown(shelves, fields).map(|query| (Dimension::Shown, query)));
    filters.extend(categories(wanted, shelves, fields).map(|query| (Dimension::Category, query)));
    filters.extend(brands(wanted, shelves, fields).map(|query| (Dimension::Brand, query)));
    filters.extend(prices(wanted, fields).map(|query| (Dimension::Price, query)));
    for (slug, values) in wanted.attributes.iter() {
        let texts =
            values.iter().map(|value| Term::from_field_text(fields.attribute, &document::attribute(slug, value)));
        filters.push((Dimension::Attribute(slug.to_owned()), Box::new(TermSetQuery::new(texts))));
    }
    filters.extend(flags(wanted, fields));
    filters
}

/// All of `filters` but those about `without`, and of what is left what `text` finds.
pub(super) fn narrowed(text: Option<&dyn Query>, filters: &[Filter], without: Option<&Dimension>) -> Box<dyn Query> {
    let kept = filters.iter().filter(|(dimension, _)| Some(dimension) != without);
    let silent =
        |query: &dyn Query| -> Box<dyn Query> { Box::new(ConstScoreQuery::new(query.box_clone(), Score::from(0_u8))) };
    let mut clauses: Vec<_> = kept.map(|(_, query)| (Occur::Must, silent(query.as_ref()))).collect();
    clauses.extend(text.map(|text| (Occur::Must, text.box_clone())));
    if clauses.is_empty() { Box::new(AllQuery) } else { Box::new(BooleanQuery::new(clauses)) }
}

fn shown(shelves: &Shelves, fields: &Fields) -> Option<Box<dyn Query>> {
    let shown = shelves.shown();
    (shown.len() < shelves.categories.len()).then(|| among(fields.category, shown.iter().map(|shelf| shelf.id.get())))
}

fn categories(wanted: &Wanted, shelves: &Shelves, fields: &Fields) -> Option<Box<dyn Query>> {
    let by_id = wanted.list.category_id.map(|id| shelves.below(id));
    let slug = wanted.list.category_slug.as_ref();
    let by_slug = slug.map(|slug| {
        let named = shelves.categories.iter().find(|shelf| shelf.slug == *slug);
        named.map(|shelf| shelves.below(shelf.id)).unwrap_or_default()
    });
    let both: HashSet<CategoryId> = match (by_id, by_slug) {
        (Some(one), Some(other)) => one.intersection(&other).copied().collect(),
        (one, other) => one.or(other)?,
    };
    Some(among(fields.category, both.into_iter().map(CategoryId::get)))
}

/// Those of the brands that are in the shop.
fn brands(wanted: &Wanted, shelves: &Shelves, fields: &Fields) -> Option<Box<dyn Query>> {
    let (ids, slugs) = (&wanted.list.brand_id, &wanted.list.brand_slug);
    if ids.is_empty() && slugs.is_empty() {
        return None;
    }
    let is_named = |id: BrandId, slug: &String| ids.contains(&id) || slugs.contains(slug);
    let named = shelves.brands.iter().filter(|brand| is_named(brand.id, &brand.slug));
    Some(among(fields.brand, named.map(|brand| brand.id.get())))
}

fn prices(wanted: &Wanted, fields: &Fields) -> Option<Box<dyn Query>> {
    let (min, max) = (wanted.list.min_price, wanted.list.max_price);
    let bound = |price: Option<Paise>| {
        let term = price.map(|price| Term::from_field_u64(fields.price, price.get().unsigned_abs()));
        term.map_or(Bound::Unbounded, Bound::Included)
    };
    (min.is_some() || max.is_some()).then(|| -> Box<dyn Query> { Box::new(RangeQuery::new(bound(min), bound(max))) })
}

fn flags(wanted: &Wanted, fields: &Fields) -> Vec<Filter> {
    let asked = [
        (wanted.list.in_stock, Flag::InStock),
        (wanted.list.featured, Flag::Featured),
        (wanted.list.trending, Flag::Trending),
        (wanted.list.bestseller, Flag::Bestseller),
        (wanted.list.on_sale, Flag::OnSale),
    ];
    let asked = asked.into_iter().filter_map(|(is, flag)| Some((is?, among(fields.flag, [flag.term()]))));
    asked.map(|(is, with)| (Dimension::Flags, if is { with } else { without(with) })).collect()
}

fn without(query: Box<dyn Query>) -> Box<dyn Query> {
    Box::new(BooleanQuery::new(vec![(Occur::Must, Box::new(AllQuery)), (Occur::MustNot, query)]))
}

fn among(field: Field, numbers: impl IntoIterator<Item = u64>) -> Box<dyn Query> {
    let terms: Vec<_> = numbers.into_iter().map(|number| Term::from_field_u64(field, number)).collect();
    match terms.as_slice() {
        [] => Box::new(EmptyQuery),
        [only] => Box::new(TermQuery::new(only.clone(), IndexRecordOption::Basic)),
        _ => Box::new(TermSetQuery::new(terms)),
    }
}
