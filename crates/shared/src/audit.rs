//! Who changed what in the administration of the shop: a log of which no row can be changed, cut off or slipped in
//! without `pavitra audit verify` seeing it.
//!
//! Every entry's hash covers the entry before it, so a change shows in everything after it; every hash is sealed with a
//! key that the database does not know, so nobody can compute them anew; how the log ends is sealed too.

mod act;
mod chain;
mod entry;
mod notary;
mod store;
mod verify;

pub use act::By;
pub use entry::{Actor, Entry, Subject};
pub use notary::Notary;
pub use verify::{Broken, Verified, verify};
