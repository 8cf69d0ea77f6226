//! The SQL of accounts and log-ins: free functions over a connection.

pub(crate) mod contact;
pub(crate) mod names;
pub(crate) mod sessions;
pub(crate) mod standing;
pub(crate) mod users;
