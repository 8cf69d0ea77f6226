//! How an order is shown.

use chrono::{DateTime, Utc};
use commerce::catalogue::Attribute;
use commerce::gst::GstRate;
use commerce::ids::{OrderId, ProductId, VariationId};
use commerce::orders::{OrderStatus, PaymentMethod, PaymentStatus};
use commerce::place::StateCode;
use kernel::{Paise, UserId, text_enum};
use serde::Serialize;
use serde_json::Value;
use sqlx::types::Json;
use utoipa::ToSchema;

/// An order as a list shows it.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrderSummary {
    /// Its key.
    pub id: OrderId,
    /// Its name outside of this shop.
    pub uuid: String,
    /// The number that people call it by.
    #[schema(example = "PT-261122-7K3M9QXA")]
    pub order_number: String,
    /// Whose it is.
    pub user_id: UserId,
    /// Where it stands.
    pub status: OrderStatus,
    /// Whether it is paid.
    pub payment_status: PaymentStatus,
    /// How it is paid.
    pub payment_method: PaymentMethod,
    /// The listed prices of all pieces, before discounts.
    pub subtotal: Paise,
    /// What came off.
    pub discount_amount: Paise,
    /// Delivery, tax included.
    pub shipping_amount: Paise,
    /// All tax, that of the delivery included.
    pub tax_amount: Paise,
    /// What the customer pays in all.
    pub total_amount: Paise,
    /// `INR`.
    pub currency: String,
    /// How many lines it has.
    pub item_count: i64,
    /// When it was placed.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

/// An order as its page shows it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Order {
    /// What a list shows too.
    #[serde(flatten)]
    pub summary: OrderSummary,
    /// The GST code of the state where the supply takes place; it decides the kind of tax.
    pub place_of_supply: Option<StateCode>,
    /// What it is made of.
    pub items: Vec<Item>,
    /// Where it goes.
    pub shipping_address: Value,
    /// To whom the invoice is written.
    pub billing_address: Option<Value>,
    /// The customer's word to the shop.
    pub customer_note: Option<String>,
    /// Whether the invoice bears the buyer's GSTIN.
    pub is_gst_invoice: bool,
    /// That GSTIN.
    pub gst_number: Option<String>,
    /// Until when its goods are held, if it waits for its payment.
    pub hold_expires_at: Option<DateTime<Utc>>,
    /// When it was paid.
    pub paid_at: Option<DateTime<Utc>>,
    /// When it was cancelled.
    pub cancelled_at: Option<DateTime<Utc>>,
    /// Why.
    pub cancelled_reason: Option<String>,
    /// What it waits for; nothing once it is over.
    pub waits_for: Option<Wait>,
}

/// A line of an order, frozen when it was placed.
#[derive(Debug, Serialize, sqlx::FromRow, ToSchema)]
pub struct Item {
    /// Which product.
    pub product_id: ProductId,
    /// Which of its variations.
    pub variation_id: Option<VariationId>,
    /// What the variation had.
    #[schema(value_type = Option<Vec<Attribute>>)]
    pub variation_attributes: Option<Json<Vec<Attribute>>>,
    /// What it was called; a variation with what it had.
    pub product_name: String,
    /// What the warehouse called it.
    pub product_sku: String,
    /// Its picture.
    pub product_image: Option<String>,
    /// The heading of the customs tariff that its tax follows.
    pub hsn_code: Option<String>,
    /// The listed price of a piece.
    pub unit_price: Paise,
    /// How many pieces.
    pub quantity: i32,
    /// Whether the listed price holds the tax.
    pub is_gst_inclusive: bool,
    /// The rate of GST in percent.
    pub gst_rate: GstRate,
    /// The listed price of its pieces.
    pub total_price: Paise,
    /// What came off.
    pub discount_amount: Paise,
    /// The value of the goods alone.
    pub taxable_amount: Paise,
    /// Central tax on the goods.
    pub cgst_amount: Paise,
    /// State tax on the goods.
    pub sgst_amount: Paise,
    /// Integrated tax on the goods.
    pub igst_amount: Paise,
    /// Its share of the delivery, tax included.
    pub shipping_amount: Paise,
    /// The value of that share alone.
    pub shipping_taxable: Paise,
    /// Central tax on it.
    pub shipping_cgst: Paise,
    /// State tax on it.
    pub shipping_sgst: Paise,
    /// Integrated tax on it.
    pub shipping_igst: Paise,
    /// What the customer pays for the line.
    pub payable_amount: Paise,
}

