//! The names that Razorpay gives to things: a prefix and 14 letters or digits.

use rand::distr::{Alphanumeric, SampleString};

use crate::refusal::Refusal;

/// How many letters or digits follow the prefix.
const LENGTH: usize = 14;

/// A new name, `order_9A33XWu170gUtm` for the prefix `order_`.
pub(crate) fn new(prefix: &str) -> String {
    format!("{prefix}{}", Alphanumeric.sample_string(&mut rand::rng(), LENGTH))
}

/// Refuses what cannot be a name with this prefix.
pub(crate) fn check(prefix: &str, id: &str) -> Result<(), Refusal> {
    let rest = id.strip_prefix(prefix).unwrap_or_default();
    if rest.len() == LENGTH && rest.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        Ok(())
    } else {
        Err(Refusal::invalid(format!("{id} is not a valid id")).about("id"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_its_prefix_and_14_letters_or_digits() {
        assert!(check("order_", &new("order_")).is_ok());
        for wrong in
            ["", "order_", "pay_9A33XWu170gUtm", "order_9A33XWu170gUt", "order_9A33XWu170gUtmm", "order_9A33XWu170gU-m"]
        {
            assert!(check("order_", wrong).is_err(), "{wrong}");
        }
    }
}
