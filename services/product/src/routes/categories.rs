//! `/api/v1/categories`

use axum::extract::OriginalUri;
use commerce::ids::CategoryId;
use kernel::Page;
use shared::web::{Conn, Envelope, Error, ErrorBody, Paging, Path, Query, Result};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::placed::Placed;
use crate::categories::{Categories, Category, CategoryNode};
use crate::slugs::Kind;
use crate::state::AppState;
use crate::store;

const NO_SUCH_CATEGORY: Error = Error::NotFound("category");

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(list_all))
        .routes(routes!(tree))
        .routes(routes!(show))
        .routes(routes!(show_by_slug))
}

/// Lists categories page by page.
#[utoipa::path(get, path = "", tag = "categories", params(Paging), extensions(("x-permission" = json!("anyone"))),
    responses((status = 200, body = Envelope<Page<Category>>), (status = 400, body = ErrorBody)))]
async fn list(Query(paging): Query<Paging>, mut conn: Conn) -> Result<Envelope<Page<Category>>> {
    Ok(Envelope::of(load(&mut conn).await?.page(paging.request())))
}

/// Lists every category.
#[utoipa::path(get, path = "/all", tag = "categories", extensions(("x-permission" = json!("anyone"))),
    responses((status = 200, body = Envelope<Vec<Category>>)))]
async fn list_all(mut conn: Conn) -> Result<Envelope<Vec<Category>>> {
    Ok(Envelope::of(load(&mut conn).await?.into_list()))
}

/// Shows the categories as a tree.
#[utoipa::path(get, path = "/tree", tag = "categories", extensions(("x-permission" = json!("anyone"))),
    responses((status = 200, body = Envelope<Vec<CategoryNode>>)))]
async fn tree(mut conn: Conn) -> Result<Envelope<Vec<CategoryNode>>> {
    Ok(Envelope::of(load(&mut conn).await?.tree()))
}

/// Shows one category.
#[utoipa::path(get, path = "/{id}", tag = "categories", params(("id" = CategoryId, Path)),
    extensions(("x-permission" = json!("anyone"))),
    responses((status = 200, body = Envelope<Category>), (status = 400, body = ErrorBody), (status = 404, body = ErrorBody)))]
async fn show(Path(id): Path<CategoryId>, mut conn: Conn) -> Result<Envelope<Category>> {
    Ok(Envelope::of(load(&mut conn).await?.find(|category| category.id == id).ok_or(Error::NotFound("category"))?))
}

/// Shows one category by the last part of its page's address; where that was another before, tells the new one.
#[utoipa::path(get, path = "/slug/{slug}", tag = "categories", params(("slug" = String, Path)),
    extensions(("x-permission" = json!("anyone"))),
    responses((status = 200, body = Envelope<Category>), (status = 301), (status = 404, body = ErrorBody)))]
async fn show_by_slug(
    Path(slug): Path<String>,
    OriginalUri(uri): OriginalUri,
    mut conn: Conn,
) -> Result<Placed<Envelope<Category>>> {
    let shown = load(&mut conn).await?;
    if let Some(category) = shown.clone().find(|category| category.slug == slug) {
        return Ok(Placed::Here(Envelope::of(category)));
    }
    let moved = store::slugs::find_successor(&mut conn, Kind::Category, &slug).await?.ok_or(NO_SUCH_CATEGORY)?;
    shown.find(|category| category.slug == moved.as_str()).ok_or(NO_SUCH_CATEGORY)?;
    Ok(Placed::moved(&uri, &moved))
}

async fn load(conn: &mut Conn) -> Result<Categories> {
    Ok(Categories::new(store::categories::list_all(conn).await?))
}
