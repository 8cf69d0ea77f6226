//! The SQL of people: free functions over a connection.

pub(crate) mod profiles;
