//! Text that stays on its line: what customers and servers say, before it is put into a letter, a header or a log.

/// `text` without control characters and marks that turn the direction of writing, white space made single blanks.
pub(crate) fn one_line(text: &str) -> String {
    let kept = text.chars().filter(|c| !turns_direction(*c)).map(|c| if c.is_control() { ' ' } else { c });
    let kept: String = kept.collect();
    kept.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The first `most` characters of [`one_line`].
pub(crate) fn short_line(text: &str, most: usize) -> String {
    one_line(text).chars().take(most).collect()
}

/// Unicode's overrides and isolates: a name must not rewrite what stands beside it.
fn turns_direction(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_comes_in_is_one_line() {
        assert_eq!(one_line(" Asha\r\nBcc: all@example.com\0\t\u{85}x "), "Asha Bcc: all@example.com x");
        assert_eq!(one_line("\u{202e}evil\u{2069} क्\u{200d}ष"), "evil क्\u{200d}ष");
        assert_eq!((one_line("\r\n"), short_line("रेशम\n!", 3)), (String::new(), "रेश".to_owned()));
    }
}
