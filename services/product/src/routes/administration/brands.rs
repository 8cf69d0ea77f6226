//! What the staff does to `/api/v1/brands`

use axum::extract::State;
use commerce::ids::BrandId;
use shared::audit::By;
use shared::database;
use shared::identity::{Allow, ManageBrands};
use shared::web::{Conn, Created, Envelope, ErrorBody, Path, Result, Valid};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::seen::Seen;
use super::{Revised, revised};
use crate::administration::Desk;
use crate::administration::brands::{self, AdminBrand, BrandForm};
use crate::state::AppState;

/// What changes brands, under both prefixes.
pub(in crate::routes) fn changes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(create)).routes(routes!(change, remove))
}

/// What only the administration's prefix has.
pub(in crate::routes) fn reads() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(show))
}

/// Shows a brand, whole, whether shoppers are told of it or not; its `ETag` is what `If-Match` names.
#[utoipa::path(get, path = "/{id}", tag = "administration", params(("id" = BrandId, Path)),
    extensions(("x-permission" = json!("manage_brands"))),
    responses((status = 200, body = Envelope<AdminBrand>), (status = 400, body = ErrorBody),
              (status = 401, body = ErrorBody), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody)))]
async fn show(
    _: Allow<ManageBrands>,
    Path(id): Path<BrandId>,
    mut conn: Conn,
) -> Result<Revised<Envelope<AdminBrand>>> {
    let brand = brands::find(&mut conn, id).await?;
    Ok(revised(brand.revision, Envelope::of(brand)))
}

/// Adds a brand. Categories stand six deep at most.
#[utoipa::path(post, path = "", tag = "administration", request_body = BrandForm,
    extensions(("x-permission" = json!("manage_brands"))),
    responses((status = 201, body = Envelope<AdminBrand>), (status = 400, body = ErrorBody),
              (status = 401, body = ErrorBody), (status = 403, body = ErrorBody), (status = 409, body = ErrorBody)))]
async fn create(
    by: By<ManageBrands>,
    State(desk): State<Desk>,
    Valid(form): Valid<BrandForm>,
) -> Result<Revised<Created<AdminBrand>>> {
    let brand = database::retry(|| brands::create(&desk, &by, &form)).await?;
    let location = format!("/api/v1/brands/{}", brand.id);
    Ok(revised(brand.revision, Created::at(location, brand)))
}

/// Describes a brand anew.
#[utoipa::path(put, path = "/{id}", tag = "administration", request_body = BrandForm,
    params(("id" = BrandId, Path), ("If-Match" = String, Header, description = "the revision that was read")),
    extensions(("x-permission" = json!("manage_brands"))),
    responses((status = 200, body = Envelope<AdminBrand>), (status = 400, body = ErrorBody),
              (status = 401, body = ErrorBody), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody),
              (status = 409, body = ErrorBody)))]
async fn change(
    Seen { by, revision }: Seen<ManageBrands>,
    State(desk): State<Desk>,
    Path(id): Path<BrandId>,
    Valid(form): Valid<BrandForm>,
) -> Result<Revised<Envelope<AdminBrand>>> {
    let target = (id, revision.required()?);
    let brand = database::retry(|| brands::change(&desk, &by, target, &form)).await?;
    Ok(revised(brand.revision, Envelope::of(brand)))
}

/// Removes a brand that no product is sold under, and shows it as it was.
#[utoipa::path(delete, path = "/{id}", tag = "administration",
    params(("id" = BrandId, Path), ("If-Match" = String, Header, description = "the revision that was read")),
    extensions(("x-permission" = json!("manage_brands"))),
    responses((status = 200, body = Envelope<AdminBrand>), (status = 400, body = ErrorBody),
              (status = 401, body = ErrorBody), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody),
              (status = 409, body = ErrorBody)))]
async fn remove(
    Seen { by, revision }: Seen<ManageBrands>,
    State(desk): State<Desk>,
    Path(id): Path<BrandId>,
) -> Result<Envelope<AdminBrand>> {
    let target = (id, revision.required()?);
    Ok(Envelope::of(database::retry(|| brands::remove(&desk, &by, target)).await?))
}
