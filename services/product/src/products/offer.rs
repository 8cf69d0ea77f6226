//! What can be had of a product, in a word and for a number of pieces.

use commerce::catalogue::StockStatus;
use commerce::ids::{ProductId, VariationId};
use kernel::text_enum;
use serde::Serialize;
use utoipa::ToSchema;

use super::{CartItem, Variation};

/// What can be had of some products.
#[derive(Debug, Serialize, ToSchema)]
pub struct StockInfo {
    /// Those that can be shown.
    pub items: Vec<Availability>,
    /// Those that are not in the shop (any more).
    pub missing: Vec<ProductId>,
}

/// What can be had of one product.
#[derive(Debug, Serialize, ToSchema)]
pub struct Availability {
    /// Which one.
    pub product_id: ProductId,
    /// What to tell about its stock.
    pub stock_status: StockStatus,
    /// How many pieces one cart can have now.
    pub available_quantity: i32,
    /// Whether that is enough to buy it at all.
    pub is_available: bool,
    /// What can be had of each variation; nothing if it is sold as itself.
    pub variations: Vec<VariationAvailability>,
}

/// What can be had of one variation of a product.
#[derive(Debug, Serialize, ToSchema)]
pub struct VariationAvailability {
    /// Which one.
    pub variation_id: VariationId,
    /// What to tell about its stock.
    pub stock_status: StockStatus,
    /// How many pieces one cart can have now.
    pub available_quantity: i32,
    /// Whether that is enough to buy it at all.
    pub is_available: bool,
}

impl VariationAvailability {
    fn of(variation: &Variation, least: i32) -> Self {
        Self {
            variation_id: variation.id,
            stock_status: variation.stock_status,
            available_quantity: variation.available_quantity,
            is_available: variation.available_quantity >= least,
        }
    }
}

impl Availability {
    pub(super) fn of(offer: &CartItem) -> Self {
        Self {
            product_id: offer.summary.id,
            stock_status: offer.summary.stock_status,
            available_quantity: offer.available_quantity,
            is_available: offer.available_quantity >= offer.min_cart_quantity,
            variations: offer
                .variations
                .iter()
                .map(|variation| VariationAvailability::of(variation, offer.min_cart_quantity))
                .collect(),
        }
    }
}

/// Whether one cart can hold so many pieces of a product.
#[derive(Debug, Serialize, ToSchema)]
pub struct Judgement {
    /// Of which one.
    pub product_id: ProductId,
    /// Of which of its variations.
    pub variation_id: Option<VariationId>,
    /// How many pieces were asked for.
    pub requested: i32,
    /// How many pieces one cart can have now.
    pub available_quantity: i32,
    /// Whether it can.
    pub is_valid: bool,
    /// Why not.
    pub reasons: Vec<Reason>,
}

text_enum! {
    /// Why a cart cannot hold so many pieces.
    pub enum Reason {
        /// The product is sold in larger numbers only.
        BelowMinimum = "below_minimum",
        /// One cart does not take so many of the product.
        AboveMaximum = "above_maximum",
        /// There are not so many.
        InsufficientStock = "insufficient_stock",
    }
}

impl Judgement {
    /// About `requested` pieces of a product or of one of its variations, where the shop lets one cart hold at most `most` of
    /// anything.
    pub(super) fn of(offer: &CartItem, variation: Option<&Variation>, requested: i32, most: i32) -> Self {
        let most = offer.summary.max_cart_quantity.min(most);
        let available_quantity = variation.map_or(offer.available_quantity, |variation| variation.available_quantity);
        let is_scarce = available_quantity < most;
        let reasons: Vec<_> = [
            (requested < offer.min_cart_quantity).then_some(Reason::BelowMinimum),
            (requested > most).then_some(Reason::AboveMaximum),
            (is_scarce && requested > available_quantity).then_some(Reason::InsufficientStock),
        ]
        .into_iter()
        .flatten()
        .collect();
        Self {
            product_id: offer.summary.id,
            variation_id: variation.map(|variation| variation.id),
            requested,
            available_quantity,
            is_valid: reasons.is_empty(),
            reasons,
        }
    }
}
