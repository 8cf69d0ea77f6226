//! A new account, and in the same moment the first log-in.

use accounts::proofs::Recipient;
use accounts::registration::{CountryId, NewAccount, Registration, register as open_account};
use accounts::{Cost, Email, Holder, Password, PasswordHash, PersonName, Phone, Username, sessions};
use chrono::{DateTime, Utc};
use commerce::events::UserRegistered;
use kernel::UserId;
use shared::config::ServiceName;
use shared::database::retry;
use shared::messaging::outbox;
use shared::web::{Error, Result};
use sqlx::MySqlConnection;
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::attempts;
use crate::desk::{Desk, SignedIn};
use crate::store;
use crate::verification;
use crate::visitors::Visitor;

const TAKEN: Error = Error::Conflict { code: "CONFLICT", message: "already registered" };

/// Where everybody lives who does not say.
pub(crate) const INDIA: Option<CountryId> = CountryId::new(1);
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
    fn holder(&self) -> Holder {
        let holder = Holder::named(&self.first_name, &self.last_name);
        holder.found_by(self.email.as_ref(), self.phone.as_ref(), self.username.as_ref())
    }

    fn into_account(self, country: CountryId, password_hash: PasswordHash) -> NewAccount {
        let Self { email, phone, username, first_name, last_name, .. } = self;
        NewAccount { email, phone, username, password_hash, first_name, last_name, country }
    }
}

/// Makes the account, gives it a customer's role, announces it, signs its holder in and brings the guest's cart along; or
/// does none of it.
pub async fn register(desk: &Desk, form: Register, visitor: &Visitor, now: DateTime<Utc>) -> Result<SignedIn> {
    attempts::register(desk, visitor).await?;
    let (country, cost) = known_country(desk, &form).await?;
    if form.password.is_about(&form.holder()) {
        return Err(Error::invalid("password", "must not be your own name, address or number"));
    }
    let password_hash = desk.hasher().hash(form.password.clone(), cost).await?;
    let account = form.into_account(country, password_hash);
    retry(async || create(desk, &account, visitor, now).await).await
}

/// Asked before the password is hashed: countries stay. With it comes what hashing costs.
async fn known_country(desk: &Desk, form: &Register) -> Result<(CountryId, Cost)> {
    let mut conn = desk.database().acquire().await?;
    let country = store::countries::find(&mut conn, form.country_id.or(INDIA)).await?;
    let country = country.ok_or_else(|| Error::invalid("country_id", "must be the id of a country"))?;
    Ok((country, desk.cost(&mut conn).await?))
}

async fn create(desk: &Desk, account: &NewAccount, visitor: &Visitor, now: DateTime<Utc>) -> Result<SignedIn> {
    let mut tx = desk.database().begin().await?;
    let user = found(&mut tx, account, now).await?;
    let email = account.email.clone().map(Recipient::Email);
    let recipients = email.into_iter().chain(account.phone.clone().map(Recipient::Phone));
    verification::ask(&mut tx, desk, user, recipients, now).await?;
    let opened = sessions::open(&mut tx, user, &visitor.device, now).await?;
    visitor.bring_cart(&mut tx, user, &desk.ground().settings, now).await?;
    let signed_in = desk.hand_over(&mut tx, user, opened, now).await?;
    tx.commit().await?;
    Ok(signed_in)
}

/// A new account with a customer's role, announced to everybody.
///
/// # Errors
/// 409 if its address, number or name is somebody's.
pub(crate) async fn found(conn: &mut MySqlConnection, account: &NewAccount, now: DateTime<Utc>) -> Result<UserId> {
    let Registration::Registered(user_id) = open_account(conn, account, now).await? else { return Err(TAKEN) };
    store::roles::insert_assignment(conn, user_id, ROLE, now).await?;
    outbox::emit(conn, ServiceName::Auth, now, &UserRegistered { user_id }).await?;
    Ok(user_id)
}
