//! Letters to customers: each event that one is told about becomes one row that waits to be sent.

mod order;
mod render;
mod rupees;
#[cfg(test)]
mod tests;

pub(crate) use order::{Line, Order};
pub(crate) use render::Letter;

use anyhow::Context;
use commerce::events::{OrderCancelled, OrderConfirmed};
use commerce::ids::OrderId;
use commerce::listeners::NOTIFICATION_MAIL;
use commerce::orders::OrderStatus;
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
use crate::logs::Kind;
use crate::store;

/// What there is to tell.
struct News {
    kind: Kind,
    order: OrderId,
    /// Why it was cancelled.
    reason: Option<String>,
    /// What goes back.
    paid: Paise,
}

/// A letter that is ready, and what it belongs to.
pub(crate) struct Addressed<'a> {
    pub(crate) kind: Kind,
    pub(crate) order_id: OrderId,
    pub(crate) user: UserId,
    pub(crate) recipient: &'a str,
    pub(crate) letter: &'a Letter,
}

/// Writes the letter that `message` asks for, once for all its deliveries. Nobody is written to without an e-mail
/// address, nor while the shop sends no mail.
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
        } else if let Some(recipient) = &order.email {
            let letter = &compose(&mut tx, &news, &order, &settings).await?;
            let mail = Addressed { kind: news.kind, order_id: news.order, user: order.user_id, recipient, letter };
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
        if message.kind == OrderCancelled::TYPE {
            let event: OrderCancelled = message.read()?;
            let (kind, reason) = (Kind::OrderCancelled, Some(event.reason));
            return Ok(Self { kind, order: event.order_id, reason, paid: event.paid });
        }
        let event: OrderConfirmed = message.read()?;
        Ok(Self { kind: Kind::OrderConfirmed, order: event.order_id, reason: None, paid: Paise::ZERO })
    }

    /// Nobody is told that an order is confirmed when it is cancelled by now.
    fn is_old(&self, order: &Order) -> bool {
        self.kind == Kind::OrderConfirmed && order.status == OrderStatus::Cancelled
    }

    fn content(&self, order: &Order, lines: &[Line], shop: Shop) -> Option<Content> {
        let number = &order.number;
        let subject = match self.kind {
            Kind::OrderConfirmed => format!("Your order {number} is confirmed"),
            Kind::OrderCancelled => format!("Your order {number} is cancelled"),
        };
        Some(Content {
            subject: short_line(&subject, SUBJECT),
            order: Words::of(order, lines)?,
            shop,
            reason: self.reason.as_deref().map(one_line).filter(|reason| !reason.is_empty()),
            paid: (self.paid > Paise::ZERO).then(|| rupees(self.paid)),
        })
    }
}

/// How many characters a subject has at most.
const SUBJECT: usize = 200;
