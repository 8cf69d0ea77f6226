//! What a customer sends to place or cancel an order.
#![expect(clippy::unnecessary_wraps, reason = "eserde derives such functions for deserialize_with")]

use commerce::ids::{ProductId, VariationId};
use commerce::orders::PaymentMethod;
use commerce::place::Gstin;
use kernel::Paise;
use serde::{Deserialize as _, Deserializer, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use super::WantedAddress;

/// An order as a customer wants it. Prices and tax are the server's business: what a client says about them is ignored,
/// but for `expected_total`.
#[derive(Debug, Serialize, eserde::Deserialize, Validate, ToSchema)]
#[validate(schema(function = "gst_invoice_has_a_number"))]
pub struct PlaceOrder {
    /// What to send; the cart if absent.
    #[serde(default)]
    #[validate(length(min = 1, max = 50, message = "must hold 1 to 50 lines"), nested)]
    pub items: Option<Vec<WantedItem>>,
    /// Where to send it: an address, or the id of one in the customer's book.
    pub shipping_address: WantedAddress,
    /// To whom to write the invoice; to the shipping address if absent.
    #[serde(default)]
    pub billing_address: Option<WantedAddress>,
    /// How it will be paid.
    pub payment_method: PaymentMethod,
    /// A word to the shop.
    #[serde(default)]
    #[validate(length(max = 1000, message = "must not be longer than 1000 characters"), custom(function = "is_plain"))]
    pub customer_note: Option<String>,
    /// A coupon.
    #[serde(default)]
    #[validate(length(max = 50, message = "must not be longer than 50 characters"))]
    pub coupon_code: Option<String>,
    /// What the customer was shown: if the server comes to another total, the answer is 409 `PRICE_CHANGED`.
    #[serde(default)]
    pub expected_total: Option<Paise>,
    /// Whether the buyer is a business that needs its GSTIN on the invoice.
    #[serde(default)]
    pub use_gst_invoice: Option<bool>,
    /// That GSTIN.
    #[serde(default, deserialize_with = "unless_blank")]
    pub gst_number: Option<Gstin>,
}

/// So many of a product.
#[derive(Debug, Serialize, eserde::Deserialize, Validate, ToSchema)]
pub struct WantedItem {
    /// Which product.
    pub product_id: ProductId,
    /// Which of its variations: required of a product that is sold by them, refused of any other.
    #[serde(default)]
    pub variation_id: Option<VariationId>,
    /// How many pieces.
    #[validate(range(min = 1, max = 1_000_000, message = "must be a whole number from 1 to 1000000"))]
    pub quantity: u32,
}

/// Why an order is cancelled.
#[derive(Debug, Default, eserde::Deserialize, Validate, ToSchema)]
pub struct CancelOrder {
    /// In the customer's words.
    #[serde(default)]
    #[validate(length(max = 255, message = "must not be longer than 255 characters"), custom(function = "is_plain"))]
    pub reason: Option<String>,
}

impl PlaceOrder {
    /// The buyer's GSTIN, if the invoice is to bear it.
    pub(crate) fn gstin(&self) -> Option<&Gstin> {
        self.gst_number.as_ref().filter(|_| self.use_gst_invoice != Some(false))
    }

    /// The coupon, unless the field was left empty.
    pub(crate) fn coupon(&self) -> Option<&str> {
        self.coupon_code.as_deref().map(str::trim).filter(|code| !code.is_empty())
    }
}

/// Line breaks are text, other control characters are not.
fn is_plain(text: &str) -> Result<(), ValidationError> {
    if text.chars().any(|c| c.is_control() && c != '\n' && c != '\r' && c != '\t') {
        return Err(ValidationError::new("control").with_message("must not hold control characters".into()));
    }
    Ok(())
}

/// The code of a rule of the whole names the field that it blames.
fn gst_invoice_has_a_number(wanted: &PlaceOrder) -> Result<(), ValidationError> {
    if wanted.use_gst_invoice == Some(true) && wanted.gst_number.is_none() {
        return Err(ValidationError::new("gst_number").with_message("is required for a GST invoice".into()));
    }
    Ok(())
}

/// An empty field of a form is no GSTIN, and no wrong one.
fn unless_blank<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Gstin>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?.filter(|text| !text.trim().is_empty());
    let refusal = |_| serde::de::Error::custom("expected a GSTIN: 15 characters with the right check character");
    text.map(|text| text.trim().parse().map_err(refusal)).transpose()
}
