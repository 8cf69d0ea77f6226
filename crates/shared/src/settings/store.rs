//! The SQL of settings.

use sqlx::MySqlConnection;

pub(super) async fn list(conn: &mut MySqlConnection) -> sqlx::Result<Vec<(String, String)>> {
    sqlx::query_as("SELECT setting_key, setting_value FROM site_settings").fetch_all(conn).await
}
