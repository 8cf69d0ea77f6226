//! The columns of an order, and what they become.

use chrono::{DateTime, SubsecRound, Utc};
use commerce::ids::OrderId;
use commerce::orders::{OrderStatus, PaymentMethod, PaymentStatus};
use commerce::place::StateCode;
use kernel::{Paise, UserId};
use serde_json::Value;
use sqlx::types::Json;
use sqlx::{FromRow, MySql, QueryBuilder};

use crate::orders::{Item, Order, OrderSummary, Wait};

const SUMMARY: &str = "
    SELECT o.id, o.uuid, o.order_number, o.user_id, o.status, o.payment_status, o.payment_method, o.subtotal,
           o.discount_amount, o.shipping_amount, o.tax_amount, o.total_amount, o.currency, o.created_at, o.updated_at,
           (SELECT COUNT(*) FROM order_items i WHERE i.order_id = o.id) AS item_count";

const DETAIL: &str = ",
           o.place_of_supply, o.shipping_address, o.billing_address, o.customer_note, o.is_gst_invoice, o.gst_number,
           o.hold_expires_at, o.paid_at, o.cancelled_at, o.cancelled_reason,
           COALESCE((SELECT MAX(h.created_at) FROM order_history h
                     WHERE h.order_id = o.id AND h.field_changed = 'status'), o.created_at) AS status_since";

const FROM_ORDERS: &str = " FROM orders o";

pub(super) fn select_summary() -> QueryBuilder<MySql> {
    let mut query = QueryBuilder::new(SUMMARY);
    query.push(FROM_ORDERS);
    query
}

pub(super) fn select_detail() -> QueryBuilder<MySql> {
    let mut query = QueryBuilder::new(SUMMARY);
    query.push(DETAIL).push(FROM_ORDERS);
    query
}

#[derive(FromRow)]
pub(super) struct SummaryRow {
    id: OrderId,
    uuid: String,
    order_number: String,
    user_id: UserId,
    status: OrderStatus,
    payment_status: PaymentStatus,
    payment_method: PaymentMethod,
    subtotal: Paise,
    discount_amount: Paise,
    shipping_amount: Paise,
    tax_amount: Paise,
    total_amount: Paise,
    currency: String,
    item_count: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

#[derive(FromRow)]
pub(super) struct DetailRow {
    #[sqlx(flatten)]
    summary: SummaryRow,
    place_of_supply: Option<StateCode>,
    shipping_address: Json<Value>,
    billing_address: Option<Json<Value>>,
    customer_note: Option<String>,
    is_gst_invoice: bool,
    gst_number: Option<String>,
    hold_expires_at: Option<DateTime<Utc>>,
    paid_at: Option<DateTime<Utc>>,
    cancelled_at: Option<DateTime<Utc>>,
    cancelled_reason: Option<String>,
    status_since: DateTime<Utc>,
}

impl From<SummaryRow> for OrderSummary {
    fn from(row: SummaryRow) -> Self {
        Self {
            id: row.id,
            uuid: row.uuid,
            order_number: row.order_number,
            user_id: row.user_id,
            status: row.status,
            payment_status: row.payment_status,
            payment_method: row.payment_method,
            subtotal: row.subtotal,
            discount_amount: row.discount_amount,
            shipping_amount: row.shipping_amount,
            tax_amount: row.tax_amount,
            total_amount: row.total_amount,
            currency: row.currency,
            item_count: row.item_count,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

impl DetailRow {
    pub(super) fn id(&self) -> OrderId {
        self.summary.id
    }

    /// Since when the order stands where it stands. A cancelled one waits for its refund since both happened: it may have
    /// been paid afterwards.
    fn waits_since(&self) -> DateTime<Utc> {
        let since = self.status_since.trunc_subsecs(0);
        let paid_late = self.paid_at.filter(|_| self.summary.status == OrderStatus::Cancelled);
        paid_late.map_or(since, |paid| since.max(paid))
    }

    pub(super) fn into_order(self, items: Vec<Item>) -> Order {
        let SummaryRow { status, payment_status, .. } = self.summary;
        Order {
            waits_for: Wait::of(status, payment_status, self.waits_since()),
            summary: self.summary.into(),
            place_of_supply: self.place_of_supply,
            items,
            shipping_address: self.shipping_address.0,
            billing_address: self.billing_address.map(|json| json.0),
            customer_note: self.customer_note,
            is_gst_invoice: self.is_gst_invoice,
            gst_number: self.gst_number,
            hold_expires_at: self.hold_expires_at,
            paid_at: self.paid_at,
            cancelled_at: self.cancelled_at,
            cancelled_reason: self.cancelled_reason,
        }
    }
}
