//! The SQL of messages: free functions over a connection.

pub(crate) mod logs;
pub(crate) mod orders;
pub(crate) mod people;
pub(crate) mod queue;
