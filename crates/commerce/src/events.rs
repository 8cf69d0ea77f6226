//! What services tell each other: the facts that travel through the outbox.

mod people;
mod proof_requested;
mod security_alert;

pub use people::{DeletionScheduled, NewsletterRequested, UserErased};
pub use proof_requested::ProofRequested;
pub use security_alert::{SecurityAlert, SecurityAlertKind};

use kernel::{Aggregate, Event, Paise, UserId};
use serde::{Deserialize, Serialize};

use crate::ids::{OrderId, PaymentId, ProductId, RefundId, VariationId};
use crate::orders::{Gateway, PaymentMethod, RefundPurpose};

/// An order stands in the books, its goods are set aside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderPlaced {
    /// Which order.
    pub order_id: OrderId,
    /// The number that people call it by.
    pub order_number: String,
    /// Whose it is.
    pub user_id: UserId,
    /// What the customer pays in all.
    pub total: Paise,
    /// The currency of `total`: `INR`.
    pub currency: String,
    /// How the customer means to pay.
    pub payment_method: PaymentMethod,
    /// What was ordered.
    pub items: Vec<OrderedItem>,
    /// The order's revision after this.
    pub revision: u64,
}

/// So many pieces of a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderedItem {
    /// Which product.
    pub product_id: ProductId,
    /// Which of its variations, if it is sold by them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variation_id: Option<VariationId>,
    /// How many pieces.
    pub quantity: u32,
}

/// The shop will send the order: it is paid, or will be on delivery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderConfirmed {
    /// Which order.
    pub order_id: OrderId,
    /// The number that people call it by.
    pub order_number: String,
    /// Whose it is.
    pub user_id: UserId,
    /// What the customer pays in all.
    pub total: Paise,
    /// The currency of `total`: `INR`.
    pub currency: String,
    /// How the customer pays.
    pub payment_method: PaymentMethod,
    /// The order's revision after this.
    pub revision: u64,
}

/// The order will not be sent; its goods are back on the shelf.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderCancelled {
    /// Which order.
    pub order_id: OrderId,
    /// The number that people call it by.
    pub order_number: String,
    /// Whose it is.
    pub user_id: UserId,
    /// Why, in the words of whoever cancelled it.
    pub reason: String,
    /// What had been paid by then, and has to go back.
    pub paid: Paise,
    /// The order's revision after this.
    pub revision: u64,
}

/// Money of a customer is to go back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundRequested {
    /// Of which order.
    pub order_id: OrderId,
    /// The number that people call it by.
    pub order_number: String,
    /// Whose it is.
    pub user_id: UserId,
    /// How much goes back.
    pub amount: Paise,
    /// Why.
    pub reason: String,
    /// Of which payment; absent: of whichever paid the order.
    #[serde(default)]
    pub payment_id: Option<PaymentId>,
    /// Whether the order is over, or was paid once too often.
    #[serde(default = "for_the_order")]
    pub purpose: RefundPurpose,
    /// The order's revision after this.
    pub revision: u64,
}

/// The money of a payment is in the shop's hands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentCaptured {
    /// Which payment.
    pub payment_id: PaymentId,
    /// Of which order.
    pub order_id: OrderId,
    /// Whose order it is.
    pub user_id: UserId,
    /// How much arrived.
    pub amount: Paise,
    /// The currency of `amount`: `INR`.
    pub currency: String,
    /// Through whom it came.
    pub gateway: Gateway,
}

/// An attempt to pay an order has failed; another may follow, and even this one may still succeed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentFailed {
    /// Which payment.
    pub payment_id: PaymentId,
    /// Of which order.
    pub order_id: OrderId,
    /// Whose order it is.
    pub user_id: UserId,
    /// Why, in the gateway's words.
    pub reason: String,
}

/// The customer of an order that waited for its payment pays in cash on delivery instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CashPromised {
    /// Which payment.
    pub payment_id: PaymentId,
    /// Of which order.
    pub order_id: OrderId,
    /// Whose order it is.
    pub user_id: UserId,
    /// How much the carrier will take.
    pub amount: Paise,
}

