//! What a shopper may ask of a cart.

use std::num::NonZeroU32;

use utoipa::ToSchema;
use validator::{Validate, ValidationError};

/// Pieces to be put into a cart.
#[derive(Debug, eserde::Deserialize, Validate, ToSchema)]
pub struct AddToCart {
    /// How many more; 1 unless said.
    #[serde(default)]
    #[validate(range(min = 1, message = "must be at least 1"))]
    #[schema(minimum = 1, example = 2)]
    quantity: Option<u32>,
    /// Of which variation; products have none yet.
    #[serde(default)]
    #[validate(custom(function = "no_variation"))]
    #[schema(minimum = 1)]
    variation_id: Option<u64>,
}

impl AddToCart {
    /// How many more.
    pub fn quantity(&self) -> NonZeroU32 {
        self.quantity.and_then(NonZeroU32::new).unwrap_or(NonZeroU32::MIN)
    }
}

fn no_variation(_: u64) -> Result<(), ValidationError> {
    Err(ValidationError::new("variation").with_message("is no variation of this product".into()))
}

/// Pieces that a line is to hold.
#[derive(Debug, eserde::Deserialize, Validate, ToSchema)]
pub struct SetQuantity {
    /// How many in all; 0 takes the line out.
    #[schema(example = 3)]
    pub(crate) quantity: u32,
}
