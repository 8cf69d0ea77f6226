//! The SQL of stock.

pub(crate) mod holds;
pub(crate) mod movements;
pub(crate) mod products;
pub(crate) mod variations;
