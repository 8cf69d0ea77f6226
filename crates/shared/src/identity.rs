//! Who is calling: access tokens and what they prove.

mod caller;
mod token;

pub use caller::Caller;
pub use token::{Claims, Refusal, TokenKeys};
