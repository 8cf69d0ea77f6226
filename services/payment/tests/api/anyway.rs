//! Whatever happens to one order in whatever order, and whatever is lost on the way: the money adds up in the end.

use std::io::{self, Write};

use chrono::TimeDelta;
use commerce::events::PaymentCaptured;
use commerce::ids::OrderId;
use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::MySqlPool;

use crate::counter::{Counter, text};

const CASES: u64 = 14;
const STEPS: u64 = 24;
const PRICE: i64 = 1999;

/// Numbers that look random and are the same every time.
struct Dice(u64);

impl Dice {
    /// Something below `sides`.
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % u64::try_from(sides).unwrap()).unwrap()
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        if from.is_empty() { None } else { from.get(self.roll(from.len())) }
    }
}

/// One order, the gateway's dealings with it, and the part of the order service that pays attention.
struct Play<'a> {
    counter: &'a Counter,
    dice: Dice,
    order: OrderId,
    /// What checkout has handed to browsers.
    said: Vec<Value>,
    /// How many of the announcements of captures the order service has heard.
    heard: usize,
    is_paid: bool,
    is_cancelled: bool,
    case: u64,
    log: Vec<String>,
}

impl<'a> Play<'a> {
    fn new(counter: &'a Counter, order: OrderId, case: u64) -> Self {
        let (dice, said, log) = (Dice(case), Vec::new(), Vec::new());
        Self { counter, dice, order, said, heard: 0, is_paid: false, is_cancelled: false, case, log }
    }

    async fn step(&mut self) {
        match self.dice.roll(15) {
            0 | 1 => self.initiate().await,
            2..=5 => self.pay().await,
            6 => self.answer_late().await,
            7..=9 => self.deliver().await,
            10 => self.verify().await,
            11 => self.tick().await,
            12 => self.all_at_once().await,
            13 => self.break_something().await,
            _ => self.wait_or_cancel().await,
        }
        self.order_service().await;
    }

    async fn initiate(&mut self) {
        let answer = self.counter.initiate(self.order).await;
        self.log.push(format!("initiate {}", answer.status));
        assert!([200, 201, 409, 422, 503].contains(&answer.status.as_u16()), "{}", answer.text);
    }

    async fn pay(&mut self) {
        let orders = self.counter.books("orders").await;
        let Some(order) = self.dice.pick(&orders).map(|order| order["id"].clone()) else { return };
        let until = ["created", "authorized", "captured", "captured"][self.dice.roll(4)];
        let pay = json!({ "order_id": order, "until": until, "even_if_paid": true });
        self.log.push(format!("pay {pay}"));
        self.said.push(self.counter.control("pay", pay).await);
    }

    /// A bank answers for a payment that it was asked for, or had declined.
    async fn answer_late(&mut self) {
        let mut payments = self.counter.books("payments").await;
        payments.retain(|payment| payment["status"] == "created" || payment["status"] == "failed");
        let Some(payment) = self.dice.pick(&payments).cloned() else { return };
        let how = if payment["status"] == "created" && self.dice.roll(2) == 0 { "fail" } else { "authorize" };
        self.log.push(format!("{how} {}", payment["id"]));
        self.counter.control(&format!("payments/{}/{how}", text(&payment["id"])), json!({})).await;
    }

    async fn deliver(&mut self) {
        let webhooks = self.counter.webhooks().await;
        let Some(webhook) = self.dice.pick(&webhooks) else { return };
        self.log.push(format!("deliver {}", webhook.name));
        assert_eq!(self.counter.deliver(webhook).await.status.as_u16(), 200);
    }

    /// The attempts that a browser may speak of.
    async fn attempts(&self) -> Vec<u64> {
        self.counter.shop.tenders(self.order).await.into_iter().map(|tender| tender.0).collect()
    }

    async fn verify(&mut self) {
        let attempts = self.attempts().await;
        let Some((attempt, said)) = self.dice.pick(&attempts).zip(self.dice.pick(&self.said).cloned()) else { return };
        let answer = self.counter.verify(*attempt, &said).await;
        self.log.push(format!("verify {attempt} {}", answer.status));
        assert!([200, 400, 503].contains(&answer.status.as_u16()), "{}", answer.text);
    }

    async fn tick(&mut self) {
        let task = ["webhooks", "poll", "refunds"][self.dice.roll(3)];
        let done = self.counter.shop.app.tick(task).await;
        self.log.push(format!("tick {task} {done:?}"));
    }

    async fn all_at_once(&mut self) {
        let attempts = self.attempts().await;
        let pairs = attempts.iter().flat_map(|attempt| self.said.iter().map(move |said| (*attempt, said)));
        let callbacks = join_all(pairs.take(4).map(|(attempt, said)| self.counter.verify(attempt, said)));
        let ticks = ["webhooks", "poll", "refunds", "webhooks", "poll"].map(|task| self.counter.shop.app.tick(task));
        let (answers, ticked) = tokio::join!(callbacks, join_all(ticks));
        self.log.push(format!("all at once {ticked:?}"));
        for answer in answers {
            assert!([200, 400, 503].contains(&answer.status.as_u16()), "{}", answer.text);
        }
    }

