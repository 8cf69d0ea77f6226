//! `/api/v1/auth/otp/request` and `/otp/verify`

use axum::extract::State;
use shared::web::{Envelope, ErrorBody, Flat, Now, Result, Valid};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::tokens::Entered;
use crate::codes::{self, AskForCode, CodeSent, EnterByCode};
use crate::desk::{Desk, SignedIn};
use crate::mfa::Challenge;
use crate::state::AppState;
use crate::visitors::Visitor;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(ask)).routes(routes!(enter))
}

/// Sends a code of six digits to an address or a number.
///
/// The answer is the same whether it has an account or not.
#[utoipa::path(post, path = "/otp/request", tag = "auth", request_body = AskForCode,
    extensions(("x-permission" = json!("anyone"))),
    responses((status = 200, body = Envelope<CodeSent>), (status = 400, body = ErrorBody), (status = 429, body = ErrorBody)))]
async fn ask(State(desk): State<Desk>, Now(now): Now, Valid(form): Valid<AskForCode>) -> Result<Envelope<CodeSent>> {
    Ok(Envelope::of(codes::ask(&desk, form, now).await?))
}

/// Signs in by a code, or up.
///
/// The cart of a guest comes along. The refresh token is also set as a cookie. 202 asks for a second factor.
#[utoipa::path(post, path = "/otp/verify", tag = "auth", request_body = EnterByCode,
    extensions(("x-permission" = json!("anyone"))),
    responses((status = 200, body = Flat<SignedIn>), (status = 202, body = Envelope<Challenge>), (status = 400, body = ErrorBody), (status = 409, body = ErrorBody),
              (status = 422, body = ErrorBody)))]
async fn enter(
    State(AppState { desk, environment, .. }): State<AppState>,
    visitor: Visitor,
    Now(now): Now,
    Valid(form): Valid<EnterByCode>,
) -> Result<Entered> {
    let entry = codes::enter(&desk, &form, &visitor, now).await?;
    Ok(Entered { entry, environment })
}
