//! The SQL of payments: free functions over a connection.

pub(crate) mod attempts;
pub(crate) mod events;
pub(crate) mod orders;
pub(crate) mod refunds;
pub(crate) mod tenders;
