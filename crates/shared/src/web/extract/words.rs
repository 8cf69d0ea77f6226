//! Says what serde and validator found wrong in the words of a person.

use validator::{ValidationErrors, ValidationErrorsKind};

use crate::web::FieldError;

/// A parser's complaint without its parser: what was expected, not what was sent.
pub(super) fn plain(complaint: &str) -> String {
    let complaint = without_place(complaint);
    if complaint.starts_with("missing field") {
        return "is required".to_owned();
    }
    // What was sent stands before the last comma, and is not repeated.
    let expected = complaint.rsplit_once(", expected ").map(|(_, expected)| expected);
    if let Some(expected) = expected.or_else(|| complaint.strip_prefix("expected ")) {
        return format!("must be {}", kind(expected));
    }
    match complaint {
        "invalid digit found in string" | "cannot parse integer from empty string" => {
            "must be a whole number".to_owned()
        }
        "number too large to fit in target type" => "is too large".to_owned(),
        text if text.starts_with("duplicate field") => "is given twice".to_owned(),
        _ => "is not valid".to_owned(),
    }
}

/// Without `serde_json`'s " at line 1 column 2".
fn without_place(complaint: &str) -> &str {
    let is_place = |place: &str| {
        place
            .split_once(" column ")
            .is_some_and(|(line, column)| line.parse::<u64>().is_ok() && column.parse::<u64>().is_ok())
    };
    let parts = complaint.rsplit_once(" at line ").filter(|(_, place)| is_place(place));
    parts.map_or(complaint, |(complaint, _)| complaint)
}

/// What a Rust type is called outside of Rust.
fn kind(expected: &str) -> &str {
    match expected {
        "u8" | "u16" | "u32" | "u64" | "i8" | "i16" | "i32" | "i64" => "a whole number",
        "a sequence" => "a list",
        boolean if boolean.starts_with("\"true\"") => "true or false",
        object if object.starts_with("struct ") => "a JSON object",
        described => described,
    }
}

/// Every broken rule of a validated value, with the path to its field: `items[0].quantity`. A rule of the whole
/// blames the field that its code names.
pub(super) fn broken_rules(errors: &ValidationErrors) -> Vec<FieldError> {
    let mut found = Vec::new();
    collect(errors, "", &mut found);
    found.sort_by(|a, b| a.field.cmp(&b.field));
    found
}

fn collect(errors: &ValidationErrors, prefix: &str, found: &mut Vec<FieldError>) {
    for (name, kind) in errors.errors() {
        let path = format!("{prefix}{name}");
        match kind {
            ValidationErrorsKind::Field(rules) if name == "__all__" => {
                found.extend(
                    rules.iter().map(|rule| FieldError::new(format!("{prefix}{}", rule.code), rule_text(rule))),
                );
            }
            ValidationErrorsKind::Field(rules) => {
                found.extend(rules.iter().map(|rule| FieldError::new(&path, rule_text(rule))));
            }
            ValidationErrorsKind::Struct(inner) => collect(inner, &format!("{path}."), found),
            ValidationErrorsKind::List(items) => {
                for (index, inner) in items {
                    collect(inner, &format!("{path}[{index}]."), found);
                }
            }
        }
    }
}

fn rule_text(rule: &validator::ValidationError) -> String {
    rule.message.as_ref().map_or_else(|| "is not valid".to_owned(), ToString::to_string)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_reads_what_to_send() {
        for (complaint, words) in [
            ("missing field `email`", "is required"),
            (
                "invalid type: string \"x\", expected a positive integer at line 1 column 9",
                "must be a positive integer",
            ),
            ("unknown variant `x`, expected one of `a`, `b`", "must be one of `a`, `b`"),
            ("invalid digit found in string", "must be a whole number"),
            ("number too large to fit in target type", "is too large"),
            ("unknown variant `expected money at line 1`, expected `asc` or `desc`", "must be `asc` or `desc`"),
            ("unknown variant `x, expected y`, expected `asc` or `desc`", "must be `asc` or `desc`"),
            ("expected at most 200 characters", "must be at most 200 characters"),
            ("trailing characters", "is not valid"),
        ] {
            assert_eq!(plain(complaint), words, "{complaint}");
        }
    }
}
