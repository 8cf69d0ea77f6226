//! `/api/v1/payments`

use axum::extract::State;
use commerce::ids::OrderId;
use shared::database;
use shared::identity::{Allow, CurrentUser, ManageOrders};
use shared::settings::Settings;
use shared::web::{Conn, Envelope, ErrorBody, Flat, Now, Path, Query, Result, Valid};
use sqlx::MySqlPool;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::methods::{self, AskMethods, Methods};
use crate::orders;
use crate::state::AppState;
use crate::tenders::{self, Initiate, Initiated, Opened, Tender};

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list_methods)).routes(routes!(initiate)).routes(routes!(collect))
}

/// Lists the methods by which the caller may pay now.
#[utoipa::path(get, path = "/methods", tag = "payments", params(AskMethods),
    extensions(("x-permission" = json!("user"))),
    responses((status = 200, body = Envelope<Methods>), (status = 400, body = ErrorBody),
              (status = 401, body = ErrorBody), (status = 404, body = ErrorBody)))]
async fn list_methods(
    user: CurrentUser,
    State(settings): State<Settings>,
    Query(asked): Query<AskMethods>,
    mut conn: Conn,
) -> Result<Envelope<Methods>> {
    let order = match asked.order_id {
        Some(id) => Some(orders::find_own(&mut conn, user.id, id).await?),
        None => None,
    };
    let values = settings.read(&mut conn).await?;
    Ok(Envelope::of(methods::open(&values, order.as_ref())?))
}

/// Begins the payment of an order, or shows the one that is under way.
#[utoipa::path(post, path = "/initiate", tag = "payments", request_body = Initiate,
    extensions(("x-permission" = json!("user"))),
    responses((status = 200, body = Flat<Initiated>), (status = 201, body = Flat<Initiated>),
              (status = 400, body = ErrorBody), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody),
              (status = 422, body = ErrorBody)))]
async fn initiate(
    user: CurrentUser,
    State(db): State<MySqlPool>,
    Now(now): Now,
    Valid(wanted): Valid<Initiate>,
) -> Result<Flat<Initiated>> {
    match database::retry(|| tenders::initiate(&db, user.id, &wanted, now)).await? {
        Opened::Known(tender) => Ok(Flat::ok(tender.into())),
        Opened::New(tender) => Ok(Flat::created(format!("/api/v1/payments/transactions/{}", tender.id), tender.into())),
    }
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
