//! The SQL of carts.

pub(crate) mod attributes;
pub(crate) mod carts;
pub(crate) mod guests;
pub(crate) mod lines;
pub(crate) mod offers;
