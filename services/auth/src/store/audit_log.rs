//! Reads the audit log, which `shared` writes.

use sqlx::{MySql, MySqlConnection, QueryBuilder};

use crate::audit_log::{Act, ListActs};

pub(crate) async fn count(conn: &mut MySqlConnection, wanted: &ListActs) -> sqlx::Result<u64> {
    let mut query = QueryBuilder::new("SELECT COUNT(*) FROM audit_log WHERE TRUE");
    push_filters(&mut query, wanted);
    let count: i64 = query.build_query_scalar().fetch_one(conn).await?;
    Ok(u64::try_from(count).unwrap_or_default())
}

pub(crate) async fn list(conn: &mut MySqlConnection, wanted: &ListActs) -> sqlx::Result<Vec<Act>> {
    let mut query = QueryBuilder::new(
        "SELECT id, occurred_at, actor_id, action, subject_type, subject_id, old_value, new_value, request_id, ip_address,
                hash
         FROM audit_log
         WHERE TRUE",
    );
    push_filters(&mut query, wanted);
    query.push(" ORDER BY id DESC LIMIT ").push_bind(wanted.request().limit());
    query.push(" OFFSET ").push_bind(wanted.request().offset());
    query.build_query_as().fetch_all(conn).await
}

fn push_filters(query: &mut QueryBuilder<MySql>, wanted: &ListActs) {
    if let Some(actor) = wanted.actor {
        query.push(" AND actor_id = ").push_bind(actor);
    }
    if let Some(address) = wanted.address {
        query.push(" AND ip_address = ").push_bind(address.to_string());
    }
    let texts = [
        (" AND action = ", &wanted.action),
        (" AND subject_type = ", &wanted.subject_type),
        (" AND subject_id = ", &wanted.subject_id),
    ];
    for (filter, text) in texts {
        if let Some(text) = text {
            query.push(filter).push_bind(text.clone());
        }
    }
    if let Some(from) = wanted.from {
        query.push(" AND occurred_at >= ").push_bind(from);
    }
    if let Some(to) = wanted.to {
        query.push(" AND occurred_at < ").push_bind(to);
    }
}
