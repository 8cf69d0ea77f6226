//! What is made to go wrong with webhooks, until it is taken back or used up.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::event::Parcel;
use crate::refusal::Refusal;
use crate::signature;

/// The rules in force.
#[derive(Debug, Default)]
pub(super) struct Rules {
    list: Vec<Rule>,
}

/// A rule in force.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Rule {
    /// How many events met it.
    met: u32,
    #[serde(flatten)]
    order: WebhookOrder,
}

/// What a test asks for.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WebhookOrder {
    fault: WebhookFault,
    /// Only events of this name.
    #[serde(default)]
    event: Option<String>,
    /// How many more events; for ever if absent.
    #[serde(default)]
    events: Option<u32>,
    /// How many times each is sent at once, for `duplicate`.
    #[serde(default)]
    times: Option<u32>,
    /// How many are collected and then sent last first, for `reorder`.
    #[serde(default)]
    batch: Option<u32>,
    /// How long it waits, for `delay`.
    #[serde(default)]
    milliseconds: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum WebhookFault {
    /// Sent `times` times at once, with one id.
    Duplicate,
    /// Kept back until `batch` are there, then sent last first.
    Reorder,
    /// Sent after `milliseconds`.
    Delay,
    /// Never sent.
    Lose,
    /// Signed with another secret.
    Forge,
    /// Only the first half of the body is sent, under the signature of all of it.
    Truncate,
}

/// Where a parcel goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// To the shop.
    Out,
    /// Nowhere.
    Lost,
    /// Onto the pile, until that many are there.
    Held(u32),
}

impl Rules {
    pub(super) fn add(&mut self, order: WebhookOrder) -> Result<Rule, Refusal> {
        order.check()?;
        let rule = Rule { met: 0, order };
        self.list.push(rule.clone());
        Ok(rule)
    }

    pub(super) fn list(&self) -> &[Rule] {
        &self.list
    }

    pub(super) fn clear(&mut self) {
        self.list.clear();
    }

    /// Does to the parcel what every rule for its event says.
    pub(super) fn apply(&mut self, event: &str, parcel: &mut Parcel) -> Way {
        let mut way = Way::Out;
        for rule in self.list.iter_mut().filter(|rule| rule.order.fits(event)) {
            rule.met += 1;
            match rule.order.fault {
                WebhookFault::Duplicate => parcel.copies = rule.order.times.unwrap_or(2),
                WebhookFault::Reorder => way = Way::Held(rule.order.batch.unwrap_or(2)),
                WebhookFault::Delay => {
                    parcel.delay = Duration::from_millis(rule.order.milliseconds.unwrap_or_default());
                }
                WebhookFault::Forge => {
                    parcel.signature = signature::sign("somebody else's secret", parcel.body.as_bytes());
                }
                WebhookFault::Truncate => parcel.body = first_half(&parcel.body),
                WebhookFault::Lose => way = Way::Lost,
            }
            if way == Way::Lost {
                break;
            }
        }
        self.list.retain(|rule| rule.order.events.is_none_or(|events| rule.met < events));
        way
    }
}

impl WebhookOrder {
    fn check(&self) -> Result<(), Refusal> {
        let own = |fault, is_there| is_there == (self.fault == fault);
        let is_complete = own(WebhookFault::Delay, self.milliseconds.is_some())
            && (self.times.is_none() || self.fault == WebhookFault::Duplicate)
            && (self.batch.is_none() || self.fault == WebhookFault::Reorder);
        if is_complete {
            return Ok(());
        }
        Err(Refusal::plain(
            "delay takes milliseconds, duplicate may take times, reorder may take batch; nothing else does",
        ))
    }

    fn fits(&self, event: &str) -> bool {
        self.event.as_deref().is_none_or(|wanted| wanted == event)
    }
}

fn first_half(text: &str) -> String {
    text.chars().take(text.chars().count() / 2).collect()
}
