//! `/api/v1/auth/sessions`

use accounts::sessions::SessionId;
use axum::extract::State;
use kernel::Page;
use shared::identity::CurrentUser;
use shared::web::{Conn, Envelope, ErrorBody, Now, Paging, Path, Query, Result};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::tokens::SignedOut;
use crate::devices::{self, SignedInDevice};
use crate::state::AppState;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(sign_out))
}

/// Lists the devices that somebody is signed in on, the latest first.
#[utoipa::path(get, path = "/sessions", tag = "auth", params(Paging), extensions(("x-permission" = json!("user"))),
    responses((status = 200, body = Envelope<Page<SignedInDevice>>), (status = 400, body = ErrorBody),
              (status = 401, body = ErrorBody)))]
async fn list(
    user: CurrentUser,
    Now(now): Now,
    Query(page): Query<Paging>,
    mut conn: Conn,
) -> Result<Envelope<Page<SignedInDevice>>> {
    Ok(Envelope::of(devices::list(&mut conn, user, page.request(), now).await?))
}

/// Signs out on one device.
#[utoipa::path(delete, path = "/sessions/{id}", tag = "auth", params(("id" = SessionId, Path)),
    extensions(("x-permission" = json!("user"))),
    responses((status = 200, body = Envelope<SignedOut>), (status = 400, body = ErrorBody),
              (status = 401, body = ErrorBody), (status = 404, body = ErrorBody)))]
async fn sign_out(
    State(AppState { desk, .. }): State<AppState>,
    user: CurrentUser,
    Now(now): Now,
    Path(id): Path<SessionId>,
) -> Result<Envelope<SignedOut>> {
    devices::sign_out(&desk, user, id, now).await?;
    Ok(Envelope::of(SignedOut {}))
}
