//! What the audit log is told of imports: that one began, what each of its batches changed, and how it ended.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use shared::audit::{Actor, Entry, Subject};
use sqlx::MySqlConnection;

use super::{Claim, Import, ImportId};
use crate::administration::Desk;

/// What happened to an import.
#[derive(Clone, Copy, Debug)]
pub(super) enum Told {
    Began,
    Ended,
    Cancelled,
}

impl Told {
    const fn action(self) -> &'static str {
        match self {
            Self::Began => "import.begin",
            Self::Ended => "import.end",
            Self::Cancelled => "import.cancel",
        }
    }

    pub(super) async fn write_down(
        self,
        desk: &Desk,
        conn: &mut MySqlConnection,
        (by, now): (&Actor, DateTime<Utc>),
        import: &Import,
    ) -> sqlx::Result<()> {
        let after = json!({
            "status": import.status, "is_dry_run": import.is_dry_run, "rows": import.rows_total,
            "created": import.rows_created, "updated": import.rows_updated, "unchanged": import.rows_unchanged,
            "failed": import.rows_failed,
        });
        let entry = Entry { by, action: self.action(), subject: subject(import.id), before: Value::Null, after };
        desk.notary.record(conn, &entry, now).await
    }
}

/// What one batch changed: each row's cells as they were and as they are, under the key of the row.
pub(super) async fn write_down_batch(
    desk: &Desk,
    conn: &mut MySqlConnection,
    claim: &Claim,
    (before, after): (Value, Value),
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let by = claim.actor();
    let entry = Entry { by: &by, action: "import.rows", subject: subject(claim.id), before, after };
    desk.notary.record(conn, &entry, now).await
}

impl Claim {
    /// Whoever sent the file, as the request that brought it was called.
    pub(super) fn actor(&self) -> Actor {
        Actor { user: Some(self.started_by), request: self.request_id.clone(), address: None }
    }
}

fn subject(id: ImportId) -> Subject {
    Subject::new("import", id.to_string())
}
