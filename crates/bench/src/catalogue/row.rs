//! What is measured of the catalogue: each row is one kind of question, asked again and again or never twice.

use super::shelf::Shelf;

/// How many products are looked at again and again.
const LOOKED_AT: u64 = 100;
/// How many different questions the bare route of a row answers that never asks the same.
const SAMPLE: u64 = 64;
/// A page ends this many products from the beginning of a list at the latest.
const DEEPEST: u64 = 100_000;
/// How long a page is, unless said.
const PAGE: u64 = 20;
/// How long the pages of the deep row are: page 10,000 ends at the deepest place.
const DEEP_PAGE: u64 = 10;
/// How far before the last one a deep page may lie.
const DEEP: u64 = 500;

const SORTS: [&str; 10] = [
    "sort_by=created_at&sort_order=desc",
    "sort_by=base_price&sort_order=asc",
    "sort_by=total_sold&sort_order=desc",
    "sort_by=name&sort_order=asc",
    "sort_by=view_count&sort_order=desc",
    "sort_by=created_at&sort_order=asc",
    "sort_by=base_price&sort_order=desc",
    "sort_by=total_sold&sort_order=asc",
    "sort_by=name&sort_order=desc",
    "sort_by=view_count&sort_order=asc",
];

/// A row of the tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Row {
    /// The page that shoppers see first, kept ready to send
    KeptList,
    /// A hundred products, kept ready to send
    KeptDetail,
    /// A page of all products, in some order
    List,
    /// A page of a category, a brand, a price range
    Filtered,
    /// Some words, with the counts of what they find
    Search,
    /// The counts of a shelf without words
    Facets,
    /// The last pages that can be asked for
    LastPage,
    /// What somebody types
    Suggest,
    /// One product of all
    Detail,
}

impl Row {
    /// In the order of the tables.
    pub(crate) const ALL: [Self; 9] = [
        Self::KeptList,
        Self::KeptDetail,
        Self::List,
        Self::Filtered,
        Self::Search,
        Self::Facets,
        Self::LastPage,
        Self::Suggest,
        Self::Detail,
    ];

    /// What the tables call it.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::KeptList => "list, kept",
            Self::KeptDetail => "detail, kept",
            Self::List => "list",
            Self::Filtered => "filtered list",
            Self::Search => "search with facets",
            Self::Facets => "facets",
            Self::LastPage => "last page",
            Self::Suggest => "suggest",
            Self::Detail => "detail",
        }
    }

    /// Whether the same is asked again and again, by many at once.
    pub(crate) const fn is_kept(self) -> bool {
        matches!(self, Self::KeptList | Self::KeptDetail)
    }

    /// How many different questions its bare counterpart answers.
    pub(crate) const fn sample(self) -> u64 {
        match self {
            Self::KeptList => 1,
            Self::KeptDetail => LOOKED_AT,
            _ => SAMPLE,
        }
    }

    /// The question of this number.
    pub(crate) fn path(self, shelf: &Shelf, number: u64) -> String {
        let products = "/api/v1/products";
        // a multiplier that shares nothing with any of the lists that are walked through
        let step = number.wrapping_mul(7919);
        match self {
            Self::KeptList => format!("{products}?page_size={PAGE}"),
            Self::KeptDetail => format!("{products}/{}", shelf.product(number % LOOKED_AT)),
            Self::Detail => format!("{products}/{}", shelf.product(step)),
            Self::List => {
                let pages = (shelf.size().min(DEEPEST) / PAGE).max(1);
                format!("{products}?{}&page={}", sort(number), 1 + number / 10 % pages)
            }
            Self::Filtered => format!("{products}?{}&{}&in_stock=true", shelf.filter(number), sort(step)),
            Self::Search => {
                // the vocabulary is small: pages of other lengths are other questions
                let (page, length) = (1 + number / 50 % 5, 10 + number % 50);
                format!("{products}?facets=true&search={}&page={page}&page_size={length}", shelf.words(number))
            }
            Self::Facets => format!("{products}?facets=true&page_size=1&{}", shelf.filter(number)),
            Self::LastPage => {
                let last = shelf.size().min(DEEPEST) / DEEP_PAGE;
                let page = last.saturating_sub(number / 10 % DEEP).max(1);
                format!("{products}?page_size={DEEP_PAGE}&{}&page={page}", sort(number))
            }
            Self::Suggest => format!("{products}/suggest?q={}", shelf.words(number)),
        }
    }
}

fn sort(number: u64) -> &'static str {
    let at = usize::try_from(number).unwrap_or_default() % SORTS.len();
    SORTS.get(at).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    /// What was asked is kept for a second.
    #[test]
    fn what_is_not_kept_is_not_asked_again_for_long() {
        let shelf = Shelf::example();
        for row in Row::ALL.into_iter().filter(|row| !row.is_kept() && *row != Row::Suggest) {
            let paths: HashSet<_> = (0..1_000).map(|number| row.path(&shelf, number)).collect();
            assert!(paths.len() > 900, "{}: {}", row.title(), paths.len());
        }
    }

    #[test]
    fn what_is_kept_is_what_the_bare_route_answers() {
        let shelf = Shelf::example();
        for row in [Row::KeptList, Row::KeptDetail] {
            let paths: HashSet<_> = (0..1_000).map(|number| row.path(&shelf, number)).collect();
            assert_eq!(u64::try_from(paths.len()).unwrap(), row.sample(), "{}", row.title());
        }
    }

    #[test]
    fn the_last_page_is_the_last_that_can_be_asked_for() {
        let page = |size| Row::LastPage.path(&Shelf { size, ..Shelf::example() }, 0);
        assert!(page(1_000_000).ends_with("page=10000"), "{}", page(1_000_000));
        assert!(page(10_400).ends_with("page=1040"), "{}", page(10_400));
    }

    #[test]
    fn paths_need_no_escape() {
        let shelf = Shelf::example();
        for row in Row::ALL {
            let path = row.path(&shelf, 5);
            assert!(path.bytes().all(|byte| byte.is_ascii_graphic()), "{path}");
        }
    }
}
