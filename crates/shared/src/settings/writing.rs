//! How settings are written: what may stand in which, the administration decides; what is secret is sealed here.

use anyhow::Context;
use chrono::{DateTime, Utc};
use kernel::UserId;
use secrecy::{ExposeSecret, SecretString};
use sqlx::{FromRow, MySqlConnection};

use super::store;
use crate::changes::{self, Topic};
use crate::sealing::{Fault, Sealer};

/// A setting as it rests.
#[derive(Clone, Debug, FromRow)]
pub struct Stored {
    /// Its name.
    #[sqlx(rename = "setting_key")]
    pub key: String,
    /// Its text; of a secret, what [`open`] opens, or nothing if none was given.
    #[sqlx(rename = "setting_value")]
    pub value: String,
    /// Whether everybody may know it.
    pub is_public: bool,
    /// Whether nobody may read it.
    pub is_secret: bool,
    /// What it decides, for people.
    pub description: String,
    /// How often it was written, from 1.
    pub revision: u64,
    /// Who wrote it last, unless it is as the shop came.
    pub updated_by: Option<UserId>,
    /// When.
    pub updated_at: DateTime<Utc>,
}

/// A new value.
#[derive(Clone, Debug)]
pub enum Written {
    /// That anybody in the administration may read.
    Plain(String),
    /// That rests sealed; the empty one takes the secret away.
    Secret(SecretString),
}

/// Every setting.
pub async fn list(conn: &mut MySqlConnection) -> sqlx::Result<Vec<Stored>> {
    store::list_whole(conn).await
}

/// Every setting, locked: whoever changes settings does it one after the other.
pub async fn lock_all(conn: &mut MySqlConnection) -> sqlx::Result<Vec<Stored>> {
    store::lock_all(conn).await
}

/// Writes a setting and tells every replica.
///
/// # Errors
/// When the database does not answer, or the cipher refuses.
pub async fn write(
    conn: &mut MySqlConnection,
    sealer: &Sealer,
    (key, value): (&str, &Written),
    by: UserId,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let text = match value {
        Written::Plain(text) => text.clone(),
        Written::Secret(secret) => seal(sealer, key, secret).map_err(|fault| sqlx::Error::Encode(fault.into()))?,
    };
    store::update(conn, key, &text, by, now).await?;
    changes::record(conn, Topic::SettingsChanged, key).await
}

/// What the audit log may know of the secret that `stored` holds: the same for the same secret, nothing if there is none.
pub fn fingerprint(sealer: &Sealer, stored: &Stored) -> Option<String> {
    open(sealer, &stored.key, &stored.value).and_then(|secret| fingerprint_of(sealer, &stored.key, &secret))
}

/// The same of a secret that is to stand in the setting `key`.
pub fn fingerprint_of(sealer: &Sealer, key: &str, secret: &SecretString) -> Option<String> {
    (!secret.expose_secret().is_empty()).then(|| sealer.fingerprint(&context(key), secret))
}

/// Seals every secret setting with the present key; how many the previous one had sealed.
///
/// # Errors
/// When one was sealed with neither key, and when the database does not answer.
pub async fn reseal(conn: &mut MySqlConnection, sealer: &Sealer) -> anyhow::Result<u64> {
    let mut resealed = 0;
    let secret = store::lock_all(conn).await?.into_iter().filter(|stored| stored.is_secret && !stored.value.is_empty());
    let old: Vec<Stored> = secret.filter(|stored| !sealer.is_current(&stored.value)).collect();
    for Stored { key, value, .. } in old {
        let secret = sealer.open(&context(&key), &value).with_context(|| format!("the setting {key}"))?;
        store::update_seal(conn, &key, &seal(sealer, &key, &secret)?).await?;
        changes::record(conn, Topic::SettingsChanged, &key).await?;
        resealed += 1;
    }
    Ok(resealed)
}

fn seal(sealer: &Sealer, key: &str, secret: &SecretString) -> Result<String, Fault> {
    if secret.expose_secret().is_empty() { Ok(String::new()) } else { sealer.seal(&context(key), secret) }
}

/// The secret of the setting `key`. One that we cannot open is as if it had not been given, and the log says so.
pub(super) fn open(sealer: &Sealer, key: &str, sealed: &str) -> Option<SecretString> {
    if sealed.is_empty() {
        return None;
    }
    let opened = sealer.open(&context(key), sealed);
    opened
        .inspect_err(|fault| tracing::error!(exception = %fault, setting = key, "a secret setting cannot be opened"))
        .ok()
}

fn context(key: &str) -> String {
    format!("setting:{key}")
}
