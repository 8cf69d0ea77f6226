//! Which slugs there are, and which there were.

use chrono::{DateTime, Utc};
use sqlx::{MySqlConnection, QueryBuilder};

use crate::slugs::{Kind, Slug};

const fn table(kind: Kind) -> &'static str {
    match kind {
        Kind::Product => "products",
        Kind::Category => "categories",
        Kind::Brand => "brands",
    }
}

/// Those of `slugs` that another than `owner` has, or had.
pub(crate) async fn list_taken(
    conn: &mut MySqlConnection,
    kind: Kind,
    slugs: &[Slug],
    owner: Option<u64>,
) -> sqlx::Result<Vec<Slug>> {
    let owner = owner.unwrap_or_default();
    let mut query = QueryBuilder::new("SELECT slug FROM ");
    query.push(table(kind)).push(" WHERE id <> ").push_bind(owner);
    super::among(&mut query, " AND slug IN (", slugs);
    query.push(" UNION SELECT slug FROM old_slugs WHERE kind = ").push_bind(kind);
    query.push(" AND subject_id <> ").push_bind(owner);
    super::among(&mut query, " AND slug IN (", slugs);
    query.build_query_scalar().fetch_all(conn).await
}

/// What the slug of the page is now that was at `slug` before.
pub(crate) async fn find_successor(conn: &mut MySqlConnection, kind: Kind, slug: &str) -> sqlx::Result<Option<Slug>> {
    let mut query = QueryBuilder::new("SELECT t.slug FROM old_slugs o JOIN ");
    query.push(table(kind)).push(" t ON t.id = o.subject_id WHERE o.kind = ").push_bind(kind);
    query.push(" AND o.slug = ").push_bind(slug);
    query.build_query_scalar().fetch_optional(conn).await
}

pub(crate) async fn insert(
    conn: &mut MySqlConnection,
    kind: Kind,
    slug: &Slug,
    subject: u64,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query("INSERT INTO old_slugs (kind, slug, subject_id, created_at) VALUES (?, ?, ?, ?)")
        .bind(kind)
        .bind(slug)
        .bind(subject)
        .bind(now)
        .execute(conn)
        .await
        .map(drop)
}

/// Forgets where a page was that is gone.
pub(crate) async fn delete_of(conn: &mut MySqlConnection, kind: Kind, subject: u64) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM old_slugs WHERE kind = ? AND subject_id = ?")
        .bind(kind)
        .bind(subject)
        .execute(conn)
        .await
        .map(drop)
}

/// Forgets where these led to.
pub(crate) async fn delete(conn: &mut MySqlConnection, kind: Kind, slugs: &[&Slug; 2]) -> sqlx::Result<()> {
    let [one, other] = slugs;
    sqlx::query("DELETE FROM old_slugs WHERE kind = ? AND slug IN (?, ?)")
        .bind(kind)
        .bind(one)
        .bind(other)
        .execute(conn)
        .await
        .map(drop)
}
