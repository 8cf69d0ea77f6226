//! `/api/v1/payments/webhook`

use axum::extract::State;
use axum::http::HeaderMap;
use serde::Serialize;
use shared::web::{Envelope, ErrorBody, Now, Raw, Result};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::Till;
use crate::webhooks::{self, Delivery};

pub(super) fn router() -> OpenApiRouter<Till> {
    OpenApiRouter::new().routes(routes!(take_razorpay))
}

/// What a gateway is told.
#[derive(Debug, Serialize, ToSchema)]
struct Received {
    /// Always `true`: it need not be sent again.
    received: bool,
}

/// Takes what Razorpay tells by itself. It is kept and answered at once, and acted upon afterwards; what comes again is
/// answered alike and does nothing.
#[utoipa::path(post, path = "/webhook/razorpay", tag = "payments", request_body(content = String, content_type = "application/json"),
    params(("X-Razorpay-Signature" = String, Header, description = "hex HMAC-SHA256 of the body under the webhook's secret"),
           ("X-Razorpay-Event-Id" = Option<String>, Header, description = "the same for every copy of an event")),
    extensions(("x-permission" = json!("anyone"))),
    responses((status = 200, body = Envelope<Received>), (status = 400, body = ErrorBody), (status = 503, body = ErrorBody)))]
async fn take_razorpay(
    State(till): State<Till>,
    Now(now): Now,
    headers: HeaderMap,
    Raw(body): Raw,
) -> Result<Envelope<Received>> {
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let (signature, event_id) = (header("x-razorpay-signature"), header("x-razorpay-event-id"));
    webhooks::take(&till, Delivery { signature, event_id, body: &body }, now).await?;
    Ok(Envelope::of(Received { received: true }))
}
