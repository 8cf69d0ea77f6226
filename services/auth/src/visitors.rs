//! Whom the desk sees: a device, and perhaps a guest with a cart.

use carts::{GuestToken, Limits, guests};
use chrono::{DateTime, Utc};
use kernel::UserId;
use shared::settings::Settings;
use shared::web::{Device, Result};
use sqlx::MySqlConnection;

/// Somebody who wants to be let in.
#[derive(Clone, Debug, Default)]
pub struct Visitor {
    /// From where and with what.
    pub device: Device,
    /// Who they were before.
    pub guest: Option<GuestToken>,
    /// The cookie of a device on which somebody signed in before.
    pub device_token: Option<String>,
}

impl Visitor {
    /// Moves what they put into a cart as a guest into the cart of `user`. A token that the shop does not know, or whose
    /// cart was moved before, moves nothing.
    pub(crate) async fn bring_cart(
        &self,
        conn: &mut MySqlConnection,
        user: UserId,
        settings: &Settings,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let Some(token) = &self.guest else { return Ok(()) };
        let Some(guest) = guests::find(conn, token, now).await? else { return Ok(()) };
        let limits = Limits::of(&*settings.read(conn).await?)?;
        Ok(carts::merge(conn, guest, user, limits, now).await?)
    }
}
