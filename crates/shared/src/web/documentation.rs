//! `/openapi.json`, and `/docs` to read it with: Swagger UI from inside the binary, so that it works offline.

use std::sync::Arc;

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use utoipa::openapi::OpenApi;
use utoipa_swagger_ui::Config;

use super::{Error, Path, Result};

/// The routes that describe `api`.
pub(super) fn routes(api: &OpenApi) -> serde_json::Result<Router> {
    let described: Arc<str> = serde_json::to_string(api)?.into();
    let viewer = Arc::new(Config::from("/openapi.json"));
    Ok(Router::new()
        .route("/openapi.json", get(async move || ([(CONTENT_TYPE, "application/json")], described.to_string())))
        .route("/docs", get(async || Redirect::temporary("/docs/index.html")))
        .route("/docs/{file}", get(async move |Path(name): Path<String>| file(&name, viewer))))
}

fn file(name: &str, viewer: Arc<Config<'static>>) -> Result<Response> {
    let file = utoipa_swagger_ui::serve(name, viewer).map_err(|error| Error::Internal(anyhow::anyhow!("{error}")))?;
    let file = file.ok_or(Error::NotFound("path"))?;
    Ok(([(CONTENT_TYPE, file.content_type)], file.bytes.into_owned()).into_response())
}
