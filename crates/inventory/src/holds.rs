//! What becomes of stock that orders hold.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use commerce::ids::OrderId;
use sqlx::MySqlConnection;

use crate::store;
use crate::store::holds::Hold;

/// Why held stock comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Return {
    /// The order was cancelled.
    Released,
    /// The order kept it longer than it might; a hold that does not expire, or not yet, stays.
    Expired,
}

/// How a hold ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    Sold,
    Back(Return),
}

/// What `order` holds does not expire any more: it was confirmed.
pub async fn keep(conn: &mut MySqlConnection, order: OrderId) -> sqlx::Result<()> {
    store::holds::update_without_expiry(conn, order).await
}

/// What `order` holds has left the house. The stock stays as it is: the pieces left it when they were taken.
pub async fn sell(conn: &mut MySqlConnection, order: OrderId, now: DateTime<Utc>) -> sqlx::Result<()> {
    end(conn, order, Ending::Sold, now).await
}

/// Puts what `order` still holds back into stock. Asked again, or after a sale, it changes nothing.
pub async fn release(
    conn: &mut MySqlConnection,
    order: OrderId,
    ending: Return,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    end(conn, order, Ending::Back(ending), now).await
}

/// At most `limit` orders that hold something longer than they might, those that wait longest first.
pub async fn list_expired(conn: &mut MySqlConnection, now: DateTime<Utc>, limit: u32) -> sqlx::Result<Vec<OrderId>> {
    store::holds::list_expired(conn, now, limit).await
}

/// Holds end in the order of their products, then of their variations, so that two endings queue, and an ending and a taking
/// too.
async fn end(conn: &mut MySqlConnection, order: OrderId, ending: Ending, now: DateTime<Utc>) -> sqlx::Result<()> {
    let mut back = BTreeMap::new();
    for hold in store::holds::list_held(conn, order).await? {
        // Who ends it settles it; whoever comes second finds it ended.
        if store::holds::update_ended(conn, &hold, ending, now).await? {
            settle(conn, order, &hold, ending, now).await?;
            back.extend(hold.variation.filter(|_| ending != Ending::Sold).map(|variation| (variation, hold.quantity)));
        }
    }
    for (variation, quantity) in back {
        store::variations::update_returned(conn, variation, quantity).await?;
    }
    Ok(())
}

async fn settle(
    conn: &mut MySqlConnection,
    order: OrderId,
    hold: &Hold,
    ending: Ending,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    if hold.backordered > 0 {
        store::products::update_owed(conn, hold.product, hold.backordered).await?;
    }
    if hold.quantity > 0 && ending != Ending::Sold {
        let stock_after = store::products::update_returned(conn, hold.product, hold.quantity).await?;
        store::movements::insert_release(conn, order, hold, stock_after, now).await?;
    }
    Ok(())
}
