//! The lists of the shop window: chosen, sold, new, looked at, and what goes with a product.

use chrono::NaiveDate;
use commerce::ids::ProductId;
use kernel::{Page, PageRequest};
use shared::web::{Error, Result};
use sqlx::MySqlConnection;

use crate::products::ProductSummary;
use crate::store;

/// So long is a list, all its pages together.
const LISTED: u32 = 100;
/// So many products go with another.
const RELATED: u32 = 20;

/// How the shop has marked a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Chosen.
    Featured,
    /// Said to be looked at a lot.
    Trending,
    /// Said to be bought a lot.
    Bestseller,
}

/// Which list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum List {
    /// What the shop has chosen, the newest first.
    Featured,
    /// What was sold most in confirmed orders, then what the shop says is bought a lot.
    Bestsellers,
    /// The newest.
    NewArrivals,
    /// What was looked at most in the week up to this day, then what the shop says is looked at a lot.
    Trending(NaiveDate),
}

/// One page of a list; no list is longer than a hundred.
pub async fn page(conn: &mut MySqlConnection, list: List, request: PageRequest) -> Result<Page<ProductSummary>> {
    let ids = match list {
        List::Featured => store::lists::list_newest(conn, Some(Mark::Featured), LISTED).await?,
        List::NewArrivals => store::lists::list_newest(conn, None, LISTED).await?,
        List::Bestsellers => {
            let counted = store::sales::list_bestsellers(conn, LISTED).await?;
            filled(conn, counted, Mark::Bestseller).await?
        }
        List::Trending(today) => {
            let counted = store::views::list_trending(conn, today, LISTED).await?;
            filled(conn, counted, Mark::Trending).await?
        }
    };
    cut(conn, &ids, request).await
}

/// One page of what goes with a product: bought together with it, else of its category.
///
/// # Errors
/// When a shopper does not see the product.
pub async fn related(
    conn: &mut MySqlConnection,
    product: ProductId,
    request: PageRequest,
) -> Result<Page<ProductSummary>> {
    let category = store::lists::find_category(conn, product).await?.ok_or(Error::NotFound("product"))?;
    let together = store::lists::list_bought_together(conn, product, RELATED).await?;
    let others = store::lists::list_neighbours(conn, category, RELATED + 1).await?;
    let others = others.into_iter().filter(|other| *other != product);
    cut(conn, &joined(together, others, RELATED), request).await
}

async fn filled(conn: &mut MySqlConnection, counted: Vec<ProductId>, mark: Mark) -> Result<Vec<ProductId>> {
    let marked = store::lists::list_newest(conn, Some(mark), LISTED).await?;
    Ok(joined(counted, marked, LISTED))
}

/// The first, and of the others those that are not among them.
fn joined(mut first: Vec<ProductId>, others: impl IntoIterator<Item = ProductId>, limit: u32) -> Vec<ProductId> {
    let others: Vec<_> = others.into_iter().filter(|id| !first.contains(id)).collect();
    first.extend(others);
    first.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    first
}

async fn cut(conn: &mut MySqlConnection, ids: &[ProductId], request: PageRequest) -> Result<Page<ProductSummary>> {
    let skipped = usize::try_from(request.offset()).unwrap_or(usize::MAX);
    let taken = usize::try_from(request.limit()).unwrap_or(usize::MAX);
    let shown: Vec<_> = ids.iter().skip(skipped).take(taken).copied().collect();
    let items = store::products::list_by_ids(conn, &shown).await?;
    Ok(Page::new(items, request, u64::try_from(ids.len()).unwrap_or(u64::MAX)))
}
