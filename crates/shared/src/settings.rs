//! Run-time settings: read once, kept, and read again when the change log says that one changed. Secret ones rest sealed.

mod store;
mod writing;

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use kernel::Paise;
use secrecy::SecretString;
use sqlx::{MySqlConnection, MySqlPool};

use crate::sealing::Sealer;

pub use writing::{Stored, Written, fingerprint, fingerprint_of, list, lock_all, reseal, write};

/// How long somebody waits who can do without settings.
const PATIENCE: Duration = Duration::from_secs(2);

/// A handle on the shop's settings. Clones share what they know. One made by `default` cannot read secrets.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    kept: Arc<RwLock<Kept>>,
    sealer: Option<Sealer>,
}

#[derive(Debug, Default)]
struct Kept {
    /// Moves with every change, so that a read that began before it is not kept.
    generation: u64,
    /// Whether nothing changed since the values were read.
    is_fresh: bool,
    values: Option<Arc<Values>>,
}

impl Settings {
    /// Settings whose secrets `sealer` opens.
    pub fn new(sealer: Sealer) -> Self {
        Self { kept: Arc::default(), sealer: Some(sealer) }
    }

    /// The settings as they are, at most a second old.
    pub async fn read(&self, conn: &mut MySqlConnection) -> sqlx::Result<Arc<Values>> {
        let (generation, kept) = self.fresh();
        if let Some(values) = kept {
            return Ok(values);
        }
        let values = Arc::new(Values::of(store::list(conn).await?, self.sealer.as_ref()));
        self.keep(generation, &values);
        Ok(values)
    }

    /// The settings as they were last seen, by whoever cannot wait: a replica that hears of a change reads them at once.
    /// Nothing if they never were, and the database does not answer.
    pub(crate) async fn last_seen(&self, database: &MySqlPool) -> Option<Arc<Values>> {
        let seen = self.kept.read().unwrap_or_else(PoisonError::into_inner).values.clone();
        if seen.is_some() {
            return seen;
        }
        let read = async { self.read(&mut *database.acquire().await?).await };
        tokio::time::timeout(PATIENCE, read).await.ok().and_then(Result::ok)
    }

    /// Something changed.
    pub(crate) fn forget(&self) {
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        kept.generation = kept.generation.wrapping_add(1);
        kept.is_fresh = false;
    }

    fn fresh(&self) -> (u64, Option<Arc<Values>>) {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        (kept.generation, kept.values.clone().filter(|_| kept.is_fresh))
    }

    fn keep(&self, generation: u64, values: &Arc<Values>) {
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        if kept.generation == generation {
            kept.values = Some(Arc::clone(values));
            kept.is_fresh = true;
        }
    }
}

/// A setting that the code needs is not there or not of its kind.
#[derive(Debug, thiserror::Error)]
#[error("the setting {0} is missing or not a {1}")]
pub struct NotSet(&'static str, &'static str);

/// All settings at one moment.
#[derive(Debug, Default)]
pub struct Values {
    plain: HashMap<String, String>,
    secret: HashMap<String, SecretString>,
}

impl Values {
    fn of(rows: Vec<store::Row>, sealer: Option<&Sealer>) -> Self {
        let mut values = Self::default();
        for row in rows {
            if !row.is_secret {
                values.plain.insert(row.setting_key, row.setting_value);
            } else if let Some(secret) =
                sealer.and_then(|sealer| writing::open(sealer, &row.setting_key, &row.setting_value))
            {
                values.secret.insert(row.setting_key, secret);
            }
        }
        values
    }

    /// These settings and no others.
    #[cfg(test)]
    pub(crate) fn from_pairs<const N: usize>(pairs: [(&str, &str); N]) -> Self {
        Self { plain: pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).into(), ..Self::default() }
    }

    /// A text; empty when absent, and when it is secret.
    pub fn text(&self, key: &str) -> &str {
        self.plain.get(key).map_or("", String::as_str)
    }

    /// A secret; nothing if it was not given, or cannot be opened with our keys.
    pub fn secret(&self, key: &str) -> Option<&SecretString> {
        self.secret.get(key)
    }

    /// An amount in rupees.
    pub fn amount(&self, key: &'static str) -> Result<Paise, NotSet> {
        self.text(key).parse().or(Err(NotSet(key, "amount of rupees")))
    }

    /// A whole number.
    pub fn whole(&self, key: &'static str) -> Result<u32, NotSet> {
        self.text(key).parse().or(Err(NotSet(key, "whole number")))
    }

    /// Yes or no.
    pub fn flag(&self, key: &'static str) -> Result<bool, NotSet> {
        self.text(key).parse().or(Err(NotSet(key, "boolean")))
    }

    /// A list of texts.
    pub fn list(&self, key: &'static str) -> Result<Vec<String>, NotSet> {
        serde_json::from_str(self.text(key)).or(Err(NotSet(key, "list of texts")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values() -> Values {
        let pairs = [("a", "999"), ("b", "true"), ("c", "[\"*\"]"), ("d", "49.50"), ("e", "nonsense")];
        let plain = pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).into();
        Values { plain, ..Values::default() }
    }

    #[test]
    fn a_setting_is_of_its_kind_or_an_error_that_names_it() {
        let values = values();
        assert_eq!((values.whole("a").unwrap(), values.flag("b").unwrap()), (999, true));
        assert_eq!((values.list("c").unwrap(), values.amount("d").unwrap()), (vec!["*".to_owned()], Paise::new(4950)));
        assert_eq!((values.text("e"), values.text("absent")), ("nonsense", ""));
        assert_eq!(values.whole("e").unwrap_err().to_string(), "the setting e is missing or not a whole number");
        assert!(values.flag("e").is_err() && values.list("absent").is_err() && values.amount("e").is_err());
    }

    #[test]
    fn what_was_read_before_a_change_is_not_kept_after_it() {
        let settings = Settings::default();
        let (generation, _) = settings.fresh();
        settings.forget();
        settings.keep(generation, &Arc::new(values()));
        assert!(settings.fresh().1.is_none());
        settings.keep(settings.fresh().0, &Arc::new(values()));
        assert!(settings.fresh().1.is_some());
        settings.forget();
        assert!(settings.fresh().1.is_none());
    }
}
