//! How a cart is shown: what it holds, what that costs now, and what changed meanwhile.

use carts::{Limits, Line};
use commerce::gst::{GstRate, ShelfPrice, shelf_price};
use commerce::ids::{CartItemId, ProductId};
use kernel::{Paise, text_enum};
use serde::Serialize;
use shared::web::{Error, Result};
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
}

/// How many pieces a cart may hold.
#[derive(Debug, Serialize, ToSchema)]
pub struct CartLimits {
    /// Of one product, unless that allows fewer.
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
    /// The product's name.
    pub name: String,
    /// The last part of the product's page's address.
    pub slug: String,
    /// The product's first picture.
    pub image: Option<String>,
    /// What the warehouse calls the product.
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
    /// What they cost now, GST included.
    pub line_total: Paise,
    /// How many pieces of the product one cart can have now.
    pub available_quantity: u32,
    /// Whether as many can be had now as the line holds.
    pub is_available: bool,
    /// How many pieces a line of the product holds at least.
    pub min_quantity: u32,
    /// How many pieces a line of the product holds at most.
    pub max_quantity: u32,
}

/// Something that is not as it was when the line was added.
#[derive(Debug, Serialize, ToSchema)]
pub struct Change {
    /// The line's key.
    pub id: CartItemId,
    /// The product's key.
    pub product_id: ProductId,
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
    pub(super) fn of(lines: Vec<Line>, limits: Limits) -> Result<Self> {
        let changes = lines.iter().flat_map(changes).collect();
        let shown: Option<Vec<_>> = lines.into_iter().map(|line| CartItem::of(line, limits)).collect();
        let shown = shown.ok_or_else(too_much)?;
        let had = shown.iter().filter(|(item, _)| item.is_available);
        let subtotal = had.clone().map(|(_, price)| price.with_gst).sum::<Option<Paise>>();
        let goods = had.map(|(_, price)| price.without_gst).sum::<Option<Paise>>();
        let (subtotal, goods) = subtotal.zip(goods).ok_or_else(too_much)?;
        Ok(Self {
            subtotal,
            tax: subtotal.checked_sub(goods).ok_or_else(too_much)?,
            total_items: shown.iter().fold(0, |sum, (item, _)| sum.saturating_add(item.quantity)),
            items: shown.into_iter().map(|(item, _)| item).collect(),
            limits: CartLimits { max_quantity_per_product: limits.per_product, max_items_total: limits.in_all },
            changes,
        })
    }
}

/// Limits of quantities and prices keep every cart far below this.
fn too_much() -> Error {
    Error::Internal(anyhow::anyhow!("a cart costs more than an amount can be"))
}

impl CartItem {
    /// The line, and what it costs as a whole, unless that is no amount.
    fn of(line: Line, limits: Limits) -> Option<(Self, ShelfPrice)> {
        let (offer, quantity) = (line.offer, line.quantity.get());
        let listed = offer.listed_price.checked_mul(quantity.into())?;
        let price = shelf_price(listed, offer.gst_rate, offer.price_basis)?;
        let available_quantity = offer.available(limits);
        let item = Self {
            id: line.id,
            product_id: offer.product,
            unit_price: offer.unit_price,
            added_price: line.added_price,
            price_changed: offer.unit_price != line.added_price,
            gst_rate: offer.gst_rate,
            quantity,
            line_total: price.with_gst,
            available_quantity,
            is_available: quantity <= available_quantity,
            min_quantity: offer.least,
            max_quantity: offer.most(limits),
            name: offer.name,
            slug: offer.slug,
            image: offer.image,
            sku: offer.sku,
        };
        Some((item, price))
    }
}

fn changes(line: &Line) -> Vec<Change> {
    let offer = &line.offer;
    let change = |kind| Change { id: line.id, product_id: offer.product, kind };
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
