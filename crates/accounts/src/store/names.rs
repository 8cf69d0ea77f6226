//! Writes the words of names.

use kernel::UserId;
use sqlx::{MySqlConnection, QueryBuilder};

pub(crate) async fn delete_all(conn: &mut MySqlConnection, user: UserId) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM user_search_pairs WHERE user_id = ?").bind(user).execute(&mut *conn).await?;
    sqlx::query("DELETE FROM user_search_words WHERE user_id = ?").bind(user).execute(conn).await.map(drop)
}

/// Two that the database takes for one are one row.
pub(crate) async fn insert_words(conn: &mut MySqlConnection, user: UserId, words: &[String]) -> sqlx::Result<()> {
    insert(conn, user, "INSERT IGNORE INTO user_search_words (user_id, word) ", words).await
}

/// Likewise.
pub(crate) async fn insert_pairs(conn: &mut MySqlConnection, user: UserId, pairs: &[String]) -> sqlx::Result<()> {
    insert(conn, user, "INSERT IGNORE INTO user_search_pairs (user_id, beginnings) ", pairs).await
}

async fn insert(conn: &mut MySqlConnection, user: UserId, into: &'static str, texts: &[String]) -> sqlx::Result<()> {
    if texts.is_empty() {
        return Ok(());
    }
    let mut query = QueryBuilder::new(into);
    query.push_values(texts, |mut row, text| {
        row.push_bind(user).push_bind(text);
    });
    query.build().execute(conn).await.map(drop)
}
