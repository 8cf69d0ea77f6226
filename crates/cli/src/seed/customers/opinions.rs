//! What customers thought of what they got.

use chrono::{DateTime, TimeDelta, Utc};

use crate::seed::chance::Chance;
use crate::seed::store::reviews::Got;

/// Of so many products that somebody got they review one.
const SILENT: u16 = 3;
/// Of so many reviews one was not read yet.
const UNREAD: u16 = 12;

/// What somebody says in short and in full.
type Words = (&'static str, &'static str);

const FIVE: [Words; 5] = [
    ("Exactly as described", "Came well packed and two days early. Will order again."),
    ("Value for money", "Better than what the shop around the corner sells, and cheaper."),
    ("बहुत अच्छा", "घर में सबको पसंद आया। पैकिंग भी अच्छी थी।"),
    ("Third time I buy this", "Quality has been the same each time."),
    ("Very happy", "My mother asked me to order one for her too."),
];
const FOUR: [Words; 3] = [
    ("Good", "Does what it should. The packet could be sturdier."),
    ("Nearly perfect", "One star less because delivery took its time."),
    ("अच्छा है", "दाम ठीक है, काम भी ठीक है।"),
];
const THREE: [Words; 2] = [
    ("It is all right", "Nothing special, nothing wrong with it."),
    ("Average", "I had expected a little more for the price."),
];
const TWO: [Words; 2] =
    [("Not for me", "Looks different from the picture."), ("Disappointed", "The seal was half open when it came.")];
const ONE: [Words; 1] = [("Would not buy again", "Not what I ordered, I think.")];

/// A review that somebody wrote.
#[derive(Debug)]
pub(in crate::seed) struct Opinion {
    pub(in crate::seed) rating: u8,
    pub(in crate::seed) title: &'static str,
    pub(in crate::seed) comment: &'static str,
    pub(in crate::seed) is_approved: bool,
    pub(in crate::seed) at: DateTime<Utc>,
}

/// What the customer with this number wrote about something that they got, if they wrote.
pub(super) fn opinion(customer: u32, got: &Got) -> Option<Opinion> {
    let mut chance = Chance::of(&format!("opinion of customer {customer} on {}", got.product_id));
    if chance.below(SILENT) != 0 {
        return None;
    }
    let (rating, words): (u8, &[Words]) = match chance.below(100) {
        0..50 => (5, &FIVE),
        50..78 => (4, &FOUR),
        78..90 => (3, &THREE),
        90..96 => (2, &TWO),
        _ => (1, &ONE),
    };
    let (first, others) = words.split_first()?;
    let (title, comment) = chance.one_of(*first, others);
    let at = got.delivered_at + TimeDelta::minutes((chance.below(40 * 60) + 60).into());
    Some(Opinion { rating, title, comment, is_approved: chance.below(UNREAD) != 0, at })
}

#[cfg(test)]
mod tests {
    use commerce::ids::{OrderItemId, ProductId};

    use super::*;

    #[test]
    fn some_write_most_of_them_are_content_and_few_wait() {
        let got = |id| Got {
            product_id: ProductId::new(id).unwrap(),
            order_item_id: OrderItemId::new(1).unwrap(),
            delivered_at: testing::noon(),
        };
        let all: Vec<_> = (1..=300).filter_map(|id| opinion(7, &got(id))).collect();
        assert!((60..150).contains(&all.len()), "{}", all.len());
        let sum: u32 = all.iter().map(|opinion| u32::from(opinion.rating)).sum();
        let mean = sum * 10 / u32::try_from(all.len()).unwrap();
        assert!((35..48).contains(&mean), "{mean}");
        let waiting = all.iter().filter(|opinion| !opinion.is_approved).count();
        assert!((1..all.len() / 4).contains(&waiting), "{waiting}");
        assert!(all.iter().all(|opinion| opinion.at > testing::noon()));
    }
}
