//! What a gateway's silence or refusal means to whoever waits for its answer.

use gateways::Fault;
use shared::web::Error;

const REFUSED: Error = Error::Impossible {
    code: "PAYMENT_REFUSED",
    message: "the payment gateway does not take this payment: please choose another way to pay",
};

/// What the customer is told; an operator reads the rest in the log.
pub(crate) fn to_error(fault: Fault) -> Error {
    match fault {
        Fault::Refused { code, reason, description } => {
            tracing::warn!(code, reason, description, "the gateway refused");
            REFUSED
        }
        Fault::Missing => {
            tracing::warn!("the gateway does not know this");
            REFUSED
        }
        Fault::Denied => {
            tracing::error!("the gateway does not take our key: look at RAZORPAY_KEY_ID and RAZORPAY_SECRET");
            Error::unavailable(fault)
        }
        Fault::Later { .. } | Fault::Away { .. } | Fault::Unknown { .. } => Error::unavailable(fault),
    }
}
