//! `/api/v1/users/profile`

use axum::http::HeaderName;
use axum::http::header::CACHE_CONTROL;
use shared::identity::CurrentUser;
use shared::web::{Conn, Envelope, Error, ErrorBody, Result};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::profiles::Profile;
use crate::state::AppState;
use crate::store;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(show))
}

/// What is about one person is kept by no cache.
pub(super) const PRIVATE: (HeaderName, &str) = (CACHE_CONTROL, "private, no-store");

/// Shows the caller's account.
#[utoipa::path(get, path = "/profile", tag = "profile", extensions(("x-permission" = json!("user"))),
    responses((status = 200, body = Envelope<Profile>), (status = 401, body = ErrorBody)))]
async fn show(user: CurrentUser, mut conn: Conn) -> Result<([(HeaderName, &'static str); 1], Envelope<Profile>)> {
    let profile = store::profiles::find(&mut conn, user.id).await?.ok_or(Error::Unauthenticated)?;
    Ok(([PRIVATE], Envelope::of(profile)))
}
