//! Customers who have bought before: their accounts, what they ordered over the last months, and what they say about it.
//!
//! **Invariants**
//! - What they bought was priced, taxed and taken from the stock by the rules that hold for any order; `pavitra audit`
//!   finds nothing to say about it.
//! - A customer comes with all past orders or not at all, and only once.
//! - Nothing of this is told to anybody: what is long over needs no mail.

pub(super) mod opinions;
pub(super) mod past;
mod people;

use accounts::identifiers::Malformed;
use accounts::registration::{CountryId, NewAccount, Registration, register};
use accounts::{Cost, Hasher, Password};
use anyhow::Context;
use chrono::{DateTime, TimeDelta, Utc};
use commerce::place::{Gstin, StateCode, supply};
use commerce::pricing::{Shipping, price};
use inventory::{Demand, Return, Take};
use kernel::UserId;
use rand::distr::{Alphanumeric, SampleString};
use shared::settings::{Settings, Values};
use sqlx::{Acquire, MySqlConnection};

use self::past::{End, Purchase};
use self::people::Person;
use super::store::orders::{self as store, Goods, NewOrder};
use super::store::reviews;

/// As many characters as nobody guesses; nobody is told them either.
const PASSWORD: usize = 32;
/// The shop's own country.
const INDIA: u64 = 1;
/// The shop opened so long ago, and its first customers came: before their first order.
pub(super) const PAST: TimeDelta = TimeDelta::days(190);

/// What every order of the shop goes by.
struct Terms {
    seller: Option<StateCode>,
    shipping: Shipping,
    goods: Vec<Goods>,
}

/// Adds those of the first `count` customers whom the shop does not know; how many, and how many orders they have.
pub(super) async fn add(conn: &mut MySqlConnection, count: u32, now: DateTime<Utc>) -> anyhow::Result<(usize, usize)> {
    let (hasher, settings) = (Hasher::default(), Settings::default().read(conn).await?);
    let (mut added, mut ordered) = (0, 0);
    for number in 1..=count {
        let person = Person::number(number)?;
        let mut tx = conn.begin().await?;
        // What they may buy changes with what they bought.
        let terms = Terms::of(&mut tx, &settings).await?;
        let Some(user) = open_account(&mut tx, &hasher, &person, now - PAST).await? else { continue };
        for purchase in past::purchases(number, terms.goods.len(), now) {
            ordered += usize::from(buy(&mut tx, &terms, (user, &person), &purchase).await?);
        }
        review(&mut tx, number, user).await?;
        tx.commit().await?;
        added += 1;
    }
    Ok((added, ordered))
}

/// What they say about some of what they got, most of it approved.
async fn review(conn: &mut MySqlConnection, number: u32, user: UserId) -> sqlx::Result<()> {
    for got in reviews::list_got(&mut *conn, user).await? {
        let Some(opinion) = opinions::opinion(number, &got) else { continue };
        reviews::insert(&mut *conn, user, &got, &opinion).await?;
        if opinion.is_approved {
            reviews::insert_rating(&mut *conn, got.product_id, opinion.rating).await?;
        }
    }
    Ok(())
}

/// Nothing if the address has an account already.
async fn open_account(
    conn: &mut MySqlConnection,
    hasher: &Hasher,
    person: &Person,
    at: DateTime<Utc>,
) -> anyhow::Result<Option<UserId>> {
    if accounts::login::find_for_login(conn, person.email.as_str()).await?.is_some() {
        return Ok(None);
    }
    let random = Alphanumeric.sample_string(&mut rand::rng(), PASSWORD);
    let password = Password::try_from(random).map_err(|Malformed { .. }| anyhow::anyhow!("the password"))?;
    let account = NewAccount {
        email: Some(person.email.clone()),
        phone: None,
        username: None,
        password_hash: hasher.hash(password, Cost::default()).await?,
        first_name: person.first_name.clone(),
        last_name: person.last_name.clone(),
        country: CountryId::new(INDIA).context("no country")?,
    };
    Ok(match register(conn, &account, at).await? {
        Registration::Registered(user) => Some(user),
        Registration::Taken => None,
    })
}

/// Writes one order with all that came of it, unless the goods have run out.
async fn buy(
    conn: &mut MySqlConnection,
    terms: &Terms,
    (user, person): (UserId, &Person),
    purchase: &Purchase,
) -> anyhow::Result<bool> {
    let mut part = conn.begin().await?;
    let lines = terms.lines(purchase);
    let demands: Vec<_> = lines.iter().map(|(demand, _)| *demand).collect();
    let Take::Taken(taken) = inventory::take(&mut part, &demands).await? else {
        part.rollback().await?;
        return Ok(false);
    };
    let wanted: Vec<_> = lines.iter().map(|(demand, goods)| goods.line(demand.quantity)).collect();
    let priced = price(&wanted, terms.shipping, supply(terms.seller, person.state)).context("the price of an order")?;
    let new = NewOrder { user, address: &person.address, place: person.state, priced: &priced, purchase };
    let order = store::insert(&mut part, &new).await?;
    taken.hold(&mut part, order, None, purchase.placed).await?;
    store::insert_items(&mut part, order, &lines, &new).await?;
    match purchase.end {
        End::Delivered { sent, .. } => inventory::sell(&mut part, order, sent).await?,
        End::Cancelled { at, .. } => inventory::release(&mut part, order, Return::Released, at).await?,
    }
    for step in purchase.history() {
        store::insert_history(&mut part, order, user, &step).await?;
    }
    store::insert_tender(&mut part, order, &new).await?;
    part.commit().await?;
    Ok(true)
}

impl Terms {
    async fn of(conn: &mut MySqlConnection, settings: &Values) -> anyhow::Result<Self> {
        let gstin = settings.text("gst_number").trim();
        let seller = if gstin.is_empty() { None } else { Some(gstin.parse::<Gstin>()?.state()) };
        let shipping = Shipping {
            flat: settings.amount("flat_shipping_amount")?,
            free_from: settings.amount("free_shipping_threshold")?,
        };
        Ok(Self { seller, shipping, goods: store::list_goods(conn).await? })
    }

    /// What is bought, one line a product, in the order of their ids.
    fn lines(&self, purchase: &Purchase) -> Vec<(Demand, &Goods)> {
        let wanted = purchase.pieces.iter();
        let lines = wanted.filter_map(|(place, quantity)| {
            let goods = self.goods.get(*place)?;
            let quantity = (*quantity).min(goods.max_cart_quantity());
            Some((Demand { product: goods.id, variation: None, quantity }, goods))
        });
        lines.collect()
    }
}
