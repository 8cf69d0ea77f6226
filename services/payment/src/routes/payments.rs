//! `/api/v1/payments`

use axum::extract::State;
use commerce::ids::{OrderId, PaymentId};
use shared::database;
use shared::identity::{Allow, CurrentUser, ManageOrders};
use shared::web::{Answer, Conn, Envelope, ErrorBody, Flat, IdempotencyKey, Now, Path, Query, Result, Valid};
use sqlx::MySqlPool;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::methods::{self, AskMethods, Methods};
use crate::orders;
use crate::state::Till;
use crate::tenders::{self, Callback, Initiate, Initiated, Tender};

pub(super) fn router() -> OpenApiRouter<Till> {
    OpenApiRouter::new()
        .routes(routes!(list_methods))
        .routes(routes!(initiate))
        .routes(routes!(verify))
        .routes(routes!(collect))
}

/// Lists the methods by which the caller may pay now.
#[utoipa::path(get, path = "/methods", tag = "payments", params(AskMethods),
    extensions(("x-permission" = json!("user"))),
    responses((status = 200, body = Envelope<Methods>), (status = 400, body = ErrorBody),
              (status = 401, body = ErrorBody), (status = 404, body = ErrorBody)))]
async fn list_methods(
    user: CurrentUser,
    State(till): State<Till>,
    Query(asked): Query<AskMethods>,
    mut conn: Conn,
) -> Result<Envelope<Methods>> {
    let order = match asked.order_id {
        Some(id) => Some(orders::find_own(&mut conn, user.id, id).await?),
        None => None,
    };
    let values = till.settings.read(&mut conn).await?;
    Ok(Envelope::of(methods::open(&values, till.online(), order.as_ref(), till.clock.now())?))
}

/// Begins the payment of an order, or shows the one that is under way. A payment that the gateway did not answer for is taken
/// up again by asking once more: it is never begun twice.
#[utoipa::path(post, path = "/initiate", tag = "payments", request_body = Initiate,
    extensions(("x-permission" = json!("user"))),
    params(("Idempotency-Key" = Option<String>, Header, description = "1 to 255 visible ASCII characters; the same key and body are answered alike for a day")),
    responses((status = 200, body = Flat<Initiated>), (status = 201, body = Flat<Initiated>),
              (status = 400, body = ErrorBody), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody),
              (status = 409, body = ErrorBody), (status = 422, body = ErrorBody), (status = 503, body = ErrorBody)))]
async fn initiate(
    user: CurrentUser,
    State(till): State<Till>,
    key: IdempotencyKey,
    Valid(wanted): Valid<Initiate>,
) -> Result<Answer> {
    tenders::initiate(&till, user.id, key, &wanted).await
}

/// Checks what the checkout handed to the browser, and looks at the gateway's own record.
#[utoipa::path(post, path = "/verify/{id}", tag = "payments", request_body = Callback, params(("id" = PaymentId, Path)),
    extensions(("x-permission" = json!("user"))),
    responses((status = 200, body = Envelope<Tender>), (status = 400, body = ErrorBody), (status = 401, body = ErrorBody),
              (status = 404, body = ErrorBody), (status = 422, body = ErrorBody), (status = 503, body = ErrorBody)))]
async fn verify(
    user: CurrentUser,
    State(till): State<Till>,
    Path(id): Path<PaymentId>,
    Valid(said): Valid<Callback>,
) -> Result<Envelope<Tender>> {
    Ok(Envelope::of(tenders::verify(&till, user.id, id, &said).await?))
}

/// Notes that the carrier has taken the cash for an order.
#[utoipa::path(post, path = "/cod/{order_id}/collected", tag = "payments", params(("order_id" = OrderId, Path)),
    extensions(("x-permission" = json!("manage_orders"))),
    responses((status = 200, body = Envelope<Tender>), (status = 400, body = ErrorBody), (status = 401, body = ErrorBody),
              (status = 403, body = ErrorBody), (status = 404, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn collect(
    _: Allow<ManageOrders>,
    State(db): State<MySqlPool>,
    Now(now): Now,
    Path(order): Path<OrderId>,
) -> Result<Envelope<Tender>> {
    Ok(Envelope::of(database::retry(|| tenders::collect(&db, order, now)).await?))
}
