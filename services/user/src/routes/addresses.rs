//! `/api/v1/users/addresses`

use axum::extract::State;
use commerce::ids::AddressId;
use serde::Serialize;
use shared::database;
use shared::identity::CurrentUser;
use shared::web::{Conn, Created, Envelope, Error, ErrorBody, Path, Result, Valid};
use sqlx::MySqlPool;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::asker::Asker;
use crate::addresses::{self, AddressForm, SavedAddress};
use crate::state::AppState;
use crate::store;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list, add)).routes(routes!(show, replace, remove)).routes(routes!(propose))
}

/// An address book.
#[derive(Debug, Serialize, ToSchema)]
struct Book {
    /// What is proposed first, then the youngest.
    items: Vec<SavedAddress>,
}

/// Shows the caller's address book: twenty addresses at most, all of them.
#[utoipa::path(get, path = "/addresses", tag = "addresses", extensions(("x-permission" = json!("user"))),
    responses((status = 200, body = Envelope<Book>), (status = 401, body = ErrorBody)))]
async fn list(user: CurrentUser, mut conn: Conn) -> Result<Envelope<Book>> {
    Ok(Envelope::of(Book { items: store::addresses::list(&mut conn, user.id).await? }))
}

/// Puts an address into the caller's book.
#[utoipa::path(post, path = "/addresses", tag = "addresses", request_body = AddressForm,
    extensions(("x-permission" = json!("user"))),
    responses((status = 201, body = Envelope<SavedAddress>), (status = 400, body = ErrorBody),
              (status = 401, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn add(
    asker: Asker,
    State(db): State<MySqlPool>,
    Valid(form): Valid<AddressForm>,
) -> Result<Created<SavedAddress>> {
    let saved = database::retry(|| addresses::add(&db, asker.user, &form, asker.now)).await?;
    Ok(Created::at(format!("/api/v1/users/addresses/{}", saved.id), saved))
}

/// Shows an address of the caller.
#[utoipa::path(get, path = "/addresses/{id}", tag = "addresses", params(("id" = AddressId, Path)),
    extensions(("x-permission" = json!("user"))),
    responses((status = 200, body = Envelope<SavedAddress>), (status = 400, body = ErrorBody),
              (status = 401, body = ErrorBody), (status = 404, body = ErrorBody)))]
async fn show(user: CurrentUser, Path(id): Path<AddressId>, mut conn: Conn) -> Result<Envelope<SavedAddress>> {
    let address = store::addresses::find(&mut conn, user.id, id).await?.ok_or(Error::NotFound("address"))?;
    Ok(Envelope::of(address))
}

/// Writes an address of the caller anew.
#[utoipa::path(put, path = "/addresses/{id}", tag = "addresses", params(("id" = AddressId, Path)),
    request_body = AddressForm, extensions(("x-permission" = json!("user"))),
    responses((status = 200, body = Envelope<SavedAddress>), (status = 400, body = ErrorBody),
              (status = 401, body = ErrorBody), (status = 404, body = ErrorBody)))]
async fn replace(
    asker: Asker,
    State(db): State<MySqlPool>,
    Path(id): Path<AddressId>,
    Valid(form): Valid<AddressForm>,
) -> Result<Envelope<SavedAddress>> {
    Ok(Envelope::of(database::retry(|| addresses::replace(&db, asker.user, id, &form, asker.now)).await?))
}

/// Takes an address out of the caller's book; orders keep their copies.
#[utoipa::path(delete, path = "/addresses/{id}", tag = "addresses", params(("id" = AddressId, Path)),
    extensions(("x-permission" = json!("user"))),
    responses((status = 200, body = Envelope<Option<SavedAddress>>), (status = 400, body = ErrorBody),
              (status = 401, body = ErrorBody), (status = 404, body = ErrorBody)))]
async fn remove(user: CurrentUser, State(db): State<MySqlPool>, Path(id): Path<AddressId>) -> Result<Envelope<()>> {
    Ok(Envelope::of(database::retry(|| addresses::remove(&db, user.id, id)).await?))
}

/// Proposes an address of the caller before the others of its kind.
#[utoipa::path(put, path = "/addresses/{id}/default", tag = "addresses", params(("id" = AddressId, Path)),
    extensions(("x-permission" = json!("user"))),
    responses((status = 200, body = Envelope<SavedAddress>), (status = 400, body = ErrorBody),
              (status = 401, body = ErrorBody), (status = 404, body = ErrorBody)))]
async fn propose(
    user: CurrentUser,
    State(db): State<MySqlPool>,
    Path(id): Path<AddressId>,
) -> Result<Envelope<SavedAddress>> {
    Ok(Envelope::of(database::retry(|| addresses::propose(&db, user.id, id)).await?))
}
