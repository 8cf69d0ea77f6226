//! A profile changed by its holder.

use accounts::contact::{self, ContactChange, NewContact};
use accounts::registration::CountryId;
use accounts::{Email, PersonName, Phone, Username, names};
use chrono::{DateTime, Utc};
use kernel::{Patch, UserId};
use shared::web::{Error, FieldError, Result};
use sqlx::MySqlConnection;
use utoipa::ToSchema;
use validator::Validate;

use super::moving::{self, Registry};
use super::{BirthDate, Currency, Gender, Language, Profile, TelegramName};
use crate::store;
use crate::store::profiles::Details;

const TAKEN: Error = Error::Conflict { code: "CONFLICT", message: "already registered" };
const CHANGED_MEANWHILE: Error =
    Error::Conflict { code: "CONFLICT", message: "the profile has changed meanwhile: read it again" };

/// What somebody wants their profile to become: what is absent stays, `null` takes away what need not be there. Whether
/// anything is verified, active or an administrator's is not said here.
#[derive(Clone, Debug, Default, eserde::Deserialize, Validate, ToSchema)]
pub struct ChangeProfile {
    /// Another address; it is unverified until its holder shows that it is theirs.
    #[serde(default)]
    #[schema(value_type = Option<Email>)]
    pub email: Patch<Email>,
    /// Another number; it is unverified until its holder shows that it is theirs.
    #[serde(default)]
    #[schema(value_type = Option<Phone>)]
    pub phone: Patch<Phone>,
    /// Another name to sign in with.
    #[serde(default)]
    #[schema(value_type = Option<Username>)]
    pub username: Patch<Username>,
    /// Their name.
    #[serde(default)]
    #[schema(value_type = Option<PersonName>)]
    pub first_name: Patch<PersonName>,
    /// Their name.
    #[serde(default)]
    #[schema(value_type = Option<PersonName>)]
    pub last_name: Patch<PersonName>,
    /// Where they live.
    #[serde(default)]
    #[schema(value_type = Option<u64>, minimum = 1)]
    pub country_id: Patch<CountryId>,
    /// In what they want to see prices.
    #[serde(default)]
    #[schema(value_type = Option<Currency>)]
    pub preferred_currency: Patch<Currency>,
    /// In what they want to be spoken to.
    #[serde(default)]
    #[schema(value_type = Option<Language>)]
    pub preferred_language: Patch<Language>,
    /// When they were born.
    #[serde(default)]
    #[schema(value_type = Option<BirthDate>)]
    pub date_of_birth: Patch<BirthDate>,
    /// What they are.
    #[serde(default)]
    #[schema(value_type = Option<Gender>)]
    pub gender: Patch<Gender>,
    /// Their name on Telegram.
    #[serde(default)]
    #[schema(value_type = Option<TelegramName>)]
    pub telegram_username: Patch<TelegramName>,
    /// Their number on Telegram.
    #[serde(default)]
    #[schema(value_type = Option<Phone>)]
    pub telegram_phone: Patch<Phone>,
    /// Their number on WhatsApp.
    #[serde(default)]
    #[schema(value_type = Option<Phone>)]
    pub whatsapp_phone: Patch<Phone>,
}

/// Changes the profile of `user`, all of it or nothing, and shows it. With `expected` only if it is still that revision.
/// Whose address or number became another is told where they were reached before and where they are now, in case it was
/// somebody else, and is asked to confirm the new one.
///
/// # Errors
/// 400 names what cannot be; 409 for an older revision, and for what somebody else is found by; 429 after too many new
/// addresses and numbers in an hour.
pub async fn change(
    registry: &Registry,
    user: UserId,
    expected: Option<u64>,
    wanted: &ChangeProfile,
    now: DateTime<Utc>,
) -> Result<Profile> {
    let mut tx = registry.database.begin().await?;
    let old = store::profiles::lock(&mut tx, user).await?.ok_or(Error::Unauthenticated)?;
    if expected.is_some_and(|expected| expected != old.revision) {
        return Err(CHANGED_MEANWHILE);
    }
    let new = wanted.applied_to(old, now)?;
    check_known(&mut tx, &new).await?;
    store::profiles::update(&mut tx, user, &new, now).await?;
    names::keep(&mut tx, user, &new.first_name, &new.last_name).await?;
    change_contact(&mut tx, registry, user, wanted, now).await?;
    let profile = store::profiles::find(&mut tx, user).await?.ok_or(Error::Unauthenticated)?;
    tx.commit().await?;
    Ok(profile)
}

impl ChangeProfile {
    fn applied_to(&self, old: Details, now: DateTime<Utc>) -> Result<Details> {
        let mut faults = Vec::new();
        let new = Details {
            first_name: kept(&self.first_name, old.first_name, ("first_name", &mut faults)),
            last_name: kept(&self.last_name, old.last_name, ("last_name", &mut faults)),
            preferred_currency: kept(
                &self.preferred_currency,
                old.preferred_currency,
                ("preferred_currency", &mut faults),
            ),
            preferred_language: kept(
                &self.preferred_language,
                old.preferred_language,
                ("preferred_language", &mut faults),
            ),
            country_id: self.country_id.apply(old.country_id),
            date_of_birth: self.date_of_birth.apply(old.date_of_birth),
            gender: self.gender.apply(old.gender),
            telegram_username: self.telegram_username.apply(old.telegram_username),
            telegram_phone: self.telegram_phone.apply(old.telegram_phone),
            whatsapp_phone: self.whatsapp_phone.apply(old.whatsapp_phone),
            revision: old.revision,
        };
        if new.date_of_birth.is_some_and(|born| born.day() > now.date_naive()) {
            faults.push(FieldError::new("date_of_birth", "must not be in the future"));
        }
        if faults.is_empty() { Ok(new) } else { Err(Error::Invalid(faults)) }
    }

    fn contact(&self) -> NewContact {
        NewContact { email: self.email.clone(), phone: self.phone.clone(), username: self.username.clone() }
    }
}

/// What becomes of a value that everybody has.
fn kept<T: Clone>(patch: &Patch<T>, old: T, (field, faults): (&str, &mut Vec<FieldError>)) -> T {
    match patch {
        Patch::Keep => old,
        Patch::Set(new) => new.clone(),
        Patch::Clear => {
            faults.push(FieldError::new(field, "cannot be taken away"));
            old
        }
    }
}

async fn check_known(conn: &mut MySqlConnection, new: &Details) -> Result<()> {
    if let Some(country) = new.country_id
        && !store::countries::exists(conn, country).await?
    {
        return Err(Error::invalid("country_id", "must be the id of a country"));
    }
    if !store::countries::has_currency(conn, &new.preferred_currency).await? {
        return Err(Error::invalid("preferred_currency", "must be the currency of a country of the shop"));
    }
    Ok(())
}

async fn change_contact(
    conn: &mut MySqlConnection,
    registry: &Registry,
    user: UserId,
    wanted: &ChangeProfile,
    now: DateTime<Utc>,
) -> Result<()> {
    match contact::change(conn, user, &wanted.contact(), now).await? {
        ContactChange::Changed(moves) => moving::tell(conn, registry, user, &moves, now).await,
        ContactChange::Taken => Err(TAKEN),
        ContactChange::Unreachable => {
            Err(Error::invalid("email", "cannot be taken away without phone or username to sign in with"))
        }
    }
}
