//! Reads and writes wishlists.

use chrono::{DateTime, Utc};
use commerce::gst::{GstRate, PriceBasis, shelf_price};
use commerce::ids::ProductId;
use kernel::{PageRequest, Paise, UserId};
use sqlx::{FromRow, MySql, MySqlConnection, QueryBuilder};

use crate::wishes::Wish;

/// A product is sold while it is active, and its category like every one around that too.
const WISHES: &str = "
    WITH RECURSIVE shown (id) AS (
        SELECT id FROM categories WHERE parent_id IS NULL AND is_active
        UNION ALL
        SELECT c.id FROM categories c JOIN shown s ON c.parent_id = s.id WHERE c.is_active
    )
    SELECT p.id AS product_id, p.name, p.slug, p.main_image_url, p.base_price, p.gst_rate, p.is_gst_inclusive,
           p.status = 'active' AND s.id IS NOT NULL AS is_sold,
           NOT p.track_inventory OR p.allow_backorders OR p.stock_quantity > 0 AS is_there, w.created_at
    FROM wishlists w JOIN products p ON p.id = w.product_id LEFT JOIN shown s ON s.id = p.category_id
    WHERE w.user_id = ";

#[derive(FromRow)]
struct WishRow {
    product_id: ProductId,
    name: String,
    slug: String,
    main_image_url: Option<String>,
    base_price: Paise,
    gst_rate: GstRate,
    is_gst_inclusive: bool,
    is_sold: bool,
    is_there: bool,
    created_at: DateTime<Utc>,
}

impl From<WishRow> for Wish {
    fn from(row: WishRow) -> Self {
        let basis = if row.is_gst_inclusive { PriceBasis::Inclusive } else { PriceBasis::Exclusive };
        Self {
            product_id: row.product_id,
            name: row.name,
            slug: row.slug,
            image: row.main_image_url,
            unit_price: shelf_price(row.base_price, row.gst_rate, basis).map(|price| price.with_gst),
            is_available: row.is_sold && row.is_there,
            added_at: row.created_at,
        }
    }
}

fn of(user: UserId) -> QueryBuilder<MySql> {
    let mut query = QueryBuilder::new(WISHES);
    query.push_bind(user);
    query
}

pub(crate) async fn list(conn: &mut MySqlConnection, user: UserId, page: PageRequest) -> sqlx::Result<Vec<Wish>> {
    let mut query = of(user);
    query.push(" ORDER BY w.id DESC LIMIT ").push_bind(page.limit()).push(" OFFSET ").push_bind(page.offset());
    let rows: Vec<WishRow> = query.build_query_as().fetch_all(conn).await?;
    Ok(rows.into_iter().map(Wish::from).collect())
}

pub(crate) async fn find(conn: &mut MySqlConnection, user: UserId, product: ProductId) -> sqlx::Result<Option<Wish>> {
    let mut query = of(user);
    query.push(" AND w.product_id = ").push_bind(product);
    let row: Option<WishRow> = query.build_query_as().fetch_optional(conn).await?;
    Ok(row.map(Wish::from))
}

pub(crate) async fn count(conn: &mut MySqlConnection, user: UserId) -> sqlx::Result<i64> {
    sqlx::query_scalar("SELECT COUNT(*) FROM wishlists WHERE user_id = ?").bind(user).fetch_one(conn).await
}

/// Whether shoppers can see the product: whatever is hidden around it hides it too.
pub(crate) async fn is_sold(conn: &mut MySqlConnection, product: ProductId) -> sqlx::Result<bool> {
    sqlx::query_scalar(
        "WITH RECURSIVE shown (id) AS (
             SELECT id FROM categories WHERE parent_id IS NULL AND is_active
             UNION ALL
             SELECT c.id FROM categories c JOIN shown s ON c.parent_id = s.id WHERE c.is_active
         )
         SELECT EXISTS (
             SELECT 1 FROM products p JOIN shown s ON s.id = p.category_id WHERE p.id = ? AND p.status = 'active'
         )",
    )
    .bind(product)
    .fetch_one(conn)
    .await
}

pub(crate) async fn insert(
    conn: &mut MySqlConnection,
    user: UserId,
    product: ProductId,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query("INSERT INTO wishlists (user_id, product_id, created_at) VALUES (?, ?, ?)")
        .bind(user)
        .bind(product)
        .bind(now)
        .execute(conn)
        .await
        .map(drop)
}

/// Whether it was wished for.
pub(crate) async fn take(conn: &mut MySqlConnection, user: UserId, product: ProductId) -> sqlx::Result<bool> {
    let taken = sqlx::query("DELETE FROM wishlists WHERE user_id = ? AND product_id = ?")
        .bind(user)
        .bind(product)
        .execute(conn)
        .await?;
    Ok(taken.rows_affected() == 1)
}

pub(crate) async fn delete_all(conn: &mut MySqlConnection, user: UserId) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM wishlists WHERE user_id = ?").bind(user).execute(conn).await.map(drop)
}
