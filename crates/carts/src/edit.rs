//! What a shopper does with a cart.

use std::num::NonZeroU32;

use chrono::{DateTime, Utc};
use commerce::ids::{CartId, CartItemId, ProductId, VariationId};
use kernel::UserId;
use sqlx::MySqlConnection;

use crate::line::{Goods, Step};
use crate::store::lines::{Change, Entry};
use crate::{CartRefusal, Limits, Line, Offer, Owner, Result, store};

/// So many pieces more of a product, or of one of its variations.
#[derive(Clone, Copy, Debug)]
pub struct Addition {
    /// Of which product.
    pub product: ProductId,
    /// Of which of its variations, if it is sold by them.
    pub variation: Option<VariationId>,
    /// How many more.
    pub quantity: NonZeroU32,
}

/// So many pieces in a line.
#[derive(Clone, Copy, Debug)]
pub struct Amount {
    /// In which one.
    pub line: CartItemId,
    /// How many in all.
    pub quantity: NonZeroU32,
}

/// What is in a cart, in the order in which it was put there.
pub async fn list(conn: &mut MySqlConnection, owner: Owner) -> sqlx::Result<Vec<Line>> {
    store::lines::list(conn, owner).await
}

/// Puts pieces into a cart, which is made if there is none. Who adds to a line has seen the present price.
pub async fn add(
    conn: &mut MySqlConnection,
    owner: Owner,
    addition: Addition,
    limits: Limits,
    now: DateTime<Utc>,
) -> Result<()> {
    let goods = (addition.product, addition.variation);
    let offer = find_sold(conn, goods).await?;
    let cart = open(conn, owner, now).await?;
    let entries = store::lines::list_entries(conn, cart).await?;
    let line = entries.iter().find(|entry| entry.goods() == goods);
    let from = line.map_or(0, |line| line.quantity);
    let to = from.saturating_add(addition.quantity.get());
    let others = pieces_beside(&entries, goods);
    Step { from, to, others }.check(&offer, limits)?;
    let change = Change { quantity: to, price: offer.unit_price, now };
    match line {
        Some(line) => store::lines::update(conn, line.id, change).await?,
        None => store::lines::insert(conn, cart, goods, change).await?,
    }
    Ok(store::carts::update_revision(conn, cart, now).await?)
}

/// Sets how many pieces a line holds.
pub async fn set_quantity(
    conn: &mut MySqlConnection,
    owner: Owner,
    amount: Amount,
    limits: Limits,
    now: DateTime<Utc>,
) -> Result<()> {
    let cart = lock(conn, owner).await?.ok_or(CartRefusal::NoSuchLine)?;
    let entries = store::lines::list_entries(conn, cart).await?;
    let line = entries.iter().find(|entry| entry.id == amount.line).ok_or(CartRefusal::NoSuchLine)?;
    let offer = store::offers::find(conn, line.goods()).await?.ok_or(CartRefusal::NoSuchProduct)?;
    let (from, to) = (line.quantity, amount.quantity.get());
    let others = pieces_beside(&entries, line.goods());
    Step { from, to, others }.check(&offer, limits)?;
    store::lines::update(conn, line.id, Change { quantity: to, price: line.added_price, now }).await?;
    Ok(store::carts::update_revision(conn, cart, now).await?)
}

/// Takes a line out of a cart.
pub async fn remove(conn: &mut MySqlConnection, owner: Owner, line: CartItemId, now: DateTime<Utc>) -> Result<()> {
    let cart = lock(conn, owner).await?.ok_or(CartRefusal::NoSuchLine)?;
    let entries = store::lines::list_entries(conn, cart).await?;
    let line = entries.iter().find(|entry| entry.id == line).ok_or(CartRefusal::NoSuchLine)?;
    store::lines::delete(conn, line.id).await?;
    Ok(store::carts::update_revision(conn, cart, now).await?)
}

/// Takes everything out of a cart; an empty one stays empty.
pub async fn clear(conn: &mut MySqlConnection, owner: Owner, now: DateTime<Utc>) -> Result<()> {
    let Some(cart) = lock(conn, owner).await? else { return Ok(()) };
    store::lines::delete_all(conn, cart).await?;
    Ok(store::carts::update_revision(conn, cart, now).await?)
}

/// Takes the cart of a user who is forgotten away, with everything in it.
pub async fn forget(conn: &mut MySqlConnection, user: UserId) -> sqlx::Result<()> {
    let Some(cart) = store::carts::lock(conn, Owner::User(user)).await? else { return Ok(()) };
    store::lines::delete_all(conn, cart).await?;
    store::carts::delete(conn, cart).await
}

/// Locks the cart of `owner`, if there is one, for whoever is about to write to it.
async fn lock(conn: &mut MySqlConnection, owner: Owner) -> Result<Option<CartId>> {
    if let Owner::Guest(guest) = owner {
        let is_open = store::guests::lock(conn, guest).await?;
        is_open.then_some(()).ok_or(CartRefusal::SessionEnded)?;
    }
    Ok(store::carts::lock(conn, owner).await?)
}

/// Locks the cart of `owner`, made if there is none.
async fn open(conn: &mut MySqlConnection, owner: Owner, now: DateTime<Utc>) -> Result<CartId> {
    match lock(conn, owner).await? {
        Some(cart) => Ok(cart),
        None => Ok(store::carts::insert(conn, owner, now).await?),
    }
}

/// What the shop sells under these keys. Whether a product is sold at all comes before the question which variation is meant.
async fn find_sold(conn: &mut MySqlConnection, goods: Goods) -> Result<Offer> {
    let offer = store::offers::find(conn, goods).await?.ok_or(CartRefusal::NoSuchProduct)?;
    match (offer.is_shown, goods.1) {
        (false, _) => Err(CartRefusal::NoSuchProduct.into()),
        (true, _) if offer.is_sold => Ok(offer),
        (true, Some(_)) => Err(CartRefusal::NoSuchVariation.into()),
        (true, None) => Err(CartRefusal::VariationNeeded.into()),
    }
}

/// How many pieces all other lines hold.
fn pieces_beside(entries: &[Entry], goods: Goods) -> u32 {
    let others = entries.iter().filter(|entry| entry.goods() != goods);
    others.fold(0, |sum, entry| sum.saturating_add(entry.quantity))
}
