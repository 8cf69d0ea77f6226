//! The client against the simulator, and against a gateway that answers what it is told to.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod answers;
mod faults;
mod lists;
mod orders;
mod payments;
mod refunds;
mod shop;
mod signatures;
mod stub;
