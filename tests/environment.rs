//! `.env.example` lists the variables that the house reads: each of them, and no other.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use regex::Regex;
use walkdir::WalkDir;

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

fn listed() -> Vec<String> {
    let text = fs::read_to_string(root().join(".env.example")).unwrap();
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| Some(line.split_once('=')?.0.to_owned()))
        .collect()
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

#[test]
fn every_variable_is_listed_once_and_none_that_nobody_reads() {
    let listed = listed();
    let unique: BTreeSet<_> = listed.iter().cloned().collect();
    assert_eq!(listed.len(), unique.len(), "one of them is there twice");
    assert_eq!(unique, read());
}
