//! Wishlists: what somebody would like to have one day, beside what it costs now.

use std::num::NonZeroU32;

use chrono::{DateTime, Utc};
use commerce::ids::{ProductId, VariationId};
use kernel::{Page, Paise, UserId};
use serde::Serialize;
use shared::web::{Error, Paging, Result};
use sqlx::{MySqlConnection, MySqlPool};
use utoipa::ToSchema;
use validator::Validate;

use crate::shopping::{self, Shop, Shown};
use crate::store;

/// How many wishes somebody has at most.
const MOST: i64 = 500;

const FULL: Error = Error::Impossible { code: "WISHLIST_LIMIT", message: "a wishlist holds five hundred products" };
const NO_SUCH_PRODUCT: Error = Error::NotFound("product");

/// A wished-for product.
#[derive(Debug, Serialize, ToSchema)]
pub struct Wish {
    /// The product's key.
    pub product_id: ProductId,
    /// The product's name.
    pub name: String,
    /// The last part of the product's page's address.
    pub slug: String,
    /// The product's first picture.
    pub image: Option<String>,
    /// What one piece costs now, GST included; nothing if no amount can be that.
    pub unit_price: Option<Paise>,
    /// Whether it is sold and there is one.
    pub is_available: bool,
    /// Since when it is wished for.
    pub added_at: DateTime<Utc>,
}

/// How many pieces go from a wishlist into the cart.
#[derive(Debug, Default, eserde::Deserialize, Validate, ToSchema)]
pub struct MoveToCart {
    /// 1 unless said.
    #[serde(default)]
    #[validate(range(min = 1, message = "must be at least 1"))]
    #[schema(minimum = 1, example = 1)]
    pub quantity: Option<u32>,
    /// Which of its variations, if it is sold by them.
    #[serde(default)]
    #[schema(value_type = Option<u64>)]
    pub variation_id: Option<VariationId>,
}

/// A page of what `user` wishes for, the latest wish first.
pub async fn list(conn: &mut MySqlConnection, user: UserId, paging: &Paging) -> Result<Page<Wish>> {
    let total = store::wishes::count(conn, user).await?;
    let request = paging.request();
    let wishes = store::wishes::list(conn, user, request).await?;
    Ok(Page::new(wishes, request, total.unsigned_abs()))
}

/// `user` wishes for a product that the shop sells; wished for a second time it keeps its place.
pub async fn add(db: &MySqlPool, user: UserId, product: ProductId, now: DateTime<Utc>) -> Result<Wish> {
    let mut tx = db.begin().await?;
    store::profiles::lock_owner(&mut tx, user).await?.ok_or(Error::Unauthenticated)?;
    if store::wishes::find(&mut tx, user, product).await?.is_none() {
        if !store::wishes::is_sold(&mut tx, product).await? {
            return Err(NO_SUCH_PRODUCT);
        }
        if store::wishes::count(&mut tx, user).await? >= MOST {
            return Err(FULL);
        }
        store::wishes::insert(&mut tx, user, product, now).await?;
    }
    let wish = store::wishes::find(&mut tx, user, product).await?.ok_or(NO_SUCH_PRODUCT)?;
    tx.commit().await?;
    Ok(wish)
}

/// `user` does not wish for this any more, if they did.
pub async fn remove(db: &MySqlPool, user: UserId, product: ProductId) -> Result<()> {
    let mut conn = db.acquire().await?;
    store::wishes::take(&mut conn, user, product).await?;
    Ok(())
}

/// Moves a wish into the cart of `user`, both or neither. What is no wish any more was moved before: the cart is shown.
pub async fn move_to_cart(
    shop: &Shop,
    user: UserId,
    product: ProductId,
    wanted: &MoveToCart,
    now: DateTime<Utc>,
) -> Result<Shown> {
    let mut tx = shop.database.begin().await?;
    let quantity = wanted.quantity.and_then(NonZeroU32::new).unwrap_or(NonZeroU32::MIN);
    let is_wished = store::wishes::take(&mut tx, user, product).await?;
    let addition = is_wished.then_some(carts::Addition { product, variation: wanted.variation_id, quantity });
    let shown = shopping::add_within(shop, &mut tx, user, addition, now).await?;
    tx.commit().await?;
    Ok(shown)
}
