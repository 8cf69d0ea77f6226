//! Values as MariaDB's general log writes them into the place of `?`.

/// What may stand before a quote.
const KINDS: [&str; 3] = ["TIMESTAMP", "DATE", "TIME"];

/// A value of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Literal {
    Null,
    Integer(i64),
    /// Text; also amounts, dates and whatever else the server reads out of a text.
    Text(String),
}

/// The values that make `executed` out of `prepared`, in their order; nothing if they do not.
pub(super) fn values(prepared: &str, executed: &str) -> Option<Vec<Literal>> {
    let mut segments = segments(prepared).into_iter();
    let mut rest = executed.strip_prefix(segments.next()?)?;
    let mut values = Vec::new();
    for segment in segments {
        let (value, after) = literal(rest)?;
        rest = after.strip_prefix(segment)?;
        values.push(value);
    }
    rest.is_empty().then_some(values)
}

/// What stands between the `?` of a statement. One inside of quotes is a question mark.
fn segments(prepared: &str) -> Vec<&str> {
    let mut is_quoted = false;
    let is_hole = |letter: char| {
        is_quoted ^= letter == '\'';
        letter == '?' && !is_quoted
    };
    prepared.split(is_hole).collect()
}

/// The value that `text` begins with, and what comes after it.
fn literal(text: &str) -> Option<(Literal, &str)> {
    let quoted = KINDS.iter().find_map(|kind| text.strip_prefix(kind));
    if let Some(quoted) = quoted.and_then(|text| text.strip_prefix('\'')).or(text.strip_prefix('\'')) {
        return unquote(quoted).map(|(value, rest)| (Literal::Text(value), rest));
    }
    let end =
        text.find(|letter: char| !letter.is_ascii_alphanumeric() && !"+-.".contains(letter)).unwrap_or(text.len());
    let (word, rest) = text.split_at_checked(end)?;
    let value = match word.parse() {
        _ if word.is_empty() => return None,
        _ if word == "NULL" => Literal::Null,
        Ok(number) => Literal::Integer(number),
        Err(_) => Literal::Text(word.to_owned()),
    };
    Some((value, rest))
}

/// The text up to its closing quote, without escapes.
fn unquote(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '\'' => return Some((value, text.get(at + 1..)?)),
            '\\' => value.push(escaped(letters.next()?.1)),
            _ => value.push(letter),
        }
    }
    None
}

fn escaped(letter: char) -> char {
    match letter {
        '0' => '\0',
        'n' => '\n',
        'r' => '\r',
        'Z' => '\u{1a}',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Literal {
        Literal::Text(text.to_owned())
    }

    #[test]
    fn what_was_executed_gives_its_values_back() {
        let prepared = "INSERT INTO brands (b, c) VALUES (?, ?), ('?', ?) WHERE d = ? AND e = ?";
        let executed = r#"INSERT INTO brands (b, c) VALUES (NULL, -7), ('?', 'it\'s, \"?\"\n') WHERE d = 649.00 AND e = TIMESTAMP'2026-11-22'"#;
        let expected =
            vec![Literal::Null, Literal::Integer(-7), text("it's, \"?\"\n"), text("649.00"), text("2026-11-22")];
        assert_eq!(values(prepared, executed), Some(expected));
        assert_eq!(values("DO 1", "DO 1"), Some(vec![]));
    }

    #[test]
    fn another_statement_gives_none() {
        for executed in ["SELECT 1", "DO 7 + 1", "DO ", "DO 'x", "DO 7 "] {
            assert_eq!(values("DO ?", executed), None, "{executed}");
        }
    }
}