    async fn break_something(&mut self) {
        let kinds = ["drop_reply", "reset", "bad_gateway", "server_error", "junk", "too_many_requests"];
        let fault = kinds[self.dice.roll(kinds.len())];
        let method = ["GET", "POST", "POST"][self.dice.roll(3)];
        let fault = json!({ "fault": fault, "method": method, "requests": 1, "processed": self.dice.roll(2) == 0 });
        self.log.push(format!("break {fault}"));
        self.counter.fault(fault).await;
    }

    async fn wait_or_cancel(&mut self) {
        if self.dice.roll(5) == 0 && !self.is_cancelled {
            self.log.push("cancel".to_owned());
            self.is_cancelled = true;
            self.counter.shop.set_status(self.order, "cancelled").await;
            if self.is_paid {
                self.counter.shop.hear(&self.counter.wants_back(self.order, PRICE, None)).await;
            }
        } else {
            let seconds = [5, 20, 30, 60, 300][self.dice.roll(5)];
            self.log.push(format!("later {seconds}"));
            self.counter.shop.app.later(TimeDelta::seconds(seconds));
        }
    }

    /// Money pays the order, or it is asked back.
    async fn order_service(&mut self) {
        let mut captured = self.counter.events::<PaymentCaptured>().await;
        captured.retain(|event| event.order_id == self.order);
        for event in &captured[self.heard..] {
            assert_eq!(event.amount.get(), PRICE);
            if self.is_cancelled || self.is_paid {
                let payment = Some(event.payment_id.get());
                self.counter.shop.hear(&self.counter.wants_back(self.order, PRICE, payment)).await;
            } else {
                self.is_paid = true;
                let update =
                    sqlx::query("UPDATE orders SET payment_status = 'paid', paid_at = created_at WHERE id = ?");
                update.bind(self.order).execute(&self.counter.shop.db).await.unwrap();
            }
        }
        self.heard = captured.len();
    }

    /// Time passes, the gateway is well again, and no webhook comes any more.
    async fn come_to_an_end(&mut self) {
        self.counter.mend().await;
        for hours in [0, 1, 1, 2, 6, 8, 24, 30, 72, 80] {
            self.counter.shop.app.later(TimeDelta::hours(hours));
            for task in ["webhooks", "poll", "refunds"] {
                self.counter.insist(&self.counter.shop.app, task).await;
                self.order_service().await;
            }
            if hours == 2 {
                // What no bank answered for has failed by then, and what nobody took goes back.
                self.counter.control("clock", json!({ "seconds": 4 * 24 * 60 * 60 })).await;
            }
        }
        self.counter.insist(&self.counter.shop.app, "refunds").await;
    }

    async fn adds_up(&self) {
        let ledger = self.counter.ledger().await;
        let captures = ledger["captures"].as_array().unwrap().len();
        let is_known = self.is_paid || self.is_cancelled && self.heard > 0;
        assert_eq!(is_known, captures > 0, "money came and the order does not know");
        let owed = if self.is_paid && !self.is_cancelled { PRICE } else { 0 };
        assert_eq!(ledger["sums"]["balance"], json!(owed));
        assert_eq!(ledger["sums"]["refunds_pending"], json!(0));
        let statuses = self.counter.shop.statuses(self.order).await;
        let count = |wanted: &str| statuses.iter().filter(|status| *status == wanted).count();
        assert_eq!(count("captured"), usize::from(owed > 0), "{statuses:?}");
        assert_eq!(count("captured") + count("refunded"), captures, "{statuses:?}");
        assert_eq!(count("captured") + count("refunded") + count("failed"), statuses.len(), "{statuses:?}");
        let told = self.counter.told_captured().await;
        let mut once = told.clone();
        once.sort_unstable();
        once.dedup();
        assert_eq!(once.len(), told.len(), "a payment was told twice: {told:?}");
        let refunds: Vec<String> = sqlx::query_scalar("SELECT status FROM refunds WHERE order_id = ?")
            .bind(self.order)
            .fetch_all(&self.counter.shop.db)
            .await
            .unwrap();
        assert!(refunds.iter().all(|status| status == "processed"), "{refunds:?}");
        assert_eq!(refunds.len(), ledger["refunds"].as_array().unwrap().len() - reversals(&ledger));
    }
}

/// Promises that ended by themselves are refunds at the gateway, of no money.
fn reversals(ledger: &Value) -> usize {
    ledger["entries"].as_array().unwrap().iter().filter(|entry| entry["kind"] == "reversal").count()
}

/// Tells what had happened when it did not add up.
impl Drop for Play<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            drop(writeln!(io::stderr(), "case {}: {:#?}", self.case, self.log));
        }
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn the_money_adds_up_whatever_happens(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    for case in 0..CASES {
        counter.call(Method::POST, "/_control/forget", json!({})).await;
        counter.set_account(json!({ "capture": if case % 3 == 0 { "manual" } else { "automatic" } })).await;
        let order = counter.order(PRICE).await;
        let mut play = Play::new(&counter, order, case);
        play.initiate().await;
        for _ in 0..STEPS {
            play.step().await;
        }
        play.come_to_an_end().await;
        play.adds_up().await;
    }
}
