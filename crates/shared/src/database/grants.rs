//! What the services' account may do with each table, read from the table's own comment.

use sqlx::{AssertSqlSafe, Executor, MySqlConnection};

/// The rights that a table's comment grants.
///
/// A comment that begins with `ledger:` makes a table that only grows (documents, movements, audit): rows are added
/// and read, never changed. `reference:` makes one that only migrations write. Every other table is read and written.
fn rights(comment: &str) -> &'static str {
    match comment.split_once(':').map(|(kind, _)| kind) {
        Some("ledger") => "SELECT, INSERT",
        Some("reference") => "SELECT",
        _ => "SELECT, INSERT, UPDATE, DELETE",
    }
}

/// Gives `account` the rights on every table of `schema` that the tables' comments allow, and no other.
pub async fn apply(conn: &mut MySqlConnection, schema: &str, account: &str) -> sqlx::Result<()> {
    for (table, comment) in tables(conn, schema).await? {
        let rights = if table == "_sqlx_migrations" { "SELECT" } else { rights(&comment) };
        let target = format!("{}.{} TO {}@'%'", name(schema), name(&table), text(account));
        conn.execute(AssertSqlSafe(format!("GRANT {rights} ON {target}"))).await?;
    }
    Ok(())
}

async fn tables(conn: &mut MySqlConnection, schema: &str) -> sqlx::Result<Vec<(String, String)>> {
    sqlx::query_as(
        "SELECT CAST(table_name AS CHAR), CAST(table_comment AS CHAR) FROM information_schema.tables
         WHERE table_schema = ? AND table_type = 'BASE TABLE' ORDER BY table_name",
    )
    .bind(schema)
    .fetch_all(conn)
    .await
}

fn name(identifier: &str) -> String {
    format!("`{}`", identifier.replace('`', "``"))
}

fn text(literal: &str) -> String {
    format!("'{}'", literal.replace('\\', "\\\\").replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_comment_decides() {
        assert_eq!(rights("ledger: every change of stock"), "SELECT, INSERT");
        assert_eq!(rights("reference: states of India"), "SELECT");
        assert_eq!(rights("accounts"), "SELECT, INSERT, UPDATE, DELETE");
    }

    #[test]
    fn names_cannot_break_out() {
        assert_eq!(name("a`b"), "`a``b`");
        assert_eq!(text("o'brien\\"), "'o''brien\\\\'");
    }
}
