//! `pavitra-bench identity`: what logging in costs, whom it slows down, whether it tells who has an account, and how
//! people are found among a million.

mod hashes;
mod people;
mod strangers;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::Args;
use shared::config::{Config, Database, ServiceName};
use shared::database::connect_lazily;

use crate::crowd::Crowd;
use crate::http;
use crate::load::{Load, Slice};
use crate::process::{House, Process};
use crate::run::{print, step};
use crate::table;

pub(crate) use people::Search;
pub(crate) use strangers::Comparison;

/// How often each has its turn.
const ROUNDS: usize = 3;
/// How many shoppers look at products while others log in.
const SHOPPERS: u32 = 2;
/// The page that they see first.
const PAGE: &str = "/api/v1/products?page_size=20";

/// Measures the identity of a shop that was migrated and seeded, and is otherwise new (called by scripts/bench).
#[derive(Debug, Args)]
pub struct Identity {
    /// How long one slice is
    #[arg(long, default_value_t = 3)]
    seconds: u64,
    /// Where the services are
    #[arg(long, value_name = "FOLDER")]
    binaries: PathBuf,
    /// Where what they say goes
    #[arg(long, value_name = "FOLDER")]
    logs: PathBuf,
    /// A database like that of the shop
    #[arg(long, value_name = "NAME")]
    copy: String,
    /// Among how many people one is looked for
    #[arg(long, default_value_t = 1_000_000)]
    people: u64,
    /// How many seconds ago the script began
    #[arg(long, default_value_t = 0)]
    since: u64,
}

/// Log-ins and bare hashes, in turns.
#[derive(Debug, Default)]
pub(crate) struct LogIns {
    pub(crate) ours: Vec<Slice>,
    pub(crate) bare: Vec<Slice>,
}

/// The product list, alone and while people log in.
#[derive(Debug, Default)]
pub(crate) struct Storm {
    pub(crate) idle: Vec<Slice>,
    pub(crate) stormy: Vec<Slice>,
}

impl Identity {
    pub(crate) async fn run(self) -> anyhow::Result<ExitCode> {
        let began = Instant::now().checked_sub(Duration::from_secs(self.since)).unwrap_or_else(Instant::now);
        step(began, "letting people register");
        let config = Config::from_env(ServiceName::Auth)?;
        let copy = connect_lazily(&Database { name: self.copy.clone(), ..config.database.clone() });
        let crowd = Crowd::gather(&config, &copy).await?;
        let shop = connect_lazily(&config.database);
        let (house, slice) = (House { binaries: self.binaries, logs: self.logs }, Duration::from_secs(self.seconds));
        let (auth, _) = house.start(ServiceName::Auth).await?;
        let (product, _) = house.start(ServiceName::Product).await?;
        step(began, "logging in, beside bare Argon2id");
        print(&table::log_ins(&log_ins(&auth, slice).await?))?;
        step(began, "looking at products while others log in");
        print(&table::storm(&storm(&auth, &product, slice).await?))?;
        step(began, "asking for people who are there, and for people who are not");
        print(&table::strangers(&strangers::compare(auth.port).await?))?;
        step(began, &format!("letting {} more move in", self.people));
        people::settle(&shop, self.people).await?;
        let (user, _) = house.start(ServiceName::User).await?;
        step(began, "looking for people");
        print(&table::searches(&people::search(&shop, &crowd, &user, slice).await?))?;
        Ok(ExitCode::SUCCESS)
    }
}

fn entering(auth: &Process) -> Arc<Load> {
    Load::new(auth.port, 200, |number| Crowd::log_in(number).into())
}

async fn log_ins(auth: &Process, slice: Duration) -> anyhow::Result<LogIns> {
    let (load, mut turns) = (entering(auth), LogIns::default());
    load.run(Duration::from_secs(1)).await?;
    for _ in 0..ROUNDS {
        turns.ours.push(load.run(slice).await?);
        turns.bare.push(hashes::run(slice).await?);
    }
    Ok(turns)
}

async fn storm(auth: &Process, product: &Process, slice: Duration) -> anyhow::Result<Storm> {
    let page = http::get(PAGE);
    let looking = Load::new(product.port, 200, move |_| page.clone().into());
    let (load, mut turns) = (entering(auth), Storm::default());
    looking.run_on(SHOPPERS, Duration::from_secs(1)).await?;
    for _ in 0..ROUNDS {
        turns.idle.push(looking.run_on(SHOPPERS, slice).await?);
        let (entered, looked) = tokio::join!(load.run(slice), looking.run_on(SHOPPERS, slice));
        entered?;
        turns.stormy.push(looked?);
    }
    Ok(turns)
}
