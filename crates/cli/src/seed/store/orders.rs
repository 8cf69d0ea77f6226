//! The SQL of past orders: whole rows, written once, at the end that they came to.

use std::num::NonZeroU32;

use commerce::address::Address;
use commerce::gst::{GstRate, PriceBasis};
use commerce::ids::{OrderId, ProductId};
use commerce::orders::{Gateway, OrderStatus, PaymentMethod};
use commerce::place::StateCode;
use commerce::pricing::{Line, Priced};
use inventory::Demand;
use kernel::{Paise, UserId};
use sqlx::types::Json;
use sqlx::{FromRow, MySqlConnection, QueryBuilder};
use uuid::Uuid;

use crate::seed::customers::past::{End, Entry, Purchase};

/// How long a list people choose from.
const GOODS: u32 = 500;
/// Less than this is left to those who come.
const PLENTY: u32 = 20;

/// Something of which there is plenty.
#[derive(Debug, FromRow)]
pub(in crate::seed) struct Goods {
    pub(in crate::seed) id: ProductId,
    name: String,
    sku: String,
    main_image_url: Option<String>,
    hsn_code: Option<String>,
    base_price: Paise,
    gst_rate: GstRate,
    is_gst_inclusive: bool,
    max_cart_quantity: i32,
}

/// A past order.
#[derive(Clone, Copy, Debug)]
pub(in crate::seed) struct NewOrder<'a> {
    pub(in crate::seed) user: UserId,
    pub(in crate::seed) address: &'a Address,
    pub(in crate::seed) place: StateCode,
    pub(in crate::seed) priced: &'a Priced,
    pub(in crate::seed) purchase: &'a Purchase,
}

impl Goods {
    /// So many pieces of it, as pricing wants to know them.
    pub(in crate::seed) fn line(&self, quantity: NonZeroU32) -> Line {
        let basis = if self.is_gst_inclusive { PriceBasis::Inclusive } else { PriceBasis::Exclusive };
        Line { unit_price: self.base_price, quantity, rate: self.gst_rate, basis, discount: Paise::ZERO }
    }

    pub(in crate::seed) fn max_cart_quantity(&self) -> NonZeroU32 {
        NonZeroU32::new(self.max_cart_quantity.unsigned_abs()).unwrap_or(NonZeroU32::MIN)
    }
}

pub(in crate::seed) async fn list_goods(conn: &mut MySqlConnection) -> sqlx::Result<Vec<Goods>> {
    sqlx::query_as(
        "SELECT id, name, sku, main_image_url, hsn_code, base_price, gst_rate, is_gst_inclusive, max_cart_quantity
         FROM products
         WHERE status = 'active' AND product_type = 'simple' AND track_inventory AND stock_quantity >= ?
         ORDER BY id LIMIT ?",
    )
    .bind(PLENTY)
    .bind(GOODS)
    .fetch_all(conn)
    .await
}

pub(in crate::seed) async fn insert(conn: &mut MySqlConnection, order: &NewOrder<'_>) -> sqlx::Result<OrderId> {
    let NewOrder { purchase, priced, .. } = order;
    let (sent, delivered, cancelled, reason) = match purchase.end {
        End::Delivered { sent, at, .. } => (Some(sent), Some(at), None, None),
        End::Cancelled { at, reason } => (None, None, Some(at), Some(reason)),
    };
    let steps = u32::try_from(purchase.history().len()).unwrap_or(u32::MAX);
    let inserted = sqlx::query(
        "INSERT INTO orders (uuid, order_number, user_id, subtotal, shipping_amount, tax_amount, discount_amount,
             total_amount, status, payment_status, payment_method, shipping_address, place_of_supply, paid_at,
             shipped_at, delivered_at, cancelled_at, cancelled_reason, created_at, updated_at, revision)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(Uuid::now_v7().to_string())
    .bind(&purchase.number)
    .bind(order.user)
    .bind(priced.subtotal)
    .bind(priced.shipping)
    .bind(priced.tax)
    .bind(priced.discount)
    .bind(priced.total)
    .bind(purchase.status())
    .bind(purchase.payment_status())
    .bind(PaymentMethod::CashOnDelivery)
    .bind(Json(order.address))
    .bind(order.place)
    .bind(delivered)
    .bind(sent)
    .bind(delivered)
    .bind(cancelled)
    .bind(reason)
    .bind(purchase.placed)
    .bind(purchase.over())
    // The first three entries are one revision: the order as it was placed.
    .bind(steps.saturating_sub(2))
    .execute(conn)
    .await?;
    OrderId::new(inserted.last_insert_id()).ok_or(sqlx::Error::RowNotFound)
}

