//! `/api/v1/payments/transactions` and `/api/v1/payments/order`

use commerce::ids::{OrderId, PaymentId};
use kernel::Page;
use shared::identity::CurrentUser;
use shared::web::{Conn, Envelope, ErrorBody, Paging, Path, Query, Result};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::Till;
use crate::store;
use crate::tenders::{self, Tender};

pub(super) fn router() -> OpenApiRouter<Till> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(show)).routes(routes!(list_of_order))
}

/// Lists the caller's payments, the newest first.
#[utoipa::path(get, path = "/transactions", tag = "payments", params(Paging),
    extensions(("x-permission" = json!("user"))),
    responses((status = 200, body = Envelope<Page<Tender>>), (status = 400, body = ErrorBody),
              (status = 401, body = ErrorBody)))]
async fn list(user: CurrentUser, Query(paging): Query<Paging>, mut conn: Conn) -> Result<Envelope<Page<Tender>>> {
    Ok(Envelope::of(store::tenders::list_of_user(&mut conn, user.id, paging.request()).await?))
}

/// Shows one payment, to its owner and to those who may see all.
#[utoipa::path(get, path = "/transactions/{id}", tag = "payments", params(("id" = PaymentId, Path)),
    extensions(("x-permission" = json!("user"))),
    responses((status = 200, body = Envelope<Tender>), (status = 400, body = ErrorBody), (status = 401, body = ErrorBody),
              (status = 404, body = ErrorBody)))]
async fn show(user: CurrentUser, Path(id): Path<PaymentId>, mut conn: Conn) -> Result<Envelope<Tender>> {
    Ok(Envelope::of(tenders::find(&mut conn, user.id, id).await?))
}

/// Lists the payments of an order, to its owner and to those who may see all.
#[utoipa::path(get, path = "/order/{order_id}", tag = "payments", params(("order_id" = OrderId, Path)),
    extensions(("x-permission" = json!("user"))),
    responses((status = 200, body = Envelope<Vec<Tender>>), (status = 400, body = ErrorBody),
              (status = 401, body = ErrorBody), (status = 404, body = ErrorBody)))]
async fn list_of_order(user: CurrentUser, Path(order): Path<OrderId>, mut conn: Conn) -> Result<Envelope<Vec<Tender>>> {
    Ok(Envelope::of(tenders::list_of_order(&mut conn, user.id, order).await?))
}
