//! `pavitra demo`

mod account;
mod answers;
mod books;
mod browsing;
mod checkout;
mod invoice;
mod letters;
mod ordering;
mod paying;
mod payments;
mod shopper;
mod store;
mod timeline;

use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use commerce::orders::PaymentMethod;
use serde_json::json;
use shared::clock::Clock;

use self::account::Account;
use self::answers::Order;
use self::browsing::Pick;
use self::checkout::Checkout;
use self::letters::Letterbox;
use self::payments::Row;
use self::shopper::Shopper;
use self::timeline::{Pace, Timeline};

/// Makes purchases through the gateway as a browser would, checks every step, and shows what became of them.
///
/// Exit code 0 only if every step holds. It buys for good: a new customer with orders on delivery, by UPI and by card, one
/// that is cancelled, and one that is paid back. What is away for a moment is asked again.
#[derive(Debug, Args)]
pub struct Demo {
    /// Where the gateway is
    #[arg(long, default_value = "http://localhost:8080", value_name = "URL")]
    url: String,
    /// Where the shop's Razorpay is, a pavitra-simulator; '' to leave out what is paid online
    #[arg(long, default_value = "http://localhost:8090", value_name = "URL")]
    razorpay: String,
    /// The folder that the shop puts its mails into; '' if it sends them for good
    #[arg(long, default_value = ".local/mail", value_name = "FOLDER")]
    mail_dir: String,
    /// For how many seconds to ask again what is not answered, and to wait for what happens by itself
    #[arg(long, default_value_t = 60, value_name = "SECONDS")]
    patience: u64,
    /// Wait for a line on standard input before each step
    #[arg(long)]
    step_by_step: bool,
}

/// What was bought: the orders in their sequence, the first two on delivery, and how each was paid.
struct Story {
    orders: Vec<Order>,
    payments: Vec<Row>,
}

impl Demo {
    pub(crate) async fn run(self) -> anyhow::Result<ExitCode> {
        let letterbox = Letterbox::new(&self.mail_dir, Clock::System.now().into());
        let checkout = Checkout::at(&self.razorpay)?;
        let shopper = Shopper::new(&self.url, Duration::from_secs(self.patience))?;
        let pace = if self.step_by_step { Pace::StepByStep } else { Pace::Straight };
        let mut timeline = Timeline::new(shopper, pace);
        let Story { orders, payments } = purchase(&mut timeline, &letterbox, checkout.as_ref()).await?;
        for order in orders.iter().take(2) {
            invoice::print(order)?;
        }
        books::print(&orders).await?;
        payments::print(&payments)?;
        Ok(ExitCode::SUCCESS)
    }
}

/// The whole story.
async fn purchase(
    timeline: &mut Timeline,
    letterbox: &Letterbox,
    checkout: Option<&Checkout>,
) -> anyhow::Result<Story> {
    let basket = fill_cart(timeline).await?;
    let mut orders = buy_on_delivery(timeline, letterbox, &basket).await?;
    match checkout {
        Some(checkout) => orders.extend(buy_online(timeline, letterbox, &basket, checkout).await?),
        None => timeline::remark("nothing is paid online: --razorpay is empty")?,
    }
    let payments = timeline.step("the payments", async |s| payments::list(s, &orders).await).await?;
    timeline.step("the log-out", account::log_out).await?;
    Ok(Story { orders, payments })
}

/// A guest chooses, and becomes a customer.
async fn fill_cart(timeline: &mut Timeline) -> anyhow::Result<Vec<Pick>> {
    timeline.step("the gateway", browsing::ask_gateway).await?;
    let found = timeline.step("the product list", browsing::list_products).await?;
    let basket = timeline.step("the product pages", async |s| browsing::show_products(s, found).await).await?;
    timeline.step("the stock", async |s| browsing::ask_stock(s, &basket).await).await?;
    timeline.step("a guest's cart", async |s| browsing::fill_cart(s, &basket).await).await?;
    let account = Account::new();
    timeline.step("a new customer", async |s| account::register(s, &account).await).await?;
    timeline.step("the profile", async |s| account::show_profile(s, &account).await).await?;
    timeline.step("the merged cart", async |s| account::see_merged_cart(s, &basket).await).await?;
    Ok(basket)
}

/// The cart, which stays, and an order that is cancelled.
async fn buy_on_delivery(
    timeline: &mut Timeline,
    letterbox: &Letterbox,
    basket: &[Pick],
) -> anyhow::Result<Vec<Order>> {
    let placed = timeline.step("the order", async |s| ordering::order_cart(s, basket).await).await?;
    timeline.step("the order once more", async |s| ordering::order_again(s, &placed).await).await?;
    let order = timeline.step("the order's page", async |s| ordering::show_order(s, &placed).await).await?;
    timeline.step("cart and stock", async |s| ordering::see_effects(s, basket).await).await?;
    timeline.step("the tender", async |s| ordering::see_tender(s, &order).await).await?;
    timeline.step("the letter", async |s| letterbox.see_confirmation(s, &order).await).await?;
    let cancel = async |s: &mut Shopper| ordering::order_and_cancel(s, basket, letterbox).await;
    let cancelled = timeline.step("an order that is cancelled", cancel).await?;
    Ok(vec![order, cancelled])
}

/// An order by UPI, one by card, and one whose money goes back.
async fn buy_online(
    timeline: &mut Timeline,
    letterbox: &Letterbox,
    basket: &[Pick],
    checkout: &Checkout,
) -> anyhow::Result<Vec<Order>> {
    let by_upi = async |s: &mut Shopper| paying::order(s, basket, PaymentMethod::Upi).await;
    let order = timeline.step("an order by UPI", by_upi).await?;
    let begun = timeline.step("its payment", async |s| paying::begin(s, order).await).await?;
    let pay = async |s: &mut Shopper| paying::pay(s, checkout, &begun, json!({ "method": "upi" })).await;
    timeline.step("the checkout", pay).await?;
    let by_upi = timeline.step("the paid order", async |s| paying::see_paid(s, letterbox, begun).await).await?;
    let decline = async |s: &mut Shopper| paying::be_declined(s, basket, checkout).await;
    let begun = timeline.step("a card that is declined", decline).await?;
    let leave = async |s: &mut Shopper| paying::pay_and_leave(s, checkout, begun).await;
    let by_card = timeline.step("another card", leave).await?;
    let cancel = async |s: &mut Shopper| paying::pay_and_cancel(s, basket, letterbox, checkout).await;
    let refunded = timeline.step("a paid order that is cancelled", cancel).await?;
    Ok(vec![by_upi, by_card, refunded])
}
