//! Somebody is to be sent a code or a link; the event names it and does not hold it.

use kernel::{Aggregate, Event};
use serde::{Deserialize, Serialize};

use crate::ids::ProofId;

/// A code or a link waits to be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProofRequested {
    /// Which one.
    pub proof_id: ProofId,
}

impl Event for ProofRequested {
    const TYPE: &'static str = "user.proof_requested";

    fn aggregate(&self) -> Aggregate {
        Aggregate { kind: "proof", id: self.proof_id.get(), version: 0 }
    }
}
