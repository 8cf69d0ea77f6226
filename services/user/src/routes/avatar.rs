//! `/api/v1/users/profile/avatar`

use std::time::Duration;

use axum::extract::multipart::MultipartError;
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Request, State};
use axum::http::StatusCode;
use shared::web::{Envelope, Error, ErrorBody, Result};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::asker::Asker;
use crate::avatars::{self, Avatar, Gallery};
use crate::state::AppState;

/// The largest file.
const FILE: usize = 5 * 1024 * 1024;
/// What a form has around its file.
const AROUND: usize = 64 * 1024;
/// How long a form may take to arrive.
const TIMEOUT: Duration = Duration::from_secs(15);

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(set, remove)).layer(DefaultBodyLimit::max(FILE + AROUND))
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

/// The file of a form. Its name and what the client calls it are not looked at.
struct Upload(Vec<u8>);

impl<S: Send + Sync> FromRequest<S> for Upload {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self> {
        let form = Multipart::from_request(request, state).await;
        let form = form.map_err(|_other| Error::invalid("body", "must be multipart/form-data with a field `file`"))?;
        let read = tokio::time::timeout(TIMEOUT, file_of(form)).await;
        read.unwrap_or(Err(Error::Timeout)).map(Self)
    }
}

async fn file_of(mut form: Multipart) -> Result<Vec<u8>> {
    while let Some(field) = form.next_field().await.map_err(|error| unread(&error))? {
        if matches!(field.name(), Some("file" | "avatar")) {
            let bytes = field.bytes().await.map_err(|error| unread(&error))?;
            return if bytes.len() > FILE { Err(Error::TooLarge) } else { Ok(bytes.into()) };
        }
    }
    Err(Error::invalid("file", "is required"))
}

fn unread(error: &MultipartError) -> Error {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        Error::TooLarge
    } else {
        Error::invalid("body", "is not a whole form")
    }
}
