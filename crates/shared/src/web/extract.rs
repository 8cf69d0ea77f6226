//! How handlers take what they need out of a request; every refusal is the envelope.

mod body;
mod conn;
mod path;
mod query;
mod words;

pub use body::Valid;
pub use conn::Conn;
pub use path::Path;
pub use query::Query;
