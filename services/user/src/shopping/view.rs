//! How a cart is shown: what it holds, what that costs now, and what changed meanwhile.

use carts::{Limits, Line};
use commerce::catalogue::Attribute;
use commerce::gst::{GstRate, ShelfPrice, shelf_price};
use commerce::ids::{CartItemId, ProductId, VariationId};
use kernel::{Paise, text_enum};
use serde::Serialize;
use utoipa::ToSchema;

/// A cart.
#[derive(Debug, Serialize, ToSchema)]
pub struct Cart {
    /// Its lines, in the order in which they were added.
    pub items: Vec<CartItem>,
    /// What everything that can be had costs, GST included.
    pub subtotal: Paise,
    /// What part of the subtotal is GST: an estimate, as the shelf shows it. An order splits it by the place of supply.
    pub tax: Paise,
    /// How many pieces it holds.
    pub total_items: u32,
    /// How many it may hold.
    pub limits: CartLimits,
    /// What changed since the lines were added.
    pub changes: Vec<Change>,
    /// Whether a line cannot be had because no amount can be what the cart would cost.
    #[serde(skip)]
    pub(super) costs_too_much: bool,
}

/// How many pieces a cart may hold.
#[derive(Debug, Serialize, ToSchema)]
pub struct CartLimits {
    /// Of one product or variation, unless that allows fewer.
    pub max_quantity_per_product: u32,
    /// In all.
    pub max_items_total: u32,
}

/// A line of a cart.
#[derive(Debug, Serialize, ToSchema)]
pub struct CartItem {
    /// Its key.
    pub id: CartItemId,
    /// The product's key.
    pub product_id: ProductId,
    /// The variation's key, if the product is sold by them.
    pub variation_id: Option<VariationId>,
    /// What the variation has.
    pub attributes: Vec<Attribute>,
    /// The product's name; a variation's says what it has.
    pub name: String,
    /// The last part of the product's page's address.
    pub slug: String,
    /// The variation's picture, or the product's first one.
    pub image: Option<String>,
    /// What the warehouse calls it.
    pub sku: String,
    /// What one piece costs now, GST included.
    pub unit_price: Paise,
    /// What one piece cost when it was added, GST included.
    pub added_price: Paise,
    /// Whether the two differ.
    pub price_changed: bool,
    /// The rate of GST in percent.
    pub gst_rate: GstRate,
    /// How many pieces.
    pub quantity: u32,
    /// What they cost now, GST included; the largest amount that there is, if that is too small.
    pub line_total: Paise,
    /// How many pieces of it one cart can have now.
    pub available_quantity: u32,
    /// Whether as many can be had now as the line holds, at what an amount can be.
    pub is_available: bool,
    /// How many pieces the line holds at least.
    pub min_quantity: u32,
    /// How many pieces the line holds at most.
    pub max_quantity: u32,
}

/// Something that is not as it was when the line was added.
#[derive(Debug, Serialize, ToSchema)]
pub struct Change {
    /// The line's key.
    pub id: CartItemId,
    /// The product's key.
    pub product_id: ProductId,
    /// The variation's key, if the product is sold by them.
    pub variation_id: Option<VariationId>,
    /// What changed.
    pub kind: ChangeKind,
}

text_enum! {
    /// What can change under a cart.
    pub enum ChangeKind {
        /// It costs more.
        PriceUp = "price_up",
        /// It costs less.
        PriceDown = "price_down",
        /// There are fewer than the line holds.
        NotEnoughStock = "not_enough_stock",
        /// It is not sold any more.
        Gone = "gone",
    }
}

impl Cart {
    pub(super) fn of(lines: Vec<Line>, limits: Limits) -> Self {
        let changes = lines.iter().flat_map(changes).collect();
        let mut sums = Sums::default();
        let items: Vec<CartItem> = lines.into_iter().map(|line| sums.take(line, limits)).collect();
        Self {
            subtotal: sums.with_gst,
            tax: sums.gst,
            costs_too_much: sums.are_too_much,
            total_items: items.iter().fold(0, |sum, item| sum.saturating_add(item.quantity)),
            items,
            limits: CartLimits { max_quantity_per_product: limits.per_product, max_items_total: limits.in_all },
            changes,
        }
    }
}

/// What the lines that can be had cost.
#[derive(Debug, Default)]
struct Sums {
    with_gst: Paise,
    gst: Paise,
    are_too_much: bool,
}

impl Sums {
    /// Adds what a line costs, if it can be had. A line that takes the sums out of the range of an amount cannot.
    fn take(&mut self, line: Line, limits: Limits) -> CartItem {
        let price = price(&line);
        let mut item = CartItem::of(line, price, limits);
        match price.and_then(|price| self.with(price)) {
            _ if price.is_some() && !item.is_available => {}
            Some((with_gst, gst)) => (self.with_gst, self.gst) = (with_gst, gst),
            None => (self.are_too_much, item.is_available) = (true, false),
        }
        item
    }

    fn with(&self, price: ShelfPrice) -> Option<(Paise, Paise)> {
        let gst = price.with_gst.checked_sub(price.without_gst)?;
        self.with_gst.checked_add(price.with_gst).zip(self.gst.checked_add(gst))
    }
}

/// What a line costs as a whole, unless that is no amount.
fn price(line: &Line) -> Option<ShelfPrice> {
    let listed = line.offer.listed_price.checked_mul(line.quantity.get().into())?;
    shelf_price(listed, line.offer.gst_rate, line.offer.price_basis)
}

impl CartItem {
    fn of(line: Line, price: Option<ShelfPrice>, limits: Limits) -> Self {
        let (offer, quantity) = (line.offer, line.quantity.get());
        let available_quantity = offer.available(limits);
        Self {
            id: line.id,
            product_id: offer.product,
            variation_id: offer.variation,
            unit_price: offer.unit_price,
            added_price: line.added_price,
            price_changed: offer.unit_price != line.added_price,
            gst_rate: offer.gst_rate,
            quantity,
            line_total: price.map_or(Paise::MAX, |price| price.with_gst),
            available_quantity,
            is_available: quantity <= available_quantity,
            min_quantity: offer.least,
            max_quantity: offer.most(limits),
            attributes: offer.attributes,
            name: offer.name,
            slug: offer.slug,
            image: offer.image,
            sku: offer.sku,
        }
    }
}

fn changes(line: &Line) -> Vec<Change> {
    let offer = &line.offer;
    let change = |kind| Change { id: line.id, product_id: offer.product, variation_id: offer.variation, kind };
    if !offer.is_sold {
        return vec![change(ChangeKind::Gone)];
    }
    let stock = offer.stock.filter(|stock| line.quantity.get() > *stock).map(|_| ChangeKind::NotEnoughStock);
    let price = match offer.unit_price.cmp(&line.added_price) {
        std::cmp::Ordering::Greater => Some(ChangeKind::PriceUp),
        std::cmp::Ordering::Less => Some(ChangeKind::PriceDown),
        std::cmp::Ordering::Equal => None,
    };
    price.into_iter().chain(stock).map(change).collect()
}
