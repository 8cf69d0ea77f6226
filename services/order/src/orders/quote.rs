//! What an order would cost now.

use commerce::ids::{ProductId, VariationId};
use commerce::pricing::{Priced, PricedLine};
use inventory::Demand;
use kernel::Paise;
use serde::Serialize;

use crate::store::goods::Goods;

/// A line of an order that is being written.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) demand: Demand,
    pub(crate) goods: Goods,
    pub(crate) priced: PricedLine,
}

/// The sums of an order and what each line adds to them.
#[derive(Debug, Serialize)]
pub(crate) struct Quote<'a> {
    items: Vec<QuotedLine<'a>>,
    subtotal: Paise,
    discount_amount: Paise,
    shipping_amount: Paise,
    tax_amount: Paise,
    total_amount: Paise,
}

#[derive(Debug, Serialize)]
struct QuotedLine<'a> {
    product_id: ProductId,
    variation_id: Option<VariationId>,
    product_name: &'a str,
    unit_price: Paise,
    quantity: u32,
    total_price: Paise,
    payable_amount: Paise,
}

impl<'a> Quote<'a> {
    pub(crate) fn of(lines: &'a [Line], priced: &Priced) -> Self {
        let quoted = |line: &'a Line| QuotedLine {
            product_id: line.demand.product,
            variation_id: line.demand.variation,
            product_name: &line.goods.name,
            unit_price: line.goods.unit_price,
            quantity: line.demand.quantity.get(),
            total_price: line.priced.total_price,
            payable_amount: line.priced.payable,
        };
        Self {
            items: lines.iter().map(quoted).collect(),
            subtotal: priced.subtotal,
            discount_amount: priced.discount,
            shipping_amount: priced.shipping,
            tax_amount: priced.tax,
            total_amount: priced.total,
        }
    }
}
