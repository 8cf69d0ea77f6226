//! The SQL of the catalogue: free functions over a connection.

pub(crate) mod brands;
pub(crate) mod categories;
pub(crate) mod products;
