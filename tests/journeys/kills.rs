//! Services that are killed in the middle of a purchase: the customer waits a moment, and the books agree.
//!
//! A run of the tests tries a seeded selection; `scripts/chaos` tries every service at every step, and prints a table.

use std::fs::File;
use std::io::Write;
use std::process::Stdio;
use std::time::{Duration, Instant};

use cli::audit::{Backlog, Finding, findings};
use kernel::Paise;
use serde_json::Value;
use shared::clock::Clock;
use shared::config::{Reader, ServiceName};
use sqlx::MySqlPool;
use testing::build;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};

use super::shop::Shop;

/// How many steps `pavitra demo` takes.
const STEPS: u8 = 24;
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
    #[sqlx(rename = "total_amount")]
    total: Paise,
}

/// What becomes of the orders of a purchase: on delivery and kept, on delivery and cancelled, by UPI, by card, and paid and
/// cancelled.
const STATES: [&str; 5] = ["confirmed", "cancelled", "confirmed", "confirmed", "refunded"];

/// What is there of a purchase when everything has come to rest.
#[derive(Debug)]
struct Traces {
    /// Idempotency keys under which its orders were placed.
    keys: i64,
    /// Of its orders, in their sequence.
    orders: Vec<Trace>,
}

/// What belongs to one order.
#[derive(Debug)]
struct Trace {
    /// Of the confirmation, of the cancellation and of the refund.
    mails: [usize; 3],
    tenders: usize,
    /// In paise.
    total: u64,
    gateway: Money,
}

/// What the gateway's own books say of one order.
#[derive(Debug, Default, PartialEq)]
struct Money {
    /// How many orders it has for it.
    offers: usize,
    /// In paise.
    captured: u64,
    /// In paise.
    refunded: u64,
}

impl Traces {
    fn sum(&self, of: impl Fn(&Trace) -> usize) -> usize {
        self.orders.iter().map(of).sum()
    }

    fn mails(&self, kind: usize) -> usize {
        self.sum(|trace| trace.mails[kind])
    }

    /// An order that was cancelled before its tender was opened, or its confirmation told, has none.
    fn are_sound(&self) -> bool {
        let [kept, cancelled, by_upi, by_card, refunded] = self.orders.as_slice() else { return false };
        self.keys == 5
            && [kept, by_upi, by_card].iter().all(|trace| trace.mails == [1, 0, 0])
            && [[0, 1, 0], [1, 1, 0]].contains(&cancelled.mails)
            && [[0, 1, 1], [1, 1, 1]].contains(&refunded.mails)
            && (kept.tenders == 1 && cancelled.tenders <= 1)
            && [kept, cancelled].iter().all(|trace| trace.gateway == Money::default())
            && [by_upi, by_card].iter().all(|trace| trace.is_paid_once(0))
            && refunded.is_paid_once(refunded.total)
    }
}

