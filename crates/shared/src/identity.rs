//! Who is calling and what they may do: access tokens, ended log-ins, permissions.

mod caller;
mod extract;
mod permission;
mod revocation;
mod store;
mod token;

pub use caller::Caller;
pub use extract::{Allow, CurrentUser, MaybeUser};
pub use permission::{ManageLogs, ManageOrders, ManageUsers, Permission, ViewOrders, ViewPayments, ViewUsers, holds};
pub use revocation::Revocations;
pub use token::{Claims, LIFETIME, Refusal, TokenKeys};
