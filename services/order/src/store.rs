//! The SQL of orders: free functions over a connection.

pub(crate) mod addresses;
pub(crate) mod customers;
pub(crate) mod goods;
pub(crate) mod history;
pub(crate) mod items;
pub(crate) mod orders;
pub(crate) mod payments;
