//! Letters to customers: each event that one is told about becomes one row that waits to be sent.

mod account;
mod order;
mod render;
mod rupees;
#[cfg(test)]
mod tests;

pub(crate) use account::{Person, write as write_about_account};
pub(crate) use order::{Line, Order};
pub(crate) use render::Letter;

use anyhow::Context;
use commerce::events::{OrderCancelled, OrderConfirmed, RefundProcessed};
use commerce::ids::OrderId;
use commerce::listeners::NOTIFICATION_MAIL;
use commerce::orders::{OrderStatus, PaymentStatus, RefundPurpose};
use kernel::{Event, Paise, UserId};
use shared::Ground;
use shared::database::Failure;
use shared::messaging::{Message, inbox};
use shared::settings::Values;
use shared::web::{Error, Result};
use sqlx::MySqlConnection;

use self::order::Words;
use self::render::{Content, Shop, render};
use self::rupees::rupees;
use crate::line::{one_line, short_line};
use crate::logs::{Channel, Kind};
use crate::store;
use crate::wishes;

/// What there is to tell.
struct News {
    kind: Kind,
    order: OrderId,
    /// Why it was cancelled, or why money goes back.
    reason: Option<String>,
    /// What goes back, or has gone back.
    amount: Paise,
    /// Whether the money came in beside that of the order.
    is_surplus: bool,
}

/// A letter that is ready, and what it belongs to.
pub(crate) struct Addressed<'a> {
    pub(crate) kind: Kind,
    pub(crate) channel: Channel,
    /// What kind of thing it is about, and which.
    pub(crate) about: (&'static str, u64),
    pub(crate) user: Option<UserId>,
    pub(crate) recipient: &'a str,
    pub(crate) letter: &'a Letter,
}

/// Writes the letter that `message` asks for, once for all its deliveries. Nobody is written to without an e-mail
/// address, nor while the shop sends no mail, nor of what they want no letters about and are not owed any.
///
/// # Errors
/// When the database is away, or the event names what is not there.
pub(crate) async fn write(ground: &Ground, message: &Message) -> Result<()> {
    let (news, now) = (News::of(message).map_err(Error::Internal)?, ground.clock.now());
    let mut tx = ground.database.begin().await?;
    if !inbox::first_time(&mut tx, NOTIFICATION_MAIL.name, message.id, now).await? {
        return Ok(());
    }
    let settings = ground.settings.read(&mut tx).await?;
    if settings.flag("email_notifications")? {
        let order = store::orders::find(&mut tx, news.order).await?.ok_or(Error::NotFound("order"))?;
        if news.is_old(&order) {
            tracing::info!(order = %news.order, "cancelled before its confirmation could be told");
        } else if !news.is_wanted(&mut tx, &order).await? {
            tracing::debug!(order = %news.order, "the customer takes no such letters");
        } else if let Some(recipient) = &order.email {
            let letter = &compose(&mut tx, &news, &order, &settings).await?;
            let (about, user) = (("order", news.order.get()), Some(order.user_id));
            let mail = Addressed { kind: news.kind, channel: Channel::Email, about, user, recipient, letter };
            once(store::logs::insert(&mut tx, message.id, &mail, now).await)?;
        } else {
            tracing::debug!(order = %news.order, "nobody to write to: the customer gave no e-mail address");
        }
    }
    tx.commit().await?;
    Ok(())
}

/// The inbox may forget, the rows of letters do not.
fn once(inserted: sqlx::Result<()>) -> sqlx::Result<()> {
    match inserted {
        Err(error) if Failure::of(&error) == Failure::Duplicate => Ok(()),
        inserted => inserted,
    }
}

async fn compose(conn: &mut MySqlConnection, news: &News, order: &Order, settings: &Values) -> Result<Letter> {
    let lines = store::orders::list_lines(conn, news.order).await?;
    let content = news.content(order, &lines, Shop::of(settings)).context("the amounts of the order do not add up");
    content.and_then(|content| Ok(render(news.kind, &content)?)).map_err(Error::Internal)
}

impl News {
    fn of(message: &Message) -> anyhow::Result<Self> {
        match message.kind.as_str() {
            OrderCancelled::TYPE => message.read().map(Self::of_cancelled),
            RefundProcessed::TYPE => message.read().map(Self::of_refund),
            _ => message.read().map(|event: OrderConfirmed| Self::of_confirmed(event.order_id)),
        }
    }

    fn of_confirmed(order: OrderId) -> Self {
        Self { kind: Kind::OrderConfirmed, order, reason: None, amount: Paise::ZERO, is_surplus: false }
    }

    fn of_cancelled(event: OrderCancelled) -> Self {
        let (kind, order) = (Kind::OrderCancelled, event.order_id);
        Self { kind, order, reason: Some(event.reason), amount: event.paid, is_surplus: false }
    }

    fn of_refund(event: RefundProcessed) -> Self {
        let is_surplus = event.purpose == RefundPurpose::Surplus;
        let (kind, order) = (Kind::RefundProcessed, event.order_id);
        Self { kind, order, reason: Some(event.reason), amount: event.amount, is_surplus }
    }

    /// Nobody is told that an order is confirmed when it is cancelled by now, or all of it has gone back.
    fn is_old(&self, order: &Order) -> bool {
        self.kind == Kind::OrderConfirmed && matches!(order.status, OrderStatus::Cancelled | OrderStatus::Refunded)
    }

    /// Whether its customer wants to be told; what is owed is not asked.
    async fn is_wanted(&self, conn: &mut MySqlConnection, order: &Order) -> sqlx::Result<bool> {
        if self.is_owed(order) {
            return Ok(true);
        }
        wishes::takes(conn, order.user_id, (Channel::Email, wishes::Purpose::Orders)).await
    }

    /// Whoever bought something, waits for it or gets money back is told. An order that was given up before it was paid
    /// binds nobody: its end is an update.
    fn is_owed(&self, order: &Order) -> bool {
        let is_update = self.kind == Kind::OrderCancelled
            && self.amount == Paise::ZERO
            && order.payment_status == PaymentStatus::Pending
            && !order.payment_method.is_on_delivery();
        !is_update
    }

    fn content(&self, order: &Order, lines: &[Line], shop: Shop) -> Option<Content> {
        let number = &order.number;
        let subject = match self.kind {
            Kind::OrderConfirmed => format!("Your order {number} is confirmed"),
            Kind::OrderCancelled => format!("Your order {number} is cancelled"),
            Kind::RefundProcessed => format!("Your refund for order {number} has been made"),
            // These are not about orders.
            Kind::ResetPassword
            | Kind::VerifyEmail
            | Kind::VerifyPhone
            | Kind::SignIn
            | Kind::DeleteAccount
            | Kind::SetPassword
            | Kind::SecurityAlert => return None,
        };
        Some(Content {
            subject: short_line(&subject, SUBJECT),
            order: Words::of(order, lines)?,
            shop,
            reason: self.reason.as_deref().map(one_line).filter(|reason| !reason.is_empty()),
            amount: (self.amount > Paise::ZERO).then(|| rupees(self.amount)),
            is_surplus: self.is_surplus,
        })
    }
}

/// How many characters a subject has at most.
const SUBJECT: usize = 200;
