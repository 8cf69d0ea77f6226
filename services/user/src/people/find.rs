//! What an administrator may ask of the list of accounts.

use accounts::names::{BEGINNING, pair, words};
use kernel::{PageNumber, PageRequest, PageSize};
use serde::{Deserialize, Deserializer};
use utoipa::IntoParams;
use validator::Validate;

/// The filters and page of the list.
#[derive(Debug, Default, Deserialize, Validate, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct ListPeople {
    /// How an e-mail address, a telephone number or a user name begins; or each word with which a word of the name
    /// begins.
    #[param(value_type = Option<String>, max_length = 200)]
    pub search: Option<NameSearch>,
    /// Those who may sign in, or those who may not.
    pub is_active: Option<bool>,
    /// Those who hold the role of this name.
    #[validate(length(max = 50, message = "must not be longer than 50 characters"))]
    #[param(max_length = 50)]
    pub role: Option<String>,
    /// Which page, from 1.
    #[param(value_type = Option<u32>, minimum = 1)]
    pub page: Option<PageNumber>,
    /// How many per page.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    pub page_size: Option<PageSize>,
}

impl ListPeople {
    pub(crate) fn request(&self) -> PageRequest {
        PageRequest::of(self.page, self.page_size)
    }
}

/// What an administrator looks for: at most five words, of 200 characters in all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NameSearch {
    words: Vec<String>,
    number: Option<String>,
}

impl NameSearch {
    /// Each word in small letters, the longest first, because it finds the fewest; none that another begins with.
    pub fn words(&self) -> &[String] {
        &self.words
    }

    /// How two of the words begin, if there are two that are long enough, and the words of which that does not say all.
    pub fn pair(&self) -> Option<(String, impl Iterator<Item = &str>)> {
        let length = |word: &str| word.chars().count();
        let mut long = self.words.iter().filter(move |word| length(word) >= BEGINNING);
        let (one, other) = (long.next()?, long.next()?);
        let is_said = move |word: &&String| [one, other].contains(word) && length(word) == BEGINNING;
        Some((pair(one, other), self.words.iter().filter(move |word| !is_said(word)).map(String::as_str)))
    }

    /// How a telephone number begins as the shop writes it, if it is one that was typed.
    pub fn number(&self) -> Option<&str> {
        self.number.as_deref()
    }
}

/// Without those that a longer one begins with: whoever is found by that is found by them.
fn without_beginnings(longest_first: Vec<String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for word in longest_first {
        if !kept.iter().any(|longer| longer.starts_with(&word)) {
            kept.push(word);
        }
    }
    kept
}

/// `98200` → `+9198200`, `+44 20` → `+4420`; nothing if it holds what no number holds.
fn number(text: &str) -> Option<String> {
    let dense: String = text.chars().filter(|c| !matches!(c, ' ' | '-' | '.' | '(' | ')')).collect();
    let (is_whole, digits) = dense.strip_prefix('+').map_or((false, dense.as_str()), |digits| (true, digits));
    let is_number = (1..=15).contains(&digits.len()) && digits.bytes().all(|c| c.is_ascii_digit());
    let national = digits.strip_prefix('0').unwrap_or(digits);
    is_number.then(|| if is_whole { format!("+{digits}") } else { format!("+91{national}") })
}

impl<'de> Deserialize<'de> for NameSearch {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let mut words = words(&[&text]);
        if words.len() > 5 || text.chars().count() > 200 || text.contains(char::is_control) {
            return Err(serde::de::Error::custom("expected at most five words of 200 characters in all"));
        }
        words.sort_by_key(|word| std::cmp::Reverse(word.len()));
        Ok(Self { words: without_beginnings(words), number: number(&text) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_words_lead_by_how_they_begin_unless_one_says_nothing_more() {
        for (typed, words, pair) in [
            ("as sharma", &["sharma", "as"][..], Some(("sh as", vec!["sharma"]))),
            ("as sh di", &["as", "di", "sh"], Some(("as di", vec!["sh"]))),
            ("Asha A Rao", &["asha", "rao"], Some(("as ra", vec!["asha", "rao"]))),
            ("r asha", &["asha", "r"], None),
            ("as asha", &["asha"], None),
            ("रेशम दास", &["रेशम", "दास"], Some(("रे दा", vec!["रेशम", "दास"]))),
            ("", &[], None),
        ] {
            let search: NameSearch = serde_json::from_value(typed.into()).unwrap();
            assert_eq!(search.words(), words, "{typed}");
            let found = search.pair().map(|(pair, rest)| (pair, rest.collect()));
            assert_eq!(found, pair.map(|(pair, rest)| (pair.to_owned(), rest)), "{typed}");
        }
    }

    #[test]
    fn a_number_is_found_by_its_first_digits_however_they_are_typed() {
        for (typed, expected) in [
            ("98200", Some("+9198200")),
            ("098200 12", Some("+919820012")),
            ("+91 98", Some("+9198")),
            ("+44-20", Some("+4420")),
            ("asha", None),
            ("98a", None),
            ("", None),
            ("1234567890123456", None),
        ] {
            assert_eq!(number(typed).as_deref(), expected, "{typed}");
        }
    }
}
