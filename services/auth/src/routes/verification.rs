//! `/api/v1/auth/verify-email`, `/verify-phone` and `/resend-verification`

use axum::extract::State;
use shared::identity::CurrentUser;
use shared::web::{Envelope, ErrorBody, Now, Result, Valid};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::done::Done;
use crate::desk::Desk;
use crate::state::AppState;
use crate::verification::{self, Resend, VerifyEmail, VerifyPhone};

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(verify_email)).routes(routes!(verify_phone)).routes(routes!(resend))
}

/// Confirms an e-mail address by the link that was sent to it.
#[utoipa::path(post, path = "/verify-email", tag = "auth", request_body = VerifyEmail,
    extensions(("x-permission" = json!("anyone"))),
    responses((status = 200, body = Envelope<Done>), (status = 400, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn verify_email(
    State(desk): State<Desk>,
    Now(now): Now,
    Valid(form): Valid<VerifyEmail>,
) -> Result<Envelope<Done>> {
    verification::verify_email(&desk, &form, now).await?;
    Ok(Envelope::of(Done {}))
}

/// Confirms the caller's telephone number by the newest code that was sent to it.
#[utoipa::path(post, path = "/verify-phone", tag = "auth", request_body = VerifyPhone,
    extensions(("x-permission" = json!("user"))),
    responses((status = 200, body = Envelope<Done>), (status = 400, body = ErrorBody), (status = 401, body = ErrorBody),
              (status = 422, body = ErrorBody)))]
async fn verify_phone(
    State(desk): State<Desk>,
    user: CurrentUser,
    Now(now): Now,
    Valid(form): Valid<VerifyPhone>,
) -> Result<Envelope<Done>> {
    verification::verify_phone(&desk, user.id, &form, now).await?;
    Ok(Envelope::of(Done {}))
}

/// Sends another link or code to the caller's address or number.
#[utoipa::path(post, path = "/resend-verification", tag = "auth", request_body = Resend,
    extensions(("x-permission" = json!("user"))),
    responses((status = 200, body = Envelope<Done>), (status = 400, body = ErrorBody), (status = 401, body = ErrorBody),
              (status = 422, body = ErrorBody), (status = 429, body = ErrorBody)))]
async fn resend(
    State(desk): State<Desk>,
    user: CurrentUser,
    Now(now): Now,
    Valid(form): Valid<Resend>,
) -> Result<Envelope<Done>> {
    verification::resend(&desk, user.id, &form, now).await?;
    Ok(Envelope::of(Done {}))
}
