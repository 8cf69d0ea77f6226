//! Who is calling and what they may do: access tokens, ended log-ins, permissions.

mod administrators;
mod caller;
mod extract;
mod permission;
mod permissions;
mod revocation;
mod store;
mod token;

pub use administrators::{is_last_administrator, lock_administrators};
pub use caller::Caller;
pub use extract::{Allow, CurrentUser, MaybeUser};
pub use permission::{
    AssignRoles, ManageBrands, ManageCategories, ManageInventory, ManageLogs, ManageOrders, ManageProducts,
    ManageReviews, ManageSiteSettings, ManageUsers, Permission, ViewOrders, ViewPayments, ViewUsers, holds,
};
pub use permissions::Permissions;
pub use revocation::Revocations;
pub use token::{Claims, LIFETIME, Refusal, TokenKeys};
