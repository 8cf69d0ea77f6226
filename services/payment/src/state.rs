//! What the handlers and use cases of this service stand on.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::FromRef;
use gateways::Razorpay;
use shared::clock::Clock;
use shared::config::Config;
use shared::settings::Settings;
use shared::{Ground, config};
use sqlx::MySqlPool;

use crate::methods::Online;

/// Several calls fit into the time that a request has.
const DEADLINE: Duration = Duration::from_secs(6);

/// The service's parts; each is an extractor's `State`, and so is the whole.
#[derive(Clone, Debug, FromRef)]
pub struct Till {
    pub(crate) database: MySqlPool,
    pub(crate) settings: Settings,
    pub(crate) clock: Clock,
    pub(crate) razorpay: Option<Arc<Razorpay>>,
}

impl Till {
    pub(crate) fn new(ground: &Ground) -> Self {
        Self {
            database: ground.database.clone(),
            settings: ground.settings.clone(),
            clock: ground.clock.clone(),
            razorpay: razorpay(&ground.config),
        }
    }

    /// Whether anything can be paid online.
    pub(crate) fn online(&self) -> Online {
        if self.razorpay.is_some() { Online::Taken } else { Online::NotTaken }
    }
}

fn razorpay(config: &Config) -> Option<Arc<Razorpay>> {
    let config::Razorpay { key_id, secret, webhook_secret, webhook_secret_previous, base_url } =
        config.razorpay.clone()?;
    let webhook_secrets = [webhook_secret, webhook_secret_previous].into_iter().flatten().collect();
    let settings = gateways::Settings { base_url, key_id, secret, webhook_secrets, deadline: DEADLINE };
    match Razorpay::new(settings) {
        Ok(razorpay) => Some(Arc::new(razorpay)),
        Err(error) => {
            tracing::error!(exception = %format!("{error:#}"), "Razorpay cannot be asked: nobody can pay online");
            None
        }
    }
}
