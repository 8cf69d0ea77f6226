//! `/api/v1/auth/login`, `/refresh`, `/logout`, `/logout-all`

use axum::extract::State;
use shared::identity::CurrentUser;
use shared::web::{Envelope, ErrorBody, Flat, Now, Result, Valid};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::tokens::{Entered, Refresh, RefreshToken, SignedOut, TokenAnswer};
use crate::desk::SignedIn;
use crate::logins::{self, LogIn};
use crate::mfa::Challenge;
use crate::state::AppState;
use crate::visitors::Visitor;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(log_in))
        .routes(routes!(refresh))
        .routes(routes!(log_out))
        .routes(routes!(log_out_everywhere))
}

/// Signs somebody in.
///
/// The cart of a guest comes along. The refresh token is also set as a cookie. 202 asks for a second factor.
#[utoipa::path(post, path = "/login", tag = "auth", request_body = LogIn,
    extensions(("x-permission" = json!("anyone"))),
    responses((status = 200, body = Flat<SignedIn>), (status = 202, body = Envelope<Challenge>), (status = 400, body = ErrorBody),
              (status = 401, body = ErrorBody), (status = 429, body = ErrorBody)))]
async fn log_in(
    State(AppState { desk, environment, .. }): State<AppState>,
    visitor: Visitor,
    Now(now): Now,
    Valid(form): Valid<LogIn>,
) -> Result<Entered> {
    let entry = logins::log_in(&desk, form, &visitor, now).await?;
    Ok(Entered { entry, environment })
}

/// Exchanges a refresh token for the next pair of tokens.
///
/// The token is in the body or in the cookie, and good once: using one again ends its log-in. Pages of other origins cannot
/// use the cookie.
#[utoipa::path(post, path = "/refresh", tag = "auth", request_body = Option<Refresh>,
    extensions(("x-permission" = json!("anyone"))),
    responses((status = 200, body = Flat<SignedIn>), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody)))]
async fn refresh(
    State(AppState { desk, environment, .. }): State<AppState>,
    Now(now): Now,
    RefreshToken(token): RefreshToken,
) -> Result<TokenAnswer> {
    Ok(TokenAnswer::ok(logins::refresh(&desk, &token, now).await?, environment))
}

/// Signs out here.
#[utoipa::path(post, path = "/logout", tag = "auth", extensions(("x-permission" = json!("user"))),
    responses((status = 200, body = Envelope<SignedOut>), (status = 401, body = ErrorBody)))]
async fn log_out(
    State(AppState { desk, environment, .. }): State<AppState>,
    user: CurrentUser,
    Now(now): Now,
) -> Result<TokenAnswer> {
    logins::log_out(&desk, user, now).await?;
    Ok(TokenAnswer::cleared(environment))
}

/// Signs out on every device.
#[utoipa::path(post, path = "/logout-all", tag = "auth", extensions(("x-permission" = json!("user"))),
    responses((status = 200, body = Envelope<SignedOut>), (status = 401, body = ErrorBody)))]
async fn log_out_everywhere(
    State(AppState { desk, environment, .. }): State<AppState>,
    user: CurrentUser,
    Now(now): Now,
) -> Result<TokenAnswer> {
    logins::log_out_everywhere(&desk, user, now).await?;
    Ok(TokenAnswer::cleared(environment))
}
