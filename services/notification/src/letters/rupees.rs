//! Amounts as people in India write them.

use kernel::Paise;

/// The amount with its symbol, grouped by thousand, lakh and crore: `₹1,23,456.50`.
pub(super) fn rupees(amount: Paise) -> String {
    let magnitude = amount.get().unsigned_abs();
    let sign = if amount < Paise::ZERO { "-" } else { "" };
    format!("{sign}₹{}.{:02}", grouped(&(magnitude / 100).to_string()), magnitude % 100)
}

/// A comma before the last three digits, and before every two of those in front of them.
fn grouped(digits: &str) -> String {
    let mut text = String::with_capacity(digits.len() * 2);
    for (at, digit) in digits.char_indices() {
        let left = digits.len() - at;
        if at > 0 && left >= 3 && left % 2 == 1 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lakhs_and_crores_have_their_commas() {
        for (paise, text) in [
            (0, "₹0.00"),
            (5, "₹0.05"),
            (99_900, "₹999.00"),
            (100_000, "₹1,000.00"),
            (1_234_550, "₹12,345.50"),
            (12_345_650, "₹1,23,456.50"),
            (123_456_700, "₹12,34,567.00"),
            (999_999_999_999, "₹9,99,99,99,999.99"),
            (-12_345_650, "-₹1,23,456.50"),
        ] {
            assert_eq!(rupees(Paise::new(paise)), text);
        }
    }
}
