//! The SQL of the bench: what is for sale, a million people, and the server's own log of what it was asked.

pub(crate) mod catalogue;

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

/// The key of the youngest account.
pub(crate) async fn find_last_user(conn: &mut MySqlConnection) -> sqlx::Result<u64> {
    sqlx::query_scalar("SELECT id FROM users ORDER BY id DESC LIMIT 1").fetch_one(conn).await
}

/// Ten thousand people from number `first` on, with names as common as names are.
pub(crate) async fn insert_users(conn: &mut MySqlConnection, first: u64) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO users (uuid, email, phone, username, password_hash, first_name, last_name, country_id)
         SELECT UUID(), CONCAT(LOWER(first_name), '.', LOWER(last_name), n, '@people.example.com'),
                CONCAT('+91', 7000000000 + n), CONCAT(LOWER(last_name), n), '!', first_name, last_name, 1
         FROM (
             SELECT n,
                    ELT(1 + MOD(n * 7919, 20), 'Asha', 'Ravi', 'Meena', 'Arjun', 'Priya', 'Vikram', 'Sunita', 'Rahul', 'Kavita',
                        'Amit', 'Neha', 'Suresh', 'Lakshmi', 'Imran', 'Fatima', 'Gurpreet', 'Joseph', 'Anita', 'Deepak', 'Pooja')
                        AS first_name,
                    ELT(1 + MOD(n DIV 20 * 6133, 23), 'Sharma', 'Kumar', 'Singh', 'Patel', 'Rao', 'Reddy', 'Nair', 'Khan', 'Das',
                        'Gupta', 'Iyer', 'Joshi', 'Mehta', 'Naidu', 'Pillai', 'Shetty', 'Yadav', 'Verma', 'Mishra', 'Jain',
                        'Bose', 'Chopra', 'Kaur') AS last_name
             FROM (
                 SELECT CAST(? AS UNSIGNED) + a.d + 10 * b.d + 100 * c.d + 1000 * e.d AS n
                 FROM (SELECT 0 AS d UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4
                       UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9) a
                 CROSS JOIN (SELECT 0 AS d UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4
                       UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9) b
                 CROSS JOIN (SELECT 0 AS d UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4
                       UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9) c
                 CROSS JOIN (SELECT 0 AS d UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4
                       UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9) e
             ) numbers
         ) people",
    )
    .bind(first)
    .execute(conn)
    .await
    .map(drop)
}

/// The words of the names of those who came after `last`.
pub(crate) async fn insert_words(conn: &mut MySqlConnection, last: u64) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO user_search_words (user_id, word)
         SELECT id, LOWER(first_name) FROM users WHERE id > ?
         UNION SELECT id, LOWER(last_name) FROM users WHERE id > ?",
    )
    .bind(last)
    .bind(last)
    .execute(conn)
    .await
    .map(drop)
}

/// Two by two.
pub(crate) async fn insert_pairs(conn: &mut MySqlConnection, last: u64) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT IGNORE INTO user_search_pairs (beginnings, user_id)
         SELECT CONCAT(LEFT(a.word, 2), ' ', LEFT(b.word, 2)), a.user_id
         FROM user_search_words a JOIN user_search_words b ON b.user_id = a.user_id AND b.word <> a.word
         WHERE a.user_id > ?",
    )
    .bind(last)
    .execute(conn)
    .await
    .map(drop)
}

/// Lets the planner know how many there are.
pub(crate) async fn update_statistics(conn: &mut MySqlConnection) -> sqlx::Result<()> {
    conn.execute("ANALYZE TABLE users, user_search_words, user_search_pairs").await.map(drop)
}

/// Gives `user` every role that allows `permission`.
pub(crate) async fn insert_role_with(conn: &mut MySqlConnection, user: u64, permission: &str) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO user_role_assignments (user_id, role_id)
         SELECT ?, r.role_id FROM role_permissions r JOIN permissions p ON p.id = r.permission_id WHERE p.name = ?",
    )
    .bind(user)
    .bind(permission)
    .execute(conn)
    .await
    .map(drop)
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
