//! Reads and writes brands for the shop's staff.

use chrono::{DateTime, Utc};
use commerce::ids::BrandId;
use sqlx::MySqlConnection;
use uuid::Uuid;

use crate::administration::brands::{AdminBrand, BrandDraft};
use crate::slugs::Slug;

pub(crate) async fn find(conn: &mut MySqlConnection, id: BrandId) -> sqlx::Result<Option<AdminBrand>> {
    sqlx::query_as(
        "SELECT id, uuid, slug, name, description, logo_url, website_url, sort_order, is_active, is_indian_brand,
                brand_origin_country, created_at, updated_at, revision
         FROM brands WHERE id = ?",
    )
    .bind(id)
    .fetch_optional(conn)
    .await
}

/// The same; nobody else changes it, or sells something more under it, before the transaction ends.
pub(crate) async fn lock(conn: &mut MySqlConnection, id: BrandId) -> sqlx::Result<Option<AdminBrand>> {
    sqlx::query_as(
        "SELECT id, uuid, slug, name, description, logo_url, website_url, sort_order, is_active, is_indian_brand,
                brand_origin_country, created_at, updated_at, revision
         FROM brands WHERE id = ? FOR UPDATE",
    )
    .bind(id)
    .fetch_optional(conn)
    .await
}

pub(crate) async fn is_in_use(conn: &mut MySqlConnection, id: BrandId) -> sqlx::Result<bool> {
    sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM products WHERE brand_id = ?)").bind(id).fetch_one(conn).await
}

pub(crate) async fn insert(
    conn: &mut MySqlConnection,
    draft: &BrandDraft,
    slug: &Slug,
    now: DateTime<Utc>,
) -> sqlx::Result<BrandId> {
    let inserted = sqlx::query(
        "INSERT INTO brands (uuid, slug, name, description, logo_url, website_url, sort_order, is_active,
                             is_indian_brand, brand_origin_country, created_at, updated_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(Uuid::now_v7().to_string())
    .bind(slug)
    .bind(&draft.name)
    .bind(&draft.description)
    .bind(&draft.logo_url)
    .bind(&draft.website_url)
    .bind(draft.sort_order)
    .bind(draft.is_active)
    .bind(draft.is_indian_brand)
    .bind(&draft.brand_origin_country)
    .bind(now)
    .bind(now)
    .execute(conn)
    .await?;
    BrandId::new(inserted.last_insert_id()).ok_or(sqlx::Error::RowNotFound)
}

pub(crate) async fn update(
    conn: &mut MySqlConnection,
    id: BrandId,
    (draft, slug): (&BrandDraft, &Slug),
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE brands
         SET slug = ?, name = ?, description = ?, logo_url = ?, website_url = ?, sort_order = ?, is_active = ?,
             is_indian_brand = ?, brand_origin_country = ?, updated_at = ?, revision = revision + 1
         WHERE id = ?",
    )
    .bind(slug)
    .bind(&draft.name)
    .bind(&draft.description)
    .bind(&draft.logo_url)
    .bind(&draft.website_url)
    .bind(draft.sort_order)
    .bind(draft.is_active)
    .bind(draft.is_indian_brand)
    .bind(&draft.brand_origin_country)
    .bind(now)
    .bind(id)
    .execute(conn)
    .await
    .map(drop)
}

pub(crate) async fn delete(conn: &mut MySqlConnection, id: BrandId) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM brands WHERE id = ?").bind(id).execute(conn).await.map(drop)
}
