//! What somebody wants to be told, over which channel, and since when they agreed.

use chrono::{DateTime, Utc};
use kernel::{UserId, text_enum};
use serde::Serialize;
use shared::settings::Values;
use shared::web::{Error, Result};
use sqlx::{FromRow, MySqlConnection, MySqlPool};
use utoipa::ToSchema;
use validator::Validate;

use crate::store;

text_enum! {
    /// The way that a message takes.
    pub enum Channel {
        /// E-mail.
        Email = "email",
        /// A text message.
        Sms = "sms",
        /// A push message of the browser.
        Push = "push",
        /// Telegram.
        Telegram = "telegram",
        /// WhatsApp.
        Whatsapp = "whatsapp",
    }
}

text_enum! {
    /// What a message is for.
    pub enum Purpose {
        /// What becomes of an order.
        Orders = "orders",
        /// What happens to the account.
        Security = "security",
        /// Offers and news.
        Marketing = "marketing",
    }
}

const CHANNELS: [Channel; 5] = [Channel::Email, Channel::Sms, Channel::Push, Channel::Telegram, Channel::Whatsapp];
const PURPOSES: [Purpose; 3] = [Purpose::Orders, Purpose::Security, Purpose::Marketing];

/// Whether somebody takes messages for one purpose over one channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, FromRow, ToSchema)]
pub struct Preference {
    /// Over which channel.
    pub channel: Channel,
    /// For which purpose.
    pub purpose: Purpose,
    /// Whether they take them.
    pub is_enabled: bool,
    /// When they said yes the last time; nothing if that is what the shop proposes.
    pub consented_at: Option<DateTime<Utc>>,
    /// When they said no the last time.
    pub withdrawn_at: Option<DateTime<Utc>>,
}

/// All that somebody wants to be told.
#[derive(Debug, Serialize, ToSchema)]
pub struct Preferences {
    /// One for each channel and purpose.
    pub preferences: Vec<Preference>,
}

/// What somebody wants to be told from now on; what is not named stays.
#[derive(Debug, eserde::Deserialize, Validate, ToSchema)]
pub struct ChangePreferences {
    /// At most one for each channel and purpose.
    #[validate(length(min = 1, max = 15, message = "must hold 1 to 15 preferences"))]
    pub preferences: Vec<Wanted>,
}

/// Yes or no to messages for one purpose over one channel.
#[derive(Clone, Copy, Debug, Serialize, eserde::Deserialize, ToSchema)]
pub struct Wanted {
    /// Over which channel.
    pub channel: Channel,
    /// For which purpose.
    pub purpose: Purpose,
    /// Yes or no.
    #[serde(alias = "enabled")]
    pub is_enabled: bool,
}

/// A channel, and whether it leads to somebody.
#[derive(Debug, Serialize, ToSchema)]
pub struct Way {
    /// Which channel.
    pub method: Channel,
    /// Whether the shop sends anything over it.
    pub is_available: bool,
    /// Whether the shop knows where to send it.
    pub is_reachable: bool,
}

/// The channels of the shop.
#[derive(Debug, Serialize, ToSchema)]
pub struct Methods {
    /// Each once.
    pub methods: Vec<Way>,
}

/// Where the shop can reach somebody.
#[derive(Debug, FromRow)]
#[expect(clippy::struct_excessive_bools, reason = "each channel leads to somebody or not, whatever the others do")]
pub struct Reach {
    pub(crate) email: bool,
    pub(crate) phone: bool,
    pub(crate) telegram: bool,
    pub(crate) whatsapp: bool,
}

/// What `user` wants to be told: what they said, and what the shop proposes where they said nothing.
pub async fn show(conn: &mut MySqlConnection, user: UserId) -> Result<Preferences> {
    let said = store::preferences::list(conn, user).await?;
    let pairs = CHANNELS.iter().flat_map(|channel| PURPOSES.iter().map(move |purpose| (*channel, *purpose)));
    let preference = |(channel, purpose)| {
        let said = said.iter().find(|said| said.channel == channel && said.purpose == purpose);
        said.cloned().unwrap_or_else(|| Preference::proposed(channel, purpose))
    };
    Ok(Preferences { preferences: pairs.map(preference).collect() })
}

/// Notes what `user` wants from now on, and writes each yes and no that is new into the ledger of consents.
pub async fn change(
    db: &MySqlPool,
    user: UserId,
    wanted: &ChangePreferences,
    now: DateTime<Utc>,
) -> Result<Preferences> {
    wanted.check()?;
    let mut tx = db.begin().await?;
    store::profiles::lock_owner(&mut tx, user).await?.ok_or(Error::Unauthenticated)?;
    let before = show(&mut tx, user).await?.preferences;
    for wish in &wanted.preferences {
        let is_new = before
            .iter()
            .any(|old| old.channel == wish.channel && old.purpose == wish.purpose && old.is_enabled != wish.is_enabled);
        if is_new {
            store::preferences::put(&mut tx, user, *wish, now).await?;
            store::preferences::insert_consent(&mut tx, user, *wish, now).await?;
        }
    }
    let after = show(&mut tx, user).await?;
    tx.commit().await?;
    Ok(after)
}

/// The channels of the shop, and which of them lead to `user`.
pub async fn methods(conn: &mut MySqlConnection, settings: &Values, user: UserId) -> Result<Methods> {
    let reach = store::preferences::find_reach(conn, user).await?.ok_or(Error::Unauthenticated)?;
    let method = |method: Channel, setting, is_reachable| -> Result<Way> {
        Ok(Way { method, is_available: settings.flag(setting)?, is_reachable })
    };
    Ok(Methods {
        methods: vec![
            method(Channel::Email, "email_notifications", reach.email)?,
            method(Channel::Sms, "sms_notifications", reach.phone)?,
            method(Channel::Push, "push_notifications", false)?,
            method(Channel::Telegram, "telegram_notifications", reach.telegram)?,
            method(Channel::Whatsapp, "whatsapp_notifications", reach.whatsapp)?,
        ],
    })
}

impl Preference {
    /// What somebody gets who said nothing: what they have to know, and nothing that needs their consent.
    fn proposed(channel: Channel, purpose: Purpose) -> Self {
        let is_enabled = purpose != Purpose::Marketing && matches!(channel, Channel::Email | Channel::Sms);
        Self { channel, purpose, is_enabled, consented_at: None, withdrawn_at: None }
    }
}

impl ChangePreferences {
    fn check(&self) -> Result<()> {
        for (index, wish) in self.preferences.iter().enumerate() {
            let field = format!("preferences[{index}]");
            let same = |other: &Wanted| other.channel == wish.channel && other.purpose == wish.purpose;
            if self.preferences.iter().take(index).any(same) {
                return Err(Error::invalid(&field, "is given twice"));
            }
            if wish.purpose == Purpose::Security && wish.channel == Channel::Email && !wish.is_enabled {
                let why = "cannot be switched off: it is how a stolen account is noticed";
                return Err(Error::invalid(&format!("{field}.is_enabled"), why));
            }
        }
        Ok(())
    }
}
