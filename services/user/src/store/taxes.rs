//! Reads and writes the businesses that people buy for.

use chrono::{DateTime, Utc};
use commerce::place::Gstin;
use kernel::UserId;
use sqlx::MySqlConnection;

use crate::taxes::TaxInfo;

pub(crate) async fn find(conn: &mut MySqlConnection, user: UserId) -> sqlx::Result<Option<TaxInfo>> {
    let row: Option<(Gstin, String)> =
        sqlx::query_as("SELECT gst_number, business_name FROM user_tax_info WHERE user_id = ?")
            .bind(user)
            .fetch_optional(conn)
            .await?;
    let info = |(gstin, name): (Gstin, String)| TaxInfo {
        state_code: Some(gstin.state()),
        gst_number: Some(gstin),
        business_name: Some(name),
    };
    Ok(row.map(info))
}

pub(crate) async fn put(
    conn: &mut MySqlConnection,
    user: UserId,
    (gstin, name): (&Gstin, &str),
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO user_tax_info (user_id, gst_number, business_name, created_at, updated_at) VALUES (?, ?, ?, ?, ?)
         ON DUPLICATE KEY UPDATE gst_number = ?, business_name = ?, updated_at = ?",
    )
    .bind(user)
    .bind(gstin)
    .bind(name)
    .bind(now)
    .bind(now)
    .bind(gstin)
    .bind(name)
    .bind(now)
    .execute(conn)
    .await
    .map(drop)
}

pub(crate) async fn delete(conn: &mut MySqlConnection, user: UserId) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM user_tax_info WHERE user_id = ?").bind(user).execute(conn).await.map(drop)
}
