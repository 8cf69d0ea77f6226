//! The SQL of people and their roles: free functions over a connection.

pub(crate) mod audit_log;
pub(crate) mod countries;
pub(crate) mod people;
pub(crate) mod roles;
