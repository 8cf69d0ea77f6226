//! The states of an order and of its payment, and the only steps between them.

use kernel::text_enum;

text_enum! {
    /// Where an order stands.
    pub enum OrderStatus {
        /// Placed; waits for its payment.
        Pending = "pending",
        /// Paid, or to be paid on delivery: the shop will send it.
        Confirmed = "confirmed",
        /// Being packed.
        Processing = "processing",
        /// With the carrier.
        Shipped = "shipped",
        /// With the customer.
        Delivered = "delivered",
        /// Will not be sent.
        Cancelled = "cancelled",
        /// All that was paid went back. Nothing follows.
        Refunded = "refunded",
    }
}

text_enum! {
    /// Where the payment of an order stands.
    pub enum PaymentStatus {
        /// Not paid yet.
        Pending = "pending",
        /// Paid in full.
        Paid = "paid",
        /// An attempt to pay failed; another may follow.
        Failed = "failed",
        /// All that was paid went back. Nothing follows.
        Refunded = "refunded",
        /// Some of what was paid went back.
        PartiallyRefunded = "partially_refunded",
    }
}

text_enum! {
    /// How a customer means to pay.
    pub enum PaymentMethod {
        /// A credit card.
        CreditCard = "credit_card",
        /// A debit card.
        DebitCard = "debit_card",
        /// The Unified Payments Interface.
        Upi = "upi",
        /// The web site of the customer's bank.
        Netbanking = "netbanking",
        /// Cash, when the parcel arrives.
        CashOnDelivery = "cash_on_delivery",
        /// A wallet app.
        Wallet = "wallet",
    }
}

text_enum! {
    /// Who moves the money of a payment.
    pub enum Gateway {
        /// Razorpay, for everything within India.
        Razorpay = "razorpay",
        /// Stripe, for cards.
        Stripe = "stripe",
        /// Nobody but the carrier.
        CashOnDelivery = "cash_on_delivery",
    }
}

text_enum! {
    /// Why money goes back to a customer.
    pub enum RefundPurpose {
        /// The order is over, or part of it: what was paid for it goes back.
        Order = "order",
        /// It was paid once more than it costs, or wrongly: the order itself stays paid.
        Surplus = "surplus",
    }
}

/// What can be done to an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// Its payment is settled, or will be on delivery.
    Confirm,
    /// It is being packed.
    Process,
    /// The carrier takes it.
    Ship,
    /// The customer takes it.
    Deliver,
    /// It will not be sent.
    Cancel,
    /// All that was paid has gone back.
    Refund,
}

/// What can happen to the payment of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PaymentStep {
    /// The whole amount has arrived.
    Pay,
    /// An attempt has failed.
    Fail,
    /// Some has gone back, and some is still here.
    RefundPart,
    /// The last of it has gone back.
    RefundAll,
}

impl OrderStatus {
    /// Where `step` leads from here; `None` if it cannot be taken from here.
    pub const fn after(self, step: Step) -> Option<Self> {
        match (self, step) {
            (Self::Pending, Step::Confirm) => Some(Self::Confirmed),
            (Self::Confirmed, Step::Process) => Some(Self::Processing),
            (Self::Processing, Step::Ship) => Some(Self::Shipped),
            (Self::Shipped, Step::Deliver) => Some(Self::Delivered),
            (Self::Pending | Self::Confirmed | Self::Processing, Step::Cancel) => Some(Self::Cancelled),
            (Self::Delivered | Self::Cancelled, Step::Refund) => Some(Self::Refunded),
            _ => None,
        }
    }

    /// Whether the parcel still is in the house: it can be cancelled.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Pending | Self::Confirmed | Self::Processing)
    }
}

impl PaymentStatus {
    /// Where `step` leads from here; `None` if it cannot happen here. A second refund of a part leads nowhere new.
    pub const fn after(self, step: PaymentStep) -> Option<Self> {
        match (self, step) {
            (Self::Pending | Self::Failed, PaymentStep::Pay) => Some(Self::Paid),
            (Self::Pending, PaymentStep::Fail) => Some(Self::Failed),
            (Self::Paid | Self::PartiallyRefunded, PaymentStep::RefundPart) => Some(Self::PartiallyRefunded),
            (Self::Paid | Self::PartiallyRefunded, PaymentStep::RefundAll) => Some(Self::Refunded),
            _ => None,
        }
    }
}

