//! Reads variables, each also from a file, and collects what is wrong with all of them.

use std::collections::HashMap;
use std::fmt;
use std::num::NonZeroU16;
use std::path::PathBuf;
use std::str::FromStr;

use secrecy::SecretString;

use super::Environment;

/// All that is wrong with the environment, one line each.
#[derive(Debug, PartialEq, Eq)]
pub struct Faults(Vec<String>);

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the environment is not right ({} faults):", self.0.len())?;
        self.0.iter().try_for_each(|fault| write!(f, "\n  - {fault}"))
    }
}

impl std::error::Error for Faults {}

/// A view of the environment that remembers every fault it met.
///
/// A reading function always returns something, so that the next variable is read too; whatever was made of a
/// faulty environment is thrown away by [`Reader::finish`].
pub struct Reader {
    variables: HashMap<String, String>,
    faults: Vec<String>,
}

impl fmt::Debug for Reader {
    /// Without the values, some of which are secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reader({} faults)", self.faults.len())
    }
}

impl Reader {
    /// The environment of this process. What is no text is read with its odd bytes replaced, and then judged.
    pub fn from_process() -> Self {
        let text = |part: std::ffi::OsString| part.to_string_lossy().into_owned();
        Self::from_pairs(std::env::vars_os().map(|(name, value)| (text(name), text(value))))
    }

    /// An environment made of these variables.
    pub fn from_pairs(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        Self { variables: pairs.into_iter().collect(), faults: Vec::new() }
    }

    /// Hands out what was read, if nothing was wrong.
    pub fn finish<T>(self, value: T) -> Result<T, Faults> {
        if self.faults.is_empty() { Ok(value) } else { Err(Faults(self.faults)) }
    }

    /// Records a fault of `name`.
    pub fn fault(&mut self, name: &str, what: impl fmt::Display) {
        let fault = format!("{name} {what}");
        if !self.faults.contains(&fault) {
            self.faults.push(fault);
        }
    }

    /// The value of `name`, or the content of the file that `name_FILE` names; empty counts as absent.
    pub fn text(&mut self, name: &str) -> Option<String> {
        let direct = self.variable(name);
        let Some(path) = self.variable(&format!("{name}_FILE")) else { return direct };
        if direct.is_some() {
            self.fault(name, "is given twice: directly and as a file");
            return direct;
        }
        match std::fs::read_to_string(&path) {
            Ok(content) => Some(content.trim_end_matches(['\r', '\n']).to_owned()).filter(|text| !text.is_empty()),
            Err(error) => {
                self.fault(&format!("{name}_FILE"), format_args!("names {path}, which cannot be read: {error}"));
                None
            }
        }
    }

    /// The value of `name`, which has to be there.
    pub fn required(&mut self, name: &str) -> String {
        self.text(name).unwrap_or_else(|| {
            self.fault(name, "is missing");
            String::new()
        })
    }

    /// The value of `name` as a secret that no `Debug` prints.
    pub fn secret(&mut self, name: &str) -> Option<SecretString> {
        self.text(name).map(SecretString::from)
    }

    /// The value of `name` as a secret; development may do without it.
    pub fn secret_in_production(&mut self, name: &str) -> SecretString {
        let secret = self.text(name);
        if secret.is_none() && self.environment() == Environment::Production {
            self.fault(name, "is missing, and production needs it");
        }
        secret.unwrap_or_default().into()
    }

    /// The value of `name` read as a `T`, or `default` when absent.
    pub fn parsed<T: FromStr>(&mut self, name: &str, default: T) -> T
    where
        T::Err: fmt::Display,
    {
        let Some(text) = self.text(name) else { return default };
        text.parse().unwrap_or_else(|error| {
            self.fault(name, format_args!("cannot be {text:?}: {error}"));
            default
        })
    }

    /// The value of `name` as a port that something can listen on.
    pub fn port(&mut self, name: &str, default: u16) -> u16 {
        NonZeroU16::new(default).map_or(default, |default| self.parsed(name, default).get())
    }

    /// The comma-separated values of `name`, each read as a `T`.
    pub fn list<T: FromStr>(&mut self, name: &str, default: &str) -> Vec<T>
    where
        T::Err: fmt::Display,
    {
        let text = self.text(name).unwrap_or_else(|| default.to_owned());
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        let parsed = parts.map(|part| part.parse().map_err(|error| format!("holds {part:?}: {error}")));
        let (good, bad): (Vec<_>, Vec<_>) = parsed.partition(Result::is_ok);
        bad.into_iter().filter_map(Result::err).for_each(|fault: String| self.fault(name, fault));
        good.into_iter().filter_map(Result::ok).collect()
    }

    /// The value of `name` as a path.
    pub fn path(&mut self, name: &str) -> Option<PathBuf> {
        self.text(name).map(PathBuf::from)
    }

    /// `ENVIRONMENT`, development when absent.
    pub(super) fn environment(&mut self) -> Environment {
        match self.text("ENVIRONMENT").as_deref() {
            None | Some("development") => Environment::Development,
            Some("production") => Environment::Production,
            Some(other) => {
                self.fault("ENVIRONMENT", format_args!("cannot be {other:?}: use development or production"));
                Environment::Production
            }
        }
    }

    fn variable(&self, name: &str) -> Option<String> {
        self.variables.get(name).filter(|value| !value.is_empty()).cloned()
    }
}
