//! `/api/v1/products/admin/products/{id}/stock` and `/api/v1/products/admin/inventory`

use axum::extract::{FromRef, FromRequestParts, State};
use axum::http::request::Parts;
use commerce::ids::ProductId;
use kernel::Page;
use shared::audit::By;
use shared::identity::{Allow, ManageInventory};
use shared::web::{Answer, Conn, Envelope, Error, ErrorBody, IdempotencyKey, Paging, Path, Query, Result, Valid};
use sqlx::MySqlPool;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::administration::Desk;
use crate::administration::stock::{self, CorrectStock, CorrectedStock, Movement, Scarce};
use crate::state::AppState;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(correct_stock)).routes(routes!(list_movements)).routes(routes!(list_low_stock))
}

/// Somebody who may put stock right, and what they call this try.
struct Attempt {
    by: By<ManageInventory>,
    key: IdempotencyKey,
}

impl<S: Send + Sync> FromRequestParts<S> for Attempt
where
    MySqlPool: FromRef<S>,
{
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let by = By::from_request_parts(parts, state).await?;
        Ok(Self { by, key: IdempotencyKey::from_request_parts(parts, state).await? })
    }
}

/// Puts the stock of a product right, or of one of its variations: by a difference with a reason, or by what was counted on
/// the shelf. Every change is a row of the ledger; what orders hold cannot be taken away.
#[utoipa::path(post, path = "/products/{id}/stock", tag = "stock", request_body = CorrectStock,
    params(("id" = ProductId, Path), ("Idempotency-Key" = Option<String>, Header, description = "1 to 255 visible ASCII characters; the same key and body are answered alike for a day")),
    extensions(("x-permission" = json!("manage_inventory"))),
    responses((status = 201, body = Envelope<CorrectedStock>), (status = 400, body = ErrorBody),
              (status = 401, body = ErrorBody), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody),
              (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn correct_stock(
    Attempt { by, key }: Attempt,
    State(desk): State<Desk>,
    Path(product): Path<ProductId>,
    Valid(wanted): Valid<CorrectStock>,
) -> Result<Answer> {
    stock::correct(&desk, &by, key, (product, &wanted)).await
}

/// Lists every movement of the stock of a product, the latest first.
#[utoipa::path(get, path = "/products/{id}/stock/movements", tag = "stock", params(("id" = ProductId, Path), Paging),
    extensions(("x-permission" = json!("manage_inventory"))),
    responses((status = 200, body = Envelope<Page<Movement>>), (status = 400, body = ErrorBody),
              (status = 401, body = ErrorBody), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody)))]
async fn list_movements(
    _: Allow<ManageInventory>,
    Path(product): Path<ProductId>,
    Query(paging): Query<Paging>,
    mut conn: Conn,
) -> Result<Envelope<Page<Movement>>> {
    Ok(Envelope::of(stock::list_movements(&mut conn, product, paging.request()).await?))
}

/// Lists the products and variations of which little is left, what is gone first. Those whose stock is not counted and those
/// that are archived are not in it.
#[utoipa::path(get, path = "/inventory/low-stock", tag = "stock", params(Paging),
    extensions(("x-permission" = json!("manage_inventory"))),
    responses((status = 200, body = Envelope<Page<Scarce>>), (status = 400, body = ErrorBody),
              (status = 401, body = ErrorBody), (status = 403, body = ErrorBody)))]
async fn list_low_stock(
    _: Allow<ManageInventory>,
    Query(paging): Query<Paging>,
    mut conn: Conn,
) -> Result<Envelope<Page<Scarce>>> {
    Ok(Envelope::of(stock::list_low(&mut conn, paging.request()).await?))
}
