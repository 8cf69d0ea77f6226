//! `/api/v1/orders`

use axum::extract::State;
use commerce::ids::OrderId;
use kernel::{Page, UserId};
use shared::identity::CurrentUser;
use shared::web::{Answer, Conn, Envelope, ErrorBody, IdempotencyKey, Path, Query, Result, Valid};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::orders::{self, CancelOrder, Change, ListOrders, Order, OrderSummary, PlaceOrder};
use crate::state::Shop;

pub(super) fn router() -> OpenApiRouter<Shop> {
    OpenApiRouter::new()
        .routes(routes!(place, list))
        .routes(routes!(list_of_user))
        .routes(routes!(show))
        .routes(routes!(show_by_number))
        .routes(routes!(show_history))
        .routes(routes!(cancel))
}

/// Places an order.
///
/// Prices, tax and stock are decided here, in one transaction. Without `items` the cart is ordered. An address is written
/// out, or the id of one in the caller's address book; the order keeps a copy as it is in that moment. An order that is paid
/// on delivery is confirmed at once; any other waits for its payment, and its goods are held for half an hour. Of those a
/// customer has only so many at a time: 422 `TOO_MANY_UNPAID_ORDERS`.
#[utoipa::path(post, path = "", tag = "orders", request_body = PlaceOrder, extensions(("x-permission" = json!("user"))),
    params(("Idempotency-Key" = Option<String>, Header, description = "1 to 255 visible ASCII characters; the same key and body are answered alike for a day")),
    responses((status = 201, body = Envelope<Order>), (status = 400, body = ErrorBody), (status = 404, body = ErrorBody),
        (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn place(
    State(shop): State<Shop>,
    user: CurrentUser,
    key: IdempotencyKey,
    Valid(wanted): Valid<PlaceOrder>,
) -> Result<Answer> {
    orders::place(&shop, user.id, key, &wanted).await
}

/// Lists one's own orders, the newest first.
#[utoipa::path(get, path = "", tag = "orders", params(ListOrders), extensions(("x-permission" = json!("user"))),
    responses((status = 200, body = Envelope<Page<OrderSummary>>), (status = 400, body = ErrorBody)))]
async fn list(
    user: CurrentUser,
    Query(wanted): Query<ListOrders>,
    mut conn: Conn,
) -> Result<Envelope<Page<OrderSummary>>> {
    Ok(Envelope::of(orders::list(&mut conn, user.id, user.id, &wanted).await?))
}

/// Lists a user's orders, for that user or the shop's staff.
#[utoipa::path(get, path = "/user/{user_id}", tag = "orders", params(("user_id" = UserId, Path), ListOrders),
    extensions(("x-permission" = json!("user"))),
    responses((status = 200, body = Envelope<Page<OrderSummary>>), (status = 400, body = ErrorBody), (status = 404, body = ErrorBody)))]
async fn list_of_user(
    user: CurrentUser,
    Path(of): Path<UserId>,
    Query(wanted): Query<ListOrders>,
    mut conn: Conn,
) -> Result<Envelope<Page<OrderSummary>>> {
    Ok(Envelope::of(orders::list(&mut conn, user.id, of, &wanted).await?))
}

/// Shows an order to its owner or the shop's staff.
#[utoipa::path(get, path = "/{id}", tag = "orders", params(("id" = OrderId, Path)), extensions(("x-permission" = json!("user"))),
    responses((status = 200, body = Envelope<Order>), (status = 400, body = ErrorBody), (status = 404, body = ErrorBody)))]
async fn show(user: CurrentUser, Path(id): Path<OrderId>, mut conn: Conn) -> Result<Envelope<Order>> {
    Ok(Envelope::of(orders::find(&mut conn, user.id, id).await?))
}

/// Shows an order by the number that people call it by.
#[utoipa::path(get, path = "/number/{order_number}", tag = "orders", params(("order_number" = String, Path)),
    extensions(("x-permission" = json!("user"))),
    responses((status = 200, body = Envelope<Order>), (status = 404, body = ErrorBody)))]
async fn show_by_number(user: CurrentUser, Path(number): Path<String>, mut conn: Conn) -> Result<Envelope<Order>> {
    Ok(Envelope::of(orders::find_by_number(&mut conn, user.id, &number).await?))
}

/// Shows every change of an order's states, the first one first.
#[utoipa::path(get, path = "/{id}/history", tag = "orders", params(("id" = OrderId, Path)),
    extensions(("x-permission" = json!("user"))),
    responses((status = 200, body = Envelope<Vec<Change>>), (status = 400, body = ErrorBody), (status = 404, body = ErrorBody)))]
async fn show_history(user: CurrentUser, Path(id): Path<OrderId>, mut conn: Conn) -> Result<Envelope<Vec<Change>>> {
    Ok(Envelope::of(orders::history(&mut conn, user.id, id).await?))
}

/// Cancels an order that has not been shipped: its goods go back on the shelf, and what was paid is given back.
///
/// An order that is cancelled already stays so and is shown again.
#[utoipa::path(method(post, put), path = "/{id}/cancel", tag = "orders", params(("id" = OrderId, Path)),
    request_body = CancelOrder, extensions(("x-permission" = json!("user"))),
    responses((status = 200, body = Envelope<Order>), (status = 400, body = ErrorBody), (status = 404, body = ErrorBody),
        (status = 422, body = ErrorBody)))]
async fn cancel(
    State(shop): State<Shop>,
    user: CurrentUser,
    Path(id): Path<OrderId>,
    wanted: Option<Valid<CancelOrder>>,
) -> Result<Envelope<Order>> {
    let wanted = wanted.map(|Valid(wanted)| wanted).unwrap_or_default();
    Ok(Envelope::of(orders::cancel(&shop, user.id, id, &wanted).await?))
}
