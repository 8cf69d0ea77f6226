//! Everything about an order that is decided before it is written: what, from which stock, at which price.

use std::collections::BTreeMap;
use std::num::NonZeroU32;

use carts::Limits;
use commerce::pricing::{self, Priced};
use inventory::{Demand, Take, Taken};
use kernel::UserId;
use serde_json::value::{RawValue, to_raw_value};
use shared::settings::Values;
use shared::web::{Error, Result};
use sqlx::MySqlConnection;

use crate::orders::rules::{self, EMPTY_CART, SOLD_OUT, TOO_MUCH};
use crate::orders::terms::Terms;
use crate::orders::{Line, PlaceOrder, Quote, WantedItem};
use crate::state::OnlinePayment;
use crate::store;
use crate::store::goods::{Goods, Key, Shelf};

/// An order with its prices.
pub(super) struct Prepared {
    pub(super) lines: Vec<Line>,
    pub(super) priced: Priced,
    pub(super) terms: Terms,
}

/// Locks the cart, takes the stock, and prices what was taken: prices are read when nobody can change them any more.
pub(super) async fn prepare(
    conn: &mut MySqlConnection,
    (settings, online): (&Values, OnlinePayment),
    user: UserId,
    wanted: &PlaceOrder,
) -> Result<(Prepared, Taken)> {
    rules::of_the_wish(wanted, online, settings)?;
    let terms = Terms::of(conn, settings, user, wanted).await?;
    let demands = demands(conn, user, wanted).await?;
    let take = inventory::take(conn, &demands).await?;
    let shelf = store::goods::list(conn, &demands).await?;
    rules::of_variations(&demands, &shelf, wanted)?;
    rules::of_quantities(&demands, &shelf, Limits::of(settings)?)?;
    let Take::Taken(taken) = take else { return Err(SOLD_OUT) };
    let prepared = price(demands, shelf, terms)?;
    let pin = &prepared.terms.shipping_address.postal_code;
    rules::of_amounts((wanted.payment_method, pin), prepared.priced.subtotal, prepared.priced.total, settings)?;
    prepared.is_expected(wanted)?;
    Ok((prepared, taken))
}

/// What is ordered, one demand a product or variation, in the order of their ids. The cart is locked first, whatever is ordered: it
/// loses what the order takes.
async fn demands(conn: &mut MySqlConnection, user: UserId, wanted: &PlaceOrder) -> Result<Vec<Demand>> {
    let in_cart = carts::lock_lines(conn, user).await?;
    let pairs: Vec<(Key, NonZeroU32)> = match &wanted.items {
        None => in_cart.iter().map(|line| ((line.product, line.variation), line.quantity)).collect(),
        Some(items) => {
            let pair =
                |item: &WantedItem| Some(((item.product_id, item.variation_id), NonZeroU32::new(item.quantity)?));
            items.iter().filter_map(pair).collect()
        }
    };
    let mut sums: BTreeMap<Key, NonZeroU32> = BTreeMap::new();
    for (key, quantity) in pairs {
        sums.entry(key).and_modify(|sum| *sum = sum.saturating_add(quantity.get())).or_insert(quantity);
    }
    if sums.is_empty() {
        return Err(EMPTY_CART);
    }
    let demand = |((product, variation), quantity)| Demand { product, variation, quantity };
    Ok(sums.into_iter().map(demand).collect())
}

fn price(demands: Vec<Demand>, mut shelf: Shelf, terms: Terms) -> Result<Prepared> {
    let goods = demands.iter().map(|demand| shelf.take((demand.product, demand.variation)));
    let goods = goods.collect::<Option<Vec<_>>>();
    let goods = goods.ok_or(Error::NotFound("product"))?;
    let lines: Vec<_> = demands.iter().zip(&goods).map(|(demand, goods)| to_price(*demand, goods)).collect();
    let priced = pricing::price(&lines, terms.shipping, terms.supply).ok_or(TOO_MUCH)?;
    let parts = demands.into_iter().zip(goods).zip(&priced.lines);
    let lines = parts.map(|((demand, goods), line)| Line { demand, goods, priced: *line }).collect();
    Ok(Prepared { lines, priced, terms })
}

fn to_price(demand: Demand, goods: &Goods) -> pricing::Line {
    pricing::Line {
        unit_price: goods.unit_price,
        quantity: demand.quantity,
        rate: goods.rate,
        basis: goods.basis,
        discount: kernel::Paise::ZERO,
    }
}

impl Prepared {
    /// What the customer was shown, if that was said, is what it costs; else the answer says what it costs now.
    fn is_expected(&self, wanted: &PlaceOrder) -> Result<()> {
        if wanted.expected_total.is_none_or(|expected| expected == self.priced.total) {
            return Ok(());
        }
        let quote: Box<RawValue> =
            to_raw_value(&Quote::of(&self.lines, &self.priced)).map_err(|error| Error::Internal(error.into()))?;
        Err(Error::PriceChanged { quote })
    }
}
