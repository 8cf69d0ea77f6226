//! The house as `docs/architecture.md` draws it, kept by reading every manifest and every source.
//!
//! - `imports` which package may stand on which
//! - `layers` who may name what inside a package: SQL, axum, redis, lapin, transactions
//! - `sizes` how long a file, a function and a list of parameters may be
//! - `style` how files begin and are called, and what is not written here
//! - `sources`, `tokens`, `functions` how a source is read
//!
//! A rule is a function from a source to its offences. Its test first shows it a bad line, so that a rule that sees
//! nothing any more fails, and then the whole house.

mod functions;
mod imports;
mod layers;
mod sizes;
pub(crate) mod sources;
mod style;
pub(crate) mod tokens;

use self::sources::{Offence, Source};

/// What one source does against one rule.
type Rule = fn(&Source) -> Vec<Offence>;

/// Fails with every offence in the house.
fn holds(rule: Rule) {
    expect_none(&Source::all().iter().flat_map(rule).collect::<Vec<_>>());
}

/// Fails unless the rule sees an offence in exactly these lines of a source.
fn sees(rule: Rule, path: &str, text: &str, lines: &[usize]) {
    let found: Vec<usize> = rule(&Source::new(path, text)).iter().map(|offence| offence.line).collect();
    assert_eq!(found, lines, "offences seen in {path}:\n{text}");
}

/// Fails with a list, one offence a line.
pub(crate) fn expect_none(offences: &[Offence]) {
    let list: Vec<String> = offences.iter().map(ToString::to_string).collect();
    assert!(list.is_empty(), "{} offences:\n{}", list.len(), list.join("\n"));
}
