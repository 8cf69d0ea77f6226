//! HTTP: how a request is read, answered, watched and survived.

mod client;
mod documentation;
pub mod envelope;
pub mod error;
mod extract;
pub mod health;
mod instants;
mod kept;
mod layers;
mod limited;
mod maintenance;
mod observe;
pub mod once;
mod paging;
mod request_id;
pub mod server;
pub mod service;

pub use client::{ClientAddress, Peer};
pub use envelope::{Created, Envelope, ErrorBody, Flat};
pub use error::{Error, FieldError, Result};
pub use extract::{Captioned, Conn, Device, IdempotencyKey, IfMatch, Now, Path, Query, Raw, Upload, Valid, read_json};
pub use instants::is_of_our_time;
pub use kept::{About, ScopeOf, kept};
pub use once::Answer;
pub use paging::Paging;
pub use request_id::RequestId;
pub use service::Service;
