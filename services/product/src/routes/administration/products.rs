//! `/api/v1/products/admin/products`, and what changes products under `/api/v1/products`

use axum::extract::State;
use commerce::ids::ProductId;
use kernel::Page;
use shared::audit::By;
use shared::database;
use shared::identity::{Allow, ManageProducts};
use shared::web::{Conn, Created, Envelope, ErrorBody, Path, Query, Result, Valid};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Revised, revised};
use crate::administration::Desk;
use crate::administration::products::{
    self, AdminProduct, Change, DraftSummary, ListDrafts, NewProduct, ProductForm, Target,
};
use crate::state::AppState;

/// What changes products, under both prefixes.
pub(in crate::routes) fn changes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(create)).routes(routes!(put, patch, archive))
}

/// What only the administration's prefix has.
pub(in crate::routes) fn reads() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(show))
}

/// Lists products, drafts and archived ones too, the newest first. `search` takes the first letters of a SKU or a name.
#[utoipa::path(get, path = "", tag = "administration", params(ListDrafts),
    extensions(("x-permission" = json!("manage_products"))),
    responses((status = 200, body = Envelope<Page<DraftSummary>>), (status = 400, body = ErrorBody),
              (status = 401, body = ErrorBody), (status = 403, body = ErrorBody)))]
async fn list(
    _: Allow<ManageProducts>,
    Query(wanted): Query<ListDrafts>,
    mut conn: Conn,
) -> Result<Envelope<Page<DraftSummary>>> {
    Ok(Envelope::of(products::list(&mut conn, &wanted).await?))
}

/// Shows a product, whole; its `ETag` is what `If-Match` names.
#[utoipa::path(get, path = "/{id}", tag = "administration", params(("id" = ProductId, Path)),
    extensions(("x-permission" = json!("manage_products"))),
    responses((status = 200, body = Envelope<AdminProduct>), (status = 400, body = ErrorBody),
              (status = 401, body = ErrorBody), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody)))]
async fn show(
    _: Allow<ManageProducts>,
    Path(id): Path<ProductId>,
    mut conn: Conn,
) -> Result<Revised<Envelope<AdminProduct>>> {
    let product = products::find(&mut conn, id).await?;
    Ok(revised(product.revision, Envelope::of(product)))
}

/// Adds a product: `sku`, `name`, `category_id` and `base_price` are required. Its slug is made from its name unless
/// given; `stock_quantity` is its first stock.
#[utoipa::path(post, path = "", tag = "administration", request_body = ProductForm,
    extensions(("x-permission" = json!("manage_products"))),
    responses((status = 201, body = Envelope<AdminProduct>), (status = 400, body = ErrorBody),
              (status = 401, body = ErrorBody), (status = 403, body = ErrorBody), (status = 409, body = ErrorBody),
              (status = 422, body = ErrorBody)))]
async fn create(
    by: By<ManageProducts>,
    State(desk): State<Desk>,
    Valid(form): Valid<ProductForm>,
) -> Result<Revised<Created<AdminProduct>>> {
    let new = NewProduct::of(&form)?;
    let product = database::retry(|| products::create(&desk, &by, &new)).await?;
    let location = format!("/api/v1/products/admin/products/{}", product.id);
    Ok(revised(product.revision, Created::at(location, product)))
}

/// Describes a product anew: what is absent is as the shop usually has it, but its page stays where it is. `If-Match` is
/// required.
#[utoipa::path(put, path = "/{id}", tag = "administration", params(("id" = ProductId, Path)),
    request_body = ProductForm, extensions(("x-permission" = json!("manage_products"))),
    responses((status = 200, body = Envelope<AdminProduct>), (status = 400, body = ErrorBody),
              (status = 401, body = ErrorBody), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody),
              (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn put(
    by: By<ManageProducts>,
    State(desk): State<Desk>,
    target: Target,
    Valid(form): Valid<ProductForm>,
) -> Result<Revised<Envelope<AdminProduct>>> {
    let change = || products::change(&desk, &by, target, Change::Wholly(&form));
    let product = database::retry(change).await?;
    Ok(revised(product.revision, Envelope::of(product)))
}

/// Changes what is named of a product; `null` takes away. `If-Match` is required.
#[utoipa::path(patch, path = "/{id}", tag = "administration", params(("id" = ProductId, Path)),
    request_body = ProductForm, extensions(("x-permission" = json!("manage_products"))),
    responses((status = 200, body = Envelope<AdminProduct>), (status = 400, body = ErrorBody),
              (status = 401, body = ErrorBody), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody),
              (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn patch(
    by: By<ManageProducts>,
    State(desk): State<Desk>,
    target: Target,
    Valid(form): Valid<ProductForm>,
) -> Result<Revised<Envelope<AdminProduct>>> {
    let change = || products::change(&desk, &by, target, Change::Partly(&form));
    let product = database::retry(change).await?;
    Ok(revised(product.revision, Envelope::of(product)))
}

/// Archives a product: shoppers do not find it any more, orders keep it, and a change of `status` brings it back.
/// `If-Match` is required.
#[utoipa::path(delete, path = "/{id}", tag = "administration", params(("id" = ProductId, Path)),
    extensions(("x-permission" = json!("manage_products"))),
    responses((status = 200, body = Envelope<AdminProduct>), (status = 400, body = ErrorBody),
              (status = 401, body = ErrorBody), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody),
              (status = 409, body = ErrorBody)))]
async fn archive(
    by: By<ManageProducts>,
    State(desk): State<Desk>,
    target: Target,
) -> Result<Revised<Envelope<AdminProduct>>> {
    let change = || products::change(&desk, &by, target, Change::Archive);
    let product = database::retry(change).await?;
    Ok(revised(product.revision, Envelope::of(product)))
}
