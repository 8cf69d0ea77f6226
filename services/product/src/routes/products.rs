//! `/api/v1/products`

use std::num::NonZeroU64;

use axum::Extension;
use axum::extract::{OriginalUri, State};
use commerce::ids::ProductId;
use shared::settings::Settings;
use shared::web::{About, Conn, Envelope, Error, ErrorBody, Path, Query, Result, Valid};
use sqlx::MySqlPool;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::placed::Placed;
use crate::products::{
    self, AskQuantity, AskStock, AskSuggestions, Attributes, CartInfo, CartInfoRequest, Judgement, ListProducts,
    Listing, Product, StockInfo, Suggestions, Wanted,
};
use crate::search::Finder;
use crate::slugs::Kind;
use crate::state::AppState;
use crate::store;

const NO_SUCH_PRODUCT: Error = Error::NotFound("product");

/// What is the same for everybody.
pub(super) fn shown() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(show)).routes(routes!(show_by_slug))
}

/// What each cart, page and keystroke asks for itself, and has to be so now.
pub(super) fn asked() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(suggest))
        .routes(routes!(show_for_cart))
        .routes(routes!(show_stock))
        .routes(routes!(judge_quantity))
}

/// A product's page, and which one it shows.
type Shown = (Option<Extension<About>>, Envelope<Product>);

fn shown_as(product: Product) -> Shown {
    let about = NonZeroU64::new(product.summary.id.get()).map(About);
    (about.map(Extension), Envelope::of(product))
}

/// Lists products. `attr.<slug>=value`, such as `attr.size=M`, narrows the list to what is sold so; it may be repeated.
#[utoipa::path(get, path = "", tag = "products", params(ListProducts), extensions(("x-permission" = json!("anyone"))),
    responses((status = 200, body = Envelope<Listing>), (status = 400, body = ErrorBody)))]
async fn list(
    State(finder): State<Finder>,
    Query(list): Query<ListProducts>,
    Query(attributes): Query<Attributes>,
    mut conn: Conn,
) -> Result<Envelope<Listing>> {
    Ok(Envelope::of(products::list(&mut conn, &finder, Wanted { list, attributes }).await?))
}

/// Suggests products, categories and brands for what somebody is typing.
#[utoipa::path(get, path = "/suggest", tag = "products", params(AskSuggestions),
    extensions(("x-permission" = json!("anyone"))),
    responses((status = 200, body = Envelope<Suggestions>), (status = 400, body = ErrorBody)))]
async fn suggest(
    State(finder): State<Finder>,
    Query(asked): Query<AskSuggestions>,
    mut conn: Conn,
) -> Result<Envelope<Suggestions>> {
    Ok(Envelope::of(products::suggest(&mut conn, &finder, asked).await?))
}

/// Shows one product, with every variation that it is sold as.
#[utoipa::path(get, path = "/{id}", tag = "products", params(("id" = ProductId, Path)),
    extensions(("x-permission" = json!("anyone"))),
    responses((status = 200, body = Envelope<Product>), (status = 400, body = ErrorBody), (status = 404, body = ErrorBody)))]
async fn show(Path(id): Path<ProductId>, mut conn: Conn) -> Result<Shown> {
    let product = store::products::find(&mut conn, id).await?.ok_or(NO_SUCH_PRODUCT)?;
    Ok(shown_as(product))
}

/// Shows one product by the last part of its page's address; where that was another before, tells the new one.
#[utoipa::path(get, path = "/slug/{slug}", tag = "products", params(("slug" = String, Path)),
    extensions(("x-permission" = json!("anyone"))),
    responses((status = 200, body = Envelope<Product>), (status = 301), (status = 404, body = ErrorBody)))]
async fn show_by_slug(
    Path(slug): Path<String>,
    OriginalUri(uri): OriginalUri,
    mut conn: Conn,
) -> Result<Placed<Shown>> {
    if let Some(product) = store::products::find_by_slug(&mut conn, &slug).await? {
        return Ok(Placed::Here(shown_as(product)));
    }
    let moved = store::slugs::find_successor(&mut conn, Kind::Product, &slug).await?.ok_or(NO_SUCH_PRODUCT)?;
    store::products::find_by_slug(&mut conn, moved.as_str()).await?.ok_or(NO_SUCH_PRODUCT)?;
    Ok(Placed::moved(&uri, &moved))
}

/// Tells a cart page the present price and availability of its products.
#[utoipa::path(post, path = "/bulk-cart-info", tag = "products", request_body = CartInfoRequest,
    extensions(("x-permission" = json!("anyone"))),
    responses((status = 200, body = Envelope<CartInfo>), (status = 400, body = ErrorBody)))]
async fn show_for_cart(
    State(db): State<MySqlPool>,
    State(settings): State<Settings>,
    Valid(wanted): Valid<CartInfoRequest>,
) -> Result<Envelope<CartInfo>> {
    Ok(Envelope::of(products::cart_info(&db, &settings, &wanted).await?))
}

/// Tells what can be had now of some products.
#[utoipa::path(get, path = "/stock-status/bulk", tag = "products", params(AskStock),
    extensions(("x-permission" = json!("anyone"))),
    responses((status = 200, body = Envelope<StockInfo>), (status = 400, body = ErrorBody)))]
async fn show_stock(
    State(settings): State<Settings>,
    Query(asked): Query<AskStock>,
    mut conn: Conn,
) -> Result<Envelope<StockInfo>> {
    Ok(Envelope::of(products::stock(&mut conn, &settings, &asked).await?))
}

/// Tells whether one cart can hold so many pieces of a product, or of one of its variations, now.
#[utoipa::path(get, path = "/{id}/cart-validation", tag = "products", params(("id" = ProductId, Path), AskQuantity),
    extensions(("x-permission" = json!("anyone"))),
    responses((status = 200, body = Envelope<Judgement>), (status = 400, body = ErrorBody),
              (status = 404, body = ErrorBody)))]
async fn judge_quantity(
    State(settings): State<Settings>,
    Path(id): Path<ProductId>,
    Query(asked): Query<AskQuantity>,
    mut conn: Conn,
) -> Result<Envelope<Judgement>> {
    Ok(Envelope::of(products::judge(&mut conn, &settings, id, &asked).await?))
}
