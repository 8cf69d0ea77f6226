//! `/api/v1/users/tax-info`

use axum::extract::State;
use shared::database;
use shared::identity::CurrentUser;
use shared::web::{Conn, Envelope, ErrorBody, Result, Valid};
use sqlx::MySqlPool;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::asker::Asker;
use crate::state::AppState;
use crate::store;
use crate::taxes::{self, TaxInfo, TaxInfoForm};

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(show, keep))
}

/// Shows the business that the caller buys for; every field is `null` if there is none.
#[utoipa::path(get, path = "/tax-info", tag = "profile", extensions(("x-permission" = json!("user"))),
    responses((status = 200, body = Envelope<TaxInfo>), (status = 401, body = ErrorBody)))]
async fn show(user: CurrentUser, mut conn: Conn) -> Result<Envelope<TaxInfo>> {
    Ok(Envelope::of(store::taxes::find(&mut conn, user.id).await?.unwrap_or_default()))
}

/// Keeps the business that the caller buys for, or forgets it.
#[utoipa::path(put, path = "/tax-info", tag = "profile", request_body = TaxInfoForm,
    extensions(("x-permission" = json!("user"))),
    responses((status = 200, body = Envelope<TaxInfo>), (status = 400, body = ErrorBody), (status = 401, body = ErrorBody)))]
async fn keep(asker: Asker, State(db): State<MySqlPool>, Valid(form): Valid<TaxInfoForm>) -> Result<Envelope<TaxInfo>> {
    Ok(Envelope::of(database::retry(|| taxes::keep(&db, asker.user, &form, asker.now)).await?))
}
