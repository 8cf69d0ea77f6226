//! Which taxes and charges an order bears, from who sells, who buys and where it goes.

use commerce::address::Address;
use commerce::place::{Gstin, StateCode, Supply, supply};
use commerce::pricing::Shipping;
use kernel::UserId;
use shared::settings::Values;
use shared::web::{Error, Result};
use sqlx::MySqlConnection;

use super::{PlaceOrder, WantedAddress};
use crate::store;

/// What decides the price of an order besides its goods, and where it goes.
#[derive(Debug)]
pub(super) struct Terms {
    /// Where it goes.
    pub(super) shipping_address: Address,
    /// To whom the invoice is written, if to somebody else.
    pub(super) billing_address: Option<Address>,
    /// Where the supply takes place (IGST Act s. 10; money-and-gst §2).
    pub(super) place: StateCode,
    pub(super) supply: Supply,
    pub(super) shipping: Shipping,
}

impl Terms {
    /// The terms of an order as `user` wants it.
    ///
    /// # Errors
    /// 400 names what of an address cannot be; 404 if the book of `user` has no such address, or none any more.
    pub(super) async fn of(
        conn: &mut MySqlConnection,
        settings: &Values,
        user: UserId,
        wanted: &PlaceOrder,
    ) -> Result<Self> {
        let shipping_address = whole(conn, user, &wanted.shipping_address).await?;
        let destination = state_of(conn, "shipping_address.", &shipping_address).await?;
        let billing_address = match &wanted.billing_address {
            Some(billing) => Some(whole(conn, user, billing).await?),
            None => None,
        };
        if let Some(billing) = &billing_address {
            state_of(conn, "billing_address.", billing).await?;
        }
        // A registered buyer's supply takes place where the buyer is registered, also when the goods go elsewhere.
        let place = wanted.gstin().map_or(destination, Gstin::state);
        let shipping = Shipping {
            flat: settings.amount("flat_shipping_amount")?,
            free_from: settings.amount("free_shipping_threshold")?,
        };
        Ok(Self { shipping_address, billing_address, place, supply: supply(seller(settings)?, place), shipping })
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

/// The address, whole: one of the book of `user` as it is in this moment.
async fn whole(conn: &mut MySqlConnection, user: UserId, wanted: &WantedAddress) -> Result<Address> {
    match wanted {
        WantedAddress::Written(address) => Ok(Address::clone(address)),
        WantedAddress::Saved(id) => store::addresses::find(conn, user, *id).await?.ok_or(Error::NotFound("address")),
    }
}

async fn state_of(conn: &mut MySqlConnection, prefix: &str, address: &Address) -> Result<StateCode> {
    places::state_of(conn, (&address.state, &address.postal_code), prefix).await
}
