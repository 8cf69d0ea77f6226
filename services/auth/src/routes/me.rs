//! `/api/v1/auth/me`

use shared::identity::CurrentUser;
use shared::web::{Conn, Envelope, Error, ErrorBody, Result};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::people::{self, Me};
use crate::state::AppState;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(show))
}

/// Shows who is calling.
#[utoipa::path(get, path = "/me", tag = "auth", extensions(("x-permission" = json!("user"))),
    responses((status = 200, body = Envelope<Me>), (status = 401, body = ErrorBody)))]
async fn show(user: CurrentUser, mut conn: Conn) -> Result<Envelope<Me>> {
    let me = people::find(&mut conn, user.id).await?.ok_or(Error::Unauthenticated)?;
    Ok(Envelope::of(me))
}
