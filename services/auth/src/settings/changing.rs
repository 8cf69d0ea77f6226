//! Changing settings: all that was asked for or nothing, each change written down.

use std::collections::BTreeMap;
use std::fmt;

use commerce::settings::{self as known, Definition, MASK};
use secrecy::SecretString;
use serde::Serialize;
use serde_json::{Map, Value, json};
use shared::audit::{By, Entry, Subject};
use shared::database::retry;
use shared::identity::ManageSiteSettings;
use shared::sealing::Sealer;
use shared::settings::{self, Stored, Written};
use shared::web::{Error, FieldError, Result};
use utoipa::ToSchema;
use validator::Validate;

use super::{Masked, masked, overridden_by};
use crate::desk::Desk;

const CHANGED_MEANWHILE: Error =
    Error::Conflict { code: "CONFLICT", message: "somebody has changed the settings meanwhile: read them again" };

/// Which settings are to become what.
#[derive(eserde::Deserialize, Validate, ToSchema)]
pub struct NewSettings {
    /// New values by name; what is not here stays as it is, and so does a secret for which its mask is sent.
    #[eserde(compat)]
    #[schema(value_type = Object, example = json!({ "maintenance_mode": true }))]
    pub settings: Map<String, Value>,
    /// The revision of the settings that the change is meant for; whatever they are now if absent.
    #[serde(default)]
    pub revision: Option<u64>,
}

impl fmt::Debug for NewSettings {
    /// Without the values, some of which are secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.settings.keys()).finish()
    }
}

/// The settings after a change.
#[derive(Debug, Serialize, ToSchema)]
pub struct Changed {
    /// All of them.
    #[serde(flatten)]
    pub now: Masked,
    /// Of those that were sent: the variable of the environment that counts instead, by the setting's name.
    #[schema(example = json!({ "razorpay_secret": "RAZORPAY_SECRET" }))]
    pub overridden_by: BTreeMap<&'static str, &'static str>,
}

/// Changes the settings that `form` names; every service goes by it within a second.
///
/// # Errors
/// 400 names every setting that is none, every value that does not fit, and values that contradict others; 409 when the
/// settings are not those of the revision that `form` is meant for.
pub async fn change(desk: &Desk, by: &By<ManageSiteSettings>, form: &NewSettings) -> Result<Changed> {
    let wanted = wanted(form)?;
    let stored = retry(async || {
        let mut tx = desk.database().begin().await?;
        let before = settings::lock_all(&mut tx).await?;
        check(&before, form.revision, &wanted)?;
        let changes = changes(&desk.ground().sealer, &before, &wanted);
        for change in &changes {
            let written = (change.key, &change.value);
            settings::write(&mut tx, &desk.ground().sealer, written, by.user.id, by.now).await?;
        }
        // The end of the audit log is locked last.
        for change in changes {
            desk.ground().notary.record(&mut tx, &change.into_entry(by), by.now).await?;
        }
        let after = settings::list(&mut tx).await?;
        tx.commit().await?;
        Ok::<_, Error>(after)
    })
    .await?;
    desk.hear_at_once().await;
    let overridden = wanted
        .iter()
        .filter_map(|(definition, _)| Some((definition.key, overridden_by(definition, &desk.ground().config)?)));
    Ok(Changed { overridden_by: overridden.collect(), now: masked(&stored) })
}

/// The texts to be kept.
type Wanted = Vec<(&'static Definition, String)>;

fn wanted(form: &NewSettings) -> Result<Wanted> {
    let (mut wanted, mut faults) = (Wanted::new(), Vec::new());
    for (key, value) in &form.settings {
        let read = match known::find(key) {
            None => Err("is not a setting".to_owned()),
            Some(definition) if definition.is_secret && value.as_str() == Some(MASK) => continue,
            Some(definition) => definition.read(value).map(|text| wanted.push((definition, text))),
        };
        faults.extend(read.err().map(|fault| fault_of(key, fault)));
    }
    if faults.is_empty() { Ok(wanted) } else { Err(Error::Invalid(faults)) }
}

/// A name that is none may be anything.
fn fault_of(key: &str, message: impl Into<String>) -> FieldError {
    let name: String = key.chars().filter(|character| !character.is_control()).take(100).collect();
    FieldError::new(format!("settings.{name}"), message)
}

fn check(before: &[Stored], revision: Option<u64>, wanted: &Wanted) -> Result<()> {
    if revision.is_some_and(|seen| seen != super::revision(before)) {
        return Err(CHANGED_MEANWHILE);
    }
    let stored = |key: &str| before.iter().find(|stored| stored.key == key).map_or("", |stored| stored.value.as_str());
    let text_of = |key: &str| {
        let new = wanted.iter().find(|(definition, _)| definition.key == key);
        new.map_or_else(|| stored(key), |(_, text)| text.as_str())
    };
    // What was wrong before is not blamed on who changes something else.
    let old: Vec<_> = known::contradictions(stored).into_iter().map(|(key, _)| key).collect();
    let new = known::contradictions(text_of).into_iter().filter(|(key, _)| !old.contains(key));
    let faults: Vec<_> = new.map(|(key, message)| fault_of(key, message)).collect();
    if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
}

/// One setting that becomes another, and what the audit log may know of it.
struct Change {
    key: &'static str,
    value: Written,
    before: Value,
    after: Value,
}

impl Change {
    fn into_entry(self, by: &By<ManageSiteSettings>) -> Entry<'_> {
        let Self { key, before, after, .. } = self;
        Entry { by: &by.actor, action: "setting.change", subject: Subject::new("setting", key), before, after }
    }
}

/// What is different from what there is.
fn changes(sealer: &Sealer, before: &[Stored], wanted: &Wanted) -> Vec<Change> {
    let pairs = wanted.iter().filter_map(|(definition, text)| {
        Some((definition, before.iter().find(|stored| stored.key == definition.key)?, text))
    });
    let changes = pairs.map(|(definition, stored, text)| {
        if !definition.is_secret {
            let (before, after) = (json!(definition.show(&stored.value)), json!(definition.show(text)));
            return Change { key: definition.key, value: Written::Plain(text.clone()), before, after };
        }
        let secret = SecretString::from(text.as_str());
        let before = json!({ "fingerprint": settings::fingerprint(sealer, stored) });
        let after = json!({ "fingerprint": settings::fingerprint_of(sealer, definition.key, &secret) });
        Change { key: definition.key, value: Written::Secret(secret), before, after }
    });
    changes.filter(|change| change.before != change.after).collect()
}
