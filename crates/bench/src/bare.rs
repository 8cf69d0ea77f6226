//! The bare counterpart of a read: an axum route that answers the same bytes, and does nothing else.

use std::collections::HashMap;
use std::process::ExitCode;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::uri::PathAndQuery;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use clap::Args;
use tokio::net::TcpListener;

use crate::http::{self, Connection};

/// Headers that hyper writes by itself.
const HYPER_S_OWN: [HeaderName; 3] = [header::DATE, header::CONTENT_LENGTH, header::CONNECTION];

/// Answers what a product service answered before (started by `run`).
#[derive(Debug, Args)]
pub struct Bare {
    /// Where to listen
    #[arg(long)]
    port: u16,
    /// The port of the service whose answers are given
    #[arg(long, value_name = "PORT")]
    of: u16,
    /// The paths whose answers are given
    paths: Vec<String>,
}

type Answers = Arc<HashMap<String, (StatusCode, HeaderMap, Bytes)>>;

impl Bare {
    pub(crate) async fn run(self) -> anyhow::Result<ExitCode> {
        let (mut connection, mut answers) = (Connection::open(self.of).await?, HashMap::new());
        for path in self.paths {
            let answer = connection.exchange(&http::get(&path)).await?;
            let status = StatusCode::from_u16(answer.status)?;
            let known = (status, headers(&answer)?, Bytes::copy_from_slice(answer.body));
            answers.insert(path, known);
        }
        let listener = TcpListener::bind(("127.0.0.1", self.port)).await?;
        let routes = Router::new()
            .route("/health/ready", get(async || StatusCode::OK))
            .route("/api/v1/products", get(answer))
            .route("/api/v1/products/{id}", get(answer))
            .with_state(Arc::new(answers));
        axum::serve(listener, routes).await?;
        Ok(ExitCode::SUCCESS)
    }
}

fn headers(answer: &http::Answer<'_>) -> anyhow::Result<HeaderMap> {
    let mut headers = HeaderMap::new();
    for (name, value) in answer.headers() {
        let name = HeaderName::try_from(name)?;
        if !HYPER_S_OWN.contains(&name) {
            headers.append(name, HeaderValue::try_from(value)?);
        }
    }
    Ok(headers)
}

async fn answer(State(answers): State<Answers>, uri: Uri) -> Response {
    let path = uri.path_and_query().map_or("", PathAndQuery::as_str);
    match answers.get(path) {
        Some((status, headers, body)) => (*status, headers.clone(), body.clone()).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
