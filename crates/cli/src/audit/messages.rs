//! What waits to be sent or finished, and for how long.

use chrono::{DateTime, TimeDelta, Utc};
use commerce::listeners;
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

/// A message that no listener could act upon is a dead letter: the broker has it, and the inbox does not. `since` as for
/// events that wait, from when the broker had them.
pub(super) async fn every_event_was_heard(
    conn: &mut MySqlConnection,
    since: Option<DateTime<Utc>>,
) -> sqlx::Result<Finding> {
    let (mut examined, mut wrong) = (0, Vec::new());
    for listener in listeners::ALL {
        for topic in listener.topics {
            examined += store::count_published(conn, topic).await?;
            let unheard = store::list_unheard(conn, listener.name, topic, since).await?;
            wrong.extend(unheard.iter().map(|event| format!("{}/{event}", listener.name)));
        }
    }
    Ok(Finding::new("every event was heard", (examined, "deliveries"), &wrong))
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
