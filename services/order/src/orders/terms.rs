//! Which taxes and charges an order bears, from who sells, who buys and where it goes.

use commerce::address::Address;
use commerce::place::{Gstin, StateCode, Supply, supply};
use commerce::pricing::Shipping;
use shared::settings::Values;
use shared::web::{Error, Result};
use sqlx::MySqlConnection;

use super::PlaceOrder;
use crate::store;

/// What decides the price of an order besides its goods.
#[derive(Debug)]
pub(super) struct Terms {
    /// Where the supply takes place (IGST Act s. 10; money-and-gst §2).
    pub(super) place: StateCode,
    pub(super) supply: Supply,
    pub(super) shipping: Shipping,
}

impl Terms {
    /// The terms of an order as `wanted`.
    pub(super) async fn of(conn: &mut MySqlConnection, settings: &Values, wanted: &PlaceOrder) -> Result<Self> {
        let destination = state_of(conn, "shipping_address", &wanted.shipping_address).await?;
        if let Some(billing) = &wanted.billing_address {
            state_of(conn, "billing_address", billing).await?;
        }
        // A registered buyer's supply takes place where the buyer is registered, also when the goods go elsewhere.
        let place = wanted.gstin().map_or(destination, Gstin::state);
        let shipping = Shipping {
            flat: settings.amount("flat_shipping_amount")?,
            free_from: settings.amount("free_shipping_threshold")?,
        };
        Ok(Self { place, supply: supply(seller(settings)?, place), shipping })
    }
}

/// The seller's state; none for a shop without GSTIN, which sells without tax.
fn seller(settings: &Values) -> Result<Option<StateCode>> {
    let gstin = settings.text("gst_number").trim();
    if gstin.is_empty() {
        return Ok(None);
    }
    let gstin: Gstin = gstin.parse().map_err(|error| Error::Internal(anyhow::anyhow!("gst_number: {error}")))?;
    Ok(Some(gstin.state()))
}

/// The state that an address names, if its PIN lies there.
async fn state_of(conn: &mut MySqlConnection, field: &str, address: &Address) -> Result<StateCode> {
    let state = store::places::find_state(conn, address.state.as_str()).await?;
    let state = state.ok_or_else(|| Error::invalid(&format!("{field}.state"), "must be a state of India"))?;
    let of_the_pin = store::places::list_states_of_pin(conn, address.postal_code.as_str()).await?;
    if of_the_pin.is_empty() || of_the_pin.contains(&state) {
        return Ok(state);
    }
    Err(Error::invalid(&format!("{field}.postal_code"), "must be a PIN of the state"))
}
