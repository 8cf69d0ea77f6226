//! `/api/v1/products/admin/products/{id}/variations`

use axum::extract::State;
use commerce::ids::{ProductId, VariationId};
use shared::audit::By;
use shared::database;
use shared::identity::{Allow, ManageProducts};
use shared::web::{Conn, Created, Envelope, ErrorBody, Path, Result, Valid};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Revised, revised};
use crate::administration::Desk;
use crate::administration::products::Target;
use crate::administration::variations::{self, AdminVariation, Offers, VariationForm, VariationTarget};
use crate::state::AppState;

pub(in crate::routes) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(show, put, remove))
}

/// Lists what a product is sold as, what is not sold any more too. The `ETag` is the product's revision.
#[utoipa::path(get, path = "", tag = "administration", params(("id" = ProductId, Path)),
    extensions(("x-permission" = json!("manage_products"))),
    responses((status = 200, body = Envelope<Offers>), (status = 400, body = ErrorBody), (status = 401, body = ErrorBody),
              (status = 403, body = ErrorBody), (status = 404, body = ErrorBody)))]
async fn list(
    _: Allow<ManageProducts>,
    Path(product): Path<ProductId>,
    mut conn: Conn,
) -> Result<Revised<Envelope<Offers>>> {
    let offers = variations::list(&mut conn, product).await?;
    Ok(revised(offers.revision, Envelope::of(offers)))
}

/// Shows a variation. The `ETag` is the product's revision.
#[utoipa::path(get, path = "/{variation}", tag = "administration",
    params(("id" = ProductId, Path), ("variation" = VariationId, Path)),
    extensions(("x-permission" = json!("manage_products"))),
    responses((status = 200, body = Envelope<AdminVariation>), (status = 400, body = ErrorBody),
              (status = 401, body = ErrorBody), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody)))]
async fn show(
    _: Allow<ManageProducts>,
    Path((product, id)): Path<(ProductId, VariationId)>,
    mut conn: Conn,
) -> Result<Revised<Envelope<AdminVariation>>> {
    let variation = variations::find(&mut conn, product, id).await?;
    Ok(revised(variation.revision, Envelope::of(variation)))
}

/// Adds a variation to a product that is sold by them; the product's price follows. `If-Match` is required and names the
/// revision of the product.
#[utoipa::path(post, path = "", tag = "administration", params(("id" = ProductId, Path)), request_body = VariationForm,
    extensions(("x-permission" = json!("manage_products"))),
    responses((status = 201, body = Envelope<AdminVariation>), (status = 400, body = ErrorBody),
              (status = 401, body = ErrorBody), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody),
              (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn create(
    by: By<ManageProducts>,
    State(desk): State<Desk>,
    target: Target,
    Valid(form): Valid<VariationForm>,
) -> Result<Revised<Created<AdminVariation>>> {
    let variation = database::retry(|| variations::create(&desk, &by, target, &form)).await?;
    let location = format!("/api/v1/products/admin/products/{}/variations/{}", target.id, variation.id);
    Ok(revised(variation.revision, Created::at(location, variation)))
}

/// Describes a variation anew, but for its stock; the product's price follows. `If-Match` is required and names the
/// revision of the product.
#[utoipa::path(put, path = "/{variation}", tag = "administration",
    params(("id" = ProductId, Path), ("variation" = VariationId, Path)), request_body = VariationForm,
    extensions(("x-permission" = json!("manage_products"))),
    responses((status = 200, body = Envelope<AdminVariation>), (status = 400, body = ErrorBody),
              (status = 401, body = ErrorBody), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody),
              (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn put(
    by: By<ManageProducts>,
    State(desk): State<Desk>,
    target: VariationTarget,
    Valid(form): Valid<VariationForm>,
) -> Result<Revised<Envelope<AdminVariation>>> {
    let variation = database::retry(|| variations::change(&desk, &by, target, &form)).await?;
    Ok(revised(variation.revision, Envelope::of(variation)))
}

/// Takes a variation out of the shop; one that an order, a cart or a movement of stock names is only not sold any more.
/// `If-Match` is required and names the revision of the product.
#[utoipa::path(delete, path = "/{variation}", tag = "administration",
    params(("id" = ProductId, Path), ("variation" = VariationId, Path)),
    extensions(("x-permission" = json!("manage_products"))),
    responses((status = 200, body = Envelope<Offers>), (status = 400, body = ErrorBody), (status = 401, body = ErrorBody),
              (status = 403, body = ErrorBody), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody),
              (status = 422, body = ErrorBody)))]
async fn remove(
    by: By<ManageProducts>,
    State(desk): State<Desk>,
    target: VariationTarget,
) -> Result<Revised<Envelope<Offers>>> {
    let offers = database::retry(|| variations::remove(&desk, &by, target)).await?;
    Ok(revised(offers.revision, Envelope::of(offers)))
}