text_enum! {
    /// What an order waits for.
    pub enum WaitsFor {
        /// The customer pays.
        Payment = "payment",
        /// The shop packs it.
        Packing = "packing",
        /// The shop hands it to the carrier.
        Dispatch = "dispatch",
        /// The carrier brings it.
        Delivery = "delivery",
        /// The carrier hands over the cash.
        CashCollection = "cash_collection",
        /// The gateway gives the money back.
        Refund = "refund",
    }
}

/// What stands between an order and its next state.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Wait {
    /// For what.
    #[serde(rename = "for")]
    pub what: WaitsFor,
    /// Since when.
    pub since: DateTime<Utc>,
    /// What unblocks it.
    pub unblocked_by: &'static str,
}

impl Wait {
    /// What an order in these states waits for.
    pub(crate) fn of(status: OrderStatus, payment: PaymentStatus, since: DateTime<Utc>) -> Option<Self> {
        let (what, unblocked_by) = match (status, payment) {
            (OrderStatus::Pending, PaymentStatus::Failed) => {
                (WaitsFor::Payment, "another try to pay before the hold on the goods ends")
            }
            (OrderStatus::Pending, _) => (WaitsFor::Payment, "a payment before the hold on the goods ends"),
            (OrderStatus::Confirmed, _) => (WaitsFor::Packing, "the shop begins to pack it"),
            (OrderStatus::Processing, _) => (WaitsFor::Dispatch, "the shop hands it to a carrier"),
            (OrderStatus::Shipped, _) => (WaitsFor::Delivery, "the carrier delivers it"),
            (OrderStatus::Delivered, PaymentStatus::Pending | PaymentStatus::Failed) => {
                (WaitsFor::CashCollection, "the carrier hands over the cash")
            }
            (OrderStatus::Cancelled, PaymentStatus::Paid | PaymentStatus::PartiallyRefunded) => {
                (WaitsFor::Refund, "the gateway gives the money back")
            }
            (OrderStatus::Delivered | OrderStatus::Cancelled | OrderStatus::Refunded, _) => return None,
        };
        Some(Self { what, since, unblocked_by })
    }
}

text_enum! {
    /// Which state of an order changed.
    pub enum Field {
        /// Where it stands.
        Status = "status",
        /// Whether it is paid.
        PaymentStatus = "payment_status",
    }
}

text_enum! {
    /// Who changed it.
    pub enum Actor {
        /// The shop by itself.
        System = "system",
        /// The shop's staff.
        Admin = "admin",
        /// The customer.
        Customer = "customer",
    }
}

/// One change of an order's states.
#[expect(clippy::struct_field_names, reason = "the names are those of the owner's table")]
#[derive(Debug, Serialize, sqlx::FromRow, ToSchema)]
pub struct Change {
    /// Which state.
    pub field_changed: Field,
    /// What it was; nothing when the order began.
    pub old_value: Option<String>,
    /// What it became.
    pub new_value: String,
    /// Who changed it.
    pub change_type: Actor,
    /// Why.
    pub reason: Option<String>,
    /// When.
    pub created_at: DateTime<Utc>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_that_is_not_over_says_what_it_waits_for() {
        let waits = |status, payment| Wait::of(status, payment, DateTime::default()).map(|wait| wait.what);
        assert_eq!(waits(OrderStatus::Pending, PaymentStatus::Pending), Some(WaitsFor::Payment));
        assert_eq!(waits(OrderStatus::Pending, PaymentStatus::Failed), Some(WaitsFor::Payment));
        assert_eq!(waits(OrderStatus::Confirmed, PaymentStatus::Pending), Some(WaitsFor::Packing));
        assert_eq!(waits(OrderStatus::Delivered, PaymentStatus::Pending), Some(WaitsFor::CashCollection));
        assert_eq!(waits(OrderStatus::Delivered, PaymentStatus::Paid), None);
        assert_eq!(waits(OrderStatus::Cancelled, PaymentStatus::Pending), None);
        assert_eq!(waits(OrderStatus::Cancelled, PaymentStatus::Failed), None);
        assert_eq!(waits(OrderStatus::Cancelled, PaymentStatus::Paid), Some(WaitsFor::Refund));
        assert_eq!(waits(OrderStatus::Cancelled, PaymentStatus::PartiallyRefunded), Some(WaitsFor::Refund));
        assert_eq!(waits(OrderStatus::Refunded, PaymentStatus::Refunded), None);
    }
}
