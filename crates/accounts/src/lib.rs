//! Who has an account, how they prove it, and how long they stay signed in.
//!
//! - [`identifiers`] e-mail addresses, telephone numbers and user names as the shop writes them
//! - [`password`] what may be a password; [`hashing`] where passwords are hashed; [`credentials`] another password
//! - [`registration`] a new account; [`login`] an account that somebody wants to enter
//! - [`proofs`] codes and links that show who is reached; [`quotas`] how many of them; [`messenger`] has them sent
//! - [`reach`] where accounts are reached
//! - [`sessions`] log-ins: opened, renewed by a refresh token, listed, revoked
//! - [`second_factor`] an app whose codes an account asks for, [`totp`] how it makes them; [`challenges`] log-ins half-way
//! - [`contact`] how somebody is found, changed; [`standing`] who is in the shop, out of it, or leaving for good
//! - [`names`] the words by which people are found
//!
//! **Invariants**
//! - A password is a [`Password`](password::Password) until it is a hash, and no type here shows it.
//! - Refresh tokens rest as hashes, secrets of apps sealed; each token, app code and recovery code is good once.
//! - A log-in that ends is told to every replica in the transaction that ends it.

pub mod challenges;
pub mod contact;
pub mod credentials;
pub mod hashing;
pub mod identifiers;
pub mod login;
pub mod messenger;
pub mod names;
pub mod password;
pub mod proofs;
pub mod quotas;
pub mod reach;
pub mod registration;
pub mod second_factor;
pub mod sessions;
pub mod standing;
mod store;
pub mod token;
pub mod totp;

pub use hashing::{Cost, Hasher};
pub use identifiers::{Email, PersonName, Phone, Username};
pub use messenger::Messenger;
pub use password::{Holder, Password, PasswordAttempt, PasswordHash};
pub use second_factor::SecondFactorCode;
