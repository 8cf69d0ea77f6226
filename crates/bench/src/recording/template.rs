//! What two people's requests have in common, and in which places they differ: from that anybody's can be made.

use std::iter::zip;
use std::sync::Arc;

use anyhow::ensure;

use super::{Literal, Recording, Step};
use crate::crowd::Who;

/// No name of a row is shorter, no text that is one longer.
const NAMES: std::ops::RangeInclusive<usize> = 12..=64;

/// What stands in the place of a `?`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Slot {
    /// The same for everybody, or something that does not matter.
    Same(Literal),
    /// The key of who asks, or of a row of theirs that is so far from it.
    User(i64),
    /// The key of the product with this place among those that are wanted.
    Product(usize),
    /// The key that the statement with this place has made.
    Made(usize),
    /// A name that nobody had before, such as an order's number; this is one like it.
    Name(String),
}

/// A statement with its places.
#[derive(Clone, Debug)]
pub(crate) struct Statement {
    pub(crate) sql: Arc<str>,
    pub(crate) slots: Vec<Slot>,
    pub(crate) is_prepared: bool,
    /// Whether it has to find a row to change.
    pub(crate) is_update: bool,
}

/// What a service asks of the database for anybody's request of a kind.
#[derive(Clone, Debug)]
pub(crate) struct Template {
    pub(crate) statements: Vec<Statement>,
}

/// A recording, and whose request it was.
pub(crate) type Heard<'a> = (&'a Recording, Who);

impl Template {
    /// Compares what was asked for two people who wanted different things.
    ///
    /// # Errors
    /// When the service did not ask the same of the database both times.
    pub(crate) fn of(one: Heard<'_>, other: Heard<'_>) -> anyhow::Result<Self> {
        let texts = |(recording, _): Heard<'_>| recording.steps.iter().map(|step| step.sql.clone()).collect::<Vec<_>>();
        let (first, second) = (texts(one), texts(other));
        ensure!(first == second, "the second time it was asked something else:\n{first:#?}\n{second:#?}");
        let maker = maker(one.0, other.0);
        let steps = zip(&one.0.steps, &other.0.steps);
        let statements = steps.map(|(step, again)| {
            let values = zip(&step.values, &again.values);
            Statement::of(step, values.map(|(a, b)| slot((a, one), (b, other), maker)).collect())
        });
        Ok(Self { statements: statements.collect() })
    }
}

impl Statement {
    fn of(step: &Step, slots: Vec<Slot>) -> Self {
        let is_update = step.sql.trim_start().starts_with("UPDATE");
        Self { sql: step.sql.as_str().into(), slots, is_prepared: step.is_prepared, is_update }
    }
}

/// The statement that made what the answers name: the last one that inserts before that key is used.
fn maker(one: &Recording, other: &Recording) -> Option<usize> {
    let (a, b) = (Literal::Integer(one.made?), Literal::Integer(other.made?));
    let uses = |(step, again): (&Step, &Step)| zip(&step.values, &again.values).any(|pair| pair == (&a, &b));
    let first = zip(&one.steps, &other.steps).position(uses)?;
    one.steps.get(..first)?.iter().rposition(|step| step.sql.starts_with("INSERT"))
}

fn slot((a, one): (&Literal, Heard<'_>), (b, other): (&Literal, Heard<'_>), maker: Option<usize>) -> Slot {
    match (a, b) {
        _ if a == b => Slot::Same(a.clone()),
        (Literal::Integer(a), Literal::Integer(b)) => number((*a, one), (*b, other), maker),
        (Literal::Text(text), _) if is_a_name(text) => Slot::Name(text.clone()),
        _ => Slot::Same(a.clone()),
    }
}

/// Whose key a number is, or that it is none.
fn number((a, one): (i64, Heard<'_>), (b, other): (i64, Heard<'_>), maker: Option<usize>) -> Slot {
    let wanted = zip(one.1.products, other.1.products);
    let product = wanted.map(|(a, b)| (to_signed(a), to_signed(b))).position(|pair| pair == (a, b));
    let is_made = (one.0.made, other.0.made) == (Some(a), Some(b));
    let from = |key: i64, who: Who| key.saturating_sub(to_signed(who.user));
    match (product, maker) {
        (Some(place), _) => Slot::Product(place),
        (None, Some(maker)) if is_made => Slot::Made(maker),
        _ if from(a, one.1) == from(b, other.1) => Slot::User(from(a, one.1)),
        _ => Slot::Same(Literal::Integer(a)),
    }
}

/// Of names that differ each has to be new; amounts, dates and long texts may be anybody's.
fn is_a_name(text: &str) -> bool {
    let is_dated = text.chars().all(|letter| letter.is_ascii_digit() || " -:.".contains(letter));
    NAMES.contains(&text.len()) && !is_dated && text.bytes().all(|letter| letter.is_ascii_graphic())
}

fn to_signed(key: u64) -> i64 {
    i64::try_from(key).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(sql: &str, values: &[Literal]) -> Step {
        Step { sql: sql.to_owned(), values: values.to_vec(), is_prepared: true }
    }

    fn text(text: &str) -> Literal {
        Literal::Text(text.to_owned())
    }

    fn heard(who: Who, order: i64, rate: i64, number: &str) -> Recording {
        let (user, [first, second]) = (to_signed(who.user), who.products.map(to_signed));
        let [user, cart, first, second, order_key, rate] =
            [user, user - 3, first, second, order, rate].map(Literal::Integer);
        let steps = vec![
            step("SELECT 1 WHERE ? AND ?", &[user.clone(), cart]),
            step("INSERT INTO orders ?, ?, ?", &[user, text(number), Literal::Null]),
            step("INSERT INTO order_items ?, ?, ?", &[order_key.clone(), first, rate]),
            step("UPDATE items ? ? ?", &[second, order_key, text("2026-11-22 10:00:00")]),
        ];
        Recording { steps, made: Some(order) }
    }

    #[test]
    fn what_differs_is_told_apart() {
        let (one, other) = (Who { user: 70, products: [4, 6] }, Who { user: 77, products: [11, 13] });
        let (first, second) = (heard(one, 31, 5, "PT-261122-AAAA"), heard(other, 32, 18, "PT-261122-BBBB"));
        let template = Template::of((&first, one), (&second, other)).unwrap();
        let slots: Vec<Vec<Slot>> = template.statements.iter().map(|statement| statement.slots.clone()).collect();
        let same = Slot::Same;
        let expected = [
            vec![Slot::User(0), Slot::User(-3)],
            vec![Slot::User(0), Slot::Name("PT-261122-AAAA".to_owned()), same(Literal::Null)],
            vec![Slot::Made(1), Slot::Product(0), same(Literal::Integer(5))],
            vec![Slot::Product(1), Slot::Made(1), same(text("2026-11-22 10:00:00"))],
        ];
        assert_eq!(slots, expected);
        assert_eq!(template.statements.iter().map(|s| s.is_update).collect::<Vec<_>>(), [false, false, false, true]);
    }

    #[test]
    fn who_asks_something_else_is_no_model() {
        let who = Who { user: 1, products: [2, 3] };
        let (one, mut other) = (heard(who, 1, 1, ""), heard(who, 1, 1, ""));
        other.steps.pop();
        assert!(Template::of((&one, who), (&other, who)).is_err());
    }
}
