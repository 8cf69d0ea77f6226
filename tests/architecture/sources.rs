//! Every Rust source of the house, and what there is to say about a line of one.

use std::fmt;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::tokens::{Part, Token, tokens};

/// One file, under its path from the root of the repository.
pub(crate) struct Source {
    pub(crate) path: String,
    pub(crate) text: String,
}

/// A line that a rule does not allow, with what to do about it.
pub(crate) struct Offence {
    pub(crate) path: String,
    pub(crate) line: usize,
    pub(crate) what: String,
}

/// An offence that stays, because of its reason: any in a line of `path` that contains `text`.
pub(super) struct Allowed {
    pub(super) path: &'static str,
    pub(super) text: &'static str,
    pub(super) reason: &'static str,
}

impl fmt::Display for Offence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.what)
    }
}

impl Source {
    pub(crate) fn new(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned() }
    }

    /// All of them, in the order of their paths.
    pub(crate) fn all() -> Vec<Self> {
        let folders = ["crates", "services", "tests"];
        folders.iter().flat_map(|folder| files(folder, "rs")).map(|file| Self::read(&file)).collect()
    }

    fn read(file: &Path) -> Self {
        let path = file.strip_prefix(root()).unwrap().to_str().unwrap();
        Self::new(path, &std::fs::read_to_string(file).unwrap())
    }

    pub(super) fn syntax(&self) -> syn::File {
        syn::parse_file(&self.text).map_err(|error| format!("{}: {error}", self.path)).unwrap()
    }

    pub(crate) fn tokens(&self, part: Part) -> Vec<Token> {
        tokens(&self.text, part).map_err(|error| format!("{}: {error}", self.path)).unwrap()
    }

    /// Whether it exists for tests only.
    pub(crate) fn is_test(&self) -> bool {
        ["tests/", "crates/testing/"].iter().any(|folder| self.path.starts_with(folder)) || self.is_in("tests")
    }

    /// Whether it is the module `name` or lies below it.
    pub(super) fn is_in(&self, name: &str) -> bool {
        self.path.split('/').any(|part| part.strip_suffix(".rs").unwrap_or(part) == name)
    }

    pub(super) fn is_of_a_service(&self) -> bool {
        self.path.starts_with("services/") && !self.is_test()
    }

    pub(crate) fn offence(&self, line: usize, what: impl Into<String>) -> Offence {
        Offence { path: self.path.clone(), line, what: what.into() }
    }

    /// Leaves out what the list allows.
    pub(super) fn except(&self, allowed: &[Allowed], mut offences: Vec<Offence>) -> Vec<Offence> {
        let lines: Vec<&str> = self.text.lines().collect();
        let line_of = |offence: &Offence| lines.get(offence.line - 1).copied().unwrap_or_default();
        offences.retain(|offence| !allowed.iter().any(|one| one.covers(&self.path, line_of(offence))));
        offences
    }
}

impl Allowed {
    pub(super) fn covers(&self, path: &str, line: &str) -> bool {
        self.path == path && line.contains(self.text)
    }

    /// Fails when there is nothing left to allow: a list of exceptions only shrinks by itself if somebody looks.
    pub(super) fn all_needed(list: &[Self]) {
        let sources = Source::all();
        for one in list {
            let is_there = |source: &Source| source.text.lines().any(|line| one.covers(&source.path, line));
            let Allowed { path, text, reason } = one;
            assert!(sources.iter().any(is_there), "{path} has no {text:?} any more, which was allowed as {reason}");
        }
    }
}

/// The folder of the repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// Every file below `folder` whose name ends in `.extension`, in order.
pub(crate) fn files(folder: &str, extension: &str) -> Vec<PathBuf> {
    let walk = WalkDir::new(root().join(folder)).sort_by_file_name().into_iter();
    let own = walk.filter_entry(|entry| entry.file_name() != "target");
    let paths = own.map(|entry| entry.unwrap().into_path());
    paths.filter(|path| path.extension().is_some_and(|found| found == extension)).collect()
}
