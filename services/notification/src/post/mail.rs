//! A mail as it travels: RFC 5322, two forms of one letter, the same bytes however often it is sent.

use std::time::SystemTime;

use anyhow::Context;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use lettre::{Address, Message};
use shared::settings::Values;

use super::Trouble;
use super::secret::Content;
use crate::line::one_line;
use crate::store::queue::Due;

/// Who writes, as the shop's settings say.
#[derive(Debug)]
pub(super) struct Sender {
    from: Mailbox,
    reply_to: Option<Mailbox>,
}

/// A mail that is ready.
#[derive(Debug)]
pub(super) struct Mail {
    pub(super) uuid: String,
    pub(super) from: Address,
    pub(super) to: Address,
    pub(super) bytes: Vec<u8>,
}

impl Sender {
    /// # Errors
    /// When the shop has no address to write from.
    pub(super) fn of(settings: &Values) -> anyhow::Result<Self> {
        let named = |address: &str, name: &str| {
            let name = one_line(name);
            let name = if name.is_empty() { None } else { Some(name) };
            Some(Mailbox::new(name, address.parse().ok()?))
        };
        let from = named(settings.text("email_from"), settings.text("email_from_name"));
        let from = from.context("the setting email_from is no e-mail address")?;
        Ok(Self { from, reply_to: named(settings.text("site_email"), settings.text("site_name")) })
    }
}

impl Mail {
    /// The letter `due`, which says `content`, as `sender` sends it.
    pub(super) fn of(due: &Due, content: Content, sender: &Sender) -> Result<Self, Trouble> {
        let to: Address = match due.recipient.parse() {
            Ok(address) => address,
            Err(_) => return Err(Trouble::Never("the recipient is no e-mail address".to_owned())),
        };
        let from = sender.from.email.clone();
        let mut message = Message::builder()
            .message_id(Some(format!("<{}@{}>", due.uuid, from.domain())))
            .date(SystemTime::from(due.created_at))
            .from(sender.from.clone())
            .to(Mailbox::new(None, to.clone()))
            .subject(one_line(due.subject.as_deref().unwrap_or_default()))
            // RFC 3834: no out-of-office notice answers this.
            .raw_header(HeaderValue::new(
                HeaderName::new_from_ascii_str("Auto-Submitted"),
                "auto-generated".to_owned(),
            ));
        if let Some(reply_to) = &sender.reply_to {
            message = message.reply_to(reply_to.clone());
        }
        let text = SinglePart::plain(content.text);
        let message = match content.html {
            // Nobody who writes into a letter knows its uuid, so nobody can end a part of it.
            Some(html) => message.multipart(
                MultiPart::alternative().boundary(&due.uuid).singlepart(text).singlepart(SinglePart::html(html)),
            ),
            None => message.singlepart(text),
        };
        let message = message.map_err(|error| Trouble::Never(format!("the mail cannot be written: {error}")))?;
        Ok(Self { uuid: due.uuid.clone(), from, to, bytes: message.formatted() })
    }
}
