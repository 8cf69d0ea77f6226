//! What is made to go wrong with requests, until it is taken back or used up.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::refusal::Refusal;

/// The faults in force.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    made: u64,
    list: Vec<Fault>,
}

/// A fault in force.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Fault {
    id: u64,
    /// How many requests met it.
    met: u32,
    #[serde(flatten)]
    order: FaultOrder,
}

/// What a test asks for.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FaultOrder {
    fault: FaultKind,
    /// How long to wait, for `latency`.
    #[serde(default)]
    milliseconds: Option<u64>,
    /// Whether what was asked is done nevertheless; `drop_reply` always does it, others usually do not.
    #[serde(default)]
    processed: Option<bool>,
    /// Only requests with this method.
    #[serde(default)]
    method: Option<String>,
    /// Only this path; `*` stands for one part, `**` at the end for any rest.
    #[serde(default)]
    path: Option<String>,
    /// How many more requests; for ever if absent.
    #[serde(default)]
    requests: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum FaultKind {
    Latency,
    DropReply,
    Reset,
    BadGateway,
    TooManyRequests,
    ServerError,
    Junk,
}

/// What happens to one request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Mischief {
    /// How long it waits before anything else.
    pub(crate) latency: Duration,
    /// What goes wrong then.
    pub(crate) failure: Option<Failure>,
}

/// What a client sees instead of its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) kind: FailureKind,
    /// Whether what was asked is done nevertheless.
    pub(crate) is_processed: bool,
}

/// The ways to answer wrongly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FailureKind {
    /// The connection ends without an answer.
    Hangup,
    /// The connection is reset.
    Reset,
    /// 502 with a page.
    BadGateway,
    /// 429.
    TooManyRequests,
    /// 500 in JSON.
    ServerError,
    /// 200 with something that is not JSON.
    Junk,
}

impl Faults {
    pub(crate) fn add(&mut self, order: FaultOrder) -> Result<Fault, Refusal> {
        if (order.fault == FaultKind::Latency) != order.milliseconds.is_some() {
            return Err(Refusal::plain("latency, and nothing else, takes milliseconds"));
        }
        self.made += 1;
        let fault = Fault { id: self.made, met: 0, order };
        self.list.push(fault.clone());
        Ok(fault)
    }

    pub(crate) fn list(&self) -> &[Fault] {
        &self.list
    }

    pub(crate) fn clear(&mut self) {
        self.list.clear();
    }

    /// What happens to this request: every latency that fits, and the first other fault. Both are used up by it.
    pub(crate) fn meet(&mut self, method: &str, path: &str) -> Mischief {
        let mut mischief = Mischief::default();
        for fault in &mut self.list {
            let failure = fault.order.failure();
            let is_taken = failure.is_some() && mischief.failure.is_some();
            if is_taken || !fault.order.fits(method, path) || !fault.is_left() {
                continue;
            }
            fault.met += 1;
            mischief.latency += Duration::from_millis(fault.order.milliseconds.unwrap_or_default());
            mischief.failure = mischief.failure.or(failure);
        }
        self.list.retain(Fault::is_left);
        mischief
    }
}

impl Fault {
    fn is_left(&self) -> bool {
        self.order.requests.is_none_or(|requests| self.met < requests)
    }
}

impl FaultOrder {
    fn fits(&self, method: &str, path: &str) -> bool {
        self.method.as_deref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(method))
            && self.path.as_deref().is_none_or(|pattern| matches(pattern, path))
    }

    fn failure(&self) -> Option<Failure> {
        let kind = match self.fault {
            FaultKind::Latency => return None,
            FaultKind::DropReply => FailureKind::Hangup,
            FaultKind::Reset => FailureKind::Reset,
            FaultKind::BadGateway => FailureKind::BadGateway,
            FaultKind::TooManyRequests => FailureKind::TooManyRequests,
            FaultKind::ServerError => FailureKind::ServerError,
            FaultKind::Junk => FailureKind::Junk,
        };
        let is_processed = self.fault == FaultKind::DropReply || self.processed == Some(true);
        Some(Failure { kind, is_processed })
    }
}

fn matches(pattern: &str, path: &str) -> bool {
    let (mut parts, mut wanted) = (path.split('/'), pattern.split('/'));
    loop {
        match (wanted.next(), parts.next()) {
            (Some("**"), _) | (None, None) => return true,
            (Some("*"), Some(part)) if !part.is_empty() => {}
            (Some(want), Some(part)) if want == part => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_takes_one_part_or_any_rest() {
        for (pattern, path, fits) in [
            ("/v1/orders", "/v1/orders", true),
            ("/v1/orders", "/v1/orders/order_1", false),
            ("/v1/payments/*/refund", "/v1/payments/pay_1/refund", true),
            ("/v1/payments/*/refund", "/v1/payments/pay_1/refunds", false),
            ("/v1/payments/*", "/v1/payments/", false),
            ("/v1/payments/**", "/v1/payments/pay_1/refund", true),
            ("**", "/anything", true),
        ] {
            assert_eq!(matches(pattern, path), fits, "{pattern} {path}");
        }
    }

    #[test]
    fn faults_are_used_up_by_the_requests_that_they_fit() {
        let mut faults = Faults::default();
        let order = r#"{"fault":"reset","method":"post","path":"/v1/orders","requests":1}"#;
        faults.add(serde_json::from_str(order).unwrap()).unwrap();
        assert_eq!(faults.meet("GET", "/v1/orders"), Mischief::default());
        let failure = Failure { kind: FailureKind::Reset, is_processed: false };
        assert_eq!(faults.meet("POST", "/v1/orders").failure, Some(failure));
        assert_eq!(faults.meet("POST", "/v1/orders"), Mischief::default());
        assert!(faults.list().is_empty());
    }
}
