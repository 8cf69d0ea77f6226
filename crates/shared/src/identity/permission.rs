//! Permissions as types, so that a handler's signature says whom it lets in.

use kernel::UserId;
use sqlx::MySqlConnection;

use super::store;

/// Something that a role allows; the names are rows of `permissions`.
pub trait Permission: Send + Sync {
    /// Its name in the database and in `x-permission`.
    const NAME: &'static str;
}

macro_rules! permissions {
    ($($(#[$doc:meta])* $name:ident = $text:literal),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name;

        impl Permission for $name {
            const NAME: &'static str = $text;
        }
    )+};
}

permissions! {
    /// See everybody's orders.
    ViewOrders = "view_orders",
    /// Move orders along, and cancel them.
    ManageOrders = "manage_orders",
    /// See everybody's payments.
    ViewPayments = "view_payments",
    /// Read and change the settings of the shop.
    ManageSiteSettings = "manage_site_settings",
    /// Give roles to users and take them away.
    AssignRoles = "assign_roles",
    /// See what was sent to whom, and who changed what.
    ManageLogs = "manage_logs",
    /// See accounts.
    ViewUsers = "view_users",
    /// Activate and deactivate accounts.
    ManageUsers = "manage_users",
    /// Change products and what they are sold as.
    ManageProducts = "manage_products",
    /// Create, change and remove categories.
    ManageCategories = "manage_categories",
    /// Create, change and remove brands.
    ManageBrands = "manage_brands",
    /// Put stock right, and see where it came from and went.
    ManageInventory = "manage_inventory",
    /// Decide which reviews are shown, and answer them.
    ManageReviews = "manage_reviews",
}

/// Whether `user` is active and some role of theirs allows `permission`.
pub async fn holds(conn: &mut MySqlConnection, user: UserId, permission: &str) -> sqlx::Result<bool> {
    store::holds(conn, user, permission).await
}
