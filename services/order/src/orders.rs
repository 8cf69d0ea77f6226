//! Orders: how they are placed, read, cancelled, given up, paid and paid back.

mod address;
mod cancel;
mod expire;
mod fail;
mod find;
mod hear;
mod number;
mod pay;
mod place;
mod promise;
mod quote;
mod refund;
mod rules;
mod terms;
mod view;
mod wanted;

pub use address::WantedAddress;
pub(crate) use cancel::cancel;
pub(crate) use expire::expiry;
pub(crate) use fail::mark_failed;
pub use find::ListOrders;
pub(crate) use find::{find, find_by_number, history, list};
pub(crate) use pay::mark_paid;
pub(crate) use place::place;
pub(crate) use promise::mark_promised;
pub(crate) use quote::{Line, Quote};
pub(crate) use refund::mark_refunded;
pub use view::{Actor, Change, Field, Item, Order, OrderSummary, Wait, WaitsFor};
pub use wanted::{CancelOrder, PlaceOrder, WantedItem};
