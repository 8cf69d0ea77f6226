//! Categories and brands for what somebody is typing.

use super::shelves::{Maker, Shelf, Shelves};
use super::synonyms::Synonyms;
use super::words;

/// So many of each are suggested.
const MOST: usize = 5;

/// Categories that a shopper sees and whose name in either language has all of `typed`.
pub(crate) fn fitting_categories<'a>(shelves: &'a Shelves, typed: &[String]) -> Vec<&'a Shelf> {
    let words = split(typed);
    let named = |shelf: &Shelf| format!("{} {}", shelf.name, shelf.name_hindi.as_deref().unwrap_or_default());
    let fits = |shelf: &&Shelf| fits(&words, &named(shelf));
    shelves.shown().into_iter().filter(fits).take(MOST).collect()
}

/// Brands whose name has all of `typed`.
pub(crate) fn fitting_brands<'a>(shelves: &'a Shelves, typed: &[String]) -> Vec<&'a Maker> {
    let words = split(typed);
    shelves.brands.iter().filter(|brand| fits(&words, &brand.name)).take(MOST).collect()
}

fn split(typed: &[String]) -> Vec<String> {
    typed.iter().flat_map(|word| words::split(word)).collect()
}

fn fits(words: &[String], name: &str) -> bool {
    let (named, stems) = (words::split(name), words::stems(name));
    let last = words.len().saturating_sub(1);
    let has = |(n, word): (usize, &String)| {
        let begins = |other: &String| n == last && other.starts_with(word.as_str());
        let is_near = |other: &String| words::edits(other, word, usize::from(words::forgiven(word))).is_some();
        let stem = words::stem(word);
        let means = || {
            let span = Synonyms::of_the_shop().span(std::slice::from_ref(&stem));
            span.others.iter().any(|member| member.iter().all(|stem| stems.contains(stem)))
        };
        named.iter().any(|other| begins(other) || is_near(other)) || stems.contains(&stem) || means()
    };
    !words.is_empty() && words.iter().enumerate().all(has)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_fits_what_was_begun_misspelt_or_meant() {
        for (typed, fit) in [
            ("ric", true),
            ("flour", true),
            ("rice flours", true),
            ("floor", true),
            ("chawal", true),
            ("rice ric", true),
            ("tea", false),
            ("", false),
        ] {
            assert_eq!(fits(&words::split(typed), "Rice and Flour"), fit, "{typed}");
        }
    }
}
