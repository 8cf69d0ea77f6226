//! What the shop answers, as far as a purchase looks at it.

use commerce::catalogue::Attribute;
use commerce::ids::{CartItemId, OrderId, PaymentId, ProductId, VariationId};
use commerce::orders::{Gateway, OrderStatus, PaymentMethod, PaymentStatus};
use kernel::Paise;
use rust_decimal::Decimal;
use serde::Deserialize;

#[derive(Deserialize)]
pub(super) struct Enveloped<T> {
    pub(super) data: T,
}

#[derive(Deserialize)]
pub(super) struct Refused {
    pub(super) error: Reason,
}

#[derive(Deserialize)]
pub(super) struct Reason {
    pub(super) code: String,
    pub(super) message: String,
}

#[derive(Deserialize)]
pub(super) struct List<T> {
    pub(super) items: Vec<T>,
}

#[derive(Deserialize)]
pub(super) struct Gate {
    pub(super) status: String,
}

#[derive(Deserialize)]
pub(super) struct Listed {
    pub(super) id: ProductId,
    pub(super) stock_status: String,
    pub(super) product_type: String,
    pub(super) max_cart_quantity: u32,
    pub(super) gst_rate: Decimal,
}

#[derive(Deserialize)]
pub(super) struct Product {
    pub(super) id: ProductId,
    pub(super) name: String,
    pub(super) price_with_gst: Paise,
    pub(super) stock_quantity: u32,
    pub(super) variations: Vec<Variation>,
}

#[derive(Deserialize)]
pub(super) struct Variation {
    pub(super) id: VariationId,
    pub(super) attributes: Vec<Attribute>,
    pub(super) price_with_gst: Paise,
    pub(super) stock_status: String,
    pub(super) stock_quantity: u32,
    pub(super) available_quantity: u32,
    pub(super) is_default: bool,
}

#[derive(Deserialize)]
pub(super) struct Offer {
    pub(super) id: ProductId,
    pub(super) available_quantity: u32,
    pub(super) variations: Vec<Variation>,
}

#[derive(Deserialize)]
pub(super) struct Cart {
    pub(super) items: Vec<CartLine>,
}

#[derive(Deserialize)]
pub(super) struct CartLine {
    pub(super) id: CartItemId,
    pub(super) product_id: ProductId,
    pub(super) variation_id: Option<VariationId>,
    pub(super) quantity: u32,
}

/// The answer to a registration or a log-in: flat and in the envelope.
#[derive(Deserialize)]
pub(super) struct SignedIn {
    pub(super) access_token: String,
    pub(super) data: Tokens,
}

#[derive(Deserialize)]
pub(super) struct Tokens {
    pub(super) access_token: String,
}

#[derive(Deserialize)]
pub(super) struct Profile {
    pub(super) email: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Order {
    pub(super) id: OrderId,
    #[serde(rename = "order_number")]
    pub(super) number: String,
    pub(super) status: OrderStatus,
    pub(super) payment_status: PaymentStatus,
    pub(super) payment_method: PaymentMethod,
    pub(super) place_of_supply: Option<String>,
    pub(super) subtotal: Paise,
    pub(super) discount_amount: Paise,
    pub(super) shipping_amount: Paise,
    pub(super) tax_amount: Paise,
    pub(super) total_amount: Paise,
    pub(super) items: Vec<Item>,
}

#[derive(Deserialize)]
pub(super) struct Item {
    pub(super) product_id: ProductId,
    pub(super) variation_id: Option<VariationId>,
    pub(super) product_name: String,
    pub(super) quantity: u32,
    pub(super) unit_price: Paise,
    pub(super) total_price: Paise,
    pub(super) discount_amount: Paise,
    pub(super) taxable_amount: Paise,
    pub(super) cgst_amount: Paise,
    pub(super) sgst_amount: Paise,
    pub(super) igst_amount: Paise,
    pub(super) shipping_amount: Paise,
    pub(super) shipping_taxable: Paise,
    pub(super) shipping_cgst: Paise,
    pub(super) shipping_sgst: Paise,
    pub(super) shipping_igst: Paise,
    pub(super) payable_amount: Paise,
}

#[derive(Deserialize)]
pub(super) struct Change {
    pub(super) field_changed: String,
    pub(super) new_value: String,
}

/// The answer to the wish to pay: flat and in the envelope.
#[derive(Debug, PartialEq, Eq, Deserialize)]
pub(super) struct Attempt {
    pub(super) payment_id: PaymentId,
    pub(super) gateway: Gateway,
    pub(super) razorpay_key: Option<String>,
    pub(super) razorpay_order_id: Option<String>,
    pub(super) amount: Paise,
    /// In paise.
    pub(super) amount_minor: i64,
    pub(super) currency: String,
}

#[derive(Deserialize)]
pub(super) struct Tender {
    pub(super) gateway: Gateway,
    pub(super) payment_method: Option<PaymentMethod>,
    pub(super) amount: Paise,
    pub(super) status: String,
}
