//! Products as shoppers find and read them.

mod find;
mod view;

pub use find::{CartInfoRequest, ListProducts, ProductSort, Search, SortOrder};
pub use view::{CartInfo, CartItem, NamedRef, Product, ProductSummary};

use kernel::Page;
use shared::web::Result;
use sqlx::{MySqlConnection, MySqlPool};

use crate::store;

/// One page of the products that `wanted` describes; a category stands for itself and everything below it.
pub async fn list(conn: &mut MySqlConnection, wanted: &ListProducts) -> Result<Page<ProductSummary>> {
    let categories = match wanted.category_id {
        Some(category) => Some(store::categories::list_below(conn, category).await?),
        None => None,
    };
    let filter = store::products::Filter { wanted, categories };
    let total = store::products::count(conn, &filter).await?;
    let items = store::products::list(conn, &filter).await?;
    Ok(Page::new(items, wanted.request(), total))
}

/// The present price and availability of the products in a cart, and which of them are gone.
///
/// Takes its connection when the body has arrived: a client that sends slowly keeps none busy.
pub async fn cart_info(db: &MySqlPool, wanted: &CartInfoRequest) -> Result<CartInfo> {
    let mut conn = db.acquire().await?;
    let items = store::products::list_for_cart(&mut conn, &wanted.product_ids).await?;
    let is_gone = |id: &&_| !items.iter().any(|item| item.summary.id == **id);
    let missing = wanted.product_ids.iter().filter(is_gone).copied().collect();
    Ok(CartInfo { items, missing })
}
