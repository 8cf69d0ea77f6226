//! What a webhook is about.

/// What a webhook is about. It says where to look and nothing about how things stand: webhooks come late, twice and in
/// any order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// Something happened to a payment.
    Payment {
        /// The gateway's id of the payment.
        id: String,
        /// The gateway's id of its order.
        order: Option<String>,
    },
    /// Something happened to a refund.
    Refund {
        /// The gateway's id of the refund.
        id: String,
        /// The gateway's id of the payment that goes back.
        payment: String,
        /// Our own name for the refund: its idempotency key.
        receipt: Option<String>,
    },
    /// Something that the shop does not act on by itself.
    Other {
        /// The gateway's name for it, at most 100 characters.
        kind: String,
    },
}
