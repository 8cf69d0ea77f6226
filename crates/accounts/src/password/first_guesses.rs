//! The passwords that everybody tries first, the world's and India's: `data/common_passwords.txt`, one a line.

use std::collections::HashSet;
use std::sync::LazyLock;

/// In small letters, in NFKC, and as long as a password has to be.
static COMMON: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!("../../data/common_passwords.txt").lines().collect());

/// Whether `normal`, which is in NFKC, is one of them, whatever its capitals.
pub(super) fn is_common(normal: &str) -> bool {
    COMMON.contains(normal.to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use unicode_normalization::UnicodeNormalization;

    use super::*;

    #[test]
    fn the_list_is_long_and_every_line_can_be_met() {
        assert!(COMMON.len() >= 3_000, "{}", COMMON.len());
        for line in COMMON.iter() {
            assert!((8..=128).contains(&line.chars().count()), "{line} is no password anyway");
            assert_eq!(line.nfkc().collect::<String>().to_lowercase(), *line, "nobody is compared with this");
        }
    }
}
