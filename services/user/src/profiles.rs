//! What the shop knows about an account, as its holder sees and changes it.

mod change;
mod moving;
mod parts;

pub use change::{ChangeProfile, change};
pub use moving::Registry;
pub use parts::{BirthDate, Currency, Gender, Language, TelegramName};

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
    /// Their picture, 256 pixels wide and high.
    pub avatar_url: Option<String>,
    /// When they were born.
    pub date_of_birth: Option<BirthDate>,
    /// What they are.
    pub gender: Option<Gender>,
    /// Their name on Telegram.
    pub telegram_username: Option<String>,
    /// Their number on Telegram.
    pub telegram_phone: Option<String>,
    /// Their number on WhatsApp.
    pub whatsapp_phone: Option<String>,
    /// Since when they have the account.
    pub created_at: DateTime<Utc>,
    /// When the account is deleted, if its holder asked for that.
    pub deletion_scheduled_at: Option<DateTime<Utc>>,
    /// How often it has changed: what `If-Match` names.
    pub revision: u64,
}
