//! `/api/v1/users/wishlist`

use axum::extract::State;
use commerce::ids::ProductId;
use kernel::Page;
use shared::database;
use shared::identity::CurrentUser;
use shared::web::{Conn, Envelope, ErrorBody, Paging, Path, Query, Result, Valid};
use sqlx::MySqlPool;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::asker::Asker;
use crate::shopping::{Cart, Shop};
use crate::state::AppState;
use crate::wishes::{self, MoveToCart, Wish};

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(add, remove)).routes(routes!(move_to_cart))
}

/// Lists what the caller wishes for, the latest wish first.
#[utoipa::path(get, path = "/wishlist", tag = "wishlist", params(Paging), extensions(("x-permission" = json!("user"))),
    responses((status = 200, body = Envelope<Page<Wish>>), (status = 400, body = ErrorBody), (status = 401, body = ErrorBody)))]
async fn list(user: CurrentUser, Query(paging): Query<Paging>, mut conn: Conn) -> Result<Envelope<Page<Wish>>> {
    Ok(Envelope::of(wishes::list(&mut conn, user.id, &paging).await?))
}

/// Puts a product on the caller's wishlist; again, it changes nothing.
#[utoipa::path(post, path = "/wishlist/{product_id}", tag = "wishlist", params(("product_id" = ProductId, Path)),
    extensions(("x-permission" = json!("user"))),
    responses((status = 200, body = Envelope<Wish>), (status = 400, body = ErrorBody), (status = 401, body = ErrorBody),
              (status = 404, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn add(asker: Asker, State(db): State<MySqlPool>, Path(product): Path<ProductId>) -> Result<Envelope<Wish>> {
    Ok(Envelope::of(database::retry(|| wishes::add(&db, asker.user, product, asker.now)).await?))
}

/// Takes a product off the caller's wishlist; again, it changes nothing.
#[utoipa::path(delete, path = "/wishlist/{product_id}", tag = "wishlist", params(("product_id" = ProductId, Path)),
    extensions(("x-permission" = json!("user"))),
    responses((status = 200, body = Envelope<Option<Wish>>), (status = 400, body = ErrorBody), (status = 401, body = ErrorBody)))]
async fn remove(
    user: CurrentUser,
    State(db): State<MySqlPool>,
    Path(product): Path<ProductId>,
) -> Result<Envelope<()>> {
    Ok(Envelope::of(database::retry(|| wishes::remove(&db, user.id, product)).await?))
}

/// Moves a product from the caller's wishlist into their cart, and shows the cart; again, it only shows it.
#[utoipa::path(post, path = "/wishlist/{product_id}/move-to-cart", tag = "wishlist",
    params(("product_id" = ProductId, Path)), request_body(content = Option<MoveToCart>),
    extensions(("x-permission" = json!("user"))),
    responses((status = 200, body = Envelope<Cart>), (status = 400, body = ErrorBody), (status = 401, body = ErrorBody),
              (status = 404, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn move_to_cart(
    asker: Asker,
    State(shop): State<Shop>,
    Path(product): Path<ProductId>,
    wanted: Option<Valid<MoveToCart>>,
) -> Result<Envelope<Cart>> {
    let wanted = wanted.map(|Valid(wanted)| wanted).unwrap_or_default();
    let moved = || wishes::move_to_cart(&shop, asker.user, product, &wanted, asker.now);
    Ok(Envelope::of(database::retry(moved).await?.cart))
}
