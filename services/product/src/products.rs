//! Products as shoppers find and read them.

mod attributes;
mod cursor;
mod facets;
mod find;
mod listing;
mod offer;
mod view;

pub use attributes::Attributes;
pub use cursor::{Cursor, Sorting};
pub(crate) use cursor::{Key, Place};
pub use facets::{AttributeCounts, BrandCount, CategoryCount, Facets, PriceCount, ValueCount};
pub use find::{
    AskQuantity, AskStock, AskSuggestions, CartInfoRequest, ListProducts, ProductSort, Search, SortOrder, Wanted,
};
pub use listing::{Listing, Suggestion, Suggestions, list, suggest};
pub use offer::{Availability, Judgement, Reason, StockInfo, VariationAvailability};
pub(crate) use view::discount_percent;
pub use view::{CartInfo, CartItem, NamedRef, Product, ProductSummary, Variation, VariationAttribute};

use commerce::catalogue::ProductType;
use commerce::ids::{ProductId, VariationId};
use shared::settings::{Settings, Values};
use shared::web::{Error, Result};
use sqlx::{MySqlConnection, MySqlPool};

use crate::store;

const VARIATION: &str = "variation_id";

/// The present price and availability of the products in a cart, and which of them are gone.
///
/// Takes its connection when the body has arrived: a client that sends slowly keeps none busy.
pub async fn cart_info(db: &MySqlPool, settings: &Settings, wanted: &CartInfoRequest) -> Result<CartInfo> {
    let mut conn = db.acquire().await?;
    let most = most_of_a_product(&*settings.read(&mut conn).await?)?;
    let items = list_offers(&mut conn, &wanted.product_ids, most).await?;
    let missing = missing(&wanted.product_ids, &items);
    Ok(CartInfo { items, missing })
}

/// What can be had now of the products that `asked` names, and which of them are gone.
pub async fn stock(conn: &mut MySqlConnection, settings: &Settings, asked: &AskStock) -> Result<StockInfo> {
    let most = most_of_a_product(&*settings.read(conn).await?)?;
    let offers = list_offers(conn, &asked.product_ids, most).await?;
    let missing = missing(&asked.product_ids, &offers);
    Ok(StockInfo { items: offers.iter().map(Availability::of).collect(), missing })
}

/// Whether one cart can hold so many pieces of a product now, and why not.
pub async fn judge(
    conn: &mut MySqlConnection,
    settings: &Settings,
    product: ProductId,
    asked: &AskQuantity,
) -> Result<Judgement> {
    let most = most_of_a_product(&*settings.read(conn).await?)?;
    let offers = list_offers(conn, &[product], most).await?;
    let offer = offers.first().ok_or(Error::NotFound("product"))?;
    let variation = chosen(offer, asked.variation_id)?;
    Ok(Judgement::of(offer, variation, asked.quantity(), most))
}

/// The variation that is asked about: one, if the product is sold by them, and else none.
fn chosen(offer: &CartItem, asked: Option<VariationId>) -> Result<Option<&Variation>> {
    let is_variable = offer.summary.product_type == ProductType::Variable;
    let Some(asked) = asked else {
        return if is_variable { Err(Error::invalid(VARIATION, "is required: choose a variation")) } else { Ok(None) };
    };
    let found = offer.variations.iter().find(|variation| variation.id == asked);
    found.map(Some).ok_or_else(|| Error::invalid(VARIATION, "is no variation of this product"))
}

/// How many pieces of one product a cart takes, unless the product allows fewer.
fn most_of_a_product(settings: &Values) -> Result<i32> {
    Ok(i32::try_from(settings.whole("max_cart_quantity_per_product")?).unwrap_or(i32::MAX))
}

/// The products with these ids that a shopper may see, no more of each than one cart takes.
async fn list_offers(conn: &mut MySqlConnection, ids: &[ProductId], most: i32) -> Result<Vec<CartItem>> {
    let mut offers = store::products::list_for_cart(conn, ids).await?;
    for offer in &mut offers {
        offer.available_quantity = offer.available_quantity.min(most);
        for variation in &mut offer.variations {
            variation.available_quantity = variation.available_quantity.min(most);
        }
    }
    Ok(offers)
}

fn missing(ids: &[ProductId], found: &[CartItem]) -> Vec<ProductId> {
    ids.iter().filter(|id| !found.iter().any(|item| item.summary.id == **id)).copied().collect()
}
