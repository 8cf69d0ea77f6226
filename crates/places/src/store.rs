//! Reads the states of India and their PINs.

use commerce::place::StateCode;
use sqlx::MySqlConnection;

/// The state with this name in any case, this two-letter code or this GST code.
pub async fn find_state(conn: &mut MySqlConnection, named: &str) -> sqlx::Result<Option<StateCode>> {
    sqlx::query_scalar(
        "SELECT gst_code FROM indian_states
         WHERE is_active AND (state_name = ? OR state_code = UPPER(?) OR gst_code = ?)",
    )
    .bind(named)
    .bind(named)
    .bind(named)
    .fetch_optional(conn)
    .await
}

/// The states that a PIN may lie in, by the longest prefix that is listed; none if none is.
pub(crate) async fn list_states_of_pin(conn: &mut MySqlConnection, pin: &str) -> sqlx::Result<Vec<StateCode>> {
    sqlx::query_scalar(
        "SELECT gst_code FROM pin_prefixes
         WHERE prefix = (SELECT MAX(prefix) FROM pin_prefixes WHERE prefix IN (LEFT(?, 2), LEFT(?, 3)))",
    )
    .bind(pin)
    .bind(pin)
    .fetch_all(conn)
    .await
}
