//! The SQL of accounts and log-ins: free functions over a connection.

pub(crate) mod challenges;
pub(crate) mod contact;
pub(crate) mod names;
pub(crate) mod passwords;
pub(crate) mod proofs;
pub(crate) mod reach;
pub(crate) mod second_factors;
pub(crate) mod sessions;
pub(crate) mod standing;
pub(crate) mod users;
