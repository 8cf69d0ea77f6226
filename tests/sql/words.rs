//! SQL as a row of words: strings are one word each, comments none, identifiers lose their backticks.

use std::sync::LazyLock;

use regex::Regex;

static WORD: LazyLock<Regex> = LazyLock::new(|| {
    let comments = r"(?s:/\*.*?\*/)|--[^\n]*|#[^\n]*";
    let strings = r#"'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.)*""#;
    Regex::new(&format!(r"(?<comment>{comments})|{strings}|`[^`]*`|[A-Za-z0-9_]+|[^ \t\r\n]")).unwrap()
});

/// The words of a statement, as they are written.
pub(super) fn words(sql: &str) -> Vec<&str> {
    let found = WORD.captures_iter(sql).filter(|word| word.name("comment").is_none());
    found.filter_map(|word| word.get(0)).map(|word| word.as_str().trim_matches('`')).collect()
}

/// Whether a word is this keyword.
pub(super) fn is(word: &str, keyword: &str) -> bool {
    word.eq_ignore_ascii_case(keyword)
}

/// The words outside of every bracket, each with its place.
pub(super) fn outermost<'a>(words: &'a [&'a str]) -> impl Iterator<Item = (usize, &'a str)> {
    let mut depth = 0_usize;
    words.iter().copied().enumerate().filter(move |(_, word)| {
        depth = if *word == ")" { depth.saturating_sub(1) } else { depth };
        let is_outside = depth == 0;
        depth += usize::from(*word == "(");
        is_outside
    })
}

#[test]
fn strings_are_words_and_comments_are_none() {
    let sql = "INSERT /* a; */ INTO `b` -- c;\nVALUES ('it''s; \\'', ?) # d";
    assert_eq!(words(sql), ["INSERT", "INTO", "b", "VALUES", "(", "'it''s; \\''", ",", "?", ")"]);
    let row = words("a (b (c) d) e");
    assert_eq!(outermost(&row).map(|(_, word)| word).collect::<Vec<_>>(), ["a", "(", ")", "e"]);
}
