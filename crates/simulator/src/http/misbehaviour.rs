//! Lets requests be slow, lost and answered wrongly, as the faults in force say.

use std::sync::Arc;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::connection::Line;
use crate::faults::{Failure, FailureKind, Mischief};
use crate::gateway::Gateway;
use crate::refunds::Claim;
use crate::refusal::Refusal;

const LONGEST_BODY: usize = 1024 * 1024;

/// What a proxy in front of the gateway says when there is nothing behind it.
const BAD_GATEWAY: &str = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n\
    <center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n";

/// Takes a request in and works on it apart from its connection: it is carried out also when the client has gone.
pub(super) async fn misbehave(
    State(gateway): State<Arc<Gateway>>,
    ConnectInfo(line): ConnectInfo<Line>,
    request: Request,
    next: Next,
) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, LONGEST_BODY).await else {
        return Refusal::invalid("The request body is too large.").into_response();
    };
    let request = Request::from_parts(parts, body);
    let working = Arc::clone(&gateway);
    let work = gateway.tasks.spawn(async move { work(&working, &line, request, next).await });
    work.await.unwrap_or_else(|_stopped| Refusal::server_error().into_response())
}

async fn work(gateway: &Arc<Gateway>, line: &Line, request: Request<Bytes>, next: Next) -> Response {
    let mut hurry = gateway.hurry();
    let (method, path) = (request.method().as_str().to_owned(), request.uri().path().to_owned());
    let _claim = match claim(gateway, &request) {
        Ok(claim) => claim,
        Err(refusal) => return refusal.into_response(),
    };
    let (Mischief { latency, failure }, ticket) =
        gateway.write(|books, now| (books.faults.meet(&method, &path), books.traffic.arrive(now, &method, &path)));
    if !latency.is_zero() {
        gateway.pause(latency, &mut hurry).await;
    }
    let mut answer = None;
    if failure.is_none_or(|failure| failure.is_processed) {
        let response = next.run(request.map(Body::from)).await;
        gateway.write(|books, _| books.traffic.finish(ticket, response.status().as_u16()));
        answer = Some(response);
    }
    match (failure, answer) {
        (None, Some(answer)) => answer,
        (Some(Failure { kind, .. }), _) => instead(kind, line),
        (None, None) => Refusal::server_error().into_response(),
    }
}

/// The hold on the idempotency key, of requests that have one.
fn claim(gateway: &Arc<Gateway>, request: &Request<Bytes>) -> Result<Option<Claim>, Refusal> {
    let is_refund = request.uri().path().ends_with("/refund");
    let key = request.headers().get("x-refund-idempotency").filter(|_| is_refund);
    key.map(|key| Claim::new(gateway, &String::from_utf8_lossy(key.as_bytes()))).transpose()
}

/// What is answered instead. An answer over a line that was ended is never sent.
fn instead(kind: FailureKind, line: &Line) -> Response {
    match kind {
        FailureKind::Hangup => {
            line.hang_up();
            StatusCode::NO_CONTENT.into_response()
        }
        FailureKind::Reset => {
            line.reset();
            StatusCode::NO_CONTENT.into_response()
        }
        FailureKind::BadGateway => {
            (StatusCode::BAD_GATEWAY, [(CONTENT_TYPE, "text/html")], BAD_GATEWAY).into_response()
        }
        FailureKind::TooManyRequests => Refusal::too_many().into_response(),
        FailureKind::ServerError => Refusal::server_error().into_response(),
        FailureKind::Junk => ([(CONTENT_TYPE, "application/json")], "{\"id\":\"order_").into_response(),
    }
}