impl Trace {
    /// Taken once, by one tender with one order at the gateway, and so many paise of it given back.
    fn is_paid_once(&self, refunded: u64) -> bool {
        self.tenders == 1 && self.gateway == Money { offers: 1, captured: self.total, refunded }
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
    let shopping = [(Order, 9), (Order, 15), (Auth, 6), (User, 5), (Product, 12), (Payment, 9), (Notification, 9)];
    let paying = [(Payment, 17), (Payment, 18), (Payment, 20), (Payment, 21), (Payment, 22), (Order, 18), (Order, 22)];
    for (service, step) in shopping.into_iter().chain(paying).chain([(User, STEPS)]) {
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
async fn chaos_costs_no_order_no_mail_and_no_money(db: MySqlPool) {
    let mut env = Reader::from_process();
    let mut chance = Chance(env.parsed("PAVITRA_CHAOS_SEED", SEED));
    let is_full = env.text("PAVITRA_CHAOS").as_deref() == Some("full");
    let kills = if is_full { all(&mut chance) } else { selection(&mut chance) };
    let mut table = env.path("PAVITRA_CHAOS_TABLE").map(|path| File::options().append(true).open(path).unwrap());
    let (mut shop, mut mails) = (Shop::open(&db).await, 0);
    fill_shelves(&db).await;
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
            mails += traces.sum(|trace| trace.mails.iter().sum());
        }
    }
    assert_eq!(shop.mails().len(), mails, "a mail was written late, or again");
}

/// A purchase is of the two cheapest things with different rates of GST: there are enough of these for all of them.
async fn fill_shelves(db: &MySqlPool) {
    let category = build::category("Lights").insert(db).await;
    for (name, rate) in [("Matches", 5), ("Candles", 18)] {
        let product = build::product(name, category).at(1_000).stock(100_000).insert(db).await;
        let update = sqlx::query("UPDATE products SET gst_rate = ? WHERE id = ?").bind(rate).bind(product);
        update.execute(db).await.unwrap();
    }
}

/// Lets somebody buy while a service is killed; the next one comes when everybody takes requests again.
async fn buy(shop: &mut Shop, db: &MySqlPool, kill: Kill) -> Purchase {
    let last: Option<u64> = sqlx::query_scalar("SELECT MAX(id) FROM orders").fetch_one(db).await.unwrap();
    let begun = Instant::now();
    let repeats = walk(shop, kill).await;
    let took = begun.elapsed();
    shop.ready().await;
    let orders = sqlx::query_as("SELECT id, order_number, status, total_amount FROM orders WHERE id > ? ORDER BY id");
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
    assert_eq!(states, STATES, "{purchase:?}");
    let (mails, ledger) = (shop.mails(), shop.razorpay().ledger().await);
    let mut traces = Traces { keys: 0, orders: Vec::new() };
    for order in &purchase.orders {
        let placed = sqlx::query_scalar("SELECT COUNT(*) FROM idempotency_keys WHERE status = 201 AND resource_id = ?");
        let placed: i64 = placed.bind(order.id).fetch_one(db).await.unwrap();
        traces.keys += placed;
        traces.orders.push(trace(db, order, &mails, &ledger).await);
    }
    traces
}

async fn trace(db: &MySqlPool, order: &Order, mails: &[String], ledger: &Value) -> Trace {
    let tenders = sqlx::query_scalar("SELECT uuid FROM payment_transactions WHERE order_id = ?");
    let tenders: Vec<String> = tenders.bind(order.id).fetch_all(db).await.unwrap();
    let about = |subject: String| {
        let subject = format!("Subject: {subject}\r\n");
        mails.iter().filter(|mail| mail.replace("\r\n ", " ").contains(&subject)).count()
    };
    let number = &order.number;
    Trace {
        mails: [
            about(format!("Your order {number} is confirmed")),
            about(format!("Your order {number} is cancelled")),
            about(format!("Your refund for order {number} has been made")),
        ],
        tenders: tenders.len(),
        total: order.total.get().try_into().unwrap(),
        gateway: money(ledger, &tenders),
    }
}

/// What was offered, taken and given back under these receipts.
fn money(ledger: &Value, receipts: &[String]) -> Money {
    let list = |name: &str| ledger[name].as_array().unwrap();
    let is_ours = |order: &&Value| receipts.iter().any(|receipt| order["receipt"] == **receipt);
    let offers: Vec<&Value> = list("orders").iter().filter(is_ours).map(|order| &order["id"]).collect();
    let sum = |kind: &str| {
        let of_kind =
            list("entries").iter().filter(|entry| entry["kind"] == kind && offers.contains(&&entry["order_id"]));
        of_kind.map(|entry| entry["amount"].as_u64().unwrap()).sum()
    };
    Money { offers: offers.len(), captured: sum("capture"), refunded: sum("refund_processed") }
}

/// A row of the table that `scripts/chaos` prints.
fn row(purchase: &Purchase, traces: &Traces) -> String {
    let Purchase { kill: Kill { service, step, after }, orders, repeats, took } = purchase;
    let when = if after.is_zero() { "at once".to_owned() } else { format!("after {} ms", after.as_millis()) };
    let [confirmations, cancellations, refunds] = [0, 1, 2].map(|kind| traces.mails(kind));
    let gateway = |of: fn(&Money) -> u64| traces.orders.iter().map(|trace| of(&trace.gateway)).sum::<u64>();
    format!(
        "| {} | {step} | {when} | {:.1} s | {repeats} | {} under {} keys | {confirmations} + {cancellations} + {refunds} \
         | {} | {} | {} − {} |",
        service.as_str(),
        took.as_secs_f32(),
        orders.len(),
        traces.keys,
        traces.sum(|trace| trace.tenders),
        traces.sum(|trace| trace.gateway.offers),
        rupees(gateway(|money| money.captured)),
        rupees(gateway(|money| money.refunded)),
    )
}

fn rupees(paise: u64) -> Paise {
    Paise::new(paise.try_into().unwrap())
}
