//! What people write about products: made comparable, and nothing in it hides or turns what stands around it.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Error, Unexpected};
use serde::{Deserialize, Deserializer};
use unicode_normalization::UnicodeNormalization;

/// Whether lines may be broken in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Line,
    Lines,
}

/// Defines a text of a shape, of 1 to so many characters.
macro_rules! text {
    ($(#[$doc:meta])* $name:ident, $shape:ident, $most:tt, $expected:literal) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, utoipa::ToSchema)]
        #[schema(value_type = String, min_length = 1, max_length = $most)]
        pub struct $name(String);

        impl $name {
            /// As it is kept.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            /// Nothing that people write goes into logs.
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({} bytes)"), self.0.len())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <Cow<'de, str>>::deserialize(deserializer)?;
                let read = read(&text, Shape::$shape, $most).map(Self);
                read.ok_or_else(|| D::Error::invalid_value(Unexpected::Other("this text"), &$expected))
            }
        }

        eserde::impl_edeserialize_compat!($name);
    };
}

text! {
    /// What a review says in short: one line.
    Title, Line, 150, "1 to 150 characters of one line of text"
}

text! {
    /// What a review says, or the shop's reply to it.
    Comment, Lines, 5000, "1 to 5000 characters of text"
}

text! {
    /// Why a review is not shown, for its author.
    Reason, Line, 500, "1 to 500 characters of one line of text"
}

/// Compatibility forms are folded, line breaks are `\n`, and white space around the text is gone.
fn read(text: &str, shape: Shape, most: usize) -> Option<String> {
    // A character may stand for eighteen after folding.
    if text.chars().count() > most.saturating_mul(2) {
        return None;
    }
    let folded: String = text.replace("\r\n", "\n").nfkc().collect();
    let text = folded.trim();
    let is_wrong = |character: char| hides(character) && !(shape == Shape::Lines && character == '\n');
    let fits = (1..=most).contains(&text.chars().count()) && !text.contains(is_wrong);
    (fits && text.contains(|character: char| !is_joint(character))).then(|| text.to_owned())
}

/// What cannot be seen, or turns the direction of what follows it. What joins the letters of Indian scripts is no such thing.
fn hides(character: char) -> bool {
    let is_invisible =
        matches!(character, '\u{61C}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}');
    character.is_control() || is_invisible || matches!(character, '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

fn is_joint(character: char) -> bool {
    matches!(character, '\u{200C}' | '\u{200D}') || character.is_whitespace()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_write_is_kept_as_it_reads() {
        for (text, kept) in [
            ("  Good rice \n", "Good rice"),
            ("चावल अच्छा है 👍🏽", "चावल अच्छा है 👍🏽"),
            ("क\u{94D}\u{200D}ष", "क\u{94D}\u{200D}ष"),
            ("ｆｕｌｌ　ｗｉｄｔｈ", "full width"),
            ("e\u{301}", "é"),
        ] {
            assert_eq!(read(text, Shape::Line, 20).as_deref(), Some(kept));
        }
        assert_eq!(read("one\r\ntwo\n", Shape::Lines, 20).as_deref(), Some("one\ntwo"));
    }

    #[test]
    fn what_hides_turns_or_is_too_long_is_refused() {
        for wrong in [
            "",
            "  ",
            "a\nb",
            "a\tb",
            "a\u{0}b",
            "a\u{202E}b",
            "a\u{2067}b",
            "a\u{200B}b",
            "a\u{200F}b",
            "\u{FEFF}a",
            "\u{200D}",
            "123456",
            // One character that is eighteen.
            "\u{FDFA}",
        ] {
            assert_eq!(read(wrong, Shape::Line, 5), None, "{wrong:?}");
        }
        for wrong in ["a\rb", "a\u{B}b", "a\u{2028}b", "\n"] {
            assert_eq!(read(wrong, Shape::Lines, 5), None, "{wrong:?}");
        }
    }
}
