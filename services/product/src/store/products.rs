//! Reads products: one select, narrowed, sorted and cut into pages.

mod row;

use commerce::catalogue::ProductType;
use commerce::ids::{CategoryId, ProductId};
use sqlx::{MySql, MySqlConnection, QueryBuilder};

use self::row::{DetailRow, SummaryRow};
use super::{among, variations};
use crate::products::{CartItem, ListProducts, Product, ProductSort, ProductSummary, Search, SortOrder};

/// What the list is narrowed to.
pub(crate) struct Filter<'a> {
    /// What the shopper asked.
    pub(crate) wanted: &'a ListProducts,
    /// The categories that count, if one was named.
    pub(crate) categories: Option<Vec<CategoryId>>,
}

pub(crate) async fn list(conn: &mut MySqlConnection, filter: &Filter<'_>) -> sqlx::Result<Vec<ProductSummary>> {
    let mut query = row::select_summary();
    narrow(&mut query, filter);
    query.push(order_by(filter.wanted));
    let page = filter.wanted.request();
    query.push(" LIMIT ").push_bind(page.limit()).push(" OFFSET ").push_bind(page.offset());
    let rows: Vec<SummaryRow> = query.build_query_as().fetch_all(conn).await?;
    rows.into_iter().map(ProductSummary::try_from).collect()
}

/// The products with these ids that a shopper may see, in the order of `ids`.
pub(crate) async fn list_by_ids(conn: &mut MySqlConnection, ids: &[ProductId]) -> sqlx::Result<Vec<ProductSummary>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut query = row::select_summary();
    among(&mut query, " AND p.id IN (", ids);
    let rows: Vec<SummaryRow> = query.build_query_as().fetch_all(conn).await?;
    let mut found = rows.into_iter().map(ProductSummary::try_from).collect::<sqlx::Result<Vec<_>>>()?;
    found.sort_by_key(|product| ids.iter().position(|id| *id == product.id));
    Ok(found)
}

pub(crate) async fn count(conn: &mut MySqlConnection, filter: &Filter<'_>) -> sqlx::Result<u64> {
    let mut query = row::select_count();
    narrow(&mut query, filter);
    let count: i64 = query.build_query_scalar().fetch_one(conn).await?;
    Ok(count.unsigned_abs())
}

pub(crate) async fn find(conn: &mut MySqlConnection, id: ProductId) -> sqlx::Result<Option<Product>> {
    let mut query = row::select_detail();
    query.push(" AND p.id = ").push_bind(id);
    fetch_product(conn, query).await
}

pub(crate) async fn find_by_slug(conn: &mut MySqlConnection, slug: &str) -> sqlx::Result<Option<Product>> {
    let mut query = row::select_detail();
    query.push(" AND p.slug = ").push_bind(slug);
    fetch_product(conn, query).await
}

/// The products with these ids that a shopper may see, by id.
pub(crate) async fn list_for_cart(conn: &mut MySqlConnection, ids: &[ProductId]) -> sqlx::Result<Vec<CartItem>> {
    let mut query = row::select_detail();
    among(&mut query, " AND p.id IN (", ids);
    query.push(" ORDER BY p.id");
    let rows: Vec<DetailRow> = query.build_query_as().fetch_all(&mut *conn).await?;
    let mut items = rows.into_iter().map(CartItem::try_from).collect::<sqlx::Result<Vec<_>>>()?;
    let variable: Vec<_> = items
        .iter()
        .map(|item| &item.summary)
        .filter(|summary| is_variable(summary))
        .map(|summary| summary.id)
        .collect();
    let variations = variations::list(conn, &variable).await?;
    for item in &mut items {
        let own = variations.iter().filter(|variation| variation.product_id == item.summary.id);
        item.variations = own.cloned().collect();
    }
    Ok(items)
}

async fn fetch_product(conn: &mut MySqlConnection, mut query: QueryBuilder<MySql>) -> sqlx::Result<Option<Product>> {
    let Some(row): Option<DetailRow> = query.build_query_as().fetch_optional(&mut *conn).await? else {
        return Ok(None);
    };
    let mut product = Product::try_from(row)?;
    if is_variable(&product.summary) {
        product.variations = variations::list(conn, &[product.summary.id]).await?;
    }
    Ok(Some(product))
}

fn is_variable(summary: &ProductSummary) -> bool {
    summary.product_type == ProductType::Variable
}

fn narrow(query: &mut QueryBuilder<MySql>, Filter { wanted, categories }: &Filter<'_>) {
    if let Some(categories) = categories {
        among(query, " AND p.category_id IN (", categories);
    }
    if !wanted.brand_id.is_empty() {
        among(query, " AND b.id IN (", &wanted.brand_id);
    }
    if let Some(price) = wanted.min_price {
        query.push(" AND p.base_price >= ").push_bind(price);
    }
    if let Some(price) = wanted.max_price {
        query.push(" AND p.base_price <= ").push_bind(price);
    }
    for word in wanted.search.iter().flat_map(Search::words) {
        contains(query, word);
    }
}

/// The word as it stands: `%` and `_` in it are no wildcards.
fn contains(query: &mut QueryBuilder<MySql>, word: &str) {
    let escaped = word.replace('!', "!!").replace('%', "!%").replace('_', "!_");
    let pattern = format!("%{escaped}%");
    query.push(" AND (p.name LIKE ").push_bind(pattern.clone()).push(" ESCAPE '!'");
    query.push(" OR p.short_description LIKE ").push_bind(pattern.clone()).push(" ESCAPE '!'");
    query.push(" OR p.sku LIKE ").push_bind(pattern).push(" ESCAPE '!')");
}

/// Always ends in the key, so that no product is on two pages.
fn order_by(wanted: &ListProducts) -> &'static str {
    let unsaid = if wanted.sort_by.is_none() { SortOrder::Descending } else { SortOrder::Ascending };
    let ascending = wanted.sort_order.unwrap_or(unsaid) == SortOrder::Ascending;
    match (wanted.sort_by.unwrap_or(ProductSort::CreatedAt), ascending) {
        (ProductSort::Name, true) => " ORDER BY p.name, p.id",
        (ProductSort::Name, false) => " ORDER BY p.name DESC, p.id DESC",
        (ProductSort::BasePrice, true) => " ORDER BY p.base_price, p.id",
        (ProductSort::BasePrice, false) => " ORDER BY p.base_price DESC, p.id DESC",
        (ProductSort::CreatedAt, true) => " ORDER BY p.created_at, p.id",
        (ProductSort::CreatedAt, false) => " ORDER BY p.created_at DESC, p.id DESC",
        (ProductSort::ViewCount, true) => " ORDER BY view_count, p.id",
        (ProductSort::ViewCount, false) => " ORDER BY view_count DESC, p.id DESC",
        (ProductSort::TotalSold, true) => " ORDER BY total_sold, p.id",
        (ProductSort::TotalSold, false) => " ORDER BY total_sold DESC, p.id DESC",
    }
}
