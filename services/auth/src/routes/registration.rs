//! `/api/v1/auth/register`

use axum::extract::State;
use shared::web::{ErrorBody, Flat, Now, Result, Valid};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::tokens::TokenAnswer;
use crate::desk::SignedIn;
use crate::registrations::{self, Register};
use crate::state::AppState;
use crate::visitors::Visitor;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(register))
}

/// Opens an account and signs its holder in.
///
/// The cart of a guest comes along. The refresh token is also set as a cookie.
#[utoipa::path(post, path = "/register", tag = "auth", request_body = Register,
    extensions(("x-permission" = json!("anyone"))),
    responses((status = 201, body = Flat<SignedIn>), (status = 400, body = ErrorBody), (status = 409, body = ErrorBody),
              (status = 429, body = ErrorBody)))]
async fn register(
    State(AppState { desk, environment, .. }): State<AppState>,
    visitor: Visitor,
    Now(now): Now,
    Valid(form): Valid<Register>,
) -> Result<TokenAnswer> {
    let signed_in = registrations::register(&desk, form, &visitor, now).await?;
    Ok(TokenAnswer::created("/api/v1/auth/me".to_owned(), signed_in, environment))
}
