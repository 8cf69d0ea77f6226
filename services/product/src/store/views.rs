//! Writes how often products were looked at, and reads which are looked at most.

use chrono::NaiveDate;
use commerce::ids::ProductId;
use sqlx::{MySqlConnection, QueryBuilder};

use super::SHOWN_CATEGORIES;

/// Adds views of `today`; what is recent is halved with every day. There is one of `views` at least.
pub(crate) async fn insert_or_add(
    conn: &mut MySqlConnection,
    views: &[(ProductId, u32)],
    today: NaiveDate,
) -> sqlx::Result<()> {
    let mut query = QueryBuilder::new("INSERT INTO product_views (product_id, views, recent_views, last_viewed_on) ");
    query.push_values(views, |mut row, (product, count)| {
        row.push_bind(*product).push_bind(*count).push_bind(*count).push_bind(today);
    });
    query.push(
        " ON DUPLICATE KEY UPDATE
              recent_views = (recent_views >> GREATEST(LEAST(DATEDIFF(VALUES(last_viewed_on), last_viewed_on), 63), 0))
                           + VALUES(recent_views),
              last_viewed_on = GREATEST(last_viewed_on, VALUES(last_viewed_on)),
              views = views + VALUES(views)",
    );
    query.build().persistent(false).execute(conn).await.map(drop)
}

/// The products that shoppers look at most in these days, seven at most.
pub(crate) async fn list_trending(
    conn: &mut MySqlConnection,
    today: NaiveDate,
    limit: u32,
) -> sqlx::Result<Vec<ProductId>> {
    let mut query = QueryBuilder::new(SHOWN_CATEGORIES);
    query.push(" SELECT STRAIGHT_JOIN v.product_id FROM product_views v");
    query.push(" JOIN products p ON p.id = v.product_id AND p.status = 'active' JOIN shown s ON s.id = p.category_id");
    query.push(" WHERE v.last_viewed_on > ").push_bind(today).push(" - INTERVAL 7 DAY");
    query.push(" ORDER BY v.recent_views >> GREATEST(DATEDIFF(").push_bind(today);
    query.push(", v.last_viewed_on), 0) DESC, v.product_id DESC LIMIT ").push_bind(limit);
    query.build_query_scalar().fetch_all(conn).await
}
