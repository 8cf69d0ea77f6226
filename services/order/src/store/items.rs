//! The lines of orders, written once.

use chrono::{DateTime, Utc};
use commerce::gst::PriceBasis;
use commerce::ids::OrderId;
use sqlx::types::Json;
use sqlx::{MySqlConnection, QueryBuilder};

use crate::orders::{Item, Line};

pub(crate) async fn insert(
    conn: &mut MySqlConnection,
    order: OrderId,
    lines: &[Line],
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let mut query = QueryBuilder::new(
        "INSERT INTO order_items (order_id, line_number, product_id, variation_id, variation_attributes, product_name,
             product_sku, product_image, hsn_code, unit_price, quantity, is_gst_inclusive, gst_rate, total_price, discount_amount, taxable_amount, cgst_amount,
             sgst_amount, igst_amount, shipping_amount, shipping_taxable, shipping_cgst, shipping_sgst, shipping_igst,
             payable_amount, created_at) ",
    );
    query.push_values((1_u32..).zip(lines), |mut row, (number, Line { demand, goods, priced })| {
        let (tax, on_shipping) = (priced.goods, priced.shipping_tax);
        row.push_bind(order).push_bind(number).push_bind(demand.product).push_bind(demand.variation);
        row.push_bind(demand.variation.map(|_| Json(goods.attributes.clone()))).push_bind(goods.name.clone());
        row.push_bind(goods.sku.clone()).push_bind(goods.image.clone()).push_bind(goods.hsn_code.clone());
        row.push_bind(goods.unit_price).push_bind(demand.quantity.get());
        row.push_bind(goods.basis == PriceBasis::Inclusive).push_bind(goods.rate);
        row.push_bind(priced.total_price).push_bind(priced.discount).push_bind(tax.taxable);
        row.push_bind(tax.cgst).push_bind(tax.sgst).push_bind(tax.igst);
        row.push_bind(priced.shipping).push_bind(on_shipping.taxable);
        row.push_bind(on_shipping.cgst).push_bind(on_shipping.sgst).push_bind(on_shipping.igst);
        row.push_bind(priced.payable).push_bind(now);
    });
    query.build().execute(conn).await.map(drop)
}

pub(crate) async fn list(conn: &mut MySqlConnection, order: OrderId) -> sqlx::Result<Vec<Item>> {
    sqlx::query_as(
        "SELECT product_id, variation_id, variation_attributes, product_name, product_sku, product_image, hsn_code,
                unit_price, quantity, is_gst_inclusive, gst_rate, total_price, discount_amount, taxable_amount, cgst_amount, sgst_amount, igst_amount,
                shipping_amount, shipping_taxable, shipping_cgst, shipping_sgst, shipping_igst, payable_amount
         FROM order_items WHERE order_id = ? ORDER BY line_number",
    )
    .bind(order)
    .fetch_all(conn)
    .await
}
