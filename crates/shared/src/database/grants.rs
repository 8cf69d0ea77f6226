//! What the services' account may do with each table, read from the table's own comment.

use sqlx::error::DatabaseError;
use sqlx::mysql::MySqlDatabaseError;
use sqlx::{AssertSqlSafe, Executor, MySqlConnection};

/// The rights that a table's comment grants.
///
/// A comment that begins with `ledger:` makes a table that only grows (documents, movements, audit): rows are added
/// and read, never changed. `reference:` makes one that only migrations write. Every other table is read and written.
fn rights(comment: &str) -> Rights {
    match comment.split_once(':').map(|(kind, _)| kind) {
        Some("ledger") => Rights { given: "SELECT, INSERT", taken: &["UPDATE", "DELETE"] },
        Some("reference") => Rights { given: "SELECT", taken: &["INSERT", "UPDATE", "DELETE"] },
        _ => Rights { given: "SELECT, INSERT, UPDATE, DELETE", taken: &[] },
    }
}

/// What an account gets, and what it loses if an earlier comment gave it.
#[derive(Debug, PartialEq, Eq)]
struct Rights {
    given: &'static str,
    taken: &'static [&'static str],
}

/// Gives `account` the rights on every table of `schema` that the tables' comments allow, and takes the others back.
pub async fn apply(conn: &mut MySqlConnection, schema: &str, account: &str) -> sqlx::Result<()> {
    for (table, comment) in tables(conn, schema).await? {
        let comment = if table == "_sqlx_migrations" { "reference: the migrator's own" } else { &comment };
        let Rights { given, taken } = rights(comment);
        let (table, account) = (format!("{}.{}", name(schema), name(&table)), format!("{}@'%'", text(account)));
        conn.execute(AssertSqlSafe(format!("GRANT {given} ON {table} TO {account}"))).await?;
        for right in taken {
            revoke(conn, AssertSqlSafe(format!("REVOKE {right} ON {table} FROM {account}"))).await?;
        }
    }
    Ok(())
}

/// ER_NONEXISTING_TABLE_GRANT is how MySQL says that there was nothing to take back; MariaDB says nothing.
async fn revoke(conn: &mut MySqlConnection, statement: AssertSqlSafe<String>) -> sqlx::Result<()> {
    match conn.execute(statement).await {
        Err(sqlx::Error::Database(error)) if number_of(&*error) == Some(1147) => Ok(()),
        done => done.map(drop),
    }
}

fn number_of(error: &dyn DatabaseError) -> Option<u16> {
    error.try_downcast_ref::<MySqlDatabaseError>().map(MySqlDatabaseError::number)
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
        assert_eq!(rights("ledger: every change of stock").given, "SELECT, INSERT");
        assert_eq!(rights("reference: states of India").given, "SELECT");
        assert_eq!(rights("accounts"), Rights { given: "SELECT, INSERT, UPDATE, DELETE", taken: &[] });
    }

    #[test]
    fn names_cannot_break_out() {
        assert_eq!(name("a`b"), "`a``b`");
        assert_eq!(text("o'brien\\"), "'o''brien\\\\'");
    }
}
