//! What may be ordered, how much of it, and how it may be paid.

use carts::Limits;
use commerce::address::Pin;
use commerce::orders::PaymentMethod;
use inventory::Demand;
use kernel::Paise;
use shared::settings::Values;
use shared::web::{Error, Result};

use super::{PlaceOrder, WantedItem};
use crate::state::OnlinePayment;
use crate::store::goods::Shelf;

pub(super) const SOLD_OUT: Error =
    Error::Impossible { code: "INSUFFICIENT_STOCK", message: "there is not enough of a product left" };
pub(super) const EMPTY_CART: Error =
    Error::Impossible { code: "EMPTY_CART", message: "the cart is empty: put something into it, or send items" };
const TOO_MANY_OF_ONE: Error =
    Error::Impossible { code: "QUANTITY_LIMIT", message: "a product is not sold in this quantity" };
const TOO_MANY_IN_ALL: Error =
    Error::Impossible { code: "CART_FULL", message: "one order does not take so many pieces" };
const TOO_LITTLE: Error =
    Error::Impossible { code: "MINIMUM_ORDER_AMOUNT", message: "the order is below the smallest that the shop takes" };
const NO_COUPON: Error =
    Error::Impossible { code: "COUPON_NOT_APPLICABLE", message: "there is no such coupon for this order" };
const NO_CASH: Error =
    Error::Impossible { code: "COD_NOT_AVAILABLE", message: "this order cannot be paid in cash on delivery" };
const NOT_OFFERED: Error =
    Error::Impossible { code: "PAYMENT_METHOD_UNAVAILABLE", message: "the shop does not take this payment method" };
const TOO_MANY_UNPAID: Error = Error::Impossible {
    code: "TOO_MANY_UNPAID_ORDERS",
    message: "too many of your orders wait for their payment: pay or cancel one of them first",
};
pub(super) const TOO_MUCH: Error =
    Error::Impossible { code: "AMOUNT_TOO_LARGE", message: "the order is larger than the shop can write down" };

/// What a wish says by itself, before anything is looked up.
pub(super) fn of_the_wish(wanted: &PlaceOrder, online: OnlinePayment, settings: &Values) -> Result<()> {
    if wanted.coupon().is_some() {
        return Err(NO_COUPON);
    }
    let offered = settings.list("supported_payment_methods")?;
    let can_be_paid = wanted.payment_method.is_on_delivery() || online == OnlinePayment::Taken;
    if can_be_paid && offered.iter().any(|method| method == wanted.payment_method.as_str()) {
        return Ok(());
    }
    Err(NOT_OFFERED)
}

/// What is sold by variation is ordered by variation, one that is sold, and nothing else is. A cart's lines are answered like
/// products that are gone: nobody sent them.
pub(super) fn of_variations(demands: &[Demand], shelf: &Shelf, wanted: &PlaceOrder) -> Result<()> {
    let is_on_the_shelf = |demand: &&Demand| shelf.get((demand.product, demand.variation)).is_some();
    let Some(lost) = demands.iter().find(|demand| !is_on_the_shelf(demand)) else { return Ok(()) };
    let is_lost = |item: &WantedItem| (item.product_id, item.variation_id) == (lost.product, lost.variation);
    match wanted.items.iter().flatten().position(is_lost).filter(|_| shelf.has(lost.product)) {
        Some(at) => Err(Error::invalid(&format!("items[{at}].variation_id"), missing_or_foreign(lost))),
        None => Err(Error::NotFound("product")),
    }
}

fn missing_or_foreign(demand: &Demand) -> &'static str {
    if demand.variation.is_some() { "is no variation of this product" } else { "is required: choose a variation" }
}

/// Each line within its product's limits and the shop's, and all together within the shop's.
pub(super) fn of_quantities(demands: &[Demand], shelf: &Shelf, limits: Limits) -> Result<()> {
    let mut in_all = 0_u64;
    for Demand { product, variation, quantity } in demands {
        let goods = shelf.get((*product, *variation)).ok_or(Error::NotFound("product"))?;
        let most = goods.max_cart_quantity.min(limits.per_product);
        if !(goods.min_cart_quantity..=most).contains(&quantity.get()) {
            return Err(TOO_MANY_OF_ONE);
        }
        in_all = in_all.saturating_add(quantity.get().into());
    }
    if in_all > limits.in_all.into() { Err(TOO_MANY_IN_ALL) } else { Ok(()) }
}

/// What the sums have to be.
pub(super) fn of_amounts(
    (method, pin): (PaymentMethod, &Pin),
    subtotal: Paise,
    total: Paise,
    settings: &Values,
) -> Result<()> {
    if subtotal < settings.amount("min_order_amount")? {
        return Err(TOO_LITTLE);
    }
    let is_cash = method == PaymentMethod::CashOnDelivery;
    if is_cash && (total > settings.amount("cod_max_amount")? || !takes_cash_at(pin, settings)?) {
        return Err(NO_CASH);
    }
    Ok(())
}

/// What waits for its payment keeps its goods from others: a customer has only so many such orders. `unpaid` is how many
/// there are without this one.
pub(super) fn of_unpaid_orders(unpaid: u64, settings: &Values) -> Result<()> {
    if unpaid >= settings.whole("max_unpaid_orders")?.into() { Err(TOO_MANY_UNPAID) } else { Ok(()) }
}

/// The setting lists PINs and beginnings of PINs; `*` is everywhere.
fn takes_cash_at(pin: &Pin, settings: &Values) -> Result<bool> {
    let places = settings.list("cod_available_pincodes")?;
    Ok(places.iter().any(|place| place == "*" || (!place.is_empty() && pin.as_str().starts_with(place.as_str()))))
}
