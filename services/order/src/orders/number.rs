//! The number that people call an order by.

use chrono::{DateTime, FixedOffset, Utc};
use rand::RngExt;

/// Digits and letters that nobody mistakes for one another on the telephone (Crockford's base 32).
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Asia/Kolkata has been 5 h 30 min ahead of UTC since 1945.
const KOLKATA: i32 = 19_800;

/// `PT-261122-7K3M9QXA`: the day in India, and forty random bits, so that a number tells nobody how much the shop sells.
///
/// Consecutive numbers are for tax documents; an order that is given up must not burn one.
pub(super) fn order_number(now: DateTime<Utc>) -> String {
    let day = FixedOffset::east_opt(KOLKATA).map_or_else(|| now.fixed_offset(), |zone| now.with_timezone(&zone));
    let mut random = rand::rng();
    let letters = (0..8).filter_map(|_| ALPHABET.get(random.random_range(0..ALPHABET.len())));
    let tail: String = letters.map(|letter| char::from(*letter)).collect();
    format!("PT-{}-{tail}", day.format("%y%m%d"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_says_the_day_in_india_and_nothing_else() {
        let number = order_number("2026-11-22T18:30:00Z".parse().unwrap());
        let (day, tail) = number.rsplit_once('-').unwrap();
        assert_eq!((day, tail.len()), ("PT-261123", 8));
        assert!(tail.bytes().all(|letter| ALPHABET.contains(&letter)), "{tail}");
        assert_ne!(number, order_number("2026-11-22T18:30:00Z".parse().unwrap()));
    }
}
