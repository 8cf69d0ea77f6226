//! `/api/v1/users/profile/avatar`

use axum::extract::State;
use shared::web::{Envelope, ErrorBody, Result, Upload};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::asker::Asker;
use crate::avatars::{self, Avatar, Gallery};
use crate::state::AppState;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(set, remove)).layer(Upload::limit())
}

/// A form with a picture: JPEG, PNG, WebP or GIF, of five megabytes and forty million pixels at most.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the form")]
struct PictureForm {
    /// The picture.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// Gives the caller a picture: its middle, as squares of three sizes, with nothing in it but pixels.
#[utoipa::path(post, path = "/profile/avatar", tag = "profile",
    request_body(content = PictureForm, content_type = "multipart/form-data"),
    extensions(("x-permission" = json!("user"))),
    responses((status = 200, body = Envelope<Avatar>), (status = 400, body = ErrorBody), (status = 401, body = ErrorBody),
              (status = 413, body = ErrorBody)))]
async fn set(asker: Asker, State(gallery): State<Gallery>, Upload(bytes): Upload) -> Result<Envelope<Avatar>> {
    Ok(Envelope::of(avatars::set(&gallery, asker.user, bytes, asker.now).await?))
}

/// Takes the caller's picture away, if there is one.
#[utoipa::path(delete, path = "/profile/avatar", tag = "profile", extensions(("x-permission" = json!("user"))),
    responses((status = 200, body = Envelope<Option<Avatar>>), (status = 401, body = ErrorBody)))]
async fn remove(asker: Asker, State(gallery): State<Gallery>) -> Result<Envelope<()>> {
    Ok(Envelope::of(avatars::remove(&gallery, asker.user, asker.now).await?))
}
