//! The business that somebody buys for, as their invoices name it.
#![expect(clippy::unnecessary_wraps, reason = "eserde derives such functions for deserialize_with")]

use chrono::{DateTime, Utc};
use commerce::address::Text;
use commerce::place::{Gstin, StateCode};
use kernel::UserId;
use serde::{Deserialize as _, Deserializer, Serialize};
use shared::web::{Error, Result};
use sqlx::MySqlPool;
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::store;

/// What the shop knows about somebody's taxes; nothing of somebody who buys for themselves.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct TaxInfo {
    /// The GSTIN of the business.
    pub gst_number: Option<Gstin>,
    /// What the business is called.
    pub business_name: Option<String>,
    /// The state that it is registered in, by its GST code: the place of supply of what it buys.
    pub state_code: Option<StateCode>,
}

/// The business as its buyer writes it. Without `gst_number` the shop forgets it.
#[derive(Debug, eserde::Deserialize, Validate, ToSchema)]
#[validate(schema(function = "names_the_business"))]
pub struct TaxInfoForm {
    /// Fifteen characters, the last of which checks the others.
    #[serde(default, alias = "gstin", deserialize_with = "unless_blank")]
    pub gst_number: Option<Gstin>,
    /// What the business is called; has to be there with a number.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 255)]
    pub business_name: Option<Text<255>>,
    /// The state that it is registered in, if the form asks for it: its name or a code. Has to be that of the number.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 100)]
    pub state: Option<Text<100>>,
}

/// The code of a rule of the whole names the field that it blames.
fn names_the_business(form: &TaxInfoForm) -> Result<(), ValidationError> {
    if form.gst_number.is_some() && form.business_name.is_none() {
        return Err(ValidationError::new("business_name").with_message("is required with a GSTIN".into()));
    }
    Ok(())
}

/// An empty field of a form is no GSTIN, and no wrong one.
fn unless_blank<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Gstin>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?.filter(|text| !text.trim().is_empty());
    let refusal = |_| serde::de::Error::custom("expected a GSTIN: 15 characters with the right check character");
    text.map(|text| text.parse().map_err(refusal)).transpose()
}

/// Keeps the business of `user`, or forgets it.
pub async fn keep(db: &MySqlPool, user: UserId, form: &TaxInfoForm, now: DateTime<Utc>) -> Result<TaxInfo> {
    let mut tx = db.begin().await?;
    store::profiles::lock_owner(&mut tx, user).await?.ok_or(Error::Unauthenticated)?;
    match (&form.gst_number, &form.business_name) {
        (Some(gstin), Some(name)) => {
            if let Some(named) = &form.state
                && places::find_state(&mut tx, named.as_str()).await? != Some(gstin.state())
            {
                return Err(Error::invalid("state", "must be the state of the GSTIN"));
            }
            store::taxes::put(&mut tx, user, (gstin, name.as_str()), now).await?;
        }
        _ => store::taxes::delete(&mut tx, user).await?,
    }
    let kept = store::taxes::find(&mut tx, user).await?;
    tx.commit().await?;
    Ok(kept.unwrap_or_default())
}
