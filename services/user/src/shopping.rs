//! The cart as users and guests fill it.

mod ask;
mod view;

pub use ask::{AddToCart, SetQuantity};
pub use view::{Cart, CartItem, CartLimits, Change, ChangeKind};

use std::num::NonZeroU32;

use carts::{Addition, Amount, CartRefusal, GuestToken, Limits, Owner, guests};
use chrono::{DateTime, Utc};
use commerce::ids::{CartItemId, GuestId, ProductId};
use kernel::UserId;
use shared::settings::Settings;
use shared::web::{Error, Result};
use sqlx::{MySql, MySqlConnection, MySqlPool, Transaction};

/// What the use cases of the cart stand on.
#[derive(Clone, Debug)]
pub struct Shop {
    /// Where carts are.
    pub database: MySqlPool,
    /// The shop's limits.
    pub settings: Settings,
}

/// Somebody at a cart.
#[derive(Clone, Debug)]
pub struct Visit {
    /// Who signed in.
    pub user: Option<UserId>,
    /// What they showed as a guest; a user's own cart comes first.
    pub guest: Option<GuestToken>,
    /// When.
    pub now: DateTime<Utc>,
}

/// A cart, and the guest's session that it belongs to.
#[derive(Debug)]
pub struct Shown {
    /// What is in it.
    pub cart: Cart,
    /// By what its guest is known; nothing if it is a user's, or nobody's.
    pub session: Option<GuestToken>,
}

/// Whose cart a visit is about.
struct Holder {
    owner: Owner,
    session: Option<GuestToken>,
}

const QUANTITY_LIMIT: Error =
    Error::Impossible { code: "QUANTITY_LIMIT", message: "a cart does not take this many pieces of the product" };
const CART_FULL: Error =
    Error::Impossible { code: "CART_FULL", message: "the cart does not take so many pieces in all" };
const INSUFFICIENT_STOCK: Error =
    Error::Impossible { code: "INSUFFICIENT_STOCK", message: "there is not enough of this product in stock" };
const TOO_MUCH: Error =
    Error::Impossible { code: "AMOUNT_TOO_LARGE", message: "the cart would cost more than the shop can write down" };
const SESSION_ENDED: Error =
    Error::Conflict { code: "CONFLICT", message: "this cart was moved to an account a moment ago" };
const NO_SUCH_LINE: Error = Error::NotFound("cart item");

/// Shows a cart; to somebody without one an empty one, and makes none.
pub async fn show(shop: &Shop, visit: &Visit) -> Result<Shown> {
    let mut conn = shop.database.acquire().await?;
    let limits = shop.limits(&mut conn).await?;
    match visit.holder(&mut conn).await? {
        Some(holder) => holder.show(&mut conn, limits).await,
        None => Ok(Shown::nothing(limits)),
    }
}

/// Adds a product; a guest without a session is given one.
pub async fn add(shop: &Shop, visit: &Visit, product: ProductId, wanted: &AddToCart) -> Result<Shown> {
    let mut tx = shop.database.begin().await?;
    let limits = shop.limits(&mut tx).await?;
    let holder = match visit.holder(&mut tx).await? {
        Some(holder) => holder,
        None => Holder::guest(guests::open(&mut tx, visit.now).await?),
    };
    let addition = Addition { product, variation: wanted.variation_id, quantity: wanted.quantity() };
    carts::add(&mut tx, holder.owner, addition, limits, visit.now).await.map_err(refused)?;
    holder.finish_payable(tx, limits).await
}

/// Adds to the cart of `user` in the caller's transaction, and shows it; without an addition it is only shown.
pub(crate) async fn add_within(
    shop: &Shop,
    conn: &mut MySqlConnection,
    user: UserId,
    addition: Option<Addition>,
    now: DateTime<Utc>,
) -> Result<Shown> {
    let limits = shop.limits(conn).await?;
    let holder = Holder { owner: Owner::User(user), session: None };
    let Some(addition) = addition else { return holder.show(conn, limits).await };
    carts::add(conn, holder.owner, addition, limits, now).await.map_err(refused)?;
    let shown = holder.show(conn, limits).await?;
    if shown.cart.costs_too_much { Err(TOO_MUCH) } else { Ok(shown) }
}

/// Sets how many pieces a line holds; none takes it out.
pub async fn set_quantity(shop: &Shop, visit: &Visit, line: CartItemId, quantity: u32) -> Result<Shown> {
    let Some(quantity) = NonZeroU32::new(quantity) else { return remove(shop, visit, line).await };
    let mut tx = shop.database.begin().await?;
    let limits = shop.limits(&mut tx).await?;
    let holder = visit.holder(&mut tx).await?.ok_or(NO_SUCH_LINE)?;
    let amount = Amount { line, quantity };
    carts::set_quantity(&mut tx, holder.owner, amount, limits, visit.now).await.map_err(refused)?;
    holder.finish_payable(tx, limits).await
}

