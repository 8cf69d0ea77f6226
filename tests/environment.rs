//! `.env.example` lists the variables that the house reads: each of them, and no other.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use regex::Regex;
use walkdir::WalkDir;

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

fn example() -> String {
    fs::read_to_string(root().join(".env.example")).unwrap()
}

/// Each variable with its default, in the order of the file.
pub(super) fn listed() -> Vec<(String, String)> {
    let lines = example();
    let lines = lines.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_once('=')).map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// Every string in the configuration's sources that looks like a variable.
fn read() -> BTreeSet<String> {
    let name = Regex::new(r#""([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|ENVIRONMENT)""#).unwrap();
    let sources = WalkDir::new(root().join("crates/shared/src/config")).into_iter().map(Result::unwrap);
    let sources = sources.filter(|entry| entry.path().extension().is_some_and(|ext| ext == "rs"));
    let sources = sources.filter(|entry| entry.file_name() != "tests.rs").map(walkdir::DirEntry::into_path);
    let config = root().join("crates/shared/src/config.rs");
    let texts = sources.chain([config]).map(|path| fs::read_to_string(path).unwrap());
    let found = |text: String| name.captures_iter(&text).map(|found| found[1].to_owned()).collect::<Vec<_>>();
    texts.flat_map(found).chain(["RUST_LOG".to_owned()]).collect()
}

/// What docker compose takes from a `.env`.
fn taken_by_compose() -> BTreeSet<String> {
    let compose = fs::read_to_string(root().join("docker-compose.yml")).unwrap();
    let name = Regex::new(r"\$\{([A-Z0-9_]+)").unwrap();
    name.captures_iter(&compose).map(|found| found[1].to_owned()).collect()
}

#[test]
fn every_variable_is_listed_once_and_none_that_nobody_reads() {
    let listed: Vec<String> = listed().into_iter().map(|(name, _)| name).collect();
    let unique: BTreeSet<_> = listed.iter().cloned().collect();
    assert_eq!(listed.len(), unique.len(), "one of them is there twice");
    assert_eq!(unique, &read() | &taken_by_compose());
}

/// The six ports share a line.
#[test]
fn every_variable_says_in_the_line_above_it_why_it_is_there() {
    let example = example();
    let lines: Vec<&str> = example.lines().collect();
    let says_why = |line: &str| line.starts_with("# ") && !line.starts_with("# ---") || line.contains("_SERVICE_PORT=");
    let silent = lines.windows(2).filter(|two| two[1].contains('=') && !two[1].starts_with('#') && !says_why(two[0]));
    let silent: Vec<&str> = silent.map(|two| two[1]).collect();
    assert_eq!(silent, [""; 0]);
}
