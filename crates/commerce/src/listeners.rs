//! Who listens to which events. Known to whoever publishes, so that no event is lost before its listener's first start.

use kernel::{Event, Listener};

use crate::events::{
    CashPromised, DeletionScheduled, NewsletterRequested, OrderCancelled, OrderConfirmed, PaymentCaptured,
    PaymentFailed, ProofRequested, RefundProcessed, RefundRequested, SecurityAlert, UserErased,
};

/// Writes the mail about an order.
pub const NOTIFICATION_MAIL: Listener = Listener {
    name: "notification.mail",
    topics: &[OrderConfirmed::TYPE, OrderCancelled::TYPE, RefundProcessed::TYPE],
};

/// Writes the mails and text messages about an account.
pub const NOTIFICATION_ACCOUNT: Listener =
    Listener { name: "notification.account", topics: &[ProofRequested::TYPE, SecurityAlert::TYPE] };

/// Writes to people about the newsletter and their account, and forgets what was written to those who are gone.
pub const NOTIFICATION_PEOPLE: Listener = Listener {
    name: "notification.people",
    topics: &[NewsletterRequested::TYPE, DeletionScheduled::TYPE, UserErased::TYPE],
};

/// Opens and closes the tender of an order that is paid on delivery.
pub const PAYMENT_TENDERS: Listener =
    Listener { name: "payment.tenders", topics: &[OrderConfirmed::TYPE, OrderCancelled::TYPE] };

/// Gives money back.
pub const PAYMENT_REFUNDS: Listener = Listener { name: "payment.refunds", topics: &[RefundRequested::TYPE] };

/// Marks an order as paid, as not paid this time, as to be paid on delivery after all, and as paid back.
pub const ORDER_PAYMENTS: Listener = Listener {
    name: "order.payments",
    topics: &[PaymentCaptured::TYPE, PaymentFailed::TYPE, CashPromised::TYPE, RefundProcessed::TYPE],
};

/// Counts what was sold of each product.
pub const PRODUCT_SALES: Listener =
    Listener { name: "product.sales", topics: &[OrderConfirmed::TYPE, OrderCancelled::TYPE] };

/// All of them.
pub const ALL: &[Listener] = &[
    NOTIFICATION_MAIL,
    NOTIFICATION_ACCOUNT,
    NOTIFICATION_PEOPLE,
    PAYMENT_TENDERS,
    PAYMENT_REFUNDS,
    ORDER_PAYMENTS,
    PRODUCT_SALES,
];
