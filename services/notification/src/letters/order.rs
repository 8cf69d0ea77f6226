//! An order as its customer reads about it.

use chrono::{DateTime, FixedOffset, Utc};
use commerce::orders::{OrderStatus, PaymentMethod, PaymentStatus};
use kernel::{Paise, UserId};
use serde::{Deserialize, Serialize};
use sqlx::FromRow;
use sqlx::types::Json;

use super::rupees::rupees;
use crate::line::one_line;

/// An order, whose it is, and where to write to them.
#[derive(Debug, FromRow)]
pub(crate) struct Order {
    pub(crate) user_id: UserId,
    pub(crate) email: Option<String>,
    pub(crate) first_name: String,
    pub(crate) number: String,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) subtotal: Paise,
    pub(crate) discount_amount: Paise,
    pub(crate) shipping_amount: Paise,
    pub(crate) total_amount: Paise,
    pub(crate) status: OrderStatus,
    pub(crate) payment_method: PaymentMethod,
    pub(crate) payment_status: PaymentStatus,
    /// What it was paid by in the end, if the gateway said so; often another method than the one that was meant.
    pub(crate) paid_by: Option<PaymentMethod>,
    pub(crate) shipping_address: Json<Address>,
    /// Whether the place of supply levies a state's tax under the name of a union territory.
    pub(crate) is_utgst: bool,
}

/// A line of it, the taxes on its share of the delivery among its own.
#[derive(Debug, FromRow)]
pub(crate) struct Line {
    pub(crate) product_name: String,
    pub(crate) quantity: i32,
    pub(crate) total_price: Paise,
    pub(crate) cgst: Paise,
    pub(crate) sgst: Paise,
    pub(crate) igst: Paise,
}

/// Where it goes. A field that an order lacks is a line less in the letter.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Address {
    full_name: Option<String>,
    #[serde(rename = "address_line1")]
    first_line: Option<String>,
    #[serde(rename = "address_line2")]
    second_line: Option<String>,
    landmark: Option<String>,
    city: Option<String>,
    postal_code: Option<String>,
    state: Option<String>,
    phone: Option<String>,
}

/// The order in words: every text is one line, every amount is written out.
#[derive(Debug, Serialize)]
pub(super) struct Words {
    name: String,
    number: String,
    date: String,
    lines: Vec<LineWords>,
    subtotal: String,
    discount: Option<String>,
    shipping: Option<String>,
    tax_on_top: Option<String>,
    total: String,
    taxes: Vec<Tax>,
    address: Vec<String>,
    payment: &'static str,
    paid_by: Option<&'static str>,
    is_on_delivery: bool,
    /// Money came in for it, whatever became of that.
    is_paid: bool,
}

#[derive(Debug, Serialize)]
struct LineWords {
    name: String,
    quantity: i32,
    amount: String,
}

#[derive(Debug, Serialize)]
struct Tax {
    name: &'static str,
    amount: String,
}

impl Words {
    /// `None` if the amounts of the order leave the range of an amount.
    pub(super) fn of(order: &Order, lines: &[Line]) -> Option<Self> {
        let priced = order.subtotal.checked_sub(order.discount_amount)?.checked_add(order.shipping_amount)?;
        Some(Self {
            name: one_line(&order.first_name),
            number: one_line(&order.number),
            date: day(order.created_at),
            lines: lines.iter().map(LineWords::of).collect(),
            subtotal: rupees(order.subtotal),
            discount: unless_zero(order.discount_amount),
            shipping: unless_zero(order.shipping_amount),
            tax_on_top: unless_zero(order.total_amount.checked_sub(priced)?),
            total: rupees(order.total_amount),
            taxes: taxes(order, lines)?,
            address: order.shipping_address.lines(),
            payment: in_words(order.payment_method),
            is_on_delivery: order.payment_method.is_on_delivery(),
            paid_by: order.paid_by.map(in_words),
            is_paid: !matches!(order.payment_status, PaymentStatus::Pending | PaymentStatus::Failed),
        })
    }
}

impl LineWords {
    fn of(line: &Line) -> Self {
        Self { name: one_line(&line.product_name), quantity: line.quantity, amount: rupees(line.total_price) }
    }
}

impl Address {
    fn lines(&self) -> Vec<String> {
        let line = |part: &Option<String>| one_line(part.as_deref().unwrap_or_default());
        let town = format!("{} {}", line(&self.city), line(&self.postal_code));
        let phone = self.phone.as_ref().map(|phone| format!("Phone {}", one_line(phone)));
        let street = [&self.full_name, &self.first_line, &self.second_line, &self.landmark].map(line);
        let place = [town.trim().to_owned(), line(&self.state), phone.unwrap_or_default()];
        street.into_iter().chain(place).filter(|line| !line.is_empty()).collect()
    }
}

/// The taxes in the total, as the buyer's state calls them; none on an order without tax.
fn taxes(order: &Order, lines: &[Line]) -> Option<Vec<Tax>> {
    let sum = |of: fn(&Line) -> Paise| lines.iter().map(of).sum::<Option<Paise>>();
    let state = if order.is_utgst { "UTGST" } else { "SGST" };
    let all = [("CGST", sum(|line| line.cgst)?), (state, sum(|line| line.sgst)?), ("IGST", sum(|line| line.igst)?)];
    let levied = all.into_iter().filter(|(_, amount)| *amount != Paise::ZERO);
    Some(levied.map(|(name, amount)| Tax { name, amount: rupees(amount) }).collect())
}

fn unless_zero(amount: Paise) -> Option<String> {
    (amount != Paise::ZERO).then(|| rupees(amount))
}

/// The day on an Indian calendar.
fn day(instant: DateTime<Utc>) -> String {
    /// UTC+05:30.
    const INDIA_SECONDS: i32 = 19_800;
    let day = match FixedOffset::east_opt(INDIA_SECONDS) {
        Some(india) => instant.with_timezone(&india).date_naive(),
        None => instant.date_naive(),
    };
    day.format("%-d %B %Y").to_string()
}

const fn in_words(method: PaymentMethod) -> &'static str {
    match method {
        PaymentMethod::CreditCard => "credit card",
        PaymentMethod::DebitCard => "debit card",
        PaymentMethod::Upi => "UPI",
        PaymentMethod::Netbanking => "net banking",
        PaymentMethod::CashOnDelivery => "cash on delivery",
        PaymentMethod::Wallet => "wallet",
    }
}
