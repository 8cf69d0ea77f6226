//! What a gateway tells by itself: kept as it came and answered at once, acted upon afterwards.

mod process;
mod take;

pub(crate) use process::{Outcome, processing};
pub(crate) use take::{Delivery, take};
