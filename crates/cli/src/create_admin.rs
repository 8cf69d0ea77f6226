//! `pavitra create-admin`

mod store;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use accounts::identifiers::Malformed;
use accounts::login::{Credentials, find_for_login};
use accounts::registration::{CountryId, NewAccount, Registration, register};
use accounts::{Cost, Email, Hasher, Password, PasswordAttempt, PersonName};

use anyhow::{Context, bail, ensure};
use chrono::{DateTime, Utc};
use clap::Args;
use kernel::UserId;
use rand::distr::{Alphanumeric, SampleString};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use shared::audit::{Actor, Entry, Notary, Subject};
use shared::changes::{self, Topic};
use shared::clock::Clock;
use shared::config::{Database, Reader, Secrets};
use shared::database::connect_lazily;
use sqlx::{MySqlConnection, MySqlPool};

/// As many characters as nobody guesses: 24 of 62 are 142 bits.
const RANDOM: usize = 24;
/// The shop's own country.
const INDIA: u64 = 1;
/// The role of those who may do everything.
const ADMINISTRATOR: &str = "super_admin";

/// Makes an account that may do everything, or lets an account that exists do everything. Safe to run again.
///
/// Without a password file a new account gets a random password, which is printed once. An account that exists keeps its
/// password, and gets the role only if that is the one in the file or by `--existing`: anybody can register with any
/// address.
#[derive(Debug, Args)]
pub struct CreateAdmin {
    /// Whose account
    #[arg(long, value_parser = email)]
    email: Email,
    /// First name of a new account
    #[arg(long, default_value = "Shop", value_parser = name)]
    first_name: PersonName,
    /// Last name of a new account
    #[arg(long, default_value = "Administrator", value_parser = name)]
    last_name: PersonName,
    /// The password is the first line of this file
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
    /// Give the role to an account that exists already
    #[arg(long)]
    existing: bool,
}

/// Who is to be an administrator.
#[derive(Clone, Debug)]
pub struct Admin {
    /// Whose account.
    pub email: Email,
    /// Of a new account.
    pub first_name: PersonName,
    /// Of a new account.
    pub last_name: PersonName,
    /// What opens the account; a new one gets a random password otherwise.
    pub password: Option<SecretString>,
    /// Whether an account that exists gets the role without its password.
    pub may_exist: bool,
}

fn email(text: &str) -> Result<Email, Malformed> {
    text.to_owned().try_into()
}

fn name(text: &str) -> Result<PersonName, Malformed> {
    text.to_owned().try_into()
}

impl CreateAdmin {
    pub(crate) async fn run(self) -> anyhow::Result<ExitCode> {
        let mut env = Reader::from_process();
        let (database, secrets) = (Database::read(&mut env), Secrets::read(&mut env));
        let (database, secrets) = env.finish((database, secrets))?;
        let (database, notary) = (connect_lazily(&database), Notary::new(&secrets));
        let Self { email, first_name, last_name, password_file, existing: may_exist } = self;
        let password = password_file.as_deref().map(first_line).transpose()?;
        let admin = Admin { email, first_name, last_name, password, may_exist };
        if let Some(random) = create(&database, &notary, &admin, Clock::System.now()).await? {
            writeln!(io::stdout(), "password: {}", random.expose_secret())?;
        }
        tracing::info!("{} may do everything", admin.email.as_str());
        Ok(ExitCode::SUCCESS)
    }
}

fn first_line(file: &Path) -> anyhow::Result<SecretString> {
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    Ok(text.lines().next().unwrap_or_default().into())
}

/// Makes `admin` an administrator, all or nothing, and has `notary` write it down; the password, if it is a random one that nobody knows yet.
///
/// # Errors
/// When the account exists, is no administrator, and neither its password nor `may_exist` is given; when it was put out
/// of the shop or has another password than the one that is given; and when the database does not answer.
pub async fn create(
    db: &MySqlPool,
    notary: &Notary,
    admin: &Admin,
    now: DateTime<Utc>,
) -> anyhow::Result<Option<SecretString>> {
    let hasher = Hasher::default();
    let mut tx = db.begin().await.context("the database does not answer")?;
    let (user, random) = if let Some(known) = find_for_login(&mut tx, admin.email.as_str()).await? {
        expect_owner(&mut tx, &hasher, &known, admin).await?;
        (known.user, None)
    } else {
        add(&mut tx, &hasher, admin, now).await?
    };
    grant(&mut tx, notary, user, now).await?;
    tx.commit().await?;
    Ok(random)
}

/// Whoever registered with the address first need not be the owner of the shop. Whoever gives a password relies on it
/// afterwards.
async fn expect_owner(
    conn: &mut MySqlConnection,
    hasher: &Hasher,
    known: &Credentials,
    admin: &Admin,
) -> anyhow::Result<()> {
    ensure!(known.is_active, "the account was put out of the shop: let it in first");
    let Some(given) = &admin.password else {
        let may = admin.may_exist || store::has_role(conn, known.user, ADMINISTRATOR).await?;
        ensure!(may, "the account exists already: give its --password-file, or --existing if it is to have the role");
        return Ok(());
    };
    let attempt = PasswordAttempt::try_from(given.expose_secret().to_owned()).context("the password")?;
    let opens = hasher.verify(attempt, Some(known.password_hash.clone()), Cost::default()).await?;
    ensure!(opens, "the account exists and has another password: --existing without --password-file keeps that");
    Ok(())
}

async fn add(
    conn: &mut MySqlConnection,
    hasher: &Hasher,
    admin: &Admin,
    now: DateTime<Utc>,
) -> anyhow::Result<(UserId, Option<SecretString>)> {
    let random =
        admin.password.is_none().then(|| SecretString::from(Alphanumeric.sample_string(&mut rand::rng(), RANDOM)));
    let text = admin.password.as_ref().or(random.as_ref()).context("no password")?;
    let password = Password::try_from(text.expose_secret().to_owned()).context("the password")?;
    let account = NewAccount {
        email: Some(admin.email.clone()),
        phone: None,
        username: None,
        password_hash: hasher.hash(password, Cost::default()).await?,
        first_name: admin.first_name.clone(),
        last_name: admin.last_name.clone(),
        country: CountryId::new(INDIA).context("no country")?,
    };
    match register(conn, &account, now).await? {
        Registration::Registered(user) => Ok((user, random)),
        Registration::Taken => bail!("somebody registered with this address just now: run it again"),
    }
}

/// Gives the two roles, as far as they are missing.
async fn grant(conn: &mut MySqlConnection, notary: &Notary, user: UserId, now: DateTime<Utc>) -> anyhow::Result<()> {
    let before = store::list_roles(conn, user).await?;
    for role in [ADMINISTRATOR, "customer"] {
        let role_id = store::find_role(conn, role).await?;
        let role_id = role_id.with_context(|| format!("there is no role {role}: run `pavitra migrate`"))?;
        if store::insert_role(conn, user, role_id, now).await? {
            changes::record(conn, Topic::RolesChanged, &user.to_string()).await?;
        }
    }
    let after = store::list_roles(conn, user).await?;
    if before == after {
        return Ok(());
    }
    let (by, subject) = (Actor::operator(), Subject::new("user", user.to_string()));
    let entry = Entry { by: &by, action: "user.roles", subject, before: json!(before), after: json!(after) };
    Ok(notary.record(conn, &entry, now).await?)
}
