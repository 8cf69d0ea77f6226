//! `pavitra-bench catalogue`: lists, searches and single products of shops of several sizes, and what the index costs.

mod report;
mod row;
mod shelf;
mod turns;

use std::path::PathBuf;
use std::process::{ExitCode, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use clap::Args;
use shared::config::{Config, ServiceName};
use shared::database::connect_lazily;
use sqlx::MySqlPool;
use tokio::process::Command;

use self::report::Shop;
use self::row::Row;
use self::shelf::Shelf;
use self::turns::Turns;
use crate::http::{self, Connection};
use crate::process::{House, Process};
use crate::run::{print, step};
use crate::store;

/// How often the service is asked whether its index is there, and weighed meanwhile.
const LOOK: Duration = Duration::from_millis(50);
/// Longer than any index takes.
const PATIENCE: Duration = Duration::from_mins(30);

/// Measures the catalogue of a shop that was migrated and seeded, and is otherwise new (called by scripts/bench).
#[derive(Debug, Args)]
pub struct Catalogue {
    /// How long one slice of a row is
    #[arg(long, default_value_t = 3)]
    seconds: u64,
    /// Where the services and `pavitra` are
    #[arg(long, value_name = "FOLDER")]
    binaries: PathBuf,
    /// Where what they say goes
    #[arg(long, value_name = "FOLDER")]
    logs: PathBuf,
    /// How many products to generate: several sizes, the smallest first
    #[arg(long, value_name = "NUMBER,…", value_delimiter = ',', default_values_t = [10_000, 100_000, 1_000_000],
          value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    products: Vec<u64>,
    /// How many seconds ago the script began
    #[arg(long, default_value_t = 0)]
    since: u64,
}

struct Bench {
    began: Instant,
    slice: Duration,
    house: House,
    shop: MySqlPool,
}

impl Catalogue {
    pub(crate) async fn run(self) -> anyhow::Result<ExitCode> {
        ensure!(self.products.is_sorted(), "a shop only grows: name the smallest size first");
        let began = Instant::now().checked_sub(Duration::from_secs(self.since)).unwrap_or_else(Instant::now);
        let shop = connect_lazily(&Config::from_env(ServiceName::Product)?.database);
        let house = House { binaries: self.binaries, logs: self.logs };
        let bench = Bench { began, slice: Duration::from_secs(self.seconds), house, shop };
        let mut shops = Vec::new();
        for products in self.products {
            let shop = bench.measure(products).await?;
            print(&report::rows(&shop))?;
            shops.push(shop);
        }
        print(&report::growth(&shops))?;
        print(&report::costs(&shops))?;
        Ok(ExitCode::SUCCESS)
    }
}

impl Bench {
    async fn measure(&self, products: u64) -> anyhow::Result<Shop> {
        step(self.began, &format!("{products} products: making them"));
        let seeded = self.seed(products).await?;
        let shelf = Arc::new(Shelf::look(&mut *self.shop.acquire().await?).await?);
        step(self.began, &format!("{products} products: building the index"));
        let since = Instant::now();
        let (service, _) = self.house.start(ServiceName::Product).await?;
        let (built, most) = await_index(&service, since).await?;
        let fresh = service.memory()?;
        let mut rows = Vec::new();
        for row in Row::ALL {
            step(self.began, &format!("{products} products: {}", row.title()));
            let turns = Turns::take(row, &shelf, (&self.house, &service), self.slice).await;
            rows.push(turns.with_context(|| format!("{} of {products} products", row.title()))?);
        }
        let memory = [fresh, service.memory()?];
        service.kill().await?;
        Ok(Shop { products, seeded, built, most, memory, rows })
    }

    /// Adds what is missing of so many generated products.
    async fn seed(&self, products: u64) -> anyhow::Result<Duration> {
        let since = Instant::now();
        let mut command = Command::new(self.house.binaries.join("pavitra"));
        command.args(["seed", "--size", &products.to_string()]).env("RUST_LOG", "warn");
        let done = command.stdin(Stdio::null()).stdout(Stdio::null()).kill_on_drop(true).status().await?;
        ensure!(done.success(), "the seed failed");
        store::catalogue::update_statistics(&mut *self.shop.acquire().await?).await?;
        Ok(since.elapsed())
    }
}

/// How long after `since` the index answers, and the most anonymous memory until then, in KiB.
async fn await_index(service: &Process, since: Instant) -> anyhow::Result<(Duration, u64)> {
    let (mut connection, mut most) = (Connection::open(service.port).await?, 0);
    for page in 1_u32.. {
        // What no category holds costs the database nothing; only the index counts it.
        let path = format!("/api/v1/products?category_slug=no-such-shelf&facets=true&page={page}");
        let answer = connection.exchange(&http::get(&path)).await?;
        ensure!(answer.status == 200, "{}: {}", answer.status, String::from_utf8_lossy(answer.body));
        most = most.max(service.memory()?.anonymous);
        if String::from_utf8_lossy(answer.body).contains("\"facets\":{") {
            break;
        }
        ensure!(since.elapsed() < PATIENCE, "there is no index after {} seconds", PATIENCE.as_secs());
        tokio::time::sleep(LOOK).await;
    }
    Ok((since.elapsed(), most))
}
