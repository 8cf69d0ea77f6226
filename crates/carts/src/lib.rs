//! The only code that writes carts: of users, and of guests who have no account.
//!
//! - [`guests`] who a guest is: an opaque token that the shop gave out
//! - [`list`] what is in a cart, with what each thing costs now and whether it can be had
//! - [`add`], [`set_quantity`], [`remove`], [`clear`] what a shopper does with it; [`forget`] what is left of one who is gone
//! - [`merge`] a guest's cart into that of a user who signs in
//! - [`lock_lines`], [`take_ordered`] what an order does with it
//! - [`list_attributes`] what variations have, for whoever names them
//!
//! **Invariants**
//! - The holder of a cart is locked before its lines are read to be written: two tabs queue. A guest's session is
//!   locked before the guest's cart, and that before the user's.
//! - A guest's cart is merged once; whoever writes to it afterwards is told that the session has ended.
//! - A line is a product, or one variation of a product that is sold by them: each variation has its line and its limits.
//! - A line keeps the price that its shopper saw. What has become of the product is told, never dropped.
//! - Nothing here begins a transaction: the caller's commits it all, or none of it.

mod edit;
pub mod guests;
mod line;
mod merging;
mod ordering;
mod refusal;
mod store;

use commerce::ids::GuestId;
use kernel::UserId;
use shared::settings::{NotSet, Values};

pub use edit::{Addition, Amount, add, clear, forget, list, remove, set_quantity};
pub use guests::GuestToken;
pub use line::{Line, Offer};
pub use merging::merge;
pub use ordering::{CartLine, lock_lines, take_ordered};
pub use refusal::{CartRefusal, Error, Result};
pub use store::attributes::list as list_attributes;

/// Whose cart it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// Somebody who signed in.
    User(UserId),
    /// Somebody who did not.
    Guest(GuestId),
}

/// The shop's limits of every cart, in pieces; a product may have a narrower one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Of one product.
    pub per_product: u32,
    /// Of everything together.
    pub in_all: u32,
}

impl Limits {
    /// The limits that the shop has set.
    ///
    /// # Errors
    /// When a setting is missing.
    pub fn of(settings: &Values) -> std::result::Result<Self, NotSet> {
        Ok(Self {
            per_product: settings.whole("max_cart_quantity_per_product")?,
            in_all: settings.whole("max_cart_items_total")?,
        })
    }
}
