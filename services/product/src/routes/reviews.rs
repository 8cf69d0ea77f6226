//! `/api/v1/products/{id}/reviews` and `/api/v1/products/reviews`

mod asker;
mod staff;

use axum::extract::State;
use commerce::ids::{ProductId, ReviewId};
use shared::database;
use shared::identity::CurrentUser;
use shared::settings::Settings;
use shared::web::{Conn, Created, Envelope, ErrorBody, Path, Query, Result, Valid};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use self::asker::Asker;
use crate::reviews::{self, Desk, ListReviews, OwnReview, ReviewForm, ReviewPage, Vote, Votes};
use crate::state::AppState;

/// What is the same for everybody.
pub(super) fn shown() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list))
}

/// What customers and the shop's staff do.
pub(super) fn asked() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(write))
        .routes(routes!(show_mine))
        .routes(routes!(show, change, withdraw))
        .routes(routes!(vote))
        .merge(staff::router())
}

/// Lists the approved reviews of a product, with its rating and how many reviews give how many stars.
#[utoipa::path(get, path = "/{id}/reviews", tag = "reviews", params(("id" = ProductId, Path), ListReviews),
    extensions(("x-permission" = json!("anyone"))),
    responses((status = 200, body = Envelope<ReviewPage>), (status = 400, body = ErrorBody),
              (status = 404, body = ErrorBody)))]
async fn list(
    State(settings): State<Settings>,
    Path(id): Path<ProductId>,
    Query(wanted): Query<ListReviews>,
    mut conn: Conn,
) -> Result<Envelope<ReviewPage>> {
    Ok(Envelope::of(reviews::list(&mut conn, &settings, id, &wanted).await?))
}

/// Reviews a product, once. It is shown when somebody of the shop has approved it, unless the setting
/// `reviews_need_approval` is off.
#[utoipa::path(post, path = "/{id}/reviews", tag = "reviews", params(("id" = ProductId, Path)), request_body = ReviewForm,
    extensions(("x-permission" = json!("user"))),
    responses((status = 201, body = Envelope<OwnReview>), (status = 400, body = ErrorBody), (status = 401, body = ErrorBody),
              (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
async fn write(
    asker: Asker,
    State(desk): State<Desk>,
    Path(id): Path<ProductId>,
    Valid(form): Valid<ReviewForm>,
) -> Result<Created<OwnReview>> {
    let own = database::retry(|| reviews::write(&desk, asker.user, id, &form, asker.now)).await?;
    Ok(Created::at(format!("/api/v1/products/reviews/{}", own.review.id), own))
}

/// Shows what the caller has written about a product, wherever it stands.
#[utoipa::path(get, path = "/{id}/reviews/mine", tag = "reviews", params(("id" = ProductId, Path)),
    extensions(("x-permission" = json!("user"))),
    responses((status = 200, body = Envelope<OwnReview>), (status = 400, body = ErrorBody), (status = 401, body = ErrorBody),
              (status = 404, body = ErrorBody)))]
async fn show_mine(user: CurrentUser, Path(id): Path<ProductId>, mut conn: Conn) -> Result<Envelope<OwnReview>> {
    Ok(Envelope::of(reviews::find_mine(&mut conn, user.id, id).await?))
}

/// Shows a review of the caller, wherever it stands.
#[utoipa::path(get, path = "/reviews/{id}", tag = "reviews", params(("id" = ReviewId, Path)),
    extensions(("x-permission" = json!("user"))),
    responses((status = 200, body = Envelope<OwnReview>), (status = 400, body = ErrorBody), (status = 401, body = ErrorBody),
              (status = 404, body = ErrorBody)))]
async fn show(user: CurrentUser, Path(id): Path<ReviewId>, mut conn: Conn) -> Result<Envelope<OwnReview>> {
    Ok(Envelope::of(reviews::find_own(&mut conn, user.id, id).await?))
}

/// Writes a review of the caller anew; it waits for approval again.
#[utoipa::path(put, path = "/reviews/{id}", tag = "reviews", params(("id" = ReviewId, Path)), request_body = ReviewForm,
    extensions(("x-permission" = json!("user"))),
    responses((status = 200, body = Envelope<OwnReview>), (status = 400, body = ErrorBody), (status = 401, body = ErrorBody),
              (status = 404, body = ErrorBody)))]
async fn change(
    asker: Asker,
    State(desk): State<Desk>,
    Path(id): Path<ReviewId>,
    Valid(form): Valid<ReviewForm>,
) -> Result<Envelope<OwnReview>> {
    Ok(Envelope::of(database::retry(|| reviews::change(&desk, asker.user, id, &form, asker.now)).await?))
}

/// Withdraws a review of the caller.
#[utoipa::path(delete, path = "/reviews/{id}", tag = "reviews", params(("id" = ReviewId, Path)),
    extensions(("x-permission" = json!("user"))),
    responses((status = 200, body = Envelope<Option<OwnReview>>), (status = 400, body = ErrorBody),
              (status = 401, body = ErrorBody), (status = 404, body = ErrorBody)))]
async fn withdraw(user: CurrentUser, State(desk): State<Desk>, Path(id): Path<ReviewId>) -> Result<Envelope<()>> {
    Ok(Envelope::of(database::retry(|| reviews::withdraw(&desk, user.id, id)).await?))
}

/// Says whether a review of somebody else has helped; a second vote takes the place of the first.
#[utoipa::path(post, path = "/reviews/{id}/vote", tag = "reviews", params(("id" = ReviewId, Path)), request_body = Vote,
    extensions(("x-permission" = json!("user"))),
    responses((status = 200, body = Envelope<Votes>), (status = 400, body = ErrorBody), (status = 401, body = ErrorBody),
              (status = 404, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn vote(
    asker: Asker,
    State(desk): State<Desk>,
    Path(id): Path<ReviewId>,
    Valid(said): Valid<Vote>,
) -> Result<Envelope<Votes>> {
    Ok(Envelope::of(database::retry(|| reviews::vote(&desk, asker.user, id, said, asker.now)).await?))
}
