//! `/api/v1/users/newsletter`

use axum::extract::State;
use shared::database;
use shared::web::{Envelope, ErrorBody, Now, Result, Valid};
use sqlx::MySqlPool;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::newsletter::{self, LetterToken, Subscribe};
use crate::state::AppState;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(subscribe)).routes(routes!(confirm)).routes(routes!(unsubscribe))
}

/// Asks an address, by a letter, whether it wants the newsletter. The answer is the same for every address.
#[utoipa::path(post, path = "/newsletter/subscribe", tag = "newsletter", request_body = Subscribe,
    extensions(("x-permission" = json!("anyone"))),
    responses((status = 200, body = Envelope<Option<String>>), (status = 400, body = ErrorBody)))]
async fn subscribe(
    Now(now): Now,
    State(db): State<MySqlPool>,
    Valid(wanted): Valid<Subscribe>,
) -> Result<Envelope<()>> {
    Ok(Envelope::of(database::retry(|| newsletter::subscribe(&db, &wanted, now)).await?))
}

/// Says yes to the newsletter with the token of the letter.
#[utoipa::path(post, path = "/newsletter/confirm", tag = "newsletter", request_body = LetterToken,
    extensions(("x-permission" = json!("anyone"))),
    responses((status = 200, body = Envelope<Option<String>>), (status = 400, body = ErrorBody),
              (status = 422, body = ErrorBody)))]
async fn confirm(Now(now): Now, State(db): State<MySqlPool>, Valid(sent): Valid<LetterToken>) -> Result<Envelope<()>> {
    Ok(Envelope::of(database::retry(|| newsletter::confirm(&db, &sent, now)).await?))
}

/// Ends the newsletter with the token of a letter. The answer is the same for every token.
#[utoipa::path(post, path = "/newsletter/unsubscribe", tag = "newsletter", request_body = LetterToken,
    extensions(("x-permission" = json!("anyone"))),
    responses((status = 200, body = Envelope<Option<String>>), (status = 400, body = ErrorBody)))]
async fn unsubscribe(
    Now(now): Now,
    State(db): State<MySqlPool>,
    Valid(sent): Valid<LetterToken>,
) -> Result<Envelope<()>> {
    Ok(Envelope::of(database::retry(|| newsletter::unsubscribe(&db, &sent, now)).await?))
}
