//! What the handlers and use cases of this service stand on.

use axum::extract::FromRef;
use shared::Ground;
use shared::clock::Clock;
use shared::config::Config;
use shared::settings::Settings;
use sqlx::MySqlPool;

/// The service's parts; each is an extractor's `State`, and so is the whole.
#[derive(Clone, Debug, FromRef)]
pub struct Shop {
    pub(crate) database: MySqlPool,
    pub(crate) settings: Settings,
    pub(crate) clock: Clock,
    pub(crate) online: OnlinePayment,
}

/// Whether the shop can take money by a gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OnlinePayment {
    /// A gateway is configured.
    Taken,
    /// None is: an order that waits for an online payment would wait in vain, and keep its goods from others.
    NotTaken,
}

impl OnlinePayment {
    fn of(config: &Config) -> Self {
        if config.razorpay.is_some() || config.stripe.is_some() { Self::Taken } else { Self::NotTaken }
    }
}

impl Shop {
    pub(crate) fn new(ground: &Ground) -> Self {
        Self {
            database: ground.database.clone(),
            settings: ground.settings.clone(),
            clock: ground.clock.clone(),
            online: OnlinePayment::of(&ground.config),
        }
    }
}