/// Takes a line out.
pub async fn remove(shop: &Shop, visit: &Visit, line: CartItemId) -> Result<Shown> {
    let mut tx = shop.database.begin().await?;
    let limits = shop.limits(&mut tx).await?;
    let holder = visit.holder(&mut tx).await?.ok_or(NO_SUCH_LINE)?;
    carts::remove(&mut tx, holder.owner, line, visit.now).await.map_err(refused)?;
    holder.finish(tx, limits).await
}

/// Takes everything out; what is empty stays so.
pub async fn clear(shop: &Shop, visit: &Visit) -> Result<Shown> {
    let mut tx = shop.database.begin().await?;
    let limits = shop.limits(&mut tx).await?;
    let Some(holder) = visit.holder(&mut tx).await? else { return Ok(Shown::nothing(limits)) };
    carts::clear(&mut tx, holder.owner, visit.now).await.map_err(refused)?;
    holder.finish(tx, limits).await
}

/// Moves the guest's cart of this visit into that of `user`; without a guest, or a second time, it only shows the cart.
pub async fn merge(shop: &Shop, visit: &Visit, user: UserId) -> Result<Shown> {
    let mut tx = shop.database.begin().await?;
    let limits = shop.limits(&mut tx).await?;
    if let Some(token) = &visit.guest
        && let Some(guest) = guests::find(&mut tx, token, visit.now).await?
    {
        carts::merge(&mut tx, guest, user, limits, visit.now).await?;
    }
    Holder { owner: Owner::User(user), session: None }.finish(tx, limits).await
}

impl Shop {
    async fn limits(&self, conn: &mut MySqlConnection) -> Result<Limits> {
        Ok(Limits::of(&*self.settings.read(conn).await?)?)
    }
}

impl Visit {
    /// Whose cart it is: nobody's if nobody signed in and no session is known.
    async fn holder(&self, conn: &mut MySqlConnection) -> Result<Option<Holder>> {
        if let Some(user) = self.user {
            return Ok(Some(Holder { owner: Owner::User(user), session: None }));
        }
        let Some(token) = &self.guest else { return Ok(None) };
        let guest = guests::find(conn, token, self.now).await?;
        Ok(guest.map(|guest| Holder::guest((guest, token.clone()))))
    }
}

impl Holder {
    fn guest((guest, token): (GuestId, GuestToken)) -> Self {
        Self { owner: Owner::Guest(guest), session: Some(token) }
    }

    async fn show(self, conn: &mut MySqlConnection, limits: Limits) -> Result<Shown> {
        let lines = carts::list(conn, self.owner).await?;
        Ok(Shown { cart: Cart::of(lines, limits), session: self.session })
    }

    /// Shows the cart as it has become, and makes it so.
    async fn finish(self, mut tx: Transaction<'_, MySql>, limits: Limits) -> Result<Shown> {
        let shown = self.show(&mut tx, limits).await?;
        tx.commit().await?;
        Ok(shown)
    }

    /// Like [`Holder::finish`], unless no amount can be what the cart would cost: then it stays as it was.
    async fn finish_payable(self, mut tx: Transaction<'_, MySql>, limits: Limits) -> Result<Shown> {
        let shown = self.show(&mut tx, limits).await?;
        if shown.cart.costs_too_much {
            return Err(TOO_MUCH);
        }
        tx.commit().await?;
        Ok(shown)
    }
}

impl Shown {
    fn nothing(limits: Limits) -> Self {
        Self { cart: Cart::of(Vec::new(), limits), session: None }
    }
}

/// What a shopper is told who cannot have what they asked for.
fn refused(error: carts::Error) -> Error {
    let refusal = match error {
        carts::Error::Database(error) => return error.into(),
        carts::Error::Refused(refusal) => refusal,
    };
    match refusal {
        CartRefusal::QuantityLimit { .. } => QUANTITY_LIMIT,
        CartRefusal::CartFull { .. } => CART_FULL,
        CartRefusal::OutOfStock { .. } => INSUFFICIENT_STOCK,
        CartRefusal::NoSuchProduct => Error::NotFound("product"),
        CartRefusal::VariationNeeded => Error::invalid("variation_id", "is required: choose a variation"),
        CartRefusal::NoSuchVariation => Error::invalid("variation_id", "is no variation of this product"),
        CartRefusal::NoSuchLine => NO_SUCH_LINE,
        CartRefusal::SessionEnded => SESSION_ENDED,
    }
}
