//! What a cell of a file holds: a spreadsheet must not take what somebody wrote for a formula.

use std::borrow::Cow;

/// What a spreadsheet begins to calculate at, in ASCII and as wide as a Chinese character.
const FORMULA: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
const APOSTROPHE: char = '\'';

/// `text` as it stands in a file: what looks like a formula has an apostrophe before it, and so has what [`strip`] would take
/// for that.
pub(super) fn guard(text: &str) -> Cow<'_, str> {
    if is_formula(text) || is_guarded(text) { Cow::Owned(format!("{APOSTROPHE}{text}")) } else { Cow::Borrowed(text) }
}

/// The text that [`guard`] was given. A name that merely begins with an apostrophe keeps it.
pub(super) fn strip(cell: &str) -> &str {
    if is_guarded(cell) { cell.strip_prefix(APOSTROPHE).unwrap_or(cell) } else { cell }
}

fn is_formula(text: &str) -> bool {
    text.starts_with(FORMULA)
}

fn is_guarded(text: &str) -> bool {
    let rest = text.strip_prefix(APOSTROPHE);
    rest.is_some_and(|rest| is_formula(rest) || rest.starts_with(APOSTROPHE))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_looks_like_a_formula_is_none_in_a_file_and_comes_back_as_it_was() {
        for (text, cell) in [
            ("=1+1", "'=1+1"),
            ("+91 98", "'+91 98"),
            ("-5", "'-5"),
            ("@sum", "'@sum"),
            ("\tx", "'\tx"),
            ("\rx", "'\rx"),
            ("＝1", "'＝1"),
            ("'Tis tea", "'Tis tea"),
            ("'=1", "''=1"),
            ("''", "'''"),
            ("'", "'"),
            ("", ""),
            ("5-6", "5-6"),
            ("चाय", "चाय"),
        ] {
            assert_eq!((guard(text).as_ref(), strip(cell)), (cell, text));
        }
    }

    proptest! {
        #[test]
        fn every_text_comes_back(text in "['=@a\t-]{0,5}") {
            let cell = guard(&text);
            prop_assert!(!is_formula(&cell));
            prop_assert_eq!(strip(&cell), &text);
        }
    }
}