impl PaymentMethod {
    /// Whether the money comes with the delivery, so that the order is confirmed unpaid.
    pub const fn is_on_delivery(self) -> bool {
        matches!(self, Self::CashOnDelivery)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEPS: [Step; 6] = [Step::Confirm, Step::Process, Step::Ship, Step::Deliver, Step::Cancel, Step::Refund];
    const PAYMENT_STEPS: [PaymentStep; 4] =
        [PaymentStep::Pay, PaymentStep::Fail, PaymentStep::RefundPart, PaymentStep::RefundAll];

    fn orders() -> Vec<OrderStatus> {
        OrderStatus::TEXTS.iter().filter_map(|text| OrderStatus::from_text(text)).collect()
    }

    fn payments() -> Vec<PaymentStatus> {
        PaymentStatus::TEXTS.iter().filter_map(|text| PaymentStatus::from_text(text)).collect()
    }

    /// The contract's words, §5: `pending → confirmed → …`.
    fn arrows(words: &str) -> Vec<(&str, &str)> {
        let mut found: Vec<_> = words
            .split(", ")
            .flat_map(|chain| {
                let states: Vec<_> = chain.split(" → ").collect();
                states.windows(2).map(|pair| (pair[0], pair[1])).collect::<Vec<_>>()
            })
            .collect();
        found.sort_unstable();
        found
    }

    #[test]
    fn an_order_goes_where_the_contract_says_and_nowhere_else() {
        let contract = "pending → confirmed → processing → shipped → delivered, pending → cancelled, \
                        confirmed → cancelled, processing → cancelled, cancelled → refunded, delivered → refunded";
        let mut found = Vec::new();
        for from in orders() {
            found.extend(STEPS.iter().filter_map(|&step| Some((from.as_str(), from.after(step)?.as_str()))));
        }
        found.sort_unstable();
        assert_eq!(found, arrows(contract));
    }

    #[test]
    fn a_payment_goes_where_the_contract_says_and_nowhere_else() {
        let contract = "pending → paid → partially_refunded → refunded, paid → refunded, pending → failed → paid";
        let mut found = Vec::new();
        for from in payments() {
            let next = PAYMENT_STEPS.iter().filter_map(|&step| from.after(step));
            found.extend(next.filter(|&to| to != from).map(|to| (from.as_str(), to.as_str())));
        }
        found.sort_unstable();
        assert_eq!(found, arrows(contract));
    }

    #[test]
    fn a_second_part_that_goes_back_is_no_new_state() {
        let partly = PaymentStatus::PartiallyRefunded;
        assert_eq!(partly.after(PaymentStep::RefundPart), Some(partly));
    }

    #[test]
    fn no_state_but_the_last_is_a_dead_end() {
        for status in orders() {
            let leaves = STEPS.iter().any(|&step| status.after(step).is_some());
            assert_eq!(leaves, status != OrderStatus::Refunded, "{status:?}");
        }
        for status in payments() {
            let leaves = PAYMENT_STEPS.iter().any(|&step| status.after(step).is_some_and(|to| to != status));
            assert_eq!(leaves, status != PaymentStatus::Refunded, "{status:?}");
        }
    }

    #[test]
    fn an_order_is_open_exactly_while_it_can_be_cancelled() {
        for status in orders() {
            assert_eq!(status.is_open(), status.after(Step::Cancel).is_some(), "{status:?}");
        }
    }

    #[test]
    fn the_refund_of_an_order_is_reached_from_cancelled_and_delivered_only() {
        let before: Vec<_> = orders().into_iter().filter(|status| status.after(Step::Refund).is_some()).collect();
        assert_eq!(before, [OrderStatus::Delivered, OrderStatus::Cancelled]);
    }
}
