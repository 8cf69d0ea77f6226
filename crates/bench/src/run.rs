//! `pavitra-bench run`: everything in its order.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use axum::body::Bytes;
use clap::Args;
use shared::config::{Config, Database, Reader, ServiceName};
use shared::database::connect_lazily;
use sqlx::MySqlPool;

use crate::crowd::{Crowd, Who};
use crate::http::{self, Connection};
use crate::load::Load;
use crate::measure::{Contest, Counterpart, Measured};
use crate::process::{House, Process, free_port};
use crate::recording::{Recorder, Recording, Template};
use crate::replay::Replay;
use crate::row::{Row, TRIES};
use crate::table;

/// How often a service is started for one time; the one in the middle counts.
const STARTS: usize = 5;
/// How long services that have just become ready, or have just worked, are left alone before they are weighed.
const REST: Duration = Duration::from_secs(3);
/// For how long people log in before the auth service is weighed.
const LOG_INS: Duration = Duration::from_secs(2);

/// Measures a shop that was migrated and seeded, and is otherwise new (called by scripts/bench).
#[derive(Debug, Args)]
pub struct Run {
    /// How long one slice of a row is
    #[arg(long, default_value_t = 3)]
    seconds: u64,
    /// Where the services are
    #[arg(long, value_name = "FOLDER")]
    binaries: PathBuf,
    /// Where what they say goes
    #[arg(long, value_name = "FOLDER")]
    logs: PathBuf,
    /// A database like that of the shop, for the loops of SQL
    #[arg(long, value_name = "NAME")]
    copy: String,
    /// How many seconds ago the script began
    #[arg(long, default_value_t = 0)]
    since: u64,
    /// All of them unless said
    rows: Vec<Row>,
}

/// What the rows share.
struct Bench {
    began: Instant,
    slice: Duration,
    house: House,
    migrator: Database,
    crowd: Arc<Crowd>,
    /// The database of the loops.
    copy: MySqlPool,
}

