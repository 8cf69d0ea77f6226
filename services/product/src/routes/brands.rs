//! `/api/v1/brands`

use axum::extract::OriginalUri;
use commerce::ids::BrandId;
use kernel::Page;
use shared::web::{Conn, Envelope, Error, ErrorBody, Paging, Path, Query, Result};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::placed::Placed;
use crate::brands::Brand;
use crate::slugs::Kind;
use crate::state::AppState;
use crate::store;

const NO_SUCH_BRAND: Error = Error::NotFound("brand");

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

/// Shows one brand by the last part of its page's address; where that was another before, tells the new one.
#[utoipa::path(get, path = "/slug/{slug}", tag = "brands", params(("slug" = String, Path)),
    extensions(("x-permission" = json!("anyone"))),
    responses((status = 200, body = Envelope<Brand>), (status = 301), (status = 404, body = ErrorBody)))]
async fn show_by_slug(
    Path(slug): Path<String>,
    OriginalUri(uri): OriginalUri,
    mut conn: Conn,
) -> Result<Placed<Envelope<Brand>>> {
    if let Some(brand) = store::brands::find_by_slug(&mut conn, &slug).await? {
        return Ok(Placed::Here(Envelope::of(brand)));
    }
    let moved = store::slugs::find_successor(&mut conn, Kind::Brand, &slug).await?.ok_or(NO_SUCH_BRAND)?;
    store::brands::find_by_slug(&mut conn, moved.as_str()).await?.ok_or(NO_SUCH_BRAND)?;
    Ok(Placed::moved(&uri, &moved))
}