pub(in crate::seed) async fn insert_items(
    conn: &mut MySqlConnection,
    order: OrderId,
    lines: &[(Demand, &Goods)],
    new: &NewOrder<'_>,
) -> sqlx::Result<()> {
    let mut query = QueryBuilder::new(
        "INSERT INTO order_items (order_id, line_number, product_id, product_name, product_sku, product_image, hsn_code,
             unit_price, quantity, is_gst_inclusive, gst_rate, total_price, discount_amount, taxable_amount, cgst_amount,
             sgst_amount, igst_amount, shipping_amount, shipping_taxable, shipping_cgst, shipping_sgst, shipping_igst,
             payable_amount, created_at) ",
    );
    let lines = (1_u32..).zip(lines).zip(&new.priced.lines);
    query.push_values(lines, |mut row, ((number, (demand, goods)), priced)| {
        let (tax, on_shipping) = (priced.goods, priced.shipping_tax);
        row.push_bind(order).push_bind(number).push_bind(demand.product).push_bind(&goods.name);
        row.push_bind(&goods.sku).push_bind(&goods.main_image_url).push_bind(&goods.hsn_code);
        row.push_bind(goods.base_price).push_bind(demand.quantity.get());
        row.push_bind(goods.is_gst_inclusive).push_bind(goods.gst_rate);
        row.push_bind(priced.total_price).push_bind(priced.discount).push_bind(tax.taxable);
        row.push_bind(tax.cgst).push_bind(tax.sgst).push_bind(tax.igst);
        row.push_bind(priced.shipping).push_bind(on_shipping.taxable);
        row.push_bind(on_shipping.cgst).push_bind(on_shipping.sgst).push_bind(on_shipping.igst);
        row.push_bind(priced.payable).push_bind(new.purchase.placed);
    });
    query.build().execute(conn).await.map(drop)
}

pub(in crate::seed) async fn insert_history(
    conn: &mut MySqlConnection,
    order: OrderId,
    user: UserId,
    entry: &Entry,
) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO order_history (order_id, field_changed, old_value, new_value, change_type, changed_by, reason, created_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(order)
    .bind(entry.field)
    .bind(entry.old)
    .bind(entry.new)
    .bind(entry.by)
    .bind(Some(user).filter(|_| entry.by == "customer"))
    .bind(entry.reason)
    .bind(entry.at)
    .execute(conn)
    .await
    .map(drop)
}

/// The cash that the carrier brought, or that was called off.
pub(in crate::seed) async fn insert_tender(
    conn: &mut MySqlConnection,
    order: OrderId,
    new: &NewOrder<'_>,
) -> sqlx::Result<()> {
    let over = new.purchase.over();
    let is_paid = new.purchase.status() == OrderStatus::Delivered;
    sqlx::query(
        "INSERT INTO payment_transactions (uuid, order_id, user_id, amount, payment_method, gateway_name,
             gateway_order_id, status, failure_reason, initiated_at, captured_at, failed_at, created_at, updated_at,
             revision)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 2)",
    )
    .bind(Uuid::now_v7().to_string())
    .bind(order)
    .bind(new.user)
    .bind(new.priced.total)
    .bind(PaymentMethod::CashOnDelivery)
    .bind(Gateway::CashOnDelivery)
    .bind(&new.purchase.number)
    .bind(if is_paid { "captured" } else { "failed" })
    .bind(Some("order cancelled").filter(|_| !is_paid))
    .bind(new.purchase.placed)
    .bind(Some(over).filter(|_| is_paid))
    .bind(Some(over).filter(|_| !is_paid))
    .bind(new.purchase.placed)
    .bind(over)
    .execute(conn)
    .await
    .map(drop)
}
