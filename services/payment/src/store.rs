//! The SQL of payments: free functions over a connection.

pub(crate) mod orders;
pub(crate) mod tenders;