/// Money of a customer has gone back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundProcessed {
    /// Which refund.
    pub refund_id: RefundId,
    /// Of which payment.
    pub payment_id: PaymentId,
    /// Of which order.
    pub order_id: OrderId,
    /// The number that people call the order by.
    pub order_number: String,
    /// Whose it is.
    pub user_id: UserId,
    /// How much went back.
    pub amount: Paise,
    /// How much of the order has gone back by now, this included; what was paid too often does not count.
    pub refunded: Paise,
    /// The currency of both amounts: `INR`.
    pub currency: String,
    /// Whether the order is over, or was paid once too often.
    pub purpose: RefundPurpose,
    /// Why.
    pub reason: String,
}

/// Somebody has an account now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserRegistered {
    /// Who.
    pub user_id: UserId,
}

/// What a refund was for before it said so.
const fn for_the_order() -> RefundPurpose {
    RefundPurpose::Order
}

/// Payments do not count their changes for others.
const fn payment(id: PaymentId) -> Aggregate {
    Aggregate { kind: "payment", id: id.get(), version: 0 }
}

const fn order(id: OrderId, version: u64) -> Aggregate {
    Aggregate { kind: "order", id: id.get(), version }
}

impl Event for OrderPlaced {
    const TYPE: &'static str = "order.placed";

    fn aggregate(&self) -> Aggregate {
        order(self.order_id, self.revision)
    }
}

impl Event for OrderConfirmed {
    const TYPE: &'static str = "order.confirmed";

    fn aggregate(&self) -> Aggregate {
        order(self.order_id, self.revision)
    }
}

impl Event for OrderCancelled {
    const TYPE: &'static str = "order.cancelled";

    fn aggregate(&self) -> Aggregate {
        order(self.order_id, self.revision)
    }
}

impl Event for RefundRequested {
    const TYPE: &'static str = "refund.requested";

    fn aggregate(&self) -> Aggregate {
        order(self.order_id, self.revision)
    }
}

impl Event for PaymentCaptured {
    const TYPE: &'static str = "payment.captured";

    fn aggregate(&self) -> Aggregate {
        payment(self.payment_id)
    }
}

impl Event for PaymentFailed {
    const TYPE: &'static str = "payment.failed";

    fn aggregate(&self) -> Aggregate {
        payment(self.payment_id)
    }
}

impl Event for CashPromised {
    const TYPE: &'static str = "payment.cash_promised";

    fn aggregate(&self) -> Aggregate {
        payment(self.payment_id)
    }
}

impl Event for RefundProcessed {
    const TYPE: &'static str = "refund.processed";

    fn aggregate(&self) -> Aggregate {
        payment(self.payment_id)
    }
}

impl Event for UserRegistered {
    const TYPE: &'static str = "user.registered";

    fn aggregate(&self) -> Aggregate {
        Aggregate { kind: "user", id: self.user_id.get(), version: 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_reads_as_it_was_written() {
        let event = OrderPlaced {
            order_id: OrderId::new(7).unwrap(),
            order_number: "PV-2026-000007".to_owned(),
            user_id: UserId::new(3).unwrap(),
            total: Paise::new(10_499),
            currency: "INR".to_owned(),
            payment_method: PaymentMethod::CashOnDelivery,
            items: vec![OrderedItem { product_id: ProductId::new(5).unwrap(), variation_id: None, quantity: 3 }],
            revision: 2,
        };
        let json = serde_json::to_string(&event).unwrap();
        let written = "{\"order_id\":7,\"order_number\":\"PV-2026-000007\",\"user_id\":3,\"total\":104.99,\
                       \"currency\":\"INR\",\"payment_method\":\"cash_on_delivery\",\
                       \"items\":[{\"product_id\":5,\"quantity\":3}],\"revision\":2}";
        assert_eq!(json, written);
        assert_eq!(serde_json::from_str::<OrderPlaced>(&json).unwrap(), event);
        assert_eq!(event.aggregate(), Aggregate { kind: "order", id: 7, version: 2 });
    }

    #[test]
    fn a_refund_of_the_release_before_is_of_the_order() {
        let json =
            "{\"order_id\":7,\"order_number\":\"A\",\"user_id\":3,\"amount\":1.00,\"reason\":\"late\",\"revision\":2}";
        let event: RefundRequested = serde_json::from_str(json).unwrap();
        assert_eq!((event.payment_id, event.purpose), (None, RefundPurpose::Order));
    }

    #[test]
    fn a_field_that_a_newer_release_adds_is_no_fault() {
        let json = "{\"user_id\":3,\"referred_by\":4}";
        let event: UserRegistered = serde_json::from_str(json).unwrap();
        assert_eq!(event.aggregate(), Aggregate { kind: "user", id: 3, version: 1 });
    }
}
