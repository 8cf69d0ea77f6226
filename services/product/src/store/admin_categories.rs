//! Reads and writes categories for the shop's staff.

use chrono::{DateTime, Utc};
use commerce::ids::CategoryId;
use sqlx::MySqlConnection;
use uuid::Uuid;

use crate::administration::categories::{AdminCategory, CategoryDraft};
use crate::slugs::Slug;

pub(crate) async fn find(conn: &mut MySqlConnection, id: CategoryId) -> sqlx::Result<Option<AdminCategory>> {
    sqlx::query_as(
        "SELECT id, uuid, slug, name, name_hindi, description, description_hindi, meta_title, meta_description,
                parent_id, image_url, sort_order, is_active, is_featured, created_at, updated_at, revision
         FROM categories WHERE id = ?",
    )
    .bind(id)
    .fetch_optional(conn)
    .await
}

/// Every category with the one around it; nobody else changes any before the transaction ends.
pub(crate) async fn lock_all(conn: &mut MySqlConnection) -> sqlx::Result<Vec<(CategoryId, Option<CategoryId>)>> {
    sqlx::query_as("SELECT id, parent_id FROM categories ORDER BY id FOR UPDATE").fetch_all(conn).await
}

/// Whether products or categories stand in it, or coupons are for it.
pub(crate) async fn is_in_use(conn: &mut MySqlConnection, id: CategoryId) -> sqlx::Result<bool> {
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM categories WHERE parent_id = ?)
             OR EXISTS (SELECT 1 FROM products WHERE category_id = ?)
             OR EXISTS (SELECT 1 FROM coupons WHERE category_id = ?)",
    )
    .bind(id)
    .bind(id)
    .bind(id)
    .fetch_one(conn)
    .await
}

pub(crate) async fn insert(
    conn: &mut MySqlConnection,
    draft: &CategoryDraft,
    slug: &Slug,
    now: DateTime<Utc>,
) -> sqlx::Result<CategoryId> {
    let inserted = sqlx::query(
        "INSERT INTO categories (uuid, slug, name, name_hindi, description, description_hindi, meta_title,
                                 meta_description, parent_id, image_url, sort_order, is_active, is_featured,
                                 created_at, updated_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(Uuid::now_v7().to_string())
    .bind(slug)
    .bind(&draft.name)
    .bind(&draft.name_hindi)
    .bind(&draft.description)
    .bind(&draft.description_hindi)
    .bind(&draft.meta_title)
    .bind(&draft.meta_description)
    .bind(draft.parent_id)
    .bind(&draft.image_url)
    .bind(draft.sort_order)
    .bind(draft.is_active)
    .bind(draft.is_featured)
    .bind(now)
    .bind(now)
    .execute(conn)
    .await?;
    CategoryId::new(inserted.last_insert_id()).ok_or(sqlx::Error::RowNotFound)
}

pub(crate) async fn update(
    conn: &mut MySqlConnection,
    id: CategoryId,
    (draft, slug): (&CategoryDraft, &Slug),
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE categories
         SET slug = ?, name = ?, name_hindi = ?, description = ?, description_hindi = ?, meta_title = ?,
             meta_description = ?, parent_id = ?, image_url = ?, sort_order = ?, is_active = ?, is_featured = ?,
             updated_at = ?, revision = revision + 1
         WHERE id = ?",
    )
    .bind(slug)
    .bind(&draft.name)
    .bind(&draft.name_hindi)
    .bind(&draft.description)
    .bind(&draft.description_hindi)
    .bind(&draft.meta_title)
    .bind(&draft.meta_description)
    .bind(draft.parent_id)
    .bind(&draft.image_url)
    .bind(draft.sort_order)
    .bind(draft.is_active)
    .bind(draft.is_featured)
    .bind(now)
    .bind(id)
    .execute(conn)
    .await
    .map(drop)
}

pub(crate) async fn delete(conn: &mut MySqlConnection, id: CategoryId) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM categories WHERE id = ?").bind(id).execute(conn).await.map(drop)
}
