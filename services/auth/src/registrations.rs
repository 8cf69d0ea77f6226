//! A new account, and in the same moment the first log-in.

use accounts::registration::{CountryId, NewAccount, Registration, register as open_account};
use accounts::{Email, Password, PasswordHash, PersonName, Phone, Username, sessions};
use chrono::{DateTime, Utc};
use commerce::events::UserRegistered;
use shared::config::ServiceName;
use shared::database::retry;
use shared::messaging::outbox;
use shared::web::{Error, Result};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::attempts;
use crate::desk::{Desk, SignedIn};
use crate::store;
use crate::visitors::Visitor;

const TAKEN: Error = Error::Conflict { code: "CONFLICT", message: "already registered" };

/// Where everybody lives who does not say.
const INDIA: u64 = 1;
/// What everybody is who registers.
const ROLE: &str = "customer";

/// A registration. At least one of `email`, `phone` and `username` has to be there. `auth_type` is accepted and ignored,
/// like every other field.
#[derive(Debug, eserde::Deserialize, Validate, ToSchema)]
#[validate(schema(function = "can_be_found"))]
pub struct Register {
    /// An address to sign in with and to write to.
    #[serde(default)]
    pub email: Option<Email>,
    /// A number to sign in with and to call.
    #[serde(default)]
    pub phone: Option<Phone>,
    /// A name to sign in with.
    #[serde(default)]
    pub username: Option<Username>,
    /// 8 characters or more; 15 are better.
    pub password: Password,
    /// How the person is called.
    pub first_name: PersonName,
    /// How the person is called.
    pub last_name: PersonName,
    /// Where the person lives; India unless said.
    #[serde(default)]
    #[schema(value_type = Option<u64>, minimum = 1, default = 1)]
    pub country_id: Option<CountryId>,
}

/// The code of a rule of the whole names the field that it blames.
fn can_be_found(form: &Register) -> Result<(), ValidationError> {
    if form.email.is_some() || form.phone.is_some() || form.username.is_some() {
        return Ok(());
    }
    Err(ValidationError::new("email").with_message("is required, or else phone or username".into()))
}

impl Register {
    fn into_account(self, country: CountryId, password_hash: PasswordHash) -> NewAccount {
        let Self { email, phone, username, first_name, last_name, .. } = self;
        NewAccount { email, phone, username, password_hash, first_name, last_name, country }
    }
}

/// Makes the account, gives it a customer's role, announces it, signs its holder in and brings the guest's cart along; or
/// does none of it.
pub async fn register(desk: &Desk, form: Register, visitor: &Visitor, now: DateTime<Utc>) -> Result<SignedIn> {
    attempts::register(desk, visitor).await?;
    let country = known_country(desk, &form).await?;
    let password_hash = desk.hasher().hash(form.password.clone()).await?;
    let account = form.into_account(country, password_hash);
    retry(async || create(desk, &account, visitor, now).await).await
}

/// Asked before the password is hashed: countries stay.
async fn known_country(desk: &Desk, form: &Register) -> Result<CountryId> {
    let mut conn = desk.database().acquire().await?;
    let country = store::countries::find(&mut conn, form.country_id.map_or(INDIA, CountryId::get)).await?;
    country.ok_or_else(|| Error::invalid("country_id", "must be the id of a country"))
}

async fn create(desk: &Desk, account: &NewAccount, visitor: &Visitor, now: DateTime<Utc>) -> Result<SignedIn> {
    let mut tx = desk.database().begin().await?;
    let Registration::Registered(user) = open_account(&mut tx, account, now).await? else { return Err(TAKEN) };
    store::roles::insert_assignment(&mut tx, user, ROLE, now).await?;
    outbox::emit(&mut tx, ServiceName::Auth, now, &UserRegistered { user_id: user }).await?;
    let opened = sessions::open(&mut tx, user, &visitor.device, now).await?;
    visitor.bring_cart(&mut tx, user, &desk.ground().settings, now).await?;
    let signed_in = desk.hand_over(&mut tx, user, opened, now).await?;
    tx.commit().await?;
    Ok(signed_in)
}
