//! Orders: how they are placed, read, cancelled, given up and paid.

mod cancel;
mod expire;
mod find;
mod number;
mod pay;
mod place;
mod quote;
mod rules;
mod terms;
mod view;
mod wanted;

pub(crate) use cancel::cancel;
pub(crate) use expire::expiry;
pub use find::ListOrders;
pub(crate) use find::{find, find_by_number, history, list};
pub(crate) use pay::mark_paid;
pub(crate) use place::place;
pub(crate) use quote::{Line, Quote};
pub use view::{Actor, Change, Field, Item, Order, OrderSummary, Wait, WaitsFor};
pub use wanted::{CancelOrder, PlaceOrder, WantedItem};