impl Run {
    pub(crate) async fn run(mut self) -> anyhow::Result<ExitCode> {
        if self.rows.is_empty() {
            self.rows = [&Row::LOADED[..], &[Row::Start, Row::Memory]].concat();
        }
        let (rows, bench) = (self.rows.clone(), self.prepare().await?);
        let loaded: Vec<Row> = Row::LOADED.into_iter().filter(|row| rows.contains(row)).collect();
        if rows.contains(&Row::Start) {
            print(&table::starts(&bench.start_each().await?))?;
        }
        if rows.iter().any(|row| *row != Row::Start) {
            let (measured, weights) = bench.work(&loaded).await?;
            print(&table::rates(&measured))?;
            if rows.contains(&Row::Memory) {
                print(&table::weights(&weights))?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }

    async fn prepare(self) -> anyhow::Result<Bench> {
        let began = Instant::now().checked_sub(Duration::from_secs(self.since)).context("the machine is younger")?;
        step(began, "letting people register");
        let config = Config::from_env(ServiceName::Order)?;
        let mut env = Reader::from_process();
        let migrator = Database::read_for_migrator(&mut env);
        let migrator = env.finish(migrator)?;
        let copy = connect_lazily(&Database { name: self.copy, ..config.database.clone() });
        let crowd = Arc::new(Crowd::gather(&config, &copy).await?);
        let house = House { binaries: self.binaries, logs: self.logs };
        Ok(Bench { began, slice: Duration::from_secs(self.seconds), house, migrator, crowd, copy })
    }
}

impl Bench {
    /// How long each service takes to become ready.
    async fn start_each(&self) -> anyhow::Result<Vec<(ServiceName, Duration)>> {
        let mut starts = Vec::new();
        for service in ServiceName::ALL {
            step(self.began, &format!("starting {service} {STARTS} times"));
            let mut times = Vec::new();
            for _ in 0..STARTS {
                let (process, took) = self.house.start(service).await?;
                process.kill().await?;
                times.push(took);
            }
            times.sort_unstable();
            starts.extend(times.get(STARTS / 2).map(|middle| (service, *middle)));
        }
        Ok(starts)
    }

    /// Starts all services, weighs them, measures the rows, and weighs them again.
    async fn work(&self, rows: &[Row]) -> anyhow::Result<(Vec<Measured>, Vec<table::Weights>)> {
        let mut templates = Vec::new();
        for row in rows {
            step(self.began, &format!("{}: hearing what {} asks of the database", row.title(), row.service()));
            templates.push((*row, self.hear(*row).await?));
        }
        step(self.began, "starting all services");
        let mut services = Vec::new();
        for service in ServiceName::ALL {
            services.push(self.house.start(service).await?.0);
        }
        tokio::time::sleep(REST).await;
        let fresh = services.iter().map(Process::memory).collect::<anyhow::Result<Vec<_>>>()?;
        let mut measured = Vec::new();
        for (row, template) in templates {
            step(self.began, &format!("{}: measuring", row.title()));
            let contest = self.contest(row, template, &services).await?;
            measured.push(contest.hold(&services, self.slice).await?);
        }
        self.log_in(&services).await?;
        tokio::time::sleep(REST).await;
        let used = services.iter().map(Process::memory).collect::<anyhow::Result<Vec<_>>>()?;
        let weights = ServiceName::ALL.into_iter().zip(fresh).zip(used);
        Ok((measured, weights.map(|((service, fresh), used)| (service, fresh, used)).collect()))
    }

    /// Hears what a row's service asks of the database. What it does by itself may come between, so the two people count
    /// for whom it asked least.
    async fn hear(&self, row: Row) -> anyhow::Result<Template> {
        let mut recorder = Recorder::start(&self.migrator).await?;
        let (process, _) = self.house.start(row.service()).await?;
        recorder.hear_silence().await?;
        let mut connection = Connection::open(process.port).await?;
        let mut recordings: Vec<(Recording, Who)> = Vec::new();
        for number in 0..TRIES {
            let who = row.model(&self.crowd, number);
            let request = row.request(&self.crowd, who);
            recordings.push((recorder.hear(&mut connection, &request, row.status()).await?, who));
            if number == 0 {
                // Whoever is the first warms the service up.
                recordings.clear();
                recorder.hear_silence().await?;
            }
        }
        recorder.stop().await?;
        process.kill().await?;
        recordings.sort_by_key(|(recording, _)| recording.steps.len());
        let [(first, one), (second, other), ..] = recordings.as_slice() else { bail!("too few people asked") };
        Template::of((first, *one), (second, *other)).with_context(|| format!("{} is never the same", row.service()))
    }

    async fn contest(&self, row: Row, template: Template, services: &[Process]) -> anyhow::Result<Contest> {
        let service = ServiceName::ALL.into_iter().zip(services).find(|(name, _)| *name == row.service());
        let (_, process) = service.context("all services are started")?;
        let statements = template.statements.len();
        let mut bare = Vec::new();
        if row.only_reads() {
            bare.push(self.bare_route(row, process.port).await?);
        }
        if statements > 0 {
            let crowd = Arc::clone(&self.crowd);
            let replay = Replay::new(self.copy.clone(), template, move |number| row.who(&crowd, number));
            bare.push(Counterpart::Loop(replay));
        }
        Ok(Contest { row, ours: self.load(row, process.port), bare, statements })
    }

    async fn bare_route(&self, row: Row, of: u16) -> anyhow::Result<Counterpart> {
        let port = free_port()?;
        let arguments = ["bare", "--port", &port.to_string(), "--of", &of.to_string()].map(str::to_owned);
        let arguments = [&arguments[..], &row.paths(&self.crowd)].concat();
        let process = Box::new(self.house.start_ourselves(&arguments, port).await?);
        Ok(Counterpart::Route { load: self.load(row, port), process })
    }

    /// Requests that only read are written once.
    fn load(&self, row: Row, port: u16) -> Arc<Load> {
        let crowd = Arc::clone(&self.crowd);
        if !row.only_reads() {
            return Load::new(port, row.status(), move |number| row.request(&crowd, row.who(&crowd, number)).into());
        }
        let requests: Vec<Bytes> = row.paths(&crowd).iter().map(|path| http::get(path).into()).collect();
        let variety = u64::try_from(requests.len()).unwrap_or(u64::MAX).max(1);
        Load::new(port, row.status(), move |number| {
            let at = usize::try_from(number % variety).unwrap_or_default();
            requests.get(at).cloned().unwrap_or_default()
        })
    }

    /// Gives the auth service something to do.
    async fn log_in(&self, services: &[Process]) -> anyhow::Result<()> {
        step(self.began, "letting people log in");
        let auth = services.first().context("all services are started")?.port;
        let load = Load::new(auth, 200, |number| Crowd::log_in(number).into());
        load.run(LOG_INS).await.map(drop)
    }
}

/// Says how it goes, as the scripts do.
pub(crate) fn step(began: Instant, what: &str) {
    // Nobody is left to tell when standard error is closed.
    drop(writeln!(io::stderr(), "[{:4} s] {what}", began.elapsed().as_secs()));
}

pub(crate) fn print(table: &str) -> io::Result<()> {
    writeln!(io::stdout(), "{table}")
}
