//! `/api/v1/users/profile`

use axum::extract::State;
use shared::database;
use shared::identity::CurrentUser;
use shared::web::{Conn, Envelope, Error, ErrorBody, IfMatch, Result, Valid};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::asker::Asker;
use crate::profiles::{self, ChangeProfile, Profile, Registry};
use crate::state::AppState;
use crate::store;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(show, put, patch))
}

/// Shows the caller's account.
#[utoipa::path(get, path = "/profile", tag = "profile", extensions(("x-permission" = json!("user"))),
    responses((status = 200, body = Envelope<Profile>), (status = 401, body = ErrorBody)))]
async fn show(user: CurrentUser, mut conn: Conn) -> Result<Envelope<Profile>> {
    let profile = store::profiles::find(&mut conn, user.id).await?.ok_or(Error::Unauthenticated)?;
    Ok(Envelope::of(profile))
}

/// Changes the caller's account: what is absent stays, `null` takes away. An address or number that is another than
/// before is not verified: a link or a code is sent to it, and a notice to the one before. With `If-Match` only if the account still has that revision.
#[utoipa::path(put, path = "/profile", tag = "profile", request_body = ChangeProfile,
    extensions(("x-permission" = json!("user"))),
    responses((status = 200, body = Envelope<Profile>), (status = 400, body = ErrorBody), (status = 401, body = ErrorBody),
              (status = 409, body = ErrorBody), (status = 429, body = ErrorBody)))]
async fn put(
    asker: Asker,
    IfMatch(revision): IfMatch,
    State(registry): State<Registry>,
    Valid(wanted): Valid<ChangeProfile>,
) -> Result<Envelope<Profile>> {
    let change = || profiles::change(&registry, asker.user, revision, &wanted, asker.now);
    Ok(Envelope::of(database::retry(change).await?))
}

/// Changes the caller's account, exactly as PUT does.
#[utoipa::path(patch, path = "/profile", tag = "profile", request_body = ChangeProfile,
    extensions(("x-permission" = json!("user"))),
    responses((status = 200, body = Envelope<Profile>), (status = 400, body = ErrorBody), (status = 401, body = ErrorBody),
              (status = 409, body = ErrorBody), (status = 429, body = ErrorBody)))]
async fn patch(
    asker: Asker,
    IfMatch(revision): IfMatch,
    State(registry): State<Registry>,
    Valid(wanted): Valid<ChangeProfile>,
) -> Result<Envelope<Profile>> {
    let change = || profiles::change(&registry, asker.user, revision, &wanted, asker.now);
    Ok(Envelope::of(database::retry(change).await?))
}
