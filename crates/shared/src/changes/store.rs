//! The SQL of the change log. Its instants are the database's own, so that replicas need not agree on a time.

use std::time::Duration;

use sqlx::{MySqlConnection, QueryBuilder};

use super::{Change, Topic};

pub(super) async fn insert(conn: &mut MySqlConnection, topic: Topic, subject: &str) -> sqlx::Result<()> {
    sqlx::query("INSERT INTO change_log (topic, subject, created_at) VALUES (?, ?, CURRENT_TIMESTAMP(6))")
        .bind(topic)
        .bind(subject)
        .execute(conn)
        .await
        .map(drop)
}

/// One row for each of `subjects`, of which there is one at least.
pub(super) async fn insert_all(conn: &mut MySqlConnection, topic: Topic, subjects: &[String]) -> sqlx::Result<()> {
    let mut query = QueryBuilder::new("INSERT INTO change_log (topic, subject, created_at) ");
    query.push_values(subjects, |mut row, subject| {
        row.push_bind(topic).push_bind(subject).push("CURRENT_TIMESTAMP(6)");
    });
    query.build().execute(conn).await.map(drop)
}

pub(super) async fn list_recent(conn: &mut MySqlConnection, span: Duration) -> sqlx::Result<Vec<Change>> {
    sqlx::query_as(
        "SELECT id, topic, subject FROM change_log
         WHERE created_at >= CURRENT_TIMESTAMP(6) - INTERVAL ? SECOND ORDER BY id",
    )
    .bind(span.as_secs())
    .fetch_all(conn)
    .await
}
