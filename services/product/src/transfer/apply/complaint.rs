//! Whose fault it is that a row could not be done.

use shared::web::{Error, FieldError};

use super::super::columns::COLUMNS;
use super::super::fields::column_of;

/// What a refusal is about.
pub(super) enum Complaint {
    /// The row breaks these rules.
    OfRow(Vec<FieldError>),
    /// The row may be right.
    OfHouse(Error),
}

/// Sorts what a use case of the administration answered.
pub(super) fn complaint(error: Error) -> Complaint {
    match error {
        Error::Invalid(faults) => {
            let named = |fault: FieldError| FieldError::new(column_of(&fault.field), fault.message);
            Complaint::OfRow(faults.into_iter().map(named).collect())
        }
        Error::Conflict { message, .. } | Error::Impossible { message, .. } => Complaint::OfRow(vec![field(message)]),
        other => Complaint::OfHouse(other),
    }
}

/// Messages such as `sku: is taken` say what they are about.
fn field(message: &str) -> FieldError {
    match message.split_once(": ") {
        Some((field, rest)) if COLUMNS.contains(&column_of(field)) => FieldError::new(column_of(field), rest),
        _ => FieldError::new("row", message),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_the_row_s_under_the_name_of_its_column() {
        let row = |error| match complaint(error) {
            Complaint::OfRow(faults) => faults,
            Complaint::OfHouse(error) => panic!("{error}"),
        };
        let field = |column: &str, message: &str| vec![FieldError::new(column, message)];
        assert_eq!(row(Error::invalid("category_id", "x")), field("category_slug", "x"));
        let taken = Error::Conflict { code: "CONFLICT", message: "sku: is taken" };
        assert_eq!(row(taken), field("sku", "is taken"));
        let held = Error::Impossible { code: "INVALID_STATE", message: "so: not now" };
        assert_eq!(row(held), field("row", "so: not now"));
        let away = Error::unavailable(anyhow::anyhow!("away"));
        assert!(matches!(complaint(away), Complaint::OfHouse(Error::Unavailable { .. })));
    }
}
