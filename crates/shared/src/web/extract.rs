//! How handlers take what they need out of a request; every refusal is the envelope.

mod body;
mod conn;
mod device;
mod idempotency_key;
mod if_match;
mod now;
mod path;
mod query;
mod upload;
mod words;

pub use body::{Raw, Valid, read_json};
pub use conn::Conn;
pub use device::Device;
pub use idempotency_key::IdempotencyKey;
pub use if_match::IfMatch;
pub use now::Now;
pub use path::Path;
pub use query::Query;
pub use upload::{Captioned, Upload};
