//! `/api/v1/users/notification-preferences`

use axum::extract::State;
use shared::database;
use shared::identity::CurrentUser;
use shared::settings::Settings;
use shared::web::{Conn, Envelope, ErrorBody, Result, Valid};
use sqlx::MySqlPool;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::asker::Asker;
use crate::preferences::{self, ChangePreferences, Methods, Preferences};
use crate::state::AppState;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(show, change)).routes(routes!(show_methods))
}

/// Shows what the caller wants to be told, over which channel, and since when they agreed.
#[utoipa::path(get, path = "/notification-preferences", tag = "notifications",
    extensions(("x-permission" = json!("user"))),
    responses((status = 200, body = Envelope<Preferences>), (status = 401, body = ErrorBody)))]
async fn show(user: CurrentUser, mut conn: Conn) -> Result<Envelope<Preferences>> {
    Ok(Envelope::of(preferences::show(&mut conn, user.id).await?))
}

/// Changes what the caller wants to be told; what is not named stays.
#[utoipa::path(put, path = "/notification-preferences", tag = "notifications", request_body = ChangePreferences,
    extensions(("x-permission" = json!("user"))),
    responses((status = 200, body = Envelope<Preferences>), (status = 400, body = ErrorBody),
              (status = 401, body = ErrorBody)))]
async fn change(
    asker: Asker,
    State(db): State<MySqlPool>,
    Valid(wanted): Valid<ChangePreferences>,
) -> Result<Envelope<Preferences>> {
    Ok(Envelope::of(database::retry(|| preferences::change(&db, asker.user, &wanted, asker.now)).await?))
}

/// Shows over which channels the shop sends anything, and which of them lead to the caller.
#[utoipa::path(get, path = "/available-notification-methods", tag = "notifications",
    extensions(("x-permission" = json!("user"))),
    responses((status = 200, body = Envelope<Methods>), (status = 401, body = ErrorBody)))]
async fn show_methods(
    user: CurrentUser,
    State(settings): State<Settings>,
    mut conn: Conn,
) -> Result<Envelope<Methods>> {
    let values = settings.read(&mut conn).await?;
    Ok(Envelope::of(preferences::methods(&mut conn, &values, user.id).await?))
}
