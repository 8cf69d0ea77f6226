//! Run-time settings: read once, kept, and read again when the change log says that one changed.

mod store;

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use kernel::Paise;
use sqlx::MySqlConnection;

/// A handle on the shop's settings.
#[derive(Clone, Debug, Default)]
pub struct Settings(Arc<RwLock<Kept>>);

#[derive(Debug, Default)]
struct Kept {
    /// Moves with every change, so that a read that began before it is not kept.
    generation: u64,
    values: Option<Arc<Values>>,
}

impl Settings {
    /// The settings as they are, at most a second old.
    pub async fn read(&self, conn: &mut MySqlConnection) -> sqlx::Result<Arc<Values>> {
        let (generation, kept) = self.kept();
        if let Some(values) = kept {
            return Ok(values);
        }
        let values = Arc::new(Values(store::list(conn).await?.into_iter().collect()));
        self.keep(generation, &values);
        Ok(values)
    }

    /// Something changed.
    pub(crate) fn forget(&self) {
        let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
        *kept = Kept { generation: kept.generation.wrapping_add(1), values: None };
    }

    fn kept(&self) -> (u64, Option<Arc<Values>>) {
        let kept = self.0.read().unwrap_or_else(PoisonError::into_inner);
        (kept.generation, kept.values.clone())
    }

    fn keep(&self, generation: u64, values: &Arc<Values>) {
        let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if kept.generation == generation {
            kept.values = Some(Arc::clone(values));
        }
    }
}

/// A setting that the code needs is not there or not of its kind.
#[derive(Debug, thiserror::Error)]
#[error("the setting {0} is missing or not a {1}")]
pub struct NotSet(&'static str, &'static str);

/// All settings at one moment.
#[derive(Debug, Default)]
pub struct Values(HashMap<String, String>);

impl Values {
    /// These settings and no others.
    #[cfg(test)]
    pub(crate) fn from_pairs<const N: usize>(pairs: [(&str, &str); N]) -> Self {
        Self(pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).into())
    }

    /// A text; empty when absent.
    pub fn text(&self, key: &str) -> &str {
        self.0.get(key).map_or("", String::as_str)
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
        Values(pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).into())
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
        let (generation, _) = settings.kept();
        settings.forget();
        settings.keep(generation, &Arc::new(values()));
        assert!(settings.kept().1.is_none());
        settings.keep(settings.kept().0, &Arc::new(values()));
        assert!(settings.kept().1.is_some());
    }
}
