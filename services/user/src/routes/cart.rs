//! `/api/v1/users/cart`

use axum::extract::State;
use commerce::ids::{CartItemId, ProductId};
use shared::database;
use shared::identity::CurrentUser;
use shared::web::{Envelope, ErrorBody, Path, Result, Valid};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::visit::{Answer, Visitor};
use crate::shopping::{self, AddToCart, Cart, SetQuantity, Shop};
use crate::state::AppState;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(show_cart, clear_cart))
        .routes(routes!(add_to_cart, set_quantity, remove_from_cart))
        .routes(routes!(merge_carts))
}

/// Shows the cart of a user or guest.
#[utoipa::path(get, path = "/cart", tag = "cart", extensions(("x-permission" = json!("anyone"))),
    responses((status = 200, body = Envelope<Cart>), (status = 401, body = ErrorBody)))]
async fn show_cart(State(shop): State<Shop>, visitor: Visitor) -> Result<Answer> {
    let shown = shopping::show(&shop, &visitor.visit).await?;
    Ok(visitor.answer(shown))
}

/// Takes everything out of the cart.
#[utoipa::path(delete, path = "/cart", tag = "cart", extensions(("x-permission" = json!("anyone"))),
    responses((status = 200, body = Envelope<Cart>), (status = 401, body = ErrorBody)))]
async fn clear_cart(State(shop): State<Shop>, visitor: Visitor) -> Result<Answer> {
    let shown = database::retry(|| shopping::clear(&shop, &visitor.visit)).await?;
    Ok(visitor.answer(shown))
}

/// Puts pieces of a product into the cart; `id` is the product's. Each variation of a product is a line of its own. A guest without a session is given one, in the header
/// `X-Session-ID` and in a cookie.
#[utoipa::path(post, path = "/cart/{id}", tag = "cart", params(("id" = ProductId, Path)), request_body = AddToCart,
    extensions(("x-permission" = json!("anyone"))),
    responses((status = 200, body = Envelope<Cart>), (status = 400, body = ErrorBody), (status = 401, body = ErrorBody),
              (status = 404, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn add_to_cart(
    State(shop): State<Shop>,
    visitor: Visitor,
    Path(product): Path<ProductId>,
    Valid(wanted): Valid<AddToCart>,
) -> Result<Answer> {
    let shown = database::retry(|| shopping::add(&shop, &visitor.visit, product, &wanted)).await?;
    Ok(visitor.answer(shown))
}

/// Sets how many pieces a line holds; 0 takes it out. `id` is the line's.
#[utoipa::path(put, path = "/cart/{id}", tag = "cart", params(("id" = CartItemId, Path)), request_body = SetQuantity,
    extensions(("x-permission" = json!("anyone"))),
    responses((status = 200, body = Envelope<Cart>), (status = 400, body = ErrorBody), (status = 401, body = ErrorBody),
              (status = 404, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn set_quantity(
    State(shop): State<Shop>,
    visitor: Visitor,
    Path(line): Path<CartItemId>,
    Valid(wanted): Valid<SetQuantity>,
) -> Result<Answer> {
    let shown = database::retry(|| shopping::set_quantity(&shop, &visitor.visit, line, wanted.quantity)).await?;
    Ok(visitor.answer(shown))
}

/// Takes a line out of the cart; `id` is the line's.
#[utoipa::path(delete, path = "/cart/{id}", tag = "cart", params(("id" = CartItemId, Path)),
    extensions(("x-permission" = json!("anyone"))),
    responses((status = 200, body = Envelope<Cart>), (status = 400, body = ErrorBody), (status = 401, body = ErrorBody),
              (status = 404, body = ErrorBody)))]
async fn remove_from_cart(State(shop): State<Shop>, visitor: Visitor, Path(line): Path<CartItemId>) -> Result<Answer> {
    let shown = database::retry(|| shopping::remove(&shop, &visitor.visit, line)).await?;
    Ok(visitor.answer(shown))
}

/// Moves what the caller put into a cart as a guest into their own; asked again, it changes nothing.
#[utoipa::path(post, path = "/cart/migrate-guest-to-user", tag = "cart", extensions(("x-permission" = json!("user"))),
    responses((status = 200, body = Envelope<Cart>), (status = 401, body = ErrorBody)))]
async fn merge_carts(user: CurrentUser, State(shop): State<Shop>, visitor: Visitor) -> Result<Answer> {
    let shown = database::retry(|| shopping::merge(&shop, &visitor.visit, user.id)).await?;
    Ok(visitor.answer(shown))
}
