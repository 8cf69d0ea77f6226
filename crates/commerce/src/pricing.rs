//! What an order costs: lines, discounts, delivery and tax, to the paisa and frozen with the order.

use std::num::NonZeroU32;

use kernel::Paise;

mod spread;

pub use spread::spread;

use crate::gst::{GstRate, LineTax, PriceBasis, split};
use crate::place::Supply;

/// So many pieces of one thing, before anything is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// The listed price of a piece.
    pub unit_price: Paise,
    /// How many pieces.
    pub quantity: NonZeroU32,
    /// The rate of tax on the day of supply.
    pub rate: GstRate,
    /// Whether the listed price holds the tax.
    pub basis: PriceBasis,
    /// The line's share of discounts, at most the price of its pieces.
    pub discount: Paise,
}

/// What the shop charges for delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shipping {
    /// The charge for an order, tax included.
    pub flat: Paise,
    /// The subtotal from which delivery is free.
    pub free_from: Paise,
}

/// An order with all its figures. `total` is the sum of the lines' `payable`, `tax` the sum of their taxes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Priced {
    /// In the order of the lines that were given.
    pub lines: Vec<PricedLine>,
    /// The listed prices of all pieces, before discounts.
    pub subtotal: Paise,
    /// All discounts.
    pub discount: Paise,
    /// The charge for delivery, tax included.
    pub shipping: Paise,
    /// All taxes, those within prices and delivery included.
    pub tax: Paise,
    /// What the customer pays.
    pub total: Paise,
}

/// A line with all its figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PricedLine {
    /// The listed price of its pieces, before discount.
    pub total_price: Paise,
    /// Its share of discounts.
    pub discount: Paise,
    /// The goods after discount.
    pub goods: LineTax,
    /// Its share of the delivery, tax included.
    pub shipping: Paise,
    /// That share, split at the line's rate.
    pub shipping_tax: LineTax,
    /// What the customer pays for the line: goods, tax, and its share of the delivery.
    pub payable: Paise,
}

/// Prices an order (money-and-gst §3). Delivery is part of a composite supply: it is spread over the lines by the value
/// of their goods after discount, by quantity if all is given away, and taxed at each line's rate.
///
/// `None` if a figure would leave the range of an amount: above the column's maximum, or below zero.
pub fn price(lines: &[Line], shipping: Shipping, supply: Supply) -> Option<Priced> {
    let values: Vec<_> = lines.iter().map(Line::value).collect::<Option<_>>()?;
    let subtotal = total(lines.iter().map(Line::total_price))?;
    let charge = if lines.is_empty() || subtotal >= shipping.free_from { Paise::ZERO } else { shipping.flat };
    let shares = shipping_shares(charge, lines, &values)?;
    let parts = lines.iter().zip(values).zip(shares);
    let lines: Vec<_> = parts.map(|((line, value), share)| line.price(value, share, supply)).collect::<Option<_>>()?;
    Some(Priced {
        subtotal,
        discount: total(lines.iter().map(|line| Some(line.discount)))?,
        shipping: charge,
        tax: total(lines.iter().map(PricedLine::tax))?,
        total: total(lines.iter().map(|line| Some(line.payable)))?,
        lines,
    })
}

fn shipping_shares(charge: Paise, lines: &[Line], values: &[Paise]) -> Option<Vec<Paise>> {
    if charge < Paise::ZERO {
        return None;
    }
    if values.iter().any(|&value| value != Paise::ZERO) {
        return spread(charge, values);
    }
    let quantities: Vec<_> = lines.iter().map(|line| Paise::new(line.quantity.get().into())).collect();
    spread(charge, &quantities)
}

impl Line {
    /// The listed price of its pieces.
    fn total_price(&self) -> Option<Paise> {
        self.unit_price.checked_mul(self.quantity.get().into()).filter(|&price| price >= Paise::ZERO)
    }

    /// The goods after discount.
    fn value(&self) -> Option<Paise> {
        let value = self.total_price()?.checked_sub(self.discount)?;
        (self.discount >= Paise::ZERO && value >= Paise::ZERO).then_some(value)
    }

    fn price(&self, value: Paise, shipping: Paise, supply: Supply) -> Option<PricedLine> {
        let goods = split(value, self.rate, self.basis, supply)?;
        Some(PricedLine {
            total_price: self.total_price()?,
            discount: self.discount,
            goods,
            shipping,
            shipping_tax: split(shipping, self.rate, PriceBasis::Inclusive, supply)?,
            payable: goods.payable()?.checked_add(shipping)?,
        })
    }
}

impl PricedLine {
    /// All taxes of the line: on its goods and on its share of the delivery. `None` beyond the range of an amount.
    pub fn tax(&self) -> Option<Paise> {
        self.goods.tax()?.checked_add(self.shipping_tax.tax()?)
    }
}

fn total(mut amounts: impl Iterator<Item = Option<Paise>>) -> Option<Paise> {
    amounts.try_fold(Paise::ZERO, |sum, amount| sum.checked_add(amount?))
}

#[cfg(test)]
mod tests;
