//! `/api/v1/products`: the lists of the shop window

use commerce::ids::ProductId;
use kernel::Page;
use shared::web::{Conn, Envelope, ErrorBody, Now, Paging, Path, Query, Result};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::lists::{self, List};
use crate::products::ProductSummary;
use crate::state::AppState;

/// They are the same for everybody.
pub(super) fn shown() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(featured))
        .routes(routes!(bestsellers))
        .routes(routes!(new_arrivals))
        .routes(routes!(trending))
        .routes(routes!(related))
}

/// Lists what the shop has chosen, the newest first; a hundred at most.
#[utoipa::path(get, path = "/featured", tag = "products", params(Paging), extensions(("x-permission" = json!("anyone"))),
    responses((status = 200, body = Envelope<Page<ProductSummary>>), (status = 400, body = ErrorBody)))]
async fn featured(Query(paging): Query<Paging>, mut conn: Conn) -> Result<Envelope<Page<ProductSummary>>> {
    Ok(Envelope::of(lists::page(&mut conn, List::Featured, paging.request()).await?))
}

/// Lists what was sold most in confirmed orders; a hundred at most.
#[utoipa::path(get, path = "/bestsellers", tag = "products", params(Paging), extensions(("x-permission" = json!("anyone"))),
    responses((status = 200, body = Envelope<Page<ProductSummary>>), (status = 400, body = ErrorBody)))]
async fn bestsellers(Query(paging): Query<Paging>, mut conn: Conn) -> Result<Envelope<Page<ProductSummary>>> {
    Ok(Envelope::of(lists::page(&mut conn, List::Bestsellers, paging.request()).await?))
}

/// Lists what is new; a hundred at most.
#[utoipa::path(get, path = "/new-arrivals", tag = "products", params(Paging), extensions(("x-permission" = json!("anyone"))),
    responses((status = 200, body = Envelope<Page<ProductSummary>>), (status = 400, body = ErrorBody)))]
async fn new_arrivals(Query(paging): Query<Paging>, mut conn: Conn) -> Result<Envelope<Page<ProductSummary>>> {
    Ok(Envelope::of(lists::page(&mut conn, List::NewArrivals, paging.request()).await?))
}

/// Lists what was looked at most in these days; a hundred at most.
#[utoipa::path(get, path = "/trending", tag = "products", params(Paging), extensions(("x-permission" = json!("anyone"))),
    responses((status = 200, body = Envelope<Page<ProductSummary>>), (status = 400, body = ErrorBody)))]
async fn trending(
    Now(now): Now,
    Query(paging): Query<Paging>,
    mut conn: Conn,
) -> Result<Envelope<Page<ProductSummary>>> {
    Ok(Envelope::of(lists::page(&mut conn, List::Trending(now.date_naive()), paging.request()).await?))
}

/// Lists what goes with a product: bought together with it, else of its category; twenty at most.
#[utoipa::path(get, path = "/{id}/related", tag = "products", params(("id" = ProductId, Path), Paging),
    extensions(("x-permission" = json!("anyone"))),
    responses((status = 200, body = Envelope<Page<ProductSummary>>), (status = 400, body = ErrorBody),
              (status = 404, body = ErrorBody)))]
async fn related(
    Path(id): Path<ProductId>,
    Query(paging): Query<Paging>,
    mut conn: Conn,
) -> Result<Envelope<Page<ProductSummary>>> {
    Ok(Envelope::of(lists::related(&mut conn, id, paging.request()).await?))
}
