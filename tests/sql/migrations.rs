//! What a migration may hold: one statement that the previous release survives, in a file whose name is its place.

use std::sync::LazyLock;

use regex::Regex;

use super::words::{is, words};
use crate::architecture::expect_none;
use crate::architecture::sources::{Offence, Source, files, root};

/// Running services of the previous release still use what these take away.
const DESTRUCTIVE: [&str; 3] = ["DROP", "TRUNCATE", "RENAME"];

static NAME: LazyLock<Regex> = LazyLock::new(|| Regex::new("^[0-9]{14}_[a-z0-9]+(_[a-z0-9]+)*\\.sql$").unwrap());

fn migrations() -> Vec<Source> {
    let read = |file: std::path::PathBuf| {
        let name = file.strip_prefix(root().join("migrations")).unwrap().to_str().unwrap();
        Source::new(name, &std::fs::read_to_string(&file).unwrap())
    };
    files("migrations", "sql").into_iter().map(read).collect()
}

/// DDL commits by itself: a file that is cut off half-way can only be run again if it is one statement.
fn statements(migration: &Source) -> Vec<Offence> {
    let words = words(&migration.text);
    let ends = words.iter().filter(|word| **word == ";").count();
    if ends == 1 && words.last() == Some(&";") {
        return Vec::new();
    }
    vec![migration.offence(1, format!("holds {ends} statements that end in `;`: one a file, and nothing after it"))]
}

fn destruction(migration: &Source) -> Vec<Offence> {
    let all = words(&migration.text);
    let found = all.iter().enumerate().filter(|(_, word)| DESTRUCTIVE.iter().any(|verb| is(word, verb)));
    let found: Vec<&str> = found.filter(|(at, _)| !gives_way(&all, *at)).map(|(_, word)| *word).collect();
    let what = |word: &str| format!("{word}: the previous release still runs on this schema");
    found.into_iter().map(|word| migration.offence(1, what(word))).collect()
}

/// A key or a check may give way to one that takes its place in the same statement: who writes what the old one took does
/// not see the difference. Whether the new one takes all that the old one took is for the reader.
fn gives_way(words: &[&str], at: usize) -> bool {
    let is_rule = words.get(at + 1).is_some_and(|word| is(word, "INDEX") || is(word, "CONSTRAINT"));
    let pairs = |verb: &str, what: &[&str]| {
        let pairs = words.iter().zip(words.iter().skip(1));
        pairs.filter(|(first, second)| is(first, verb) && what.iter().any(|word| is(second, word))).count()
    };
    is_rule && pairs("DROP", &["INDEX", "CONSTRAINT"]) <= pairs("ADD", &["CONSTRAINT"])
}

fn names(migrations: &[Source]) -> Vec<Offence> {
    let wrong = migrations.iter().filter(|migration| !NAME.is_match(&migration.path));
    let wrong = wrong.map(|migration| migration.offence(1, "call it YYYYMMDDhhmmss_in_snake_case.sql"));
    let same = |two: &&[Source]| two.iter().map(version).collect::<std::collections::HashSet<_>>().len() == 1;
    let twice = migrations.windows(2).filter(same).filter_map(<[Source]>::last);
    wrong.chain(twice.map(|migration| migration.offence(1, "its number is taken"))).collect()
}

fn version(migration: &Source) -> Option<&str> {
    migration.path.get(..14)
}

#[test]
fn a_migration_is_one_statement() {
    let count = |text| statements(&Source::new("m.sql", text)).len();
    assert_eq!(
        [count("-- a;\nSELECT ';';\n"), count("SELECT 1"), count("SELECT 1; SELECT 2;"), count("SELECT 1; 2")],
        [0, 1, 1, 1]
    );
    assert!(!migrations().is_empty());
    expect_none(&migrations().iter().flat_map(statements).collect::<Vec<_>>());
}

#[test]
fn a_migration_takes_nothing_away() {
    let count = |text| destruction(&Source::new("m.sql", text)).len();
    assert_eq!([count("-- drop\nINSERT INTO a VALUES ('DROP');"), count("ALTER TABLE a drop COLUMN b;")], [0, 1]);
    assert_eq!([count("TRUNCATE a;"), count("RENAME TABLE a TO b;")], [1, 1]);
    let [lost, replaced] = ["ALTER TABLE a DROP INDEX b;", "ALTER TABLE a DROP INDEX b, ADD CONSTRAINT c UNIQUE (d);"];
    assert_eq!([count(lost), count(replaced)], [1, 0]);
    assert_eq!(count("ALTER TABLE a DROP INDEX b, DROP CONSTRAINT c, ADD CONSTRAINT d UNIQUE (e);"), 2);
    expect_none(&migrations().iter().flat_map(destruction).collect::<Vec<_>>());
}

#[test]
fn the_name_of_a_migration_is_its_place() {
    let count = |paths: [&str; 2]| names(&paths.map(|path| Source::new(path, ""))).len();
    assert_eq!(count(["20261122090100_create_a.sql", "20261122090200_add_b2.sql"]), 0);
    assert_eq!(count(["20261122090100_create_a.sql", "20261122090100_create_b.sql"]), 1);
    assert_eq!(count(["1_create_a.sql", "20261122090200_Create-b.sql"]), 2);
    expect_none(&names(&migrations()));
}
