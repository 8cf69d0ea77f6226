//! Lists: which part of one is asked for, and how it is answered.

use serde::Serialize;
use serde_json::{Value, json};

use crate::refusal::Refusal;

const USUAL: usize = 10;
const MOST: usize = 100;

/// The query of a list.
#[derive(Debug)]
pub(crate) struct Listing {
    pairs: Vec<(String, String)>,
    from: i64,
    to: i64,
    count: usize,
    skip: usize,
}

impl Listing {
    /// Reads `from`, `to`, `count` and `skip`; whatever else is there can be asked for by name.
    pub(crate) fn read(query: &str) -> Result<Self, Refusal> {
        let pairs: Vec<(String, String)> = serde_html_form::from_str(query).unwrap_or_default();
        let number = |name: &'static str| match pairs.iter().find(|(key, _)| key == name) {
            None => Ok(None),
            Some((_, text)) => text.parse::<u32>().map(Some).map_err(|_error| not_a_number(name)),
        };
        let size = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
        let (from, to) = (number("from")?.map_or(i64::MIN, i64::from), number("to")?.map_or(i64::MAX, i64::from));
        let (count, skip) = (number("count")?.map_or(USUAL, size), number("skip")?.map_or(0, size));
        if !(1..=MOST).contains(&count) {
            return Err(Refusal::invalid("The count must be between 1 and 100.").about("count"));
        }
        Ok(Self { pairs, from, to, count, skip })
    }

    /// Another parameter.
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Whether `expand[]=what` is among the parameters.
    pub(crate) fn expands(&self, what: &str) -> bool {
        self.pairs.iter().any(|(key, value)| key.starts_with("expand") && value == what)
    }

    /// The part that was asked for, of things that come newest first.
    pub(crate) fn of<'a, T: 'a>(&self, all: impl Iterator<Item = &'a T>, made_at: impl Fn(&T) -> i64) -> Vec<&'a T> {
        let within = all.filter(|one| (self.from..=self.to).contains(&made_at(one)));
        within.skip(self.skip).take(self.count).collect()
    }
}

/// `{"entity":"collection", …}`.
pub(crate) fn collection(items: impl IntoIterator<Item = impl Serialize>) -> Value {
    let items: Vec<Value> = items.into_iter().map(|item| json!(item)).collect();
    json!({ "entity": "collection", "count": items.len(), "items": items })
}

fn not_a_number(name: &'static str) -> Refusal {
    Refusal::invalid(format!("The {name} must be an integer.")).about(name)
}
