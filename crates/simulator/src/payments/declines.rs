//! Why payments fail.

use super::{Method, Tender};
use crate::refusal::Refusal;

/// A reason, as the payment and the error body tell it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Decline {
    pub(crate) reason: &'static str,
    pub(crate) code: &'static str,
    pub(crate) description: &'static str,
    pub(crate) source: &'static str,
    pub(crate) step: &'static str,
}

const DECLINES: [Decline; 6] = [
    Decline {
        reason: "payment_failed",
        code: "BAD_REQUEST_ERROR",
        description: "Your payment could not be completed. To complete the payment, use another payment method.",
        source: "customer",
        step: "payment_authorization",
    },
    Decline {
        reason: "insufficient_fund",
        code: "BAD_REQUEST_ERROR",
        description: "Your payment could not be completed due to insufficient account balance. Try again with another card or account.",
        source: "customer",
        step: "payment_authorization",
    },
    Decline {
        reason: "card_declined",
        code: "BAD_REQUEST_ERROR",
        description: "Your payment didn't go through as it was declined by the bank. Try another payment method or contact your bank.",
        source: "bank",
        step: "payment_authorization",
    },
    Decline {
        reason: "gateway_technical_error",
        code: "GATEWAY_ERROR",
        description: "Your payment could not be completed due to a temporary technical issue. To complete the payment, use another payment method.",
        source: "gateway",
        step: "payment_authorization",
    },
    Decline {
        reason: "payment_cancelled",
        code: "BAD_REQUEST_ERROR",
        description: "You may have cancelled the payment or there was a delay in response from the UPI app. Try again.",
        source: "customer",
        step: "payment_authentication",
    },
    Decline {
        reason: "payment_timed_out",
        code: "BAD_REQUEST_ERROR",
        description: "Payment was unsuccessful as you could not complete it in time.",
        source: "customer",
        step: "payment_authentication",
    },
];

/// The vendor's test cards that are always declined.
const CARDS: [(&str, &str); 3] = [
    ("4100280000080001", "insufficient_fund"),
    ("4100280000060003", "card_declined"),
    ("4100280000020007", "gateway_technical_error"),
];

impl Decline {
    /// The reason of that name; without a name, `payment_failed`.
    pub(crate) fn named(reason: Option<&str>) -> Result<Self, Refusal> {
        let reason = reason.unwrap_or("payment_failed");
        let known = || DECLINES.map(|decline| decline.reason).join(", ");
        let found = DECLINES.into_iter().find(|decline| decline.reason == reason);
        found.ok_or_else(|| Refusal::plain(format!("there is no reason {reason}: take one of {}", known())))
    }

    /// Why this tender is always declined, if it is: the vendor's test inputs.
    pub(crate) fn of(tender: &Tender) -> Option<Self> {
        let reason = match tender.method {
            Method::Upi => (tender.vpa.as_deref() == Some("failure@razorpay")).then_some("payment_failed"),
            Method::Card => {
                let number = tender.card_number()?;
                CARDS.into_iter().find(|(card, _)| *card == number).map(|(_, reason)| reason)
            }
            Method::Netbanking | Method::Wallet => None,
        };
        Self::named(Some(reason?)).ok()
    }

    /// The error that checkout shows for it.
    pub(crate) fn refusal(&self) -> Refusal {
        Refusal::declined(self.code, self.description, self.source).at(self.step, self.reason)
    }
}
