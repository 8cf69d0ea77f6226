//! The shop's vocabulary and rules: what services agree on before any of them touches a database.
//!
//! - [`ids`] keys of the catalogue
//! - [`catalogue`] states that the owner's document spells out
//! - [`gst`] rates and the split of a price into goods and tax
//!
//! **Invariants**
//! - No I/O and no clock: everything is a function of its arguments.
//! - Every rounding of money happens in a function that names its rule.

pub mod catalogue;
pub mod gst;
pub mod ids;
