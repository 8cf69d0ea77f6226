//! `/api/v1/products/admin/reviews`

use axum::extract::{FromRef, FromRequestParts, State};
use axum::http::request::Parts;
use commerce::ids::ReviewId;
use kernel::Page;
use shared::audit::By;
use shared::database;
use shared::identity::{Allow, ManageReviews};
use shared::web::{Conn, Envelope, Error, ErrorBody, IfMatch, Path, Query, Result, Valid};
use sqlx::MySqlPool;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::reviews::{self, DecideReview, Desk, ListOfStaff, StaffReview};
use crate::state::AppState;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(decide))
}

/// Who decides, and about which revision.
struct Reader {
    by: By<ManageReviews>,
    revision: Option<u64>,
}

impl<S: Send + Sync> FromRequestParts<S> for Reader
where
    MySqlPool: FromRef<S>,
{
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let by = By::from_request_parts(parts, state).await?;
        let IfMatch(revision) = IfMatch::from_request_parts(parts, state).await?;
        Ok(Self { by, revision })
    }
}

/// Lists reviews wherever they stand, the newest first.
#[utoipa::path(get, path = "/admin/reviews", tag = "reviews", params(ListOfStaff),
    extensions(("x-permission" = json!("manage_reviews"))),
    responses((status = 200, body = Envelope<Page<StaffReview>>), (status = 400, body = ErrorBody),
              (status = 401, body = ErrorBody), (status = 403, body = ErrorBody)))]
async fn list(
    _: Allow<ManageReviews>,
    Query(wanted): Query<ListOfStaff>,
    mut conn: Conn,
) -> Result<Envelope<Page<StaffReview>>> {
    Ok(Envelope::of(reviews::list_for_staff(&mut conn, &wanted).await?))
}

/// Approves or rejects a review, and says what the shop replies to it. With `If-Match` only if the review still has that
/// revision, so that what its author wrote meanwhile is not decided about unread.
#[utoipa::path(put, path = "/admin/reviews/{id}", tag = "reviews", params(("id" = ReviewId, Path)),
    request_body = DecideReview, extensions(("x-permission" = json!("manage_reviews"))),
    responses((status = 200, body = Envelope<StaffReview>), (status = 400, body = ErrorBody),
              (status = 401, body = ErrorBody), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody),
              (status = 409, body = ErrorBody)))]
async fn decide(
    Reader { by, revision }: Reader,
    State(desk): State<Desk>,
    Path(id): Path<ReviewId>,
    Valid(decided): Valid<DecideReview>,
) -> Result<Envelope<StaffReview>> {
    Ok(Envelope::of(database::retry(|| reviews::decide(&desk, &by, id, revision, &decided)).await?))
}
