//! Services that are killed in the middle of a purchase: the customer waits a moment, and the books agree.
//!
//! A run of the tests tries a seeded selection; `scripts/chaos` tries every service at every step, and prints a table.

use std::fs::File;
use std::io::Write;
use std::process::Stdio;
use std::time::{Duration, Instant};

use cli::audit::{Backlog, Finding, findings};
use shared::clock::Clock;
use shared::config::{Reader, ServiceName};
use sqlx::MySqlPool;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};

use super::shop::Shop;

/// How many steps `pavitra demo` takes.
const STEPS: u8 = 16;
/// What a service had taken for itself when it was killed waits until its lease ends: a request with a key and an event for
/// seconds, a mail for minutes.
const SETTLED: Duration = Duration::from_secs(330);
/// How many purchases are looked at together, so that what waits for the end of a lease waits beside the others.
const BETWEEN_RESTS: usize = 32;
/// Of a run of the tests.
const SEED: u64 = 20_261_122;

/// Which service is killed, when step `step` has begun and a moment has passed.
#[derive(Clone, Copy, Debug)]
struct Kill {
    service: ServiceName,
    step: u8,
    after: Duration,
}

/// A run of `pavitra demo`.
#[derive(Debug)]
struct Purchase {
    kill: Kill,
    orders: Vec<Order>,
    /// Requests that the customer had to repeat.
    repeats: u32,
    took: Duration,
}

#[derive(Debug, sqlx::FromRow)]
struct Order {
    id: u64,
    #[sqlx(rename = "order_number")]
    number: String,
    status: String,
}

/// What is there of a purchase when everything has come to rest.
#[derive(Debug)]
struct Traces {
    /// Idempotency keys under which its orders were placed.
    keys: i64,
    kept: Trace,
    cancelled: Trace,
}

/// What belongs to one order.
#[derive(Debug)]
struct Trace {
    confirmations: usize,
    cancellations: usize,
    tenders: i64,
}

impl Traces {
    fn mails(&self) -> usize {
        [&self.kept, &self.cancelled].map(|trace| trace.confirmations + trace.cancellations).iter().sum()
    }

    /// An order that was cancelled before its tender was opened, or its confirmation told, has none.
    fn are_sound(&self) -> bool {
        let mails = |trace: &Trace| (trace.confirmations, trace.cancellations);
        self.keys == 2
            && (mails(&self.kept), self.kept.tenders) == ((1, 0), 1)
            && self.cancelled.confirmations <= 1
            && self.cancelled.cancellations == 1
            && self.cancelled.tenders <= 1
    }
}

/// Numbers that look like chance and are the same again (splitmix64).
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % end
    }

    /// The time that a request takes, more or less.
    fn moment(&mut self) -> Duration {
        Duration::from_millis(1 + self.below(30))
    }
}

/// Where a kill can do most harm, and some that chance picks.
fn selection(chance: &mut Chance) -> Vec<Kill> {
    use ServiceName::{Auth, Notification, Order, Payment, Product, User};
    let mut kills =
        [(Order, 9), (Auth, 6)].map(|(service, step)| Kill { service, step, after: Duration::ZERO }).to_vec();
    let moments = [(Order, 9), (Order, 9), (Order, 15), (Order, 15), (Auth, 6), (User, 5), (Product, 12)];
    for (service, step) in moments.into_iter().chain([(Payment, 9), (Payment, 15), (Notification, 9), (User, 16)]) {
        kills.push(Kill { service, step, after: chance.moment() });
    }
    for _ in 0..8 {
        let service = *ServiceName::ALL.get(usize::try_from(chance.below(6)).unwrap()).unwrap();
        let step = u8::try_from(1 + chance.below(STEPS.into())).unwrap();
        kills.push(Kill { service, step, after: chance.moment() });
    }
    kills
}

/// Every service at every step, once at once and once a moment later.
fn all(chance: &mut Chance) -> Vec<Kill> {
    let cells = ServiceName::ALL.into_iter().flat_map(|service| (1..=STEPS).map(move |step| (service, step)));
    let both = |(service, step)| [Duration::ZERO, chance.moment()].map(|after| Kill { service, step, after });
    cells.flat_map(both).collect()
}

#[sqlx::test(migrations = false)]
async fn chaos_costs_no_order_no_mail_and_no_tender(db: MySqlPool) {
    let mut env = Reader::from_process();
    let mut chance = Chance(env.parsed("PAVITRA_CHAOS_SEED", SEED));
    let is_full = env.text("PAVITRA_CHAOS").as_deref() == Some("full");
    let kills = if is_full { all(&mut chance) } else { selection(&mut chance) };
    let mut table = env.path("PAVITRA_CHAOS_TABLE").map(|path| File::options().append(true).open(path).unwrap());
    let (mut shop, mut mails) = (Shop::open(&db).await, 0);
    for kills in kills.chunks(BETWEEN_RESTS) {
        let mut purchases = Vec::new();
        for kill in kills {
            purchases.push(buy(&mut shop, &db, *kill).await);
        }
        settle(&db).await;
        for purchase in purchases {
            let traces = traces(&shop, &db, &purchase).await;
            if let Some(table) = &mut table {
                writeln!(table, "{}", row(&purchase, &traces)).unwrap();
            }
            assert!(traces.are_sound(), "{purchase:?}: {traces:?}");
            mails += traces.mails();
        }
    }
    assert_eq!(shop.mails().len(), mails, "a mail was written late, or again");
}

