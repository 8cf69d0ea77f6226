//! `/api/v1/products/admin/products/export`, `…/import` and `/api/v1/products/admin/imports`

mod delivery;

use axum::body::Body;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use futures::Stream;
use kernel::Page;
use shared::audit::By;
use shared::identity::{Allow, ManageProducts};
use shared::web::{Answer, Conn, Envelope, ErrorBody, Paging, Path, Query, Result};
use sqlx::MySqlPool;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use self::delivery::{Delivery, LONGEST_BODY, Options};
use crate::administration::Desk;
use crate::state::AppState;
use crate::transfer::{self, Extract, Import, ImportId, NewImport, Receiver};

pub(super) fn router() -> OpenApiRouter<AppState> {
    let receiving = OpenApiRouter::new().routes(routes!(receive)).layer(DefaultBodyLimit::max(LONGEST_BODY));
    OpenApiRouter::new()
        .merge(receiving)
        .routes(routes!(export))
        .routes(routes!(list))
        .routes(routes!(show))
        .routes(routes!(show_faults))
        .routes(routes!(cancel))
}

/// Writes products as CSV, every one of them or those of one status, in the order of their ids.
#[utoipa::path(get, path = "/admin/products/export", tag = "transfer", params(Extract),
    extensions(("x-permission" = json!("manage_products"))),
    responses((status = 200, body = String, content_type = "text/csv"), (status = 400, body = ErrorBody),
              (status = 401, body = ErrorBody), (status = 403, body = ErrorBody)))]
async fn export(_: Allow<ManageProducts>, Query(wanted): Query<Extract>, State(db): State<MySqlPool>) -> Response {
    csv("attachment; filename=\"products.csv\"", transfer::extract(db, wanted))
}

/// Takes a CSV file of products of up to 64 MiB, as the body or as the field `file` of a form, and imports it after the
/// answer. `dry_run=true` changes nothing and says what would be.
#[utoipa::path(post, path = "/admin/products/import", tag = "transfer",
    params(Options, ("Idempotency-Key" = Option<String>, Header)),
    request_body(content = String, content_type = "text/csv"),
    extensions(("x-permission" = json!("manage_products"))),
    responses((status = 202, body = Envelope<Import>, headers(("Location" = String))), (status = 400, body = ErrorBody),
              (status = 401, body = ErrorBody), (status = 403, body = ErrorBody), (status = 409, body = ErrorBody),
              (status = 413, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn receive(
    by: By<ManageProducts>,
    State(desk): State<Desk>,
    Query(options): Query<Options>,
    delivery: Delivery,
) -> Result<Answer> {
    let new = NewImport { is_dry_run: options.dry_run, by: by.user.id, request: by.actor.request.clone() };
    let mut receiver = Receiver::open(&desk, &by, new).await?;
    let poured = delivery.content.pour(&mut receiver).await;
    transfer::accept(&desk, &by, delivery.key, receiver, poured).await
}

/// Lists imports, the youngest first.
#[utoipa::path(get, path = "/admin/imports", tag = "transfer", params(Paging),
    extensions(("x-permission" = json!("manage_products"))),
    responses((status = 200, body = Envelope<Page<Import>>), (status = 400, body = ErrorBody),
              (status = 401, body = ErrorBody), (status = 403, body = ErrorBody)))]
async fn list(
    _: Allow<ManageProducts>,
    Query(paging): Query<Paging>,
    mut conn: Conn,
) -> Result<Envelope<Page<Import>>> {
    Ok(Envelope::of(transfer::list(&mut conn, &paging).await?))
}

/// Shows an import and how far it is.
#[utoipa::path(get, path = "/admin/imports/{id}", tag = "transfer", params(("id" = ImportId, Path)),
    extensions(("x-permission" = json!("manage_products"))),
    responses((status = 200, body = Envelope<Import>), (status = 400, body = ErrorBody),
              (status = 401, body = ErrorBody), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody)))]
async fn show(_: Allow<ManageProducts>, Path(id): Path<ImportId>, mut conn: Conn) -> Result<Envelope<Import>> {
    Ok(Envelope::of(transfer::find(&mut conn, id).await?))
}

/// Writes the rows that were not taken as CSV, each with what is wrong with it: mended, the file can be sent again.
#[utoipa::path(get, path = "/admin/imports/{id}/errors", tag = "transfer", params(("id" = ImportId, Path)),
    extensions(("x-permission" = json!("manage_products"))),
    responses((status = 200, body = String, content_type = "text/csv"), (status = 400, body = ErrorBody),
              (status = 401, body = ErrorBody), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody)))]
async fn show_faults(
    _: Allow<ManageProducts>,
    Path(id): Path<ImportId>,
    State(db): State<MySqlPool>,
) -> Result<Response> {
    Ok(csv("attachment; filename=\"errors.csv\"", transfer::faults(db, id).await?))
}

/// Stops an import after the batch that is at work. What is done stays.
#[utoipa::path(post, path = "/admin/imports/{id}/cancel", tag = "transfer", params(("id" = ImportId, Path)),
    extensions(("x-permission" = json!("manage_products"))),
    responses((status = 200, body = Envelope<Import>), (status = 400, body = ErrorBody),
              (status = 401, body = ErrorBody), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody),
              (status = 422, body = ErrorBody)))]
async fn cancel(
    by: By<ManageProducts>,
    State(desk): State<Desk>,
    Path(id): Path<ImportId>,
) -> Result<Envelope<Import>> {
    let cancel = || transfer::cancel(&desk, &by, id);
    Ok(Envelope::of(shared::database::retry(cancel).await?))
}

/// A file that is written while it is sent. Should it break off, so does the answer: nobody takes a part for the whole.
fn csv(disposition: &'static str, rows: impl Stream<Item = Result<Vec<u8>>> + Send + 'static) -> Response {
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8; header=present")),
        (CONTENT_DISPOSITION, HeaderValue::from_static(disposition)),
    ];
    (headers, Body::from_stream(rows)).into_response()
}
