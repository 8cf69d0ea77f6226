//! The post room: what happened becomes an event, and events become parcels.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::event::{Attempt, Event, Parcel, Sender, State};
use super::rules::{Rule, Rules, Way, WebhookOrder};
use crate::books::{Books, Shelf};
use crate::ids;
use crate::refusal::Refusal;

/// Where webhooks go, and all that were ever made.
#[derive(Debug)]
pub(crate) struct Post {
    url: Option<String>,
    sender: Sender,
    is_disabled: bool,
    events: Shelf<Event>,
    rules: Rules,
    held: Vec<Parcel>,
    outgoing: Vec<Parcel>,
}

/// Where webhooks go from now on. What is left out stays; an empty `url` stops them.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Destination {
    #[serde(default)]
    url: Option<String>,
    #[serde(default)]
    secret: Option<String>,
}

impl Post {
    pub(crate) fn new(url: Option<String>, secret: String) -> Self {
        Self {
            url,
            sender: Sender { account_id: ids::new("acc_"), secret },
            is_disabled: false,
            events: Shelf::new(""),
            rules: Rules::default(),
            held: Vec::new(),
            outgoing: Vec::new(),
        }
    }

    /// Changes where they go, and enables them again. Events that exist keep their signatures.
    pub(crate) fn redirect(&mut self, destination: Destination) {
        self.is_disabled = false;
        if let Some(url) = destination.url {
            self.url = Some(url).filter(|url| !url.is_empty());
        }
        if let Some(secret) = destination.secret {
            self.sender.secret = secret;
        }
    }

    pub(crate) fn url(&self) -> Option<String> {
        self.url.clone().filter(|_| !self.is_disabled)
    }

    pub(crate) fn order(&mut self, order: WebhookOrder) -> Result<Rule, Refusal> {
        self.rules.add(order)
    }

    pub(crate) fn rules(&self) -> &[Rule] {
        self.rules.list()
    }

    /// Takes every rule back and sends what they kept.
    pub(crate) fn clear_rules(&mut self) {
        self.rules.clear();
        self.let_go();
    }

    /// Sends what was kept back, last first.
    pub(crate) fn let_go(&mut self) {
        for parcel in self.held.drain(..).rev() {
            if let Ok(event) = self.events.find_mut(&parcel.event_id) {
                event.state = State::Underway;
            }
            self.outgoing.push(parcel);
        }
    }

    /// Sends an event again, as the vendor's dashboard does.
    pub(crate) fn replay(&mut self, event_id: &str) -> Result<(), Refusal> {
        let event = self.events.find_mut(event_id)?;
        event.state = State::Underway;
        self.outgoing.push(event.parcel());
        Ok(())
    }

    /// Enables a webhook that was disabled.
    pub(crate) fn enable(&mut self) {
        self.is_disabled = false;
    }

    /// What there is to carry away now.
    pub(crate) fn take_outgoing(&mut self) -> Vec<Parcel> {
        std::mem::take(&mut self.outgoing)
    }

    /// Notes how an attempt went; delivered stays delivered.
    pub(crate) fn record(&mut self, event_id: &str, attempt: Attempt) {
        if let Ok(event) = self.events.find_mut(event_id) {
            if attempt.is_success() {
                event.state = State::Delivered;
            }
            event.attempts.push(attempt);
        }
    }

    /// Gives an event up, and with it the webhook: Razorpay disables one that failed for the whole window.
    pub(crate) fn abandon(&mut self, event_id: &str) {
        if let Ok(event) = self.events.find_mut(event_id) {
            event.state = State::Abandoned;
            self.is_disabled = true;
        }
    }

    /// Where they go and what became of each.
    pub(crate) fn view(&self) -> Value {
        let events: Vec<&Event> = self.events.oldest_first().collect();
        json!({ "url": self.url, "enabled": !self.is_disabled, "events": events })
    }

    fn accept(&mut self, mut event: Event) {
        if self.url().is_some() {
            let mut parcel = event.parcel();
            let way = self.rules.apply(event.name, &mut parcel);
            event.state = match way {
                Way::Out => State::Underway,
                Way::Lost => State::Lost,
                Way::Held(_) => State::Held,
            };
            self.events.add(&event.id.clone(), event);
            self.send(parcel, way);
        } else {
            self.events.add(&event.id.clone(), event);
        }
    }

    fn send(&mut self, parcel: Parcel, way: Way) {
        match way {
            Way::Out => self.outgoing.push(parcel),
            Way::Lost => {}
            Way::Held(batch) => {
                self.held.push(parcel);
                if self.held.len() >= usize::try_from(batch).unwrap_or(usize::MAX) {
                    self.let_go();
                }
            }
        }
    }
}

/// Tells the shop what happened to these entities, as they are now.
pub(crate) fn announce(books: &mut Books, name: &'static str, entities: &[(&'static str, Value)], now: i64) {
    let event = Event::new(name, entities, &books.post.sender, now);
    books.post.accept(event);
}
