//! Who shops and for what: the same people with the same carts in the shop and in its bare copy.

use std::num::NonZeroU32;

use accounts::registration::{CountryId, NewAccount, Registration, register};
use accounts::{Cost, Email, Hasher, Password, PasswordHash};
use anyhow::{Context, bail, ensure};
use carts::{Addition, Limits, Owner};
use chrono::{DateTime, Utc};
use commerce::ids::ProductId;
use kernel::UserId;
use serde_json::json;
use shared::clock::Clock;
use shared::config::Config;
use shared::database::connect_lazily;
use shared::identity::{Claims, TokenKeys};
use shared::settings::Settings;
use sqlx::{MySqlConnection, MySqlPool};
use uuid::Uuid;

use crate::{http, store};

/// How many people shop at once.
pub(crate) const SHOPPERS: u64 = 2000;
/// How many more there are, to show how each thing is done before it is measured.
const MODELS: u64 = 64;
/// The shop's own country.
const INDIA: u64 = 1;
/// What opens every account.
const PASSWORD: &str = "a bench for sitting and waiting";

/// Everybody, and what there is to buy.
#[derive(Clone, Debug)]
pub(crate) struct Crowd {
    first: u64,
    tokens: Vec<String>,
    products: Vec<u64>,
}

/// Somebody who wants something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Who {
    pub(crate) user: u64,
    /// One product or two, in the order of their keys.
    pub(crate) products: [u64; 2],
}

impl Crowd {
    /// Lets everybody register, in the shop and in its copy, and puts one thing into every cart.
    pub(crate) async fn gather(config: &Config, bare: &MySqlPool) -> anyhow::Result<Self> {
        let now = Clock::System.now();
        let hasher = Hasher::default();
        let password = Password::try_from(PASSWORD.to_owned()).map_err(|why| anyhow::anyhow!("{why}"))?;
        let hash = hasher.hash(password, Cost::default()).await.context("no password")?;
        let mut groups = Vec::new();
        let shop = connect_lazily(&config.database);
        for database in [&shop, bare] {
            groups.push(settle(database, &hash, now).await?);
        }
        let [group, copy] = groups.as_slice() else { bail!("there is one shop and one copy") };
        ensure!(group == copy, "the shop and its copy have other keys");
        let (first, products) = group.clone();
        let keys = TokenKeys::new(&config.jwt)?;
        let users = (first..).take(usize::try_from(SHOPPERS + MODELS)?).filter_map(UserId::new);
        let tokens = users.map(|user| keys.sign(&Claims::access(user, Uuid::now_v7(), now)));
        Ok(Self { first, tokens: tokens.collect::<Result<_, _>>()?, products })
    }

    /// Somebody by number, who wants the products with these numbers.
    pub(crate) fn who(&self, user: u64, products: [u64; 2]) -> Who {
        Who {
            user: self.first.saturating_add(user % (SHOPPERS + MODELS)),
            products: products.map(|at| self.product(at)),
        }
    }

    /// How many products there are.
    pub(crate) fn variety(&self) -> u64 {
        u64::try_from(self.products.len()).unwrap_or(u64::MAX).max(1)
    }

    /// By what the shop knows somebody.
    pub(crate) fn token(&self, who: Who) -> &str {
        let number = usize::try_from(who.user.saturating_sub(self.first));
        number.ok().and_then(|number| self.tokens.get(number)).map_or("", String::as_str)
    }

    /// A request to log in.
    pub(crate) fn log_in(number: u64) -> Vec<u8> {
        entrance(&address(number % SHOPPERS), PASSWORD)
    }

    /// A request to log in with another's password.
    pub(crate) fn mistyped(number: u64) -> Vec<u8> {
        entrance(&address(number % SHOPPERS), "a bench for lying in the sun")
    }

    /// A request to log in as nobody who is there.
    pub(crate) fn stranger(number: u64) -> Vec<u8> {
        entrance(&format!("strange-{number}@example.com"), "a bench for lying in the sun")
    }

    fn product(&self, number: u64) -> u64 {
        let at = usize::try_from(number % self.variety()).unwrap_or_default();
        self.products.get(at).copied().unwrap_or_default()
    }
}

/// Makes the accounts and carts, all or nothing: the key of the first account, and those of the products on sale.
async fn settle(db: &MySqlPool, hash: &PasswordHash, now: DateTime<Utc>) -> anyhow::Result<(u64, Vec<u64>)> {
    let mut tx = db.begin().await?;
    let products = store::list_sold_by_the_piece(&mut tx).await?;
    let first = products.first().copied().and_then(ProductId::new).context("nothing is for sale")?;
    let limits = Limits::of(&*Settings::default().read(&mut tx).await?)?;
    let mut users = Vec::new();
    for number in 0..SHOPPERS + MODELS {
        let user = add_account(&mut tx, number, hash, now).await?;
        let addition = Addition { product: first, variation: None, quantity: NonZeroU32::MIN };
        carts::add(&mut tx, Owner::User(user), addition, limits, now)
            .await
            .map_err(|why| anyhow::anyhow!("{why:?}"))?;
        users.push(user.get());
    }
    tx.commit().await?;
    let first = users.first().copied().context("nobody is there")?;
    ensure!(users.iter().copied().eq((first..).take(users.len())), "keys of accounts are not consecutive");
    Ok((first, products))
}

async fn add_account(
    conn: &mut MySqlConnection,
    number: u64,
    hash: &PasswordHash,
    now: DateTime<Utc>,
) -> anyhow::Result<UserId> {
    let malformed = |why| anyhow::anyhow!("{why}");
    let account = NewAccount {
        email: Some(Email::try_from(address(number)).map_err(malformed)?),
        phone: None,
        username: None,
        password_hash: hash.clone(),
        first_name: "Bench".to_owned().try_into().map_err(malformed)?,
        last_name: "Shopper".to_owned().try_into().map_err(malformed)?,
        country: CountryId::new(INDIA).context("India")?,
    };
    match register(conn, &account, now).await? {
        Registration::Registered(user) => Ok(user),
        Registration::Taken => bail!("the shop is not new: somebody is there already"),
    }
}

fn entrance(login_id: &str, password: &str) -> Vec<u8> {
    let form = json!({ "login_id": login_id, "password": password });
    http::post("/api/v1/auth/login", "", "", &form.to_string())
}

fn address(number: u64) -> String {
    format!("shopper-{number}@example.com")
}
