//! Numbered pages, the way that every list of the contract is asked for and answered.

use serde::de::{Error, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

/// Which page, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageNumber(u32);

/// How many items a page holds, 1…100.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageSize(u32);

impl PageSize {
    /// Ten, as the list of a customer's orders has them.
    pub const TEN: Self = Self(10);
}

impl Default for PageNumber {
    fn default() -> Self {
        Self(1)
    }
}

impl Default for PageSize {
    fn default() -> Self {
        Self(20)
    }
}

/// A page as asked for: both numbers are inside their bounds.
#[derive(Clone, Copy, Debug, Default)]
pub struct PageRequest {
    /// Which page.
    pub page: PageNumber,
    /// How many items it holds.
    pub size: PageSize,
}

impl PageRequest {
    /// The page and size that a client named, or the contract's defaults.
    pub fn of(page: Option<PageNumber>, size: Option<PageSize>) -> Self {
        Self { page: page.unwrap_or_default(), size: size.unwrap_or_default() }
    }

    /// How many rows come before this page.
    pub fn offset(self) -> u64 {
        (u64::from(self.page.0) - 1) * u64::from(self.size.0)
    }

    /// How many rows this page holds at most.
    pub fn limit(self) -> u32 {
        self.size.0
    }
}

/// One page of a list together with where it lies in the whole.
#[derive(Debug, Serialize, ToSchema)]
pub struct Page<T> {
    /// What is on this page.
    pub items: Vec<T>,
    /// Where this page lies.
    pub pagination: Pagination,
}

impl<T> Page<T> {
    /// The page `request` of a list of `total_count` items.
    pub fn new(items: Vec<T>, request: PageRequest, total_count: u64) -> Self {
        Self { items, pagination: Pagination::new(request, total_count) }
    }
}

/// Where a page lies in its list.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Pagination {
    /// Which page, from 1.
    pub page: u32,
    /// How many items a page holds.
    pub page_size: u32,
    /// How many items there are in all.
    pub total_count: u64,
    /// How many pages there are in all.
    pub total_pages: u64,
    /// Whether a page follows this one.
    pub has_next: bool,
    /// Whether a page with items comes before this one.
    pub has_prev: bool,
}

impl Pagination {
    fn new(request: PageRequest, total_count: u64) -> Self {
        let total_pages = total_count.div_ceil(u64::from(request.size.0));
        Self {
            page: request.page.0,
            page_size: request.size.0,
            total_count,
            total_pages,
            has_next: u64::from(request.page.0) < total_pages,
            has_prev: request.page.0 > 1 && total_pages > 0,
        }
    }
}

struct WholeNumber {
    most: u32,
    name: &'static str,
}

impl Visitor<'_> for WholeNumber {
    type Value = u32;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<u32, E> {
        let fits = u32::try_from(number).ok().filter(|n| (1..=self.most).contains(n));
        fits.ok_or_else(|| E::invalid_value(Unexpected::Unsigned(number), &self))
    }
}

impl<'de> Deserialize<'de> for PageNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let rule = WholeNumber { most: u32::MAX, name: "a whole number from 1 to 4294967295" };
        deserializer.deserialize_u64(rule).map(Self)
    }
}

impl<'de> Deserialize<'de> for PageSize {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_u64(WholeNumber { most: 100, name: "a whole number from 1 to 100" }).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(page: u32, size: u32) -> PageRequest {
        PageRequest { page: PageNumber(page), size: PageSize(size) }
    }

    #[test]
    fn the_document_s_example() {
        let expected =
            Pagination { page: 1, page_size: 20, total_count: 150, total_pages: 8, has_next: true, has_prev: false };
        assert_eq!(Pagination::new(request(1, 20), 150), expected);
    }

    #[test]
    fn the_last_page_has_no_next_and_an_empty_list_no_neighbours() {
        assert!(!Pagination::new(request(8, 20), 150).has_next);
        let empty = Pagination::new(request(3, 20), 0);
        assert!(!empty.has_next && !empty.has_prev && empty.total_pages == 0);
    }

    #[test]
    fn the_deepest_page_does_not_overflow() {
        assert_eq!(request(u32::MAX, 100).offset(), 429_496_729_400);
    }
}
