//! How the shop's staff changes the catalogue.
//!
//! - [`products`] what is sold, [`variations`] what it is sold as, [`attributes`] what those differ in
//! - [`texts`] what the staff writes, as the shop keeps it
//!
//! A change is meant for a revision, is heard of within a second, and leaves an entry in the audit log.

pub mod attributes;
pub mod products;
pub mod texts;
pub mod variations;

use serde::Serialize;
use serde_json::{Map, Value, json};
use shared::Ground;
use shared::audit::{By, Entry, Notary, Subject};
use shared::web::{Error, Result};
use sqlx::{MySqlConnection, MySqlPool};

/// The row is not what whoever changes it has read.
pub(crate) const CHANGED_MEANWHILE: Error =
    Error::Conflict { code: "CONFLICT", message: "it has changed meanwhile: read it again" };

/// Where the catalogue is changed: with every change its entry of the audit log.
#[derive(Clone, Debug)]
pub struct Desk {
    pub(crate) database: MySqlPool,
    pub(crate) notary: Notary,
}

/// What was done to something of which `T` is the view: absent before it was there, and when it is gone.
#[derive(Debug)]
pub(crate) struct Act<'a, T> {
    /// As `product.change`.
    pub(crate) action: &'static str,
    pub(crate) subject: Subject,
    pub(crate) before: Option<&'a T>,
    pub(crate) after: Option<&'a T>,
}

impl Desk {
    pub(crate) fn new(ground: &Ground) -> Self {
        Self { database: ground.database.clone(), notary: ground.notary.clone() }
    }

    /// Writes `act` down, as the last thing of a transaction: of a change what became another, and nothing if nothing did.
    pub(crate) async fn write_down<P, T: Serialize>(
        &self,
        conn: &mut MySqlConnection,
        by: &By<P>,
        act: Act<'_, T>,
    ) -> Result<()> {
        let (before, after) = differences(fields(act.before)?, fields(act.after)?);
        if before == after {
            return Ok(());
        }
        let entry = Entry { by: &by.actor, action: act.action, subject: act.subject, before, after };
        Ok(self.notary.record(conn, &entry, by.now).await?)
    }
}

fn fields<T: Serialize>(view: Option<&T>) -> Result<Option<Map<String, Value>>> {
    let Some(view) = view else { return Ok(None) };
    match serde_json::to_value(view).map_err(|error| Error::Internal(error.into()))? {
        Value::Object(fields) => Ok(Some(fields)),
        other => Ok(Some(Map::from_iter([("value".to_owned(), other)]))),
    }
}

/// The fields that are not the same, but for the time of the change, which the entry has.
fn differences(before: Option<Map<String, Value>>, after: Option<Map<String, Value>>) -> (Value, Value) {
    let (Some(mut before), Some(mut after)) = (before.clone(), after.clone()) else {
        return (json!(before), json!(after));
    };
    let is_same =
        |field: &String, value: &Value, others: &Map<_, _>| field == "updated_at" || others.get(field) == Some(value);
    let old = before.clone();
    before.retain(|field, value| !is_same(field, value, &after));
    after.retain(|field, value| !is_same(field, value, &old));
    (Value::Object(before), Value::Object(after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_tells_what_became_another() {
        let map = |value: Value| value.as_object().cloned();
        let (before, after) = (json!({ "a": 1, "b": 2, "updated_at": 1 }), json!({ "a": 1, "b": 3, "updated_at": 2 }));
        assert_eq!(differences(map(before.clone()), map(after)), (json!({ "b": 2 }), json!({ "b": 3 })));
        assert_eq!(differences(None, map(before.clone())), (Value::Null, before));
    }
}
