//! `/api/v1/auth/mfa/…` and `/login/mfa`

use axum::extract::State;
use serde::Serialize;
use shared::identity::{CurrentUser, MaybeUser};
use shared::web::{Envelope, ErrorBody, Flat, Now, Result, Valid};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::tokens::TokenAnswer;
use crate::desk::SignedIn;
use crate::mfa::{self, Confirm, Disable, Enroll, Enrollment, LogInWithCode, RecoveryCodes};
use crate::state::AppState;
use crate::visitors::Visitor;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(log_in))
        .routes(routes!(enroll))
        .routes(routes!(confirm))
        .routes(routes!(disable))
}

/// Nothing more to say.
#[derive(Serialize, ToSchema)]
struct Disabled {}

/// Completes a log-in with the code of an authenticator app, or with a recovery code.
///
/// A code is good once. The cart of a guest comes along.
#[utoipa::path(post, path = "/login/mfa", tag = "auth", request_body = LogInWithCode,
    extensions(("x-permission" = json!("anyone"))),
    responses((status = 200, body = Flat<SignedIn>), (status = 400, body = ErrorBody), (status = 401, body = ErrorBody),
              (status = 429, body = ErrorBody)))]
async fn log_in(
    State(AppState { desk, environment, .. }): State<AppState>,
    visitor: Visitor,
    Now(now): Now,
    Valid(form): Valid<LogInWithCode>,
) -> Result<TokenAnswer> {
    Ok(TokenAnswer::ok(mfa::log_in(&desk, &form, &visitor, now).await?, environment))
}

/// Makes a secret for an authenticator app.
///
/// For whoever signed in a moment ago or gives the password again; or with the `mfa_token` of a log-in that asked for it.
#[utoipa::path(post, path = "/mfa/enroll", tag = "auth", request_body = Enroll,
    extensions(("x-permission" = json!("user"))),
    responses((status = 200, body = Envelope<Enrollment>), (status = 400, body = ErrorBody),
              (status = 401, body = ErrorBody), (status = 409, body = ErrorBody), (status = 429, body = ErrorBody)))]
async fn enroll(
    State(AppState { desk, .. }): State<AppState>,
    MaybeUser(user): MaybeUser,
    Now(now): Now,
    Valid(form): Valid<Enroll>,
) -> Result<Envelope<Enrollment>> {
    Ok(Envelope::of(mfa::enroll(&desk, user, form, now).await?))
}

/// Asks for the app's codes from now on, and shows the recovery codes.
#[utoipa::path(post, path = "/mfa/confirm", tag = "auth", request_body = Confirm,
    extensions(("x-permission" = json!("user"))),
    responses((status = 200, body = Envelope<RecoveryCodes>), (status = 400, body = ErrorBody),
              (status = 401, body = ErrorBody), (status = 422, body = ErrorBody), (status = 429, body = ErrorBody)))]
async fn confirm(
    State(AppState { desk, .. }): State<AppState>,
    MaybeUser(user): MaybeUser,
    Now(now): Now,
    Valid(form): Valid<Confirm>,
) -> Result<Envelope<RecoveryCodes>> {
    Ok(Envelope::of(mfa::confirm(&desk, user, &form, now).await?))
}

/// Asks for no codes any more.
#[utoipa::path(post, path = "/mfa/disable", tag = "auth", request_body = Disable,
    extensions(("x-permission" = json!("user"))),
    responses((status = 200, body = Envelope<Disabled>), (status = 400, body = ErrorBody), (status = 401, body = ErrorBody),
              (status = 422, body = ErrorBody), (status = 429, body = ErrorBody)))]
async fn disable(
    State(AppState { desk, .. }): State<AppState>,
    user: CurrentUser,
    Now(now): Now,
    Valid(form): Valid<Disable>,
) -> Result<Envelope<Disabled>> {
    mfa::disable(&desk, user, form, now).await?;
    Ok(Envelope::of(Disabled {}))
}
