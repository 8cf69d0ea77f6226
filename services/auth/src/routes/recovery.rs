//! `/api/v1/auth/forgot-password` and `/reset-password`

use axum::extract::State;
use shared::web::{Envelope, ErrorBody, Now, Result, Valid};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::done::Done;
use crate::desk::Desk;
use crate::recovery::{self, Forgot, Reset};
use crate::state::AppState;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(forgot)).routes(routes!(reset))
}

/// Sends a link to the holder of an account who forgot its password.
///
/// The answer is the same whether there is such an account or not.
#[utoipa::path(post, path = "/forgot-password", tag = "auth", request_body = Forgot,
    extensions(("x-permission" = json!("anyone"))),
    responses((status = 200, body = Envelope<Done>), (status = 400, body = ErrorBody), (status = 429, body = ErrorBody)))]
async fn forgot(State(desk): State<Desk>, Now(now): Now, Valid(form): Valid<Forgot>) -> Result<Envelope<Done>> {
    recovery::forgot(&desk, &form, now).await?;
    Ok(Envelope::of(Done {}))
}

/// Gives an account another password, and signs it out everywhere.
#[utoipa::path(post, path = "/reset-password", tag = "auth", request_body = Reset,
    extensions(("x-permission" = json!("anyone"))),
    responses((status = 200, body = Envelope<Done>), (status = 400, body = ErrorBody), (status = 409, body = ErrorBody),
              (status = 422, body = ErrorBody)))]
async fn reset(State(desk): State<Desk>, Now(now): Now, Valid(form): Valid<Reset>) -> Result<Envelope<Done>> {
    recovery::reset(&desk, form, now).await?;
    Ok(Envelope::of(Done {}))
}
