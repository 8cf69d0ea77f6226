//! Which requests came in: what a test asks when it wants to know that nothing was sent twice.

use serde::Serialize;

/// The requests to `/v1`, in their order.
#[derive(Debug, Default)]
pub(crate) struct Traffic {
    requests: Vec<Arrived>,
}

/// A request that came in.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Arrived {
    at: i64,
    method: String,
    path: String,
    /// What the books were left with said; none while it is being worked on, and when it was lost on its way.
    status: Option<u16>,
}

/// Which of them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ticket(usize);

impl Traffic {
    pub(crate) fn arrive(&mut self, at: i64, method: &str, path: &str) -> Ticket {
        self.requests.push(Arrived { at, method: method.to_owned(), path: path.to_owned(), status: None });
        Ticket(self.requests.len() - 1)
    }

    pub(crate) fn finish(&mut self, ticket: Ticket, status: u16) {
        if let Some(request) = self.requests.get_mut(ticket.0) {
            request.status = Some(status);
        }
    }

    pub(crate) fn requests(&self) -> &[Arrived] {
        &self.requests
    }
}
