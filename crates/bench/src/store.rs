//! The SQL of the bench: what is for sale, and the server's own log of what it was asked.

use sqlx::{Executor, FromRow, MySqlConnection};

/// The keys of the products that an order of two can hold: sold by the piece, and not dear.
pub(crate) async fn list_sold_by_the_piece(conn: &mut MySqlConnection) -> sqlx::Result<Vec<u64>> {
    sqlx::query_scalar(
        "SELECT id FROM products
         WHERE status = 'active' AND product_type = 'simple' AND min_cart_quantity = 1 AND base_price < 20000
         ORDER BY id",
    )
    .fetch_all(conn)
    .await
}

/// Something that a client did, as MariaDB's general log has it.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct Entry {
    /// The client's connection.
    pub(crate) thread_id: u64,
    /// `Query`, `Prepare`, `Execute` and others.
    pub(crate) command_type: String,
    /// The statement, with its values.
    pub(crate) argument: String,
}

impl Entry {
    /// A new connection is told how it is spoken to, which belongs to nobody's request.
    pub(crate) fn is_about_the_session(&self) -> bool {
        self.argument.starts_with("SET ")
    }
}

/// Lets the server write down everything that it is asked, until [`update_log_off`].
pub(crate) async fn update_log_on(conn: &mut MySqlConnection) -> sqlx::Result<()> {
    conn.execute("SET GLOBAL log_output = 'TABLE'").await?;
    conn.execute("SET GLOBAL general_log = ON").await.map(drop)
}

pub(crate) async fn update_log_off(conn: &mut MySqlConnection) -> sqlx::Result<()> {
    conn.execute("SET GLOBAL general_log = OFF").await.map(drop)
}

/// Forgets what was written down.
pub(crate) async fn delete_log(conn: &mut MySqlConnection) -> sqlx::Result<()> {
    conn.execute("TRUNCATE TABLE mysql.general_log").await.map(drop)
}

/// What everybody else did since the log was empty.
pub(crate) async fn list_log(conn: &mut MySqlConnection) -> sqlx::Result<Vec<Entry>> {
    let rows = conn
        .fetch_all(
            "SELECT thread_id, command_type, CAST(argument AS CHAR CHARACTER SET utf8mb4) AS argument
             FROM mysql.general_log WHERE thread_id <> CONNECTION_ID()",
        )
        .await?;
    rows.iter().map(Entry::from_row).collect()
}

/// Gives up the transaction that is open.
pub(crate) async fn rollback(conn: &mut MySqlConnection) -> sqlx::Result<()> {
    conn.execute("ROLLBACK").await.map(drop)
}
