//! Reads orders; they are written by the order service.

use commerce::ids::OrderId;
use sqlx::{MySql, MySqlConnection, QueryBuilder};

use crate::orders::Order;

pub(crate) async fn find(conn: &mut MySqlConnection, id: OrderId) -> sqlx::Result<Option<Order>> {
    select(id).build_query_as().fetch_optional(conn).await
}

/// The order as it is, and nobody changes it before the transaction ends.
pub(crate) async fn lock(conn: &mut MySqlConnection, id: OrderId) -> sqlx::Result<Option<Order>> {
    select(id).push(" FOR UPDATE").build_query_as().fetch_optional(conn).await
}

fn select(id: OrderId) -> QueryBuilder<MySql> {
    let mut query = QueryBuilder::new(
        "SELECT id, order_number, user_id, total_amount, currency, status, payment_status, payment_method,
                hold_expires_at, JSON_UNQUOTE(JSON_EXTRACT(shipping_address, '$.postal_code')) AS postal_code
         FROM orders WHERE id = ",
    );
    query.push_bind(id);
    query
}
