//! `/api/v1/users/change-password`

use axum::extract::State;
use serde::Serialize;
use shared::identity::CurrentUser;
use shared::web::{Envelope, ErrorBody, Now, Result, Valid};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::passwords::{self, ChangePassword, Safe};
use crate::state::AppState;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(change_password))
}

/// Nothing more to say.
#[derive(Serialize, ToSchema)]
struct PasswordChanged {}

/// Changes the caller's password, or gives them their first by a code, and signs every other device out.
#[utoipa::path(post, path = "/change-password", tag = "profile", request_body = ChangePassword,
    extensions(("x-permission" = json!("user"))),
    responses((status = 200, body = Envelope<PasswordChanged>), (status = 400, body = ErrorBody),
              (status = 401, body = ErrorBody), (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn change_password(
    State(safe): State<Safe>,
    user: CurrentUser,
    Now(now): Now,
    Valid(form): Valid<ChangePassword>,
) -> Result<Envelope<PasswordChanged>> {
    passwords::change(&safe, form, user, now).await?;
    Ok(Envelope::of(PasswordChanged {}))
}
