//! The lines of carts.

use std::num::NonZeroU32;

use chrono::{DateTime, Utc};
use commerce::ids::{CartId, CartItemId, ProductId, VariationId};
use kernel::Paise;
use sqlx::{FromRow, MySqlConnection};

use super::offers::{self, OfferRow};
use crate::line::Goods;
use crate::{Line, Owner};

/// A line as whoever changes it has to know it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    pub(crate) id: CartItemId,
    pub(crate) product: ProductId,
    pub(crate) variation: Option<VariationId>,
    pub(crate) quantity: u32,
    pub(crate) added_price: Paise,
    /// The product's own limits of a line.
    pub(crate) least: u32,
    pub(crate) most: u32,
}

impl Entry {
    /// What it is a line of.
    pub(crate) fn goods(&self) -> Goods {
        (self.product, self.variation)
    }
}

/// What becomes of a line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Change {
    pub(crate) quantity: u32,
    pub(crate) price: Paise,
    pub(crate) now: DateTime<Utc>,
}

#[derive(FromRow)]
struct LineRow {
    line_id: CartItemId,
    quantity: i32,
    added_price: Paise,
    #[sqlx(flatten)]
    offer: OfferRow,
}

impl TryFrom<LineRow> for Line {
    type Error = sqlx::Error;

    fn try_from(row: LineRow) -> sqlx::Result<Self> {
        let quantity = NonZeroU32::new(row.quantity.unsigned_abs());
        let quantity = quantity.ok_or_else(|| sqlx::Error::Decode(format!("line {} is empty", row.line_id).into()))?;
        Ok(Self { id: row.line_id, quantity, added_price: row.added_price, offer: row.offer.try_into()? })
    }
}

/// The lines of a cart with what has become of their products, in the order in which they were added.
pub(crate) async fn list(conn: &mut MySqlConnection, owner: Owner) -> sqlx::Result<Vec<Line>> {
    let mut query = offers::select(", i.id AS line_id, i.quantity, i.added_price");
    query.push(" JOIN cart_items i ON i.product_id = p.id JOIN carts k ON k.id = i.cart_id");
    query.push(" LEFT JOIN product_variations v ON v.id = i.variation_id AND v.product_id = p.id");
    match owner {
        Owner::User(user) => query.push(" WHERE k.user_id = ").push_bind(user),
        Owner::Guest(guest) => query.push(" WHERE k.guest_session_id = ").push_bind(guest),
    };
    query.push(" ORDER BY i.added_at, i.id");
    let rows: Vec<LineRow> = query.build_query_as().fetch_all(&mut *conn).await?;
    let mut lines = rows.into_iter().map(Line::try_from).collect::<sqlx::Result<Vec<_>>>()?;
    offers::name(conn, lines.iter_mut().map(|line| &mut line.offer).collect()).await?;
    Ok(lines)
}

type EntryRow = (CartItemId, ProductId, Option<VariationId>, i32, Paise, i32, i32);

/// The lines of a locked cart, by product and variation.
pub(crate) async fn list_entries(conn: &mut MySqlConnection, cart: CartId) -> sqlx::Result<Vec<Entry>> {
    let rows: Vec<EntryRow> = sqlx::query_as(
        "SELECT i.id, i.product_id, i.variation_id, i.quantity, i.added_price, p.min_cart_quantity, p.max_cart_quantity
         FROM cart_items i JOIN products p ON p.id = i.product_id
         WHERE i.cart_id = ? ORDER BY i.product_id, i.variation_slot",
    )
    .bind(cart)
    .fetch_all(conn)
    .await?;
    let entry = |(id, product, variation, quantity, added_price, least, most): EntryRow| Entry {
        id,
        product,
        variation,
        quantity: quantity.unsigned_abs(),
        added_price,
        least: least.unsigned_abs(),
        most: most.unsigned_abs(),
    };
    Ok(rows.into_iter().map(entry).collect())
}

pub(crate) async fn insert(
    conn: &mut MySqlConnection,
    cart: CartId,
    (product, variation): Goods,
    line: Change,
) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO cart_items (cart_id, product_id, variation_id, quantity, added_price, added_at, updated_at)
         VALUES (?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(cart)
    .bind(product)
    .bind(variation)
    .bind(line.quantity)
    .bind(line.price)
    .bind(line.now)
    .bind(line.now)
    .execute(conn)
    .await
    .map(drop)
}

pub(crate) async fn update(conn: &mut MySqlConnection, line: CartItemId, change: Change) -> sqlx::Result<()> {
    sqlx::query("UPDATE cart_items SET quantity = ?, added_price = ?, updated_at = ? WHERE id = ?")
        .bind(change.quantity)
        .bind(change.price)
        .bind(change.now)
        .bind(line)
        .execute(conn)
        .await
        .map(drop)
}

/// Moves a line to another cart, which has none of its product and variation; it keeps its key.
pub(crate) async fn update_cart(conn: &mut MySqlConnection, line: CartItemId, cart: CartId) -> sqlx::Result<()> {
    sqlx::query("UPDATE cart_items SET cart_id = ? WHERE id = ?").bind(cart).bind(line).execute(conn).await.map(drop)
}

pub(crate) async fn delete(conn: &mut MySqlConnection, line: CartItemId) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM cart_items WHERE id = ?").bind(line).execute(conn).await.map(drop)
}

pub(crate) async fn delete_all(conn: &mut MySqlConnection, cart: CartId) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM cart_items WHERE cart_id = ?").bind(cart).execute(conn).await.map(drop)
}
