//! `/api/v1/users/profile`

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

/// Shows the caller's account.
#[utoipa::path(get, path = "/profile", tag = "profile", extensions(("x-permission" = json!("user"))),
    responses((status = 200, body = Envelope<Profile>), (status = 401, body = ErrorBody)))]
async fn show(user: CurrentUser, mut conn: Conn) -> Result<Envelope<Profile>> {
    let profile = store::profiles::find(&mut conn, user.id).await?.ok_or(Error::Unauthenticated)?;
    Ok(Envelope::of(profile))
}
