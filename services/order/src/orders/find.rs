//! Who may read which orders.

use chrono::{DateTime, Utc};
use commerce::ids::OrderId;
use commerce::orders::OrderStatus;
use kernel::{Page, PageNumber, PageRequest, PageSize, UserId};
use serde::Deserialize;
use shared::identity::{Permission, ViewOrders, holds};
use shared::web::{Error, Result, is_of_our_time};
use sqlx::MySqlConnection;
use utoipa::IntoParams;
use validator::Validate;

use super::{Change, Order, OrderSummary};
use crate::store;

const NO_SUCH_ORDER: Error = Error::NotFound("order");

/// Which orders, and which page of them.
#[derive(Debug, Default, Deserialize, Validate, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct ListOrders {
    /// Those in this state.
    pub status: Option<OrderStatus>,
    /// Those placed at this instant or later (RFC 3339).
    #[validate(custom(function = "is_of_our_time"))]
    pub from: Option<DateTime<Utc>>,
    /// Those placed before this instant (RFC 3339).
    #[validate(custom(function = "is_of_our_time"))]
    pub to: Option<DateTime<Utc>>,
    /// Which page, from 1.
    #[param(value_type = Option<u32>, minimum = 1)]
    pub page: Option<PageNumber>,
    /// How many per page; ten unless said.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    pub page_size: Option<PageSize>,
}

impl ListOrders {
    pub(crate) fn request(&self) -> PageRequest {
        PageRequest::of(self.page, Some(self.page_size.unwrap_or(PageSize::TEN)))
    }
}

/// The orders of `owner`, for the owner or the shop's staff; anybody else is told that there is nothing.
pub(crate) async fn list(
    conn: &mut MySqlConnection,
    reader: UserId,
    owner: UserId,
    wanted: &ListOrders,
) -> Result<Page<OrderSummary>> {
    may_read(conn, reader, Some(owner)).await?;
    Ok(store::orders::list(conn, owner, wanted).await?)
}

/// The order `id`, for its owner or the shop's staff.
pub(crate) async fn find(conn: &mut MySqlConnection, reader: UserId, id: OrderId) -> Result<Order> {
    let order = store::orders::find(conn, id).await?;
    may_read(conn, reader, order.as_ref().map(|order| order.summary.user_id)).await?;
    order.ok_or(NO_SUCH_ORDER)
}

/// The order that people call `number`, for its owner or the shop's staff.
pub(crate) async fn find_by_number(conn: &mut MySqlConnection, reader: UserId, number: &str) -> Result<Order> {
    let order = store::orders::find_by_number(conn, number).await?;
    may_read(conn, reader, order.as_ref().map(|order| order.summary.user_id)).await?;
    order.ok_or(NO_SUCH_ORDER)
}

/// What happened to the order `id`, for its owner or the shop's staff.
pub(crate) async fn history(conn: &mut MySqlConnection, reader: UserId, id: OrderId) -> Result<Vec<Change>> {
    let owner = store::orders::find_owner(conn, id).await?;
    may_read(conn, reader, owner).await?;
    Ok(store::history::list(conn, id).await?)
}

/// Other people's orders and orders that do not exist look the same.
async fn may_read(conn: &mut MySqlConnection, reader: UserId, owner: Option<UserId>) -> Result<()> {
    if owner == Some(reader) || (owner.is_some() && holds(conn, reader, ViewOrders::NAME).await?) {
        return Ok(());
    }
    Err(NO_SUCH_ORDER)
}
