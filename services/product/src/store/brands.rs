//! Reads brands.

use commerce::ids::BrandId;
use kernel::{Page, PageRequest};
use sqlx::{MySql, MySqlConnection, QueryBuilder};

use super::SHOWN_CATEGORIES;
use crate::brands::Brand;

pub(crate) async fn list(conn: &mut MySqlConnection, request: PageRequest) -> sqlx::Result<Page<Brand>> {
    let total: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM brands WHERE is_active").fetch_one(&mut *conn).await?;
    let mut query = select();
    query.push(IN_THE_SHOP_S_ORDER).push(" LIMIT ").push_bind(request.limit());
    query.push(" OFFSET ").push_bind(request.offset());
    let items = query.build_query_as().fetch_all(conn).await?;
    Ok(Page::new(items, request, total.unsigned_abs()))
}

pub(crate) async fn list_all(conn: &mut MySqlConnection) -> sqlx::Result<Vec<Brand>> {
    select().push(IN_THE_SHOP_S_ORDER).build_query_as().fetch_all(conn).await
}

pub(crate) async fn find(conn: &mut MySqlConnection, id: BrandId) -> sqlx::Result<Option<Brand>> {
    select().push(" AND b.id = ").push_bind(id).build_query_as().fetch_optional(conn).await
}

pub(crate) async fn find_by_slug(conn: &mut MySqlConnection, slug: &str) -> sqlx::Result<Option<Brand>> {
    select().push(" AND b.slug = ").push_bind(slug).build_query_as().fetch_optional(conn).await
}

const IN_THE_SHOP_S_ORDER: &str = " ORDER BY b.sort_order, b.name, b.id";

fn select() -> QueryBuilder<MySql> {
    let mut query = QueryBuilder::new(SHOWN_CATEGORIES);
    query.push(
        " SELECT b.id, b.uuid, b.name, b.slug, b.description, b.logo_url,
                 (SELECT COUNT(*) FROM products p JOIN shown s ON s.id = p.category_id
                  WHERE p.brand_id = b.id AND p.status = 'active') AS product_count
          FROM brands b
          WHERE b.is_active",
    );
    query
}
