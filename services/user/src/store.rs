//! The SQL of people: free functions over a connection.

pub(crate) mod addresses;
pub(crate) mod avatars;
pub(crate) mod countries;
pub(crate) mod exports;
pub(crate) mod newsletter;
pub(crate) mod people;
pub(crate) mod preferences;
pub(crate) mod profiles;
pub(crate) mod taxes;
pub(crate) mod wishes;
