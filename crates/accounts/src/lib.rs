//! Who has an account, how they prove it, and how long they stay signed in.
//!
//! - [`identifiers`] e-mail addresses, telephone numbers and user names as the shop writes them
//! - [`password`] what may be a password; [`hashing`] where passwords are hashed
//! - [`registration`] a new account; [`login`] an account that somebody wants to enter
//! - [`contact`] how somebody is found, changed; [`standing`] who is in the shop, out of it, or leaving for good
//! - [`names`] the words by which people are found
//! - [`sessions`] log-ins: opened, renewed by a refresh token, revoked
//!
//! **Invariants**
//! - A password is a [`Password`](password::Password) until it is a hash, and no type here shows it.
//! - Refresh tokens rest as hashes; each is good once.
//! - A log-in that ends is told to every replica in the transaction that ends it.

pub mod contact;
pub mod hashing;
pub mod identifiers;
pub mod login;
pub mod names;
pub mod password;
pub mod registration;
pub mod sessions;
pub mod standing;
mod store;
pub mod token;

pub use hashing::Hasher;
pub use identifiers::{Email, PersonName, Phone, Username};
pub use password::{Password, PasswordAttempt, PasswordHash};
