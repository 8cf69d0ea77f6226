//! What a shopper may ask of a cart.

use std::num::NonZeroU32;

use commerce::ids::VariationId;
use utoipa::ToSchema;
use validator::Validate;

/// Pieces to be put into a cart.
#[derive(Debug, eserde::Deserialize, Validate, ToSchema)]
pub struct AddToCart {
    /// How many more; 1 unless said.
    #[serde(default)]
    #[validate(range(min = 1, message = "must be at least 1"))]
    #[schema(minimum = 1, example = 2)]
    quantity: Option<u32>,
    /// Of which variation: required of a product that is sold by them, refused of any other.
    #[serde(default)]
    pub(crate) variation_id: Option<VariationId>,
}

impl AddToCart {
    /// How many more.
    pub fn quantity(&self) -> NonZeroU32 {
        self.quantity.and_then(NonZeroU32::new).unwrap_or(NonZeroU32::MIN)
    }
}

/// Pieces that a line is to hold.
#[derive(Debug, eserde::Deserialize, Validate, ToSchema)]
pub struct SetQuantity {
    /// How many in all; 0 takes the line out.
    #[schema(example = 3)]
    pub(crate) quantity: u32,
}
