//! Reads countries.

use accounts::registration::CountryId;
use sqlx::MySqlConnection;

use crate::profiles::Currency;

/// Whether the shop has customers in this country.
pub(crate) async fn exists(conn: &mut MySqlConnection, country: CountryId) -> sqlx::Result<bool> {
    sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM countries WHERE id = ? AND is_active)")
        .bind(country)
        .fetch_one(conn)
        .await
}

/// Whether somewhere where the shop has customers this is the money.
pub(crate) async fn has_currency(conn: &mut MySqlConnection, currency: &Currency) -> sqlx::Result<bool> {
    sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM countries WHERE currency_code = ? AND is_active)")
        .bind(currency)
        .fetch_one(conn)
        .await
}
