//! `/api/v1/users/admin/users`

use axum::extract::State;
use kernel::{Page, UserId};
use shared::audit::By;
use shared::database;
use shared::identity::{Allow, ManageUsers, ViewUsers};
use shared::web::{Conn, Envelope, ErrorBody, Path, Query, Result};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::decision::{Decision, StatusQuery};
use crate::people::{self, ListPeople, Office, PersonDetail, PersonSummary, SetStatus};
use crate::state::AppState;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(show))
        .routes(routes!(set_status))
        .routes(routes!(remove_second_factor))
}

/// Lists accounts, the youngest first. `search` takes the first letters of an e-mail address, a telephone number, a
/// user name or the words of a name. `total_count` counts a thousand of a search and ten thousand of a list at most.
#[utoipa::path(get, path = "/admin/users", tag = "people", params(ListPeople),
    extensions(("x-permission" = json!("view_users"))),
    responses((status = 200, body = Envelope<Page<PersonSummary>>), (status = 400, body = ErrorBody),
              (status = 401, body = ErrorBody), (status = 403, body = ErrorBody)))]
async fn list(
    _: Allow<ViewUsers>,
    Query(wanted): Query<ListPeople>,
    mut conn: Conn,
) -> Result<Envelope<Page<PersonSummary>>> {
    Ok(Envelope::of(people::list(&mut conn, &wanted).await?))
}

/// Shows an account.
#[utoipa::path(get, path = "/admin/users/{id}", tag = "people", params(("id" = UserId, Path)),
    extensions(("x-permission" = json!("view_users"))),
    responses((status = 200, body = Envelope<PersonDetail>), (status = 400, body = ErrorBody),
              (status = 401, body = ErrorBody), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody)))]
async fn show(_: Allow<ViewUsers>, Path(id): Path<UserId>, mut conn: Conn) -> Result<Envelope<PersonDetail>> {
    Ok(Envelope::of(people::find(&mut conn, id).await?))
}

/// Lets somebody into the shop or puts them out of it, by a body or by the query; their log-ins end within a second.
/// Nobody does that to themselves, to who may do more, or to the last `super_admin`.
#[utoipa::path(put, path = "/admin/users/{id}/status", tag = "people", params(("id" = UserId, Path), StatusQuery),
    request_body(content = Option<SetStatus>), extensions(("x-permission" = json!("manage_users"))),
    responses((status = 200, body = Envelope<PersonDetail>), (status = 400, body = ErrorBody),
              (status = 401, body = ErrorBody), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody),
              (status = 422, body = ErrorBody)))]
async fn set_status(
    by: By<ManageUsers>,
    State(office): State<Office>,
    Path(id): Path<UserId>,
    Decision(wanted): Decision,
) -> Result<Envelope<PersonDetail>> {
    let decide = || people::set_status(&office, &by, id, wanted);
    Ok(Envelope::of(database::retry(decide).await?))
}

/// Takes somebody's second factor away, who has lost it: their log-ins end within a second, and they are told. Nobody does
/// that to themselves, to who may do more, or to the last `super_admin`.
#[utoipa::path(delete, path = "/admin/users/{id}/second-factor", tag = "people", params(("id" = UserId, Path)),
    extensions(("x-permission" = json!("manage_users"))),
    responses((status = 200, body = Envelope<PersonDetail>), (status = 400, body = ErrorBody),
              (status = 401, body = ErrorBody), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody),
              (status = 422, body = ErrorBody)))]
async fn remove_second_factor(
    by: By<ManageUsers>,
    State(office): State<Office>,
    Path(id): Path<UserId>,
) -> Result<Envelope<PersonDetail>> {
    let remove = || people::remove_second_factor(&office, &by, id);
    Ok(Envelope::of(database::retry(remove).await?))
}
