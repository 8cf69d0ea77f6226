//! What a shopper does with a cart.

use std::num::NonZeroU32;

use chrono::{DateTime, Utc};
use commerce::ids::{CartId, CartItemId, ProductId};
use kernel::UserId;
use sqlx::MySqlConnection;

use crate::line::Step;
use crate::store::lines::{Change, Entry};
use crate::{CartRefusal, Limits, Line, Owner, Result, store};

/// So many pieces more of a product.
#[derive(Clone, Copy, Debug)]
pub struct Addition {
    /// Of which one.
    pub product: ProductId,
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
    let offer = store::offers::find(conn, addition.product).await?.filter(|offer| offer.is_sold);
    let offer = offer.ok_or(CartRefusal::NoSuchProduct)?;
    let cart = open(conn, owner, now).await?;
    let entries = store::lines::list_entries(conn, cart).await?;
    let line = entries.iter().find(|entry| entry.product == addition.product);
    let from = line.map_or(0, |line| line.quantity);
    let to = from.saturating_add(addition.quantity.get());
    let others = pieces_beside(&entries, offer.product);
    Step { from, to, others }.check(&offer, limits)?;
    let change = Change { quantity: to, price: offer.unit_price, now };
    match line {
        Some(line) => store::lines::update(conn, line.id, change).await?,
        None => store::lines::insert(conn, cart, offer.product, change).await?,
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
    let offer = store::offers::find(conn, line.product).await?.ok_or(CartRefusal::NoSuchProduct)?;
    let (from, to) = (line.quantity, amount.quantity.get());
    let others = pieces_beside(&entries, offer.product);
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

/// How many pieces the lines of all other products hold.
fn pieces_beside(entries: &[Entry], product: ProductId) -> u32 {
    let others = entries.iter().filter(|entry| entry.product != product);
    others.fold(0, |sum, entry| sum.saturating_add(entry.quantity))
}
