//! Reads countries.

use accounts::registration::CountryId;
use sqlx::MySqlConnection;

/// The country with this number, if the shop has customers there.
pub(crate) async fn find(conn: &mut MySqlConnection, number: Option<CountryId>) -> sqlx::Result<Option<CountryId>> {
    sqlx::query_scalar("SELECT id FROM countries WHERE id = ? AND is_active").bind(number).fetch_optional(conn).await
}
