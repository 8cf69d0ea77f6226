//! `/api/v1/users/account`

use axum::extract::State;
use shared::database;
use shared::web::{Envelope, ErrorBody, Result, Valid};
use sqlx::MySqlPool;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::asker::Asker;
use crate::confirmations::{self, AskToConfirm, ConfirmationSent};
use crate::exports::{self, Export};
use crate::leaving::{self, Departure, Gate, Leave};
use crate::passwords::Safe;
use crate::state::AppState;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(export)).routes(routes!(confirm)).routes(routes!(leave)).routes(routes!(stay))
}

/// Hands the caller everything that the shop knows about them.
#[utoipa::path(post, path = "/account/export", tag = "account", extensions(("x-permission" = json!("user"))),
    responses((status = 200, body = Envelope<Export>), (status = 401, body = ErrorBody)))]
async fn export(asker: Asker, State(db): State<MySqlPool>) -> Result<Envelope<Export>> {
    Ok(Envelope::of(exports::export(&db, asker.user, asker.now).await?))
}

/// Sends a code to who has no password, where they have shown to be reached: with it they delete their account, or give it
/// its first password.
#[utoipa::path(post, path = "/account/confirmation", tag = "account", request_body = AskToConfirm,
    extensions(("x-permission" = json!("user"))),
    responses((status = 200, body = Envelope<ConfirmationSent>), (status = 400, body = ErrorBody),
              (status = 401, body = ErrorBody), (status = 422, body = ErrorBody), (status = 429, body = ErrorBody)))]
async fn confirm(
    asker: Asker,
    State(safe): State<Safe>,
    Valid(wanted): Valid<AskToConfirm>,
) -> Result<Envelope<ConfirmationSent>> {
    let ask = || confirmations::ask(&safe, asker.user, &wanted, asker.now);
    Ok(Envelope::of(database::retry(ask).await?))
}

/// Deletes the caller's account in thirty days, by their password or a code. Orders and invoices stay as long as tax law wants them; the person in
/// them is forgotten everywhere else. Asked again, the first day stays.
#[utoipa::path(post, path = "/account/delete", tag = "account", request_body = Leave,
    extensions(("x-permission" = json!("user"))),
    responses((status = 200, body = Envelope<Departure>), (status = 400, body = ErrorBody),
              (status = 401, body = ErrorBody), (status = 422, body = ErrorBody), (status = 429, body = ErrorBody)))]
async fn leave(asker: Asker, State(gate): State<Gate>, Valid(wanted): Valid<Leave>) -> Result<Envelope<Departure>> {
    Ok(Envelope::of(leaving::leave(&gate, asker.user, wanted, asker.now).await?))
}

/// Keeps the caller's account after all.
#[utoipa::path(post, path = "/account/delete/cancel", tag = "account", extensions(("x-permission" = json!("user"))),
    responses((status = 200, body = Envelope<Departure>), (status = 401, body = ErrorBody)))]
async fn stay(asker: Asker, State(db): State<MySqlPool>) -> Result<Envelope<Departure>> {
    Ok(Envelope::of(database::retry(|| leaving::stay(&db, asker.user, asker.now)).await?))
}
