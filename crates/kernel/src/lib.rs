//! The words that every other crate speaks: ids, paise, pages and enums that are text in the database.
//!
//! **Invariants**
//! - Nothing here does I/O, reads a clock or knows a shop.
//! - A value that arrives from outside is checked where it is parsed; whoever holds one need not check it again.

pub mod event;
pub mod id;
pub mod page;
pub mod paise;
pub mod patch;
pub mod text_enum;

pub use event::{Aggregate, Event, Listener};
pub use page::{Page, PageNumber, PageRequest, PageSize, Pagination};
pub use paise::Paise;
pub use patch::Patch;

id! {
    /// A person with an account: the `sub` of an access token and the key of `users`.
    UserId
}
