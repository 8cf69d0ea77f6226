//! Where in India something is: states by what people call them, and the PINs that lie in each.

mod store;

pub use store::find_state;

use commerce::address::{Pin, Text};
use commerce::place::StateCode;
use shared::web::{Error, Result};
use sqlx::MySqlConnection;

/// The state that an address calls `state`, if its PIN lies there. A PIN of which nothing is known may lie anywhere.
///
/// # Errors
/// 400 that names `<prefix>state` or `<prefix>postal_code`.
pub async fn state_of(conn: &mut MySqlConnection, (state, pin): (&Text<100>, &Pin), prefix: &str) -> Result<StateCode> {
    let found = find_state(conn, state.as_str()).await?;
    let state = found.ok_or_else(|| Error::invalid(&format!("{prefix}state"), "must be a state of India"))?;
    let of_the_pin = store::list_states_of_pin(conn, pin.as_str()).await?;
    if of_the_pin.is_empty() || of_the_pin.contains(&state) {
        return Ok(state);
    }
    Err(Error::invalid(&format!("{prefix}postal_code"), "must be a PIN of the state"))
}
