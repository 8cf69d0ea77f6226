//! The shop's vocabulary and rules: what services agree on before any of them touches a database.
//!
//! - [`ids`] keys of the shop's things
//! - [`catalogue`] states that the owner's document spells out
//! - [`orders`] states of orders and payments, and the steps between them
//! - [`events`] what services tell each other, and [`listeners`] who hears it
//! - [`place`] states, GSTINs, and which taxes a sale bears
//! - [`gst`] rates and the split of a price into goods and tax
//! - [`pricing`] what an order costs
//! - [`address`] where a parcel goes
//! - [`settings`] what may stand in each run-time setting
//!
//! **Invariants**
//! - No I/O and no clock: everything is a function of its arguments.
//! - Every rounding of money happens in a function that names its rule.

pub mod address;
pub mod catalogue;
pub mod events;
pub mod gst;
pub mod ids;
pub mod listeners;
pub mod orders;
pub mod place;
pub mod pricing;
pub mod settings;
