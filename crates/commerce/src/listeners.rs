//! Who listens to which events. Known to whoever publishes, so that no event is lost before its listener's first start.

use kernel::{Event, Listener};

use crate::events::{OrderCancelled, OrderConfirmed, PaymentCaptured};

/// Writes the mail about an order.
pub const NOTIFICATION_MAIL: Listener =
    Listener { name: "notification.mail", topics: &[OrderConfirmed::TYPE, OrderCancelled::TYPE] };

/// Opens and closes the tender of an order that is paid on delivery.
pub const PAYMENT_TENDERS: Listener =
    Listener { name: "payment.tenders", topics: &[OrderConfirmed::TYPE, OrderCancelled::TYPE] };

/// Marks an order as paid.
pub const ORDER_PAYMENTS: Listener = Listener { name: "order.payments", topics: &[PaymentCaptured::TYPE] };

/// All of them.
pub const ALL: &[Listener] = &[NOTIFICATION_MAIL, PAYMENT_TENDERS, ORDER_PAYMENTS];
