//! What the staff does to `/api/v1/categories`

use axum::extract::State;
use commerce::ids::CategoryId;
use shared::audit::By;
use shared::database;
use shared::identity::{Allow, ManageCategories};
use shared::web::{Conn, Created, Envelope, ErrorBody, Path, Result, Valid};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::seen::Seen;
use super::{Revised, revised};
use crate::administration::Desk;
use crate::administration::categories::{self, AdminCategory, CategoryForm};
use crate::state::AppState;

/// What changes categories, under both prefixes.
pub(in crate::routes) fn changes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(create)).routes(routes!(change, remove))
}

/// What only the administration's prefix has.
pub(in crate::routes) fn reads() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(show))
}

/// Shows a category, whole, whether shoppers find it or not; its `ETag` is what `If-Match` names.
#[utoipa::path(get, path = "/{id}", tag = "administration", params(("id" = CategoryId, Path)),
    extensions(("x-permission" = json!("manage_categories"))),
    responses((status = 200, body = Envelope<AdminCategory>), (status = 400, body = ErrorBody),
              (status = 401, body = ErrorBody), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody)))]
async fn show(
    _: Allow<ManageCategories>,
    Path(id): Path<CategoryId>,
    mut conn: Conn,
) -> Result<Revised<Envelope<AdminCategory>>> {
    let category = categories::find(&mut conn, id).await?;
    Ok(revised(category.revision, Envelope::of(category)))
}

/// Adds a category. Categories stand six deep at most.
#[utoipa::path(post, path = "", tag = "administration", request_body = CategoryForm,
    extensions(("x-permission" = json!("manage_categories"))),
    responses((status = 201, body = Envelope<AdminCategory>), (status = 400, body = ErrorBody),
              (status = 401, body = ErrorBody), (status = 403, body = ErrorBody), (status = 409, body = ErrorBody),
              (status = 422, body = ErrorBody)))]
async fn create(
    by: By<ManageCategories>,
    State(desk): State<Desk>,
    Valid(form): Valid<CategoryForm>,
) -> Result<Revised<Created<AdminCategory>>> {
    let category = database::retry(|| categories::create(&desk, &by, &form)).await?;
    let location = format!("/api/v1/categories/{}", category.id);
    Ok(revised(category.revision, Created::at(location, category)))
}

/// Describes a category anew. It never stands below itself, also when two are moved at once.
#[utoipa::path(put, path = "/{id}", tag = "administration", request_body = CategoryForm,
    params(("id" = CategoryId, Path), ("If-Match" = String, Header, description = "the revision that was read")),
    extensions(("x-permission" = json!("manage_categories"))),
    responses((status = 200, body = Envelope<AdminCategory>), (status = 400, body = ErrorBody),
              (status = 401, body = ErrorBody), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody),
              (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn change(
    Seen { by, revision }: Seen<ManageCategories>,
    State(desk): State<Desk>,
    Path(id): Path<CategoryId>,
    Valid(form): Valid<CategoryForm>,
) -> Result<Revised<Envelope<AdminCategory>>> {
    let target = (id, revision.required()?);
    let category = database::retry(|| categories::change(&desk, &by, target, &form)).await?;
    Ok(revised(category.revision, Envelope::of(category)))
}

/// Removes a category that no product and no other category stands in, and shows it as it was.
#[utoipa::path(delete, path = "/{id}", tag = "administration",
    params(("id" = CategoryId, Path), ("If-Match" = String, Header, description = "the revision that was read")),
    extensions(("x-permission" = json!("manage_categories"))),
    responses((status = 200, body = Envelope<AdminCategory>), (status = 400, body = ErrorBody),
              (status = 401, body = ErrorBody), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody),
              (status = 409, body = ErrorBody)))]
async fn remove(
    Seen { by, revision }: Seen<ManageCategories>,
    State(desk): State<Desk>,
    Path(id): Path<CategoryId>,
) -> Result<Envelope<AdminCategory>> {
    let target = (id, revision.required()?);
    Ok(Envelope::of(database::retry(|| categories::remove(&desk, &by, target)).await?))
}
