//! Reads and writes address books. The holder's row is locked by whoever writes.

use chrono::{DateTime, Utc};
use commerce::ids::AddressId;
use commerce::place::StateCode;
use kernel::UserId;
use sqlx::{FromRow, MySqlConnection};
use uuid::Uuid;

use crate::addresses::{AddressForm, AddressLabel, AddressType, SavedAddress};

/// An address as whoever changes the book has to know it.
#[derive(Debug, FromRow)]
pub(crate) struct Entry {
    pub(crate) id: AddressId,
    pub(crate) address_type: AddressType,
    pub(crate) address_type_detail: AddressLabel,
    pub(crate) is_default: bool,
}

/// An address to be written.
pub(crate) struct Row<'a> {
    pub(crate) form: &'a AddressForm,
    pub(crate) kind: AddressType,
    pub(crate) label: AddressLabel,
    pub(crate) state: StateCode,
}

pub(crate) async fn list_entries(conn: &mut MySqlConnection, user: UserId) -> sqlx::Result<Vec<Entry>> {
    sqlx::query_as(
        "SELECT id, address_type, address_type_detail, is_default FROM user_addresses WHERE user_id = ? ORDER BY id",
    )
    .bind(user)
    .fetch_all(conn)
    .await
}

/// The whole book: what is proposed first, then the youngest.
pub(crate) async fn list(conn: &mut MySqlConnection, user: UserId) -> sqlx::Result<Vec<SavedAddress>> {
    sqlx::query_as(
        "SELECT a.id, a.uuid, a.address_type, a.address_type_detail, a.full_name, a.phone, a.address_line1,
                a.address_line2, a.landmark, a.city, s.state_name AS state, a.state_code, a.postal_code,
                'India' AS country, a.is_default, a.created_at
         FROM user_addresses a JOIN indian_states s ON s.gst_code = a.state_code
         WHERE a.user_id = ?
         ORDER BY a.is_default DESC, a.id DESC",
    )
    .bind(user)
    .fetch_all(conn)
    .await
}

/// An address of `user`; somebody else's is none.
pub(crate) async fn find(
    conn: &mut MySqlConnection,
    user: UserId,
    id: AddressId,
) -> sqlx::Result<Option<SavedAddress>> {
    sqlx::query_as(
        "SELECT a.id, a.uuid, a.address_type, a.address_type_detail, a.full_name, a.phone, a.address_line1,
                a.address_line2, a.landmark, a.city, s.state_name AS state, a.state_code, a.postal_code,
                'India' AS country, a.is_default, a.created_at
         FROM user_addresses a JOIN indian_states s ON s.gst_code = a.state_code
         WHERE a.user_id = ? AND a.id = ?",
    )
    .bind(user)
    .bind(id)
    .fetch_optional(conn)
    .await
}

pub(crate) async fn insert(
    conn: &mut MySqlConnection,
    user: UserId,
    row: &Row<'_>,
    now: DateTime<Utc>,
) -> sqlx::Result<AddressId> {
    let address = row.form;
    let inserted = sqlx::query(
        "INSERT INTO user_addresses (uuid, user_id, address_type, address_type_detail, full_name, phone, address_line1,
                                     address_line2, landmark, city, state_code, postal_code, created_at, updated_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(Uuid::now_v7().to_string())
    .bind(user)
    .bind(row.kind)
    .bind(row.label)
    .bind(&address.full_name)
    .bind(&address.phone)
    .bind(&address.address_line1)
    .bind(&address.address_line2)
    .bind(&address.landmark)
    .bind(&address.city)
    .bind(row.state)
    .bind(&address.postal_code)
    .bind(now)
    .bind(now)
    .execute(conn)
    .await?;
    AddressId::new(inserted.last_insert_id()).ok_or(sqlx::Error::RowNotFound)
}

/// The address is not proposed any more: whoever calls says what is.
pub(crate) async fn update(
    conn: &mut MySqlConnection,
    id: AddressId,
    row: &Row<'_>,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let address = row.form;
    sqlx::query(
        "UPDATE user_addresses
         SET address_type = ?, address_type_detail = ?, full_name = ?, phone = ?, address_line1 = ?, address_line2 = ?,
             landmark = ?, city = ?, state_code = ?, postal_code = ?, is_default = FALSE, updated_at = ?
         WHERE id = ?",
    )
    .bind(row.kind)
    .bind(row.label)
    .bind(&address.full_name)
    .bind(&address.phone)
    .bind(&address.address_line1)
    .bind(&address.address_line2)
    .bind(&address.landmark)
    .bind(&address.city)
    .bind(row.state)
    .bind(&address.postal_code)
    .bind(now)
    .bind(id)
    .execute(conn)
    .await
    .map(drop)
}

pub(crate) async fn update_none_default(
    conn: &mut MySqlConnection,
    user: UserId,
    kind: AddressType,
) -> sqlx::Result<()> {
    sqlx::query("UPDATE user_addresses SET is_default = FALSE WHERE user_id = ? AND address_type = ? AND is_default")
        .bind(user)
        .bind(kind)
        .execute(conn)
        .await
        .map(drop)
}

pub(crate) async fn update_default(conn: &mut MySqlConnection, id: AddressId) -> sqlx::Result<()> {
    sqlx::query("UPDATE user_addresses SET is_default = TRUE WHERE id = ?").bind(id).execute(conn).await.map(drop)
}

pub(crate) async fn delete(conn: &mut MySqlConnection, id: AddressId) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM user_addresses WHERE id = ?").bind(id).execute(conn).await.map(drop)
}

pub(crate) async fn delete_all(conn: &mut MySqlConnection, user: UserId) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM user_addresses WHERE user_id = ?").bind(user).execute(conn).await.map(drop)
}