/// Lets somebody buy while a service is killed; the next one comes when everybody takes requests again.
async fn buy(shop: &mut Shop, db: &MySqlPool, kill: Kill) -> Purchase {
    let last: Option<u64> = sqlx::query_scalar("SELECT MAX(id) FROM orders").fetch_one(db).await.unwrap();
    let begun = Instant::now();
    let repeats = walk(shop, kill).await;
    let took = begun.elapsed();
    shop.ready().await;
    let orders = sqlx::query_as("SELECT id, order_number, status FROM orders WHERE id > ? ORDER BY id");
    let orders = orders.bind(last.unwrap_or_default()).fetch_all(db).await.unwrap();
    Purchase { kill, orders, repeats, took }
}

/// `pavitra demo`, step by step, which has to succeed; how many requests it repeated.
async fn walk(shop: &mut Shop, kill: Kill) -> u32 {
    let mut demo = tokio::process::Command::from(shop.demo());
    demo.args(["--step-by-step", "--patience", &SETTLED.as_secs().to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    let mut demo = demo.spawn().unwrap();
    let (mut enter, mut said) = (demo.stdin.take().unwrap(), demo.stdout.take().unwrap());
    let mut prompts = BufReader::new(demo.stderr.take().unwrap()).lines();
    let mut complaint = String::new();
    while let Some(line) = prompts.next_line().await.unwrap() {
        if let Some(step) = line.strip_prefix("step ").and_then(|rest| rest.strip_suffix(" next; press Enter")) {
            enter.write_all(b"\n").await.unwrap();
            if step == kill.step.to_string() {
                tokio::time::sleep(kill.after).await;
                shop.kill_and_restart(kill.service);
            }
        } else {
            complaint += &line;
        }
    }
    let mut timeline = String::new();
    said.read_to_string(&mut timeline).await.unwrap();
    assert!(demo.wait().await.unwrap().success(), "{kill:?}\n{timeline}{complaint}");
    let repeats = timeline.lines().filter_map(|line| line.rsplit_once(" (")?.1.strip_suffix(" repeated)"));
    repeats.map(|repeats| repeats.parse::<u32>().unwrap()).sum()
}

/// Waits until every event has been heard, every mail sent, and the books agree.
async fn settle(db: &MySqlPool) {
    let begun = Instant::now();
    loop {
        let wrong = wrong(db).await;
        if wrong.is_empty() {
            return;
        }
        assert!(begun.elapsed() < SETTLED, "not at rest after {SETTLED:?}:\n{}", wrong.join("\n"));
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn wrong(db: &MySqlPool) -> Vec<String> {
    let findings = findings(db, Backlog::Empty, Clock::System.now()).await.unwrap();
    findings.iter().filter(|found| !found.holds()).map(Finding::to_string).collect()
}

async fn traces(shop: &Shop, db: &MySqlPool, purchase: &Purchase) -> Traces {
    let states: Vec<&str> = purchase.orders.iter().map(|order| order.status.as_str()).collect();
    assert_eq!(states, ["confirmed", "cancelled"], "{purchase:?}");
    let (mails, mut keys, mut traces) = (shop.mails(), 0, Vec::new());
    for Order { id, number, .. } in &purchase.orders {
        let placed = sqlx::query_scalar("SELECT COUNT(*) FROM idempotency_keys WHERE status = 201 AND resource_id = ?");
        let placed: i64 = placed.bind(id).fetch_one(db).await.unwrap();
        keys += placed;
        traces.push(trace(db, *id, &mails, number).await);
    }
    let [kept, cancelled] = traces.try_into().unwrap();
    Traces { keys, kept, cancelled }
}

async fn trace(db: &MySqlPool, order: u64, mails: &[String], number: &str) -> Trace {
    let tenders = sqlx::query_scalar("SELECT COUNT(*) FROM payment_transactions WHERE order_id = ?");
    let tenders = tenders.bind(order).fetch_one(db).await.unwrap();
    let about = |what: &str| {
        let subject = format!("Subject: Your order {number} is {what}\r\n");
        mails.iter().filter(|mail| mail.replace("\r\n ", " ").contains(&subject)).count()
    };
    Trace { confirmations: about("confirmed"), cancellations: about("cancelled"), tenders }
}

/// A row of the table that `scripts/chaos` prints.
fn row(purchase: &Purchase, traces: &Traces) -> String {
    let Purchase { kill: Kill { service, step, after }, orders, repeats, took } = purchase;
    let Traces { keys, kept, cancelled } = traces;
    let when = if after.is_zero() { "at once".to_owned() } else { format!("after {} ms", after.as_millis()) };
    format!(
        "| {} | {step} | {when} | {:.1} s | {repeats} | {} under {keys} keys | {} + {} | {} | {} |",
        service.as_str(),
        took.as_secs_f32(),
        orders.len(),
        kept.confirmations,
        cancelled.confirmations,
        kept.cancellations + cancelled.cancellations,
        kept.tenders,
    )
}
