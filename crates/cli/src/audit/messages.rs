//! What waits to be sent or finished, and for how long.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::MySqlConnection;

use super::{Finding, store};

/// No request works for this long, and an abandoned one is taken over by the next try.
const UNFINISHED: TimeDelta = TimeDelta::hours(1);

/// `since`: what is older has waited too long; without it everything has.
pub(super) async fn no_event_waits(conn: &mut MySqlConnection, since: Option<DateTime<Utc>>) -> sqlx::Result<Finding> {
    let examined = store::count_events(conn).await?;
    let wrong = store::list_unpublished(conn, since).await?;
    Ok(Finding::new("no event waits in the outbox", (examined, "events"), &wrong))
}

/// `since` as for events.
pub(super) async fn no_message_waits(
    conn: &mut MySqlConnection,
    since: Option<DateTime<Utc>>,
) -> sqlx::Result<Finding> {
    let examined = store::count_notifications(conn).await?;
    let wrong = store::list_unsent(conn, since).await?;
    Ok(Finding::new("no message waits to be sent", (examined, "messages"), &wrong))
}

pub(super) async fn no_request_is_unfinished(conn: &mut MySqlConnection, now: DateTime<Utc>) -> sqlx::Result<Finding> {
    let examined = store::count_requests(conn).await?;
    let wrong = store::list_unfinished(conn, now - UNFINISHED).await?;
    Ok(Finding::new("no request with a key is unfinished", (examined, "requests"), &wrong))
}
