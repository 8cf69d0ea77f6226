//! `/api/v1/products/admin/attributes`

use axum::extract::State;
use commerce::ids::{AttributeId, AttributeValueId};
use shared::audit::By;
use shared::database;
use shared::identity::{Allow, ManageProducts};
use shared::web::{Conn, Created, Envelope, ErrorBody, Path, Result, Valid};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::administration::Desk;
use crate::administration::attributes::{self, AdminAttribute, AttributeForm, ValueForm};
use crate::state::AppState;

const PATH: &str = "/api/v1/products/admin/attributes";

pub(in crate::routes) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(show, put, remove))
        .routes(routes!(create_value))
        .routes(routes!(put_value, remove_value))
}

/// Lists what variations can differ in, with its values.
#[utoipa::path(get, path = "", tag = "administration", extensions(("x-permission" = json!("manage_products"))),
    responses((status = 200, body = Envelope<Vec<AdminAttribute>>), (status = 401, body = ErrorBody),
              (status = 403, body = ErrorBody)))]
async fn list(_: Allow<ManageProducts>, mut conn: Conn) -> Result<Envelope<Vec<AdminAttribute>>> {
    Ok(Envelope::of(attributes::list(&mut conn).await?))
}

/// Shows an attribute with its values.
#[utoipa::path(get, path = "/{id}", tag = "administration", params(("id" = AttributeId, Path)),
    extensions(("x-permission" = json!("manage_products"))),
    responses((status = 200, body = Envelope<AdminAttribute>), (status = 400, body = ErrorBody),
              (status = 401, body = ErrorBody), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody)))]
async fn show(
    _: Allow<ManageProducts>,
    Path(id): Path<AttributeId>,
    mut conn: Conn,
) -> Result<Envelope<AdminAttribute>> {
    Ok(Envelope::of(attributes::find(&mut conn, id).await?))
}

/// Adds an attribute.
#[utoipa::path(post, path = "", tag = "administration", request_body = AttributeForm,
    extensions(("x-permission" = json!("manage_products"))),
    responses((status = 201, body = Envelope<AdminAttribute>), (status = 400, body = ErrorBody),
              (status = 401, body = ErrorBody), (status = 403, body = ErrorBody), (status = 409, body = ErrorBody)))]
async fn create(
    by: By<ManageProducts>,
    State(desk): State<Desk>,
    Valid(form): Valid<AttributeForm>,
) -> Result<Created<AdminAttribute>> {
    let attribute = database::retry(|| attributes::create(&desk, &by, &form)).await?;
    Ok(Created::at(format!("{PATH}/{}", attribute.id), attribute))
}

/// Describes an attribute anew.
#[utoipa::path(put, path = "/{id}", tag = "administration", params(("id" = AttributeId, Path)),
    request_body = AttributeForm, extensions(("x-permission" = json!("manage_products"))),
    responses((status = 200, body = Envelope<AdminAttribute>), (status = 400, body = ErrorBody),
              (status = 401, body = ErrorBody), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody),
              (status = 409, body = ErrorBody)))]
async fn put(
    by: By<ManageProducts>,
    State(desk): State<Desk>,
    Path(id): Path<AttributeId>,
    Valid(form): Valid<AttributeForm>,
) -> Result<Envelope<AdminAttribute>> {
    Ok(Envelope::of(database::retry(|| attributes::change(&desk, &by, id, &form)).await?))
}

/// Removes an attribute with its values, unless a variation has one of them; shows those that are left.
#[utoipa::path(delete, path = "/{id}", tag = "administration", params(("id" = AttributeId, Path)),
    extensions(("x-permission" = json!("manage_products"))),
    responses((status = 200, body = Envelope<Vec<AdminAttribute>>), (status = 400, body = ErrorBody),
              (status = 401, body = ErrorBody), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody),
              (status = 409, body = ErrorBody)))]
async fn remove(
    by: By<ManageProducts>,
    State(desk): State<Desk>,
    Path(id): Path<AttributeId>,
) -> Result<Envelope<Vec<AdminAttribute>>> {
    Ok(Envelope::of(database::retry(|| attributes::remove(&desk, &by, id)).await?))
}

/// Adds a value to an attribute, and shows the attribute.
#[utoipa::path(post, path = "/{id}/values", tag = "administration", params(("id" = AttributeId, Path)),
    request_body = ValueForm, extensions(("x-permission" = json!("manage_products"))),
    responses((status = 201, body = Envelope<AdminAttribute>), (status = 400, body = ErrorBody),
              (status = 401, body = ErrorBody), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody),
              (status = 409, body = ErrorBody)))]
async fn create_value(
    by: By<ManageProducts>,
    State(desk): State<Desk>,
    Path(id): Path<AttributeId>,
    Valid(form): Valid<ValueForm>,
) -> Result<Created<AdminAttribute>> {
    let attribute = database::retry(|| attributes::create_value(&desk, &by, id, &form)).await?;
    Ok(Created::at(format!("{PATH}/{id}"), attribute))
}

/// Describes a value anew, and shows its attribute.
#[utoipa::path(put, path = "/{id}/values/{value}", tag = "administration",
    params(("id" = AttributeId, Path), ("value" = AttributeValueId, Path)), request_body = ValueForm,
    extensions(("x-permission" = json!("manage_products"))),
    responses((status = 200, body = Envelope<AdminAttribute>), (status = 400, body = ErrorBody),
              (status = 401, body = ErrorBody), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody),
              (status = 409, body = ErrorBody)))]
async fn put_value(
    by: By<ManageProducts>,
    State(desk): State<Desk>,
    Path(ids): Path<(AttributeId, AttributeValueId)>,
    Valid(form): Valid<ValueForm>,
) -> Result<Envelope<AdminAttribute>> {
    Ok(Envelope::of(database::retry(|| attributes::change_value(&desk, &by, ids, &form)).await?))
}

/// Removes a value, unless a variation has it, and shows what is left of its attribute.
#[utoipa::path(delete, path = "/{id}/values/{value}", tag = "administration",
    params(("id" = AttributeId, Path), ("value" = AttributeValueId, Path)),
    extensions(("x-permission" = json!("manage_products"))),
    responses((status = 200, body = Envelope<AdminAttribute>), (status = 400, body = ErrorBody),
              (status = 401, body = ErrorBody), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody),
              (status = 409, body = ErrorBody)))]
async fn remove_value(
    by: By<ManageProducts>,
    State(desk): State<Desk>,
    Path(ids): Path<(AttributeId, AttributeValueId)>,
) -> Result<Envelope<AdminAttribute>> {
    Ok(Envelope::of(database::retry(|| attributes::remove_value(&desk, &by, ids)).await?))
}
