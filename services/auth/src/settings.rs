//! The settings of the shop: what everybody may read, what its administration may read, and how they are changed.

mod changing;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use commerce::settings::{self, Definition, Shown};
use kernel::UserId;
use serde::Serialize;
use serde_json::Value;
use shared::config::Config;
use shared::settings::{Stored, Values};
use utoipa::ToSchema;

pub use changing::{Changed, NewSettings, change};

/// What everybody may know, by name.
#[derive(Debug, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = Object, example = json!({ "site_name": "Pavitra Trading" }))]
pub struct Public(BTreeMap<&'static str, Shown>);

/// What the administration may know.
#[derive(Debug, Serialize, ToSchema)]
pub struct Masked {
    /// Every setting by its name; a secret is `********`, or empty if none was given.
    #[schema(value_type = Object, example = json!({ "maintenance_mode": false, "razorpay_secret": "********" }))]
    pub settings: BTreeMap<String, Shown>,
    /// Moves with every change: send it along to change only what you have seen.
    pub revision: u64,
}

/// Every setting with all that is known about it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Described {
    /// In the order in which they belong together.
    pub settings: Vec<Setting>,
    /// Moves with every change.
    pub revision: u64,
}

/// A setting.
#[derive(Debug, Serialize, ToSchema)]
pub struct Setting {
    /// Its name.
    #[schema(example = "max_cart_items_total")]
    key: String,
    /// What it is; a secret is `********`, or empty if none was given.
    #[schema(value_type = Value)]
    value: Shown,
    /// What it may be, as a JSON schema.
    #[schema(value_type = Object)]
    schema: Value,
    /// What it decides.
    description: String,
    /// Whether everybody may read it.
    is_public: bool,
    /// Whether nobody may.
    is_secret: bool,
    /// The variable of the environment that counts instead of it.
    overridden_by: Option<&'static str>,
    /// How often it was written, from 1.
    revision: u64,
    /// Who wrote it last; nobody if it is as the shop came.
    #[schema(value_type = Option<u64>)]
    updated_by: Option<UserId>,
    /// When.
    updated_at: DateTime<Utc>,
}

/// What everybody may know.
pub fn public(values: &Values) -> Public {
    let public = settings::ALL.iter().filter(|definition| definition.is_public);
    Public(public.map(|definition| (definition.key, definition.show(values.text(definition.key)))).collect())
}

/// What the administration may know, in short.
pub fn masked(stored: &[Stored]) -> Masked {
    let settings = known(stored).map(|(definition, stored)| (stored.key.clone(), definition.show(&stored.value)));
    Masked { settings: settings.collect(), revision: revision(stored) }
}

/// What the administration may know.
pub fn described(stored: &[Stored], config: &Config) -> Described {
    let settings = known(stored).map(|(definition, stored)| Setting {
        key: stored.key.clone(),
        value: definition.show(&stored.value),
        schema: definition.schema(),
        description: stored.description.clone(),
        is_public: stored.is_public,
        is_secret: stored.is_secret,
        overridden_by: overridden_by(definition, config),
        revision: stored.revision,
        updated_by: stored.updated_by,
        updated_at: stored.updated_at,
    });
    Described { settings: settings.collect(), revision: revision(stored) }
}

/// Rows that this release does not know, because a later one added them, are left alone.
fn known(stored: &[Stored]) -> impl Iterator<Item = (&'static Definition, &Stored)> {
    stored.iter().filter_map(|stored| Some((settings::find(&stored.key)?, stored)))
}

/// Every change moves the revision of its row, and none ever goes back.
fn revision(stored: &[Stored]) -> u64 {
    stored.iter().map(|stored| stored.revision).fold(0, u64::saturating_add)
}

/// The variable that counts instead of this setting: keys of a gateway come from one place, all of them.
fn overridden_by(definition: &Definition, config: &Config) -> Option<&'static str> {
    definition.variable.filter(|variable| match variable.split_once('_') {
        Some(("RAZORPAY", _)) => config.razorpay.is_some(),
        Some(("STRIPE", _)) => config.stripe.is_some(),
        _ => false,
    })
}
