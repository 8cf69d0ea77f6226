//! `/api/v1/auth/roles`, `/check-permission`, `/admin/users/{id}/roles`

use std::sync::Arc;

use axum::extract::State;
use kernel::UserId;
use shared::Ground;
use shared::audit::By;
use shared::identity::{Allow, AssignRoles, CurrentUser};
use shared::web::{Conn, Envelope, Error, ErrorBody, Path, Query, Result, Valid};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::desk::Desk;
use crate::roles::{self, Checked, InQuery, NewRoles, Question, Role, UserRoles};
use crate::state::AppState;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(check)).routes(routes!(show, assign))
}

/// Lists the roles and what each of them allows.
#[utoipa::path(get, path = "/roles", tag = "roles", extensions(("x-permission" = json!("assign_roles"))),
    responses((status = 200, body = Envelope<Vec<Role>>), (status = 401, body = ErrorBody),
              (status = 403, body = ErrorBody)))]
async fn list(_: Allow<AssignRoles>, mut conn: Conn) -> Result<Envelope<Vec<Role>>> {
    Ok(Envelope::of(roles::list(&mut conn).await?))
}

/// Tells whether the caller may do something; of what is no permission, that they may not.
#[utoipa::path(post, path = "/check-permission", tag = "roles", params(InQuery), request_body = Option<Question>,
    extensions(("x-permission" = json!("user"))),
    responses((status = 200, body = Envelope<Checked>), (status = 400, body = ErrorBody),
              (status = 401, body = ErrorBody)))]
async fn check(
    user: CurrentUser,
    State(ground): State<Arc<Ground>>,
    Query(asked): Query<InQuery>,
    question: Option<Valid<Question>>,
) -> Result<Envelope<Checked>> {
    let permission = question.map(|Valid(question)| question.permission).or(asked.permission);
    let permission = permission.ok_or_else(|| Error::invalid("permission", "is required"))?;
    Ok(Envelope::of(roles::check(&ground, user.id, permission).await?))
}

/// Shows the roles of a user.
#[utoipa::path(get, path = "/admin/users/{id}/roles", tag = "roles", params(("id" = u64, Path, minimum = 1)),
    extensions(("x-permission" = json!("assign_roles"))),
    responses((status = 200, body = Envelope<UserRoles>), (status = 400, body = ErrorBody),
              (status = 401, body = ErrorBody), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody)))]
async fn show(_: Allow<AssignRoles>, Path(user): Path<UserId>, mut conn: Conn) -> Result<Envelope<UserRoles>> {
    Ok(Envelope::of(roles::of(&mut conn, user).await?))
}

/// Gives a user exactly these roles.
///
/// Nobody gives or takes what they do not hold themselves, and somebody who may do everything always remains.
#[utoipa::path(put, path = "/admin/users/{id}/roles", tag = "roles", params(("id" = u64, Path, minimum = 1)),
    request_body = NewRoles, extensions(("x-permission" = json!("assign_roles"))),
    responses((status = 200, body = Envelope<UserRoles>), (status = 400, body = ErrorBody),
              (status = 401, body = ErrorBody), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody),
              (status = 422, body = ErrorBody)))]
async fn assign(
    by: By<AssignRoles>,
    State(desk): State<Desk>,
    Path(user): Path<UserId>,
    Valid(wanted): Valid<NewRoles>,
) -> Result<Envelope<UserRoles>> {
    Ok(Envelope::of(roles::assign(&desk, &by, user, &wanted).await?))
}
