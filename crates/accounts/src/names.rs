//! The words of people's names, by which an administrator finds them.

use kernel::UserId;
use sqlx::MySqlConnection;

use crate::identifiers::PersonName;
use crate::store;

/// How many letters of a word its pairs hold.
pub const BEGINNING: usize = 2;

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
    store::names::insert_words(conn, user, &words).await?;
    store::names::insert_pairs(conn, user, &pairs(&words)).await
}

/// How any two of `words` begin, in either order: `asha`, `rao` → `as ra`, `ra as`.
fn pairs(words: &[String]) -> Vec<String> {
    let others = |at: usize| words.iter().enumerate().filter(move |(other, _)| *other != at);
    let of = |(at, word): (usize, &String)| others(at).map(|(_, other)| pair(word, other)).collect::<Vec<_>>();
    words.iter().enumerate().flat_map(of).collect()
}

/// How two words begin, as pairs of words are kept.
pub fn pair(one: &str, other: &str) -> String {
    let beginning = |word: &str| word.chars().take(BEGINNING).collect::<String>();
    format!("{} {}", beginning(one), beginning(other))
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

    #[test]
    fn two_words_are_found_in_either_order_and_a_short_one_as_it_is() {
        let words = ["asha", "k", "रेशम"].map(str::to_owned);
        assert_eq!(pairs(&words), ["as k", "as रे", "k as", "k रे", "रे as", "रे k"]);
        assert!(pairs(&words[..1]).is_empty() && pairs(&[]).is_empty());
    }
}
