//! `/api/v1/auth/admin/audit-log`

use kernel::Page;
use shared::identity::{Allow, ManageLogs};
use shared::web::{Conn, Envelope, ErrorBody, Query, Result};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::audit_log::{self, Act, ListActs};
use crate::state::AppState;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list))
}

/// Lists who changed what, the newest first.
#[utoipa::path(get, path = "/admin/audit-log", tag = "audit", params(ListActs),
    extensions(("x-permission" = json!("manage_logs"))),
    responses((status = 200, body = Envelope<Page<Act>>), (status = 400, body = ErrorBody),
              (status = 401, body = ErrorBody), (status = 403, body = ErrorBody)))]
async fn list(_: Allow<ManageLogs>, Query(wanted): Query<ListActs>, mut conn: Conn) -> Result<Envelope<Page<Act>>> {
    Ok(Envelope::of(audit_log::list(&mut conn, &wanted).await?))
}
