//! Why a gateway gave no answer, told apart by what is known to have been done.

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// Refused for good: nothing was done, and the same again is refused again.
    #[error("the gateway refused: {description}")]
    Refused {
        /// The gateway's word for the kind of refusal.
        code: String,
        /// The gateway's word for the reason, if it gave one.
        reason: Option<String>,
        /// A sentence, at most 200 characters, for people who run the shop.
        description: String,
    },
    /// There is nothing with this id.
    #[error("the gateway knows no such id")]
    Missing,
    /// The gateway does not take our key. No request will get through until somebody sets it right.
    #[error("the gateway does not take our key")]
    Denied,
    /// Nothing was done by this request: it came too early or too often, and may be sent again later.
    #[error("the gateway wants to be asked later")]
    Later {
        /// What the gateway said.
        #[source]
        cause: anyhow::Error,
    },
    /// The request never left: nothing was done.
    #[error("the gateway cannot be reached")]
    Away {
        /// What went wrong.
        #[source]
        cause: anyhow::Error,
    },
    /// Nobody knows whether it was done.
    #[error("the gateway's answer is not known")]
    Unknown {
        /// What came instead of an answer.
        #[source]
        cause: anyhow::Error,
    },
}
