//! Reads products: one select, narrowed, sorted and cut into pages.

mod narrow;
mod row;

use commerce::catalogue::ProductType;
use commerce::ids::ProductId;
use sqlx::{MySql, MySqlConnection, QueryBuilder};

pub(crate) use self::narrow::Filter;
use self::narrow::{go_on, narrow, order_by};
use self::row::{DetailRow, SummaryRow};
use super::{among, images, variations};
use crate::administration::images::Image;
use crate::products::{CartItem, Product, ProductSummary};

pub(crate) async fn list(conn: &mut MySqlConnection, filter: &Filter<'_>) -> sqlx::Result<Vec<ProductSummary>> {
    let mut query = row::select_summary();
    narrow(&mut query, filter);
    go_on(&mut query, filter);
    query.push(order_by(filter.wanted.list.sorting()));
    let page = filter.wanted.list.request();
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
        product.variations = variations::list(&mut *conn, &[product.summary.id]).await?;
    }
    product.images = images::list(conn, product.summary.id).await?.into_iter().map(Image::of).collect();
    Ok(Some(product))
}

fn is_variable(summary: &ProductSummary) -> bool {
    summary.product_type == ProductType::Variable
}
