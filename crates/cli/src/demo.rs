//! `pavitra demo`

mod account;
mod answers;
mod books;
mod browsing;
mod invoice;
mod letters;
mod ordering;
mod shopper;
mod store;
mod timeline;

use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use shared::clock::Clock;

use self::account::Account;
use self::answers::Order;
use self::letters::Letterbox;
use self::shopper::Shopper;
use self::timeline::{Pace, Timeline};

/// Makes a purchase through the gateway as a browser would, checks every step, and shows what became of it.
///
/// Exit code 0 only if every step holds. It buys for good: a new customer, one order that stays and one that is
/// cancelled. What is away for a moment is asked again.
#[derive(Debug, Args)]
pub struct Demo {
    /// Where the gateway is
    #[arg(long, default_value = "http://localhost:8080", value_name = "URL")]
    url: String,
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

impl Demo {
    pub(crate) async fn run(self) -> anyhow::Result<ExitCode> {
        let letterbox = Letterbox::new(&self.mail_dir, Clock::System.now().into());
        let shopper = Shopper::new(&self.url, Duration::from_secs(self.patience))?;
        let pace = if self.step_by_step { Pace::StepByStep } else { Pace::Straight };
        let (kept, cancelled) = purchase(&mut Timeline::new(shopper, pace), &letterbox).await?;
        invoice::print(&kept)?;
        invoice::print(&cancelled)?;
        books::print(&[&kept, &cancelled]).await?;
        Ok(ExitCode::SUCCESS)
    }
}

/// The whole story: the order that stays, and the one that was cancelled.
async fn purchase(timeline: &mut Timeline, letterbox: &Letterbox) -> anyhow::Result<(Order, Order)> {
    timeline.step("the gateway", browsing::ask_gateway).await?;
    let found = timeline.step("the product list", browsing::list_products).await?;
    let basket = timeline.step("the product pages", async |s| browsing::show_products(s, found).await).await?;
    timeline.step("the stock", async |s| browsing::ask_stock(s, &basket).await).await?;
    timeline.step("a guest's cart", async |s| browsing::fill_cart(s, &basket).await).await?;
    let account = Account::new();
    timeline.step("a new customer", async |s| account::register(s, &account).await).await?;
    timeline.step("the profile", async |s| account::show_profile(s, &account).await).await?;
    timeline.step("the merged cart", async |s| account::see_merged_cart(s, &basket).await).await?;
    let placed = timeline.step("the order", async |s| ordering::order_cart(s, &basket).await).await?;
    timeline.step("the order once more", async |s| ordering::order_again(s, &placed).await).await?;
    let order = timeline.step("the order's page", async |s| ordering::show_order(s, &placed).await).await?;
    timeline.step("cart and stock", async |s| ordering::see_effects(s, &basket).await).await?;
    timeline.step("the tender", async |s| ordering::see_tender(s, &order).await).await?;
    timeline.step("the letter", async |s| letterbox.see_confirmation(s, &order).await).await?;
    let cancel = async |s: &mut Shopper| ordering::order_and_cancel(s, &basket, letterbox).await;
    let cancelled = timeline.step("an order that is cancelled", cancel).await?;
    timeline.step("the log-out", account::log_out).await?;
    Ok((order, cancelled))
}
