//! What the shop knows about an account, as its holder sees it.

use chrono::{DateTime, Utc};
use kernel::UserId;
use serde::Serialize;
use sqlx::FromRow;
use utoipa::ToSchema;

/// An account. Its password is nowhere in it.
#[derive(Debug, Serialize, FromRow, ToSchema)]
pub struct Profile {
    /// Its key.
    pub id: UserId,
    /// Its name outside of this shop.
    pub uuid: String,
    /// How the shop writes to them.
    #[schema(example = "asha@example.com")]
    pub email: Option<String>,
    /// How the shop calls them.
    #[schema(example = "+919876543210")]
    pub phone: Option<String>,
    /// What they sign in as.
    pub username: Option<String>,
    /// Their name.
    #[schema(example = "Asha")]
    pub first_name: String,
    /// Their name.
    #[schema(example = "Rao")]
    pub last_name: String,
    /// Whether the address was shown to be theirs.
    pub email_verified: bool,
    /// Whether the number was shown to be theirs.
    pub phone_verified: bool,
    /// Where they live.
    pub country_id: Option<u64>,
    /// In what they want to see prices.
    #[schema(example = "INR")]
    pub preferred_currency: String,
    /// In what they want to be spoken to.
    #[schema(example = "en")]
    pub preferred_language: String,
    /// Their picture.
    pub avatar_url: Option<String>,
    /// Since when they have the account.
    pub created_at: DateTime<Utc>,
}
