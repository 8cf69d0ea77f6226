//! Imports: how far each is, and how somebody stops one.

use chrono::{DateTime, Utc};
use kernel::{Page, UserId, id, text_enum};
use serde::Serialize;
use shared::audit::By;
use shared::identity::ManageProducts;
use shared::web::{Error, Paging, Result};
use sqlx::{FromRow, MySqlConnection};
use utoipa::ToSchema;

use super::audit::Told;
use crate::administration::Desk;
use crate::store::transfer::{chunks, jobs};

const NO_SUCH_IMPORT: Error = Error::NotFound("import");
const OVER: Error = Error::Impossible { code: "INVALID_STATE", message: "the import is over" };

id! {
    /// A file of products that was sent to be imported: the key of `import_jobs`.
    ImportId
}

text_enum! {
    /// How an import stands.
    pub enum ImportStatus {
        /// Its turn has not come.
        Queued = "queued",
        /// Some of its rows are done.
        Running = "running",
        /// Every row was looked at.
        Done = "done",
        /// It could not go on; what is done stays.
        Failed = "failed",
        /// Somebody stopped it; what is done stays.
        Cancelled = "cancelled",
    }
}

/// An import and how far it is.
#[derive(Debug, Serialize, FromRow, ToSchema)]
pub struct Import {
    /// Its key.
    pub id: ImportId,
    /// Its name outside of this shop.
    pub uuid: String,
    /// How it stands.
    pub status: ImportStatus,
    /// Whether it only says what it would do.
    pub is_dry_run: bool,
    /// How many bytes were sent.
    pub size_bytes: u64,
    /// How many rows there are, without the header.
    pub rows_total: u64,
    /// How many of them added a product or a variation.
    pub rows_created: u64,
    /// How many changed one.
    pub rows_updated: u64,
    /// How many said what is so already.
    pub rows_unchanged: u64,
    /// How many break a rule.
    pub rows_failed: u64,
    /// Why it could not go on.
    pub failure: Option<String>,
    /// Who sent it.
    pub started_by: UserId,
    /// When it was sent.
    pub created_at: DateTime<Utc>,
    /// When its turn came.
    pub started_at: Option<DateTime<Utc>>,
    /// When it was over.
    pub finished_at: Option<DateTime<Utc>>,
}

/// An import that is about to be received.
#[derive(Clone, Debug)]
pub(crate) struct NewImport {
    pub(crate) is_dry_run: bool,
    pub(crate) by: UserId,
    pub(crate) request: Option<String>,
}

/// An import as whoever works on it has locked it.
#[derive(Debug, FromRow)]
pub(crate) struct Claim {
    pub(crate) id: ImportId,
    pub(crate) is_dry_run: bool,
    pub(crate) header: String,
    pub(crate) size_bytes: u64,
    pub(crate) position_bytes: u64,
    pub(crate) started_by: UserId,
    pub(crate) request_id: Option<String>,
    pub(crate) rows_done: u64,
}

/// What one batch did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Step {
    /// Where the next one begins.
    pub(crate) position: u64,
    pub(crate) created: u64,
    pub(crate) updated: u64,
    pub(crate) unchanged: u64,
    pub(crate) failed: u64,
}

/// Imports, the youngest first.
pub(crate) async fn list(conn: &mut MySqlConnection, paging: &Paging) -> Result<Page<Import>> {
    Ok(jobs::list(conn, paging.request()).await?)
}

/// One import.
///
/// # Errors
/// 404 when there is none with this key.
pub(crate) async fn find(conn: &mut MySqlConnection, id: ImportId) -> Result<Import> {
    jobs::find(conn, id).await?.ok_or(NO_SUCH_IMPORT)
}

/// Stops an import after the batch that is at work; what is done stays. Asked again, it answers the same.
///
/// # Errors
/// 422 when it is done or has failed.
pub(crate) async fn cancel(desk: &Desk, by: &By<ManageProducts>, id: ImportId) -> Result<Import> {
    let mut tx = desk.database.begin().await?;
    let is_ended = jobs::update_ended(&mut tx, id, (ImportStatus::Cancelled, None), by.now).await?;
    let import = find(&mut tx, id).await?;
    if !is_ended {
        return if import.status == ImportStatus::Cancelled { Ok(import) } else { Err(OVER) };
    }
    chunks::delete(&mut tx, id).await?;
    Told::Cancelled.write_down(desk, &mut tx, (&by.actor, by.now), &import).await?;
    tx.commit().await?;
    Ok(import)
}
