//! What Razorpay says when it does not do what it was asked.

use serde::Serialize;
use serde_json::{Map, Value, json};

/// An answer that is an error: its status and what its body says.
#[derive(Clone, Debug)]
pub(crate) struct Refusal {
    /// The HTTP status.
    pub(crate) status: u16,
    detail: Box<Detail>,
}

#[derive(Clone, Debug, Serialize)]
struct Detail {
    code: &'static str,
    description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'static str>,
    source: Option<&'static str>,
    step: Option<&'static str>,
    reason: Option<String>,
    metadata: Map<String, Value>,
}

const BAD_REQUEST: &str = "BAD_REQUEST_ERROR";

impl Refusal {
    /// A 400 about what the shop sent.
    pub(crate) fn invalid(description: impl Into<String>) -> Self {
        let mut refusal = Self::plain(description);
        refusal.detail.source = Some("business");
        refusal.at("payment_initiation", "input_validation_failed")
    }

    /// A 400 that names neither source nor step nor reason.
    pub(crate) fn plain(description: impl Into<String>) -> Self {
        let (description, metadata) = (description.into(), Map::new());
        let (field, source, step, reason) = (None, None, None, None);
        let detail = Detail { code: BAD_REQUEST, description, field, source, step, reason, metadata };
        Self { status: 400, detail: Box::new(detail) }
    }

    /// A refusal whose source, step and reason are the literal `NA`, as those about idempotency keys are.
    pub(crate) fn not_applicable(status: u16, description: impl Into<String>) -> Self {
        let mut refusal = Self::plain(description);
        refusal.status = status;
        refusal.detail.source = Some("NA");
        refusal.at("NA", "NA")
    }

    /// The 401 for a caller who is not the account's owner.
    pub(crate) fn unauthenticated(description: &'static str) -> Self {
        let mut refusal = Self::not_applicable(401, description);
        refusal.detail.step = None;
        refusal
    }

    /// The 429 for a caller who asks too often.
    pub(crate) fn too_many() -> Self {
        Self::not_applicable(429, "Request failed. Please try after sometime.")
    }

    /// The 500 for what went wrong on this side.
    pub(crate) fn server_error() -> Self {
        let mut refusal =
            Self::not_applicable(500, "We are facing some trouble completing your request at the moment.");
        refusal.detail.code = "SERVER_ERROR";
        refusal
    }

    /// A payment that the bank or the customer declined.
    pub(crate) fn declined(code: &'static str, description: &'static str, source: &'static str) -> Self {
        let mut refusal = Self::plain(description);
        refusal.detail.code = code;
        refusal.detail.source = Some(source);
        refusal
    }

    /// Names the field that is wrong.
    pub(crate) fn about(mut self, field: &'static str) -> Self {
        self.detail.field = Some(field);
        self
    }

    /// Names where it happened and why.
    pub(crate) fn at(mut self, step: &'static str, reason: impl Into<String>) -> Self {
        self.detail.step = Some(step);
        self.detail.reason = Some(reason.into());
        self
    }

    /// Adds the payment that it is about.
    pub(crate) fn concerning(mut self, payment_id: &str, order_id: &str) -> Self {
        self.detail.metadata.insert("payment_id".to_owned(), payment_id.into());
        self.detail.metadata.insert("order_id".to_owned(), order_id.into());
        self
    }

    /// What it says in words.
    pub(crate) fn description(&self) -> &str {
        &self.detail.description
    }

    /// `{"error": {…}}`.
    pub(crate) fn body(&self) -> Value {
        json!({ "error": *self.detail })
    }
}
