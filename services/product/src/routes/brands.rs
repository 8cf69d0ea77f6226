//! `/api/v1/brands`

use commerce::ids::BrandId;
use kernel::Page;
use shared::web::{Conn, Envelope, Error, ErrorBody, Paging, Path, Query, Result};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::brands::Brand;
use crate::state::AppState;
use crate::store;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(list_all))
        .routes(routes!(show))
        .routes(routes!(show_by_slug))
}

/// Lists brands page by page.
#[utoipa::path(get, path = "", tag = "brands", params(Paging), extensions(("x-permission" = json!("anyone"))),
    responses((status = 200, body = Envelope<Page<Brand>>), (status = 400, body = ErrorBody)))]
async fn list(Query(paging): Query<Paging>, mut conn: Conn) -> Result<Envelope<Page<Brand>>> {
    Ok(Envelope::of(store::brands::list(&mut conn, paging.request()).await?))
}

/// Lists every brand.
#[utoipa::path(get, path = "/all", tag = "brands", extensions(("x-permission" = json!("anyone"))),
    responses((status = 200, body = Envelope<Vec<Brand>>)))]
async fn list_all(mut conn: Conn) -> Result<Envelope<Vec<Brand>>> {
    Ok(Envelope::of(store::brands::list_all(&mut conn).await?))
}

/// Shows one brand.
#[utoipa::path(get, path = "/{id}", tag = "brands", params(("id" = BrandId, Path)),
    extensions(("x-permission" = json!("anyone"))),
    responses((status = 200, body = Envelope<Brand>), (status = 400, body = ErrorBody), (status = 404, body = ErrorBody)))]
async fn show(Path(id): Path<BrandId>, mut conn: Conn) -> Result<Envelope<Brand>> {
    Ok(Envelope::of(store::brands::find(&mut conn, id).await?.ok_or(Error::NotFound("brand"))?))
}

/// Shows one brand by the last part of its page's address.
#[utoipa::path(get, path = "/slug/{slug}", tag = "brands", params(("slug" = String, Path)),
    extensions(("x-permission" = json!("anyone"))),
    responses((status = 200, body = Envelope<Brand>), (status = 404, body = ErrorBody)))]
async fn show_by_slug(Path(slug): Path<String>, mut conn: Conn) -> Result<Envelope<Brand>> {
    Ok(Envelope::of(store::brands::find_by_slug(&mut conn, &slug).await?.ok_or(Error::NotFound("brand"))?))
}
