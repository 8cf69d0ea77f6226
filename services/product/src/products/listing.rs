//! Lists of products: found by the search index, shown as the database has them now.

use std::sync::Arc;

use commerce::ids::{BrandId, CategoryId, ProductId};
use kernel::{Page, PageRequest, PageSize};
use serde::Serialize;
use shared::web::{Error, Result};
use sqlx::MySqlConnection;
use utoipa::ToSchema;

use super::{AskSuggestions, Cursor, Facets, ListProducts, NamedRef, ProductSort, ProductSummary, Search, Wanted};
use crate::search::{DEEPEST, Finder, Found, fitting_brands, fitting_categories};
use crate::store;

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Listing {
    /// Its products, and where it lies in the whole.
    #[serde(flatten)]
    pub page: Page<ProductSummary>,
    /// Where the list goes on, to be sent as `cursor`; absent at its end, and while the search index is being built.
    #[schema(value_type = Option<String>)]
    pub next_cursor: Option<Cursor>,
    /// The counts, if they were asked for; absent while the search index is being built.
    pub facets: Option<Facets>,
}

/// One page of the products that `wanted` describes; a category stands for itself and everything below it.
///
/// # Errors
/// When the page lies too deep in the list, or the list went on by relevance and there is no index now.
pub async fn list(conn: &mut MySqlConnection, finder: &Finder, wanted: Wanted) -> Result<Listing> {
    let wanted = Arc::new(wanted);
    match finder.find(&wanted).await {
        Some(found) => list_found(conn, &wanted, found).await,
        None => list_stored(conn, &wanted).await,
    }
}

async fn list_found(conn: &mut MySqlConnection, wanted: &Wanted, found: Found) -> Result<Listing> {
    let request = wanted.list.request();
    refuse_deep(request, found.total)?;
    // What the index found a moment ago and nobody may see any more is missing.
    let items = store::products::list_by_ids(conn, &found.ids).await?;
    let mut page = Page::new(items, request, found.total);
    if wanted.list.cursor.is_some() {
        (page.pagination.has_prev, page.pagination.has_next) = (true, found.next.is_some());
    }
    Ok(Listing { page, next_cursor: found.next, facets: found.facets })
}

/// Without an index: the same filters, and for words what a `LIKE` finds.
async fn list_stored(conn: &mut MySqlConnection, wanted: &Wanted) -> Result<Listing> {
    if wanted.list.cursor.is_some() && wanted.list.sorting().by == ProductSort::Relevance {
        return Err(Error::unavailable(anyhow::anyhow!("a list by relevance goes on, and the index is not there")));
    }
    let mut categories = Vec::new();
    if let Some(category) = wanted.list.category_id {
        categories.push(store::categories::list_below(&mut *conn, category).await?);
    }
    if let Some(slug) = &wanted.list.category_slug {
        categories.push(store::categories::list_below_slug(&mut *conn, slug).await?);
    }
    let filter = store::products::Filter { wanted, categories };
    let total = store::products::count(&mut *conn, &filter).await?;
    let request = wanted.list.request();
    refuse_deep(request, total)?;
    let items = store::products::list(conn, &filter).await?;
    Ok(Listing { page: Page::new(items, request, total), next_cursor: None, facets: None })
}

/// A page costs as much as everything before it; what lies beyond the end costs nothing.
fn refuse_deep(request: PageRequest, total: u64) -> Result<()> {
    let end = request.offset().saturating_add(u64::from(request.limit()));
    if end > DEEPEST && request.offset() < total {
        return Err(Error::invalid("page", "must end within the first 100000 products: follow next_cursor instead"));
    }
    Ok(())
}

/// So many products are suggested.
const SUGGESTED: usize = 10;

/// What somebody who types may mean.
#[derive(Debug, Serialize, ToSchema)]
pub struct Suggestions {
    /// The products that fit best.
    pub products: Vec<Suggestion>,
    /// Categories, in the shop's order.
    pub categories: Vec<NamedRef<CategoryId>>,
    /// Brands, in the shop's order.
    pub brands: Vec<NamedRef<BrandId>>,
}

/// A product that may be meant.
#[derive(Debug, Serialize, ToSchema)]
pub struct Suggestion {
    /// Its key.
    pub id: ProductId,
    /// Its name.
    pub name: String,
    /// The last part of its page's address.
    pub slug: String,
    /// Its first picture.
    pub main_image_url: Option<String>,
}

/// Products, categories and brands for what somebody is typing.
///
/// # Errors
/// When the database does not answer.
pub async fn suggest(conn: &mut MySqlConnection, finder: &Finder, asked: AskSuggestions) -> Result<Suggestions> {
    let Some(search) = asked.q.filter(|search| !search.words().is_empty()) else {
        return Ok(Suggestions { products: Vec::new(), categories: Vec::new(), brands: Vec::new() });
    };
    let shelves = finder.shelves(&mut *conn).await?;
    let categories = fitting_categories(&shelves, search.words()).into_iter();
    let categories =
        categories.map(|shelf| NamedRef { id: shelf.id, name: shelf.name.clone(), slug: shelf.slug.clone() }).collect();
    let brands = fitting_brands(&shelves, search.words()).into_iter();
    let brands =
        brands.map(|brand| NamedRef { id: brand.id, name: brand.name.clone(), slug: brand.slug.clone() }).collect();
    let products = meant(conn, finder, search).await?.into_iter().map(Suggestion::from).collect();
    Ok(Suggestions { products, categories, brands })
}

async fn meant(conn: &mut MySqlConnection, finder: &Finder, search: Search) -> Result<Vec<ProductSummary>> {
    if let Some(ids) = finder.glance(&search, SUGGESTED).await {
        return Ok(store::products::list_by_ids(conn, &ids).await?);
    }
    let list = ListProducts { search: Some(search), page_size: Some(PageSize::TEN), ..ListProducts::default() };
    Ok(list_stored(conn, &Wanted { list, ..Wanted::default() }).await?.page.items)
}

impl From<ProductSummary> for Suggestion {
    fn from(product: ProductSummary) -> Self {
        let ProductSummary { id, name, slug, main_image_url, .. } = product;
        Self { id, name, slug, main_image_url }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_page_is_deeper_than_the_bound_unless_the_list_is_shorter() {
        let page = |page: u32| {
            let number = serde_json::from_value(page.into()).ok();
            PageRequest::of(number, serde_json::from_value(100.into()).ok())
        };
        assert!(refuse_deep(page(1_000), 1_000_000).is_ok());
        assert!(refuse_deep(page(1_001), 1_000_000).is_err());
        assert!(refuse_deep(page(1_001), 100_000).is_ok());
        assert!(refuse_deep(page(u32::MAX), 1_000_000).is_ok(), "there is nothing to be found");
    }
}
