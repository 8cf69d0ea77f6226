//! `/api/v1/notifications/logs`

use axum::extract::State;
use commerce::ids::NotificationId;
use kernel::Page;
use shared::database;
use shared::identity::{Allow, ManageLogs};
use shared::web::{Conn, Created, Envelope, Error, ErrorBody, Now, Path, Query, Result};
use sqlx::MySqlPool;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::logs::{self, ListLogs, Log};
use crate::state::AppState;
use crate::store;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(show)).routes(routes!(resend))
}

/// Lists messages, the newest first.
#[utoipa::path(get, path = "", tag = "logs", params(ListLogs), extensions(("x-permission" = json!("manage_logs"))),
    responses((status = 200, body = Envelope<Page<Log>>), (status = 400, body = ErrorBody),
              (status = 401, body = ErrorBody), (status = 403, body = ErrorBody)))]
async fn list(_: Allow<ManageLogs>, Query(wanted): Query<ListLogs>, mut conn: Conn) -> Result<Envelope<Page<Log>>> {
    Ok(Envelope::of(logs::list(&mut conn, &wanted).await?))
}

/// Shows one message, without what it says.
#[utoipa::path(get, path = "/{id}", tag = "logs", params(("id" = NotificationId, Path)),
    extensions(("x-permission" = json!("manage_logs"))),
    responses((status = 200, body = Envelope<Log>), (status = 400, body = ErrorBody), (status = 401, body = ErrorBody),
              (status = 403, body = ErrorBody), (status = 404, body = ErrorBody)))]
async fn show(_: Allow<ManageLogs>, Path(id): Path<NotificationId>, mut conn: Conn) -> Result<Envelope<Log>> {
    Ok(Envelope::of(store::logs::find(&mut conn, id).await?.ok_or(Error::NotFound("message"))?))
}

/// Sends a message that was sent or failed once more, as a new one with the same words.
#[utoipa::path(post, path = "/{id}/resend", tag = "logs", params(("id" = NotificationId, Path)),
    extensions(("x-permission" = json!("manage_logs"))),
    responses((status = 201, body = Envelope<Log>), (status = 400, body = ErrorBody), (status = 401, body = ErrorBody),
              (status = 403, body = ErrorBody), (status = 404, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn resend(
    _: Allow<ManageLogs>,
    State(db): State<MySqlPool>,
    Now(now): Now,
    Path(id): Path<NotificationId>,
) -> Result<Created<Log>> {
    let copy = database::retry(|| logs::resend(&db, id, now)).await?;
    Ok(Created::at(format!("/api/v1/notifications/logs/{}", copy.id), copy))
}
