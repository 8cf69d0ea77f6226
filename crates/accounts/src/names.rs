//! The words of people's names, by which an administrator finds them.

use kernel::UserId;
use sqlx::MySqlConnection;

use crate::identifiers::PersonName;
use crate::store;

/// Keeps the words of these names, and no others, as those of `user`. Goes where a name is written, in the same
/// transaction.
pub async fn keep(
    conn: &mut MySqlConnection,
    user: UserId,
    first_name: &PersonName,
    last_name: &PersonName,
) -> sqlx::Result<()> {
    let words = words(&[first_name.as_str(), last_name.as_str()]);
    store::names::delete_all(conn, user).await?;
    if words.is_empty() { Ok(()) } else { store::names::insert_all(conn, user, &words).await }
}

/// The words of `texts` in small letters, each once: what stands between white space.
pub fn words(texts: &[&str]) -> Vec<String> {
    let mut words: Vec<String> = texts.iter().flat_map(|text| text.split_whitespace()).map(str::to_lowercase).collect();
    words.sort();
    words.dedup();
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_by_each_of_its_words_once() {
        assert_eq!(words(&["Asha  Devi", "DEVI रेशम"]), ["asha", "devi", "रेशम"]);
        assert!(words(&[" "]).is_empty());
    }
}
