//! How a text becomes words: folded, split and, for English, stemmed; the same for products and for what shoppers type.

use tantivy::tokenizer::{Language, Stemmer, TextAnalyzer, Token, TokenStream, Tokenizer, TokenizerManager};
use unicode_normalization::UnicodeNormalization;

/// The analyzer of words as they stand.
pub(super) const PLAIN: &str = "plain";
/// The analyzer of stems.
pub(super) const STEMMED: &str = "stemmed";
/// What is longer is no word that anybody types.
const LONGEST: usize = 60;

/// The words of `text`: accents and nuktas dropped, lower case, numbers apart from letters (`500g` is `500` and `g`).
pub(super) fn split(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut was_digit = false;
    for c in text.nfkd().filter(|c| !is_dropped(*c)).flat_map(char::to_lowercase).map(folded) {
        let is_digit = c.is_numeric();
        if !is_of_word(c) || (is_digit != was_digit && !word.is_empty()) {
            words.push(std::mem::take(&mut word));
        }
        if is_of_word(c) {
            word.push(c);
        }
        was_digit = is_digit;
    }
    words.push(word);
    words.retain(|word| !word.is_empty() && word.chars().count() <= LONGEST);
    words
}

/// The stem of one word; words of other languages stay as they are.
pub(super) fn stem(word: &str) -> String {
    let mut analyzer = stemming();
    let mut stream = analyzer.token_stream(word);
    if stream.advance() { stream.token().text.clone() } else { String::new() }
}

/// The stems of all words of `text`.
pub(super) fn stems(text: &str) -> Vec<String> {
    let mut analyzer = stemming();
    let mut stream = analyzer.token_stream(text);
    let mut stems = Vec::new();
    while stream.advance() {
        stems.push(stream.token().text.clone());
    }
    stems
}

/// What the index needs to know about words.
pub(super) fn analyzers() -> TokenizerManager {
    let manager = TokenizerManager::default();
    manager.register(PLAIN, TextAnalyzer::from(Words));
    manager.register(STEMMED, stemming());
    manager
}

fn stemming() -> TextAnalyzer {
    TextAnalyzer::builder(Words).filter(Stemmer::new(Language::English)).build()
}

/// Accents of Latin letters, the nukta, apostrophes and joiners: who types leaves them out.
fn is_dropped(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{93c}' | '\'' | '\u{2019}' | '\u{200c}' | '\u{200d}')
}

/// The two ways to write a nasal are one.
fn folded(c: char) -> char {
    if c == '\u{901}' { '\u{902}' } else { c }
}

/// Devanagari's vowel signs and virama belong to the word; its full stops do not.
fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || (matches!(c, '\u{900}'..='\u{97f}') && !matches!(c, '\u{964}' | '\u{965}'))
}

#[derive(Clone, Debug)]
struct Words;

/// The words of one text, one after the other.
#[derive(Debug)]
struct WordStream {
    words: std::vec::IntoIter<String>,
    token: Token,
}

impl Tokenizer for Words {
    type TokenStream<'a> = WordStream;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> WordStream {
        WordStream { words: split(text).into_iter(), token: Token::default() }
    }
}

impl TokenStream for WordStream {
    fn advance(&mut self) -> bool {
        let Some(word) = self.words.next() else { return false };
        self.token.position = self.token.position.wrapping_add(1);
        self.token.text = word;
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

/// How many letters have to be inserted, left out, exchanged or swapped with their neighbour, if it is at most `most`.
pub(super) fn edits(one: &str, other: &str, most: usize) -> Option<usize> {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    if one.len().abs_diff(other.len()) > most {
        return None;
    }
    let (mut before, mut row): (Vec<usize>, Vec<usize>) = (Vec::new(), (0..=other.len()).collect());
    for (i, a) in one.iter().enumerate() {
        let mut next = vec![i + 1];
        for (j, b) in other.iter().enumerate() {
            let at = |row: &[usize], j: usize| row.get(j).copied().unwrap_or(usize::MAX / 2);
            let mut cost = (at(&row, j) + usize::from(a != b)).min(at(&row, j + 1) + 1).min(at(&next, j) + 1);
            let swapped = i > 0 && j > 0 && one.get(i - 1) == Some(b) && other.get(j - 1) == Some(a);
            if swapped {
                cost = cost.min(at(&before, j - 1) + 1);
            }
            next.push(cost);
        }
        before = std::mem::replace(&mut row, next);
    }
    row.last().copied().filter(|cost| *cost <= most)
}

/// How many typing errors a word of this length is forgiven: one from four letters, two from eight.
pub(super) fn forgiven(word: &str) -> u8 {
    match word.chars().count() {
        _ if word.chars().any(char::is_numeric) => 0,
        0..=3 => 0,
        4..=7 => 1,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_folded_and_split_in_both_scripts() {
        for (text, words) in [
            ("Haldiram's Café  CRÈME", "haldirams cafe creme"),
            ("Toor Dal, 500g (1kg)", "toor dal 500 g 1 kg"),
            ("चावल और आटा।", "चावल और आटा"),
            ("कॉफ़ी दाँत मिक्स्चर", "कॉफी दांत मिक्स्चर"),
            ("ｆｕｌｌ ﬁne", "full fine"),
            ("%_!' -- \u{0}", ""),
        ] {
            assert_eq!(split(text).join(" "), words, "{text}");
        }
        assert!(split(&"x".repeat(61)).is_empty());
    }

    #[test]
    fn english_words_have_stems_and_others_stay() {
        assert_eq!(stems("Roasted almonds, biscuits चावल"), ["roast", "almond", "biscuit", "चावल"]);
        assert_eq!(stem("notebooks"), "notebook");
    }

    #[test]
    fn edits_are_counted_up_to_a_bound() {
        for (one, other, edit) in
            [("soap", "soap", Some(0)), ("saop", "soap", Some(1)), ("sop", "soap", Some(1)), ("rice", "dal", None)]
        {
            assert_eq!(edits(one, other, 1), edit, "{one} {other}");
        }
        assert_eq!(edits("shampooo", "shmpoo", 2), Some(2));
        assert_eq!(["dal", "soap", "shampoos", "basmati1"].map(forgiven), [0, 1, 2, 0]);
    }
}
