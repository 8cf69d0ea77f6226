//! Writes the words of names.

use kernel::UserId;
use sqlx::{MySqlConnection, QueryBuilder};

pub(crate) async fn delete_all(conn: &mut MySqlConnection, user: UserId) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM user_search_words WHERE user_id = ?").bind(user).execute(conn).await.map(drop)
}

/// There is one word at least; two that the database takes for one are one row.
pub(crate) async fn insert_all(conn: &mut MySqlConnection, user: UserId, words: &[String]) -> sqlx::Result<()> {
    let mut query = QueryBuilder::new("INSERT IGNORE INTO user_search_words (user_id, word) ");
    query.push_values(words, |mut row, word| {
        row.push_bind(user).push_bind(word);
    });
    query.build().execute(conn).await.map(drop)
}
