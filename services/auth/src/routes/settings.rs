//! `/api/v1/auth/frontend-settings`, `/site-settings`, `/admin/all-settings`

use std::sync::Arc;

use axum::extract::State;
use shared::Ground;
use shared::audit::By;
use shared::identity::{Allow, ManageSiteSettings};
use shared::settings::list;
use shared::web::{Conn, Envelope, ErrorBody, Result, Valid};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::desk::Desk;
use crate::settings::{self, Changed, Described, Masked, NewSettings, Public};
use crate::state::AppState;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(show_public)).routes(routes!(show, change)).routes(routes!(describe))
}

/// Shows the settings that a storefront needs.
#[utoipa::path(get, path = "/frontend-settings", tag = "settings", extensions(("x-permission" = json!("anyone"))),
    responses((status = 200, body = Envelope<Public>)))]
async fn show_public(State(ground): State<Arc<Ground>>, mut conn: Conn) -> Result<Envelope<Public>> {
    Ok(Envelope::of(settings::public(&*ground.settings.read(&mut conn).await?)))
}

/// Shows every setting; secrets are masked.
#[utoipa::path(get, path = "/site-settings", tag = "settings",
    extensions(("x-permission" = json!("manage_site_settings"))),
    responses((status = 200, body = Envelope<Masked>), (status = 401, body = ErrorBody),
              (status = 403, body = ErrorBody)))]
async fn show(_: Allow<ManageSiteSettings>, mut conn: Conn) -> Result<Envelope<Masked>> {
    Ok(Envelope::of(settings::masked(&list(&mut conn).await?)))
}

/// Changes the settings that are named, all or none.
#[utoipa::path(put, path = "/site-settings", tag = "settings", request_body = NewSettings,
    extensions(("x-permission" = json!("manage_site_settings"))),
    responses((status = 200, body = Envelope<Changed>), (status = 400, body = ErrorBody),
              (status = 401, body = ErrorBody), (status = 403, body = ErrorBody), (status = 409, body = ErrorBody)))]
async fn change(
    by: By<ManageSiteSettings>,
    State(desk): State<Desk>,
    Valid(form): Valid<NewSettings>,
) -> Result<Envelope<Changed>> {
    Ok(Envelope::of(settings::change(&desk, &by, &form).await?))
}

/// Shows every setting with what it may be and who changed it last; secrets are masked.
#[utoipa::path(get, path = "/admin/all-settings", tag = "settings",
    extensions(("x-permission" = json!("manage_site_settings"))),
    responses((status = 200, body = Envelope<Described>), (status = 401, body = ErrorBody),
              (status = 403, body = ErrorBody)))]
async fn describe(
    _: Allow<ManageSiteSettings>,
    State(ground): State<Arc<Ground>>,
    mut conn: Conn,
) -> Result<Envelope<Described>> {
    Ok(Envelope::of(settings::described(&list(&mut conn).await?, &ground.config)))
}
