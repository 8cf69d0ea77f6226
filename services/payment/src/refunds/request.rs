//! The order service wants money to go back.

use chrono::{DateTime, Utc};
use commerce::events::RefundRequested;
use commerce::listeners::PAYMENT_REFUNDS;
use kernel::Paise;
use shared::database::retry;
use shared::messaging::{Consumer, Message, inbox};
use shared::web::{Error, Result};
use sqlx::{MySqlConnection, MySqlPool};

use super::begin::begin;
use crate::state::Till;
use crate::store;
use crate::tenders::Tender;

/// Hears of money that is to go back, any number of times.
pub(crate) fn consumer(till: Till) -> Consumer {
    Consumer::new(PAYMENT_REFUNDS, move |message| {
        let till = till.clone();
        async move { retry(|| hear(&till.database, &message, till.clock.now())).await }
    })
}

async fn hear(db: &MySqlPool, message: &Message, now: DateTime<Utc>) -> Result<()> {
    let wanted: RefundRequested = message.read().map_err(Error::Internal)?;
    let mut tx = db.begin().await?;
    if inbox::first_time(&mut tx, PAYMENT_REFUNDS.name, message.id, now).await? {
        give_back(&mut tx, &wanted, now).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Takes the money from the payment that is named, or from those that paid the order, the oldest first.
async fn give_back(conn: &mut MySqlConnection, wanted: &RefundRequested, now: DateTime<Utc>) -> Result<()> {
    store::orders::lock(conn, wanted.order_id).await?.ok_or(Error::NotFound("order"))?;
    let mut missing = wanted.amount;
    for tender in store::tenders::lock_captured(conn, wanted.order_id).await? {
        let amount = if is_meant(&tender, wanted) { tender.left().min(missing) } else { Paise::ZERO };
        if amount > Paise::ZERO {
            begin(conn, &tender, amount, (wanted.purpose, &wanted.reason), now).await?;
            missing = missing.checked_sub(amount).unwrap_or_default();
        }
    }
    if missing > Paise::ZERO {
        tracing::error!(order = %wanted.order_id, amount = %missing, "more is asked back than there is");
    }
    Ok(())
}

fn is_meant(tender: &Tender, wanted: &RefundRequested) -> bool {
    wanted.payment_id.is_none_or(|payment| payment == tender.id)
}
