//! Carries parcels to the shop until it takes them.

use std::sync::Arc;
use std::time::Instant;

use tokio::sync::watch;

use super::event::{Attempt, Parcel};
use crate::gateway::Gateway;
use crate::settings::Retries;

/// How parcels are carried.
#[derive(Debug)]
pub(crate) struct Courier {
    client: reqwest::Client,
    retries: Retries,
}

impl Courier {
    pub(crate) fn new(retries: Retries) -> reqwest::Result<Self> {
        let redirects = reqwest::redirect::Policy::none();
        let client = reqwest::Client::builder().no_proxy().redirect(redirects).timeout(retries.patience);
        Ok(Self { client: client.user_agent("Razorpay-Webhook/v1").build()?, retries })
    }

    async fn attempt(&self, url: &str, parcel: &Parcel) -> Attempt {
        let request = self
            .client
            .post(url)
            .header("content-type", "application/json")
            .header("x-razorpay-signature", &parcel.signature)
            .header("x-razorpay-event-id", &parcel.event_id)
            .body(parcel.body.clone());
        match request.send().await {
            Ok(response) => Attempt { status: Some(response.status().as_u16()), error: None },
            Err(error) => Attempt { status: None, error: Some(error.to_string()) },
        }
    }
}

impl Attempt {
    /// Any 2xx; nothing else.
    pub(super) fn is_success(&self) -> bool {
        self.status.is_some_and(|status| (200..300).contains(&status))
    }
}

/// Carries what is prompt one after the other, so that a test sees the order, and what is delayed by itself.
pub(crate) fn dispatch(gateway: &Arc<Gateway>, parcels: Vec<Parcel>) {
    let (prompt, delayed): (Vec<_>, Vec<_>) = parcels.into_iter().partition(|parcel| parcel.delay.is_zero());
    for parcel in delayed {
        let (carrier, mut hurry) = (Arc::clone(gateway), gateway.hurry());
        gateway.spawn(async move {
            carrier.pause(parcel.delay, &mut hurry).await;
            deliver(&carrier, parcel).await;
        });
    }
    if !prompt.is_empty() {
        let carrier = Arc::clone(gateway);
        gateway.spawn(async move {
            for parcel in prompt {
                deliver(&carrier, parcel).await;
            }
        });
    }
}

/// Tries once, with all copies at once; what fails is tried again beside everything else.
async fn deliver(gateway: &Arc<Gateway>, parcel: Parcel) {
    let (carrier, hurry) = (Arc::clone(gateway), gateway.hurry());
    if !attempt(gateway, &parcel).await {
        gateway.spawn(async move { retry(&carrier, parcel, hurry).await });
    }
}

async fn retry(gateway: &Arc<Gateway>, parcel: Parcel, mut hurry: watch::Receiver<()>) {
    let Retries { first, window, .. } = gateway.courier.retries;
    let (began, mut pause) = (Instant::now(), first);
    let parcel = Parcel { copies: 1, ..parcel };
    loop {
        gateway.pause(pause.min(window.saturating_sub(began.elapsed())), &mut hurry).await;
        if attempt(gateway, &parcel).await {
            return;
        }
        if began.elapsed() >= window {
            gateway.write(|books, _| books.post.abandon(&parcel.event_id));
            return;
        }
        pause = pause.saturating_mul(2);
    }
}

/// Whether one of the copies was taken. The address is the one of now: a shop that moved is found.
async fn attempt(gateway: &Arc<Gateway>, parcel: &Parcel) -> bool {
    let Some(url) = gateway.write(|books, _| books.post.url()) else { return false };
    let copies = (0..parcel.copies.max(1)).map(|_| gateway.courier.attempt(&url, parcel));
    let attempts = futures::future::join_all(copies).await;
    let is_taken = attempts.iter().any(Attempt::is_success);
    gateway.write(|books, _| {
        for attempt in attempts {
            books.post.record(&parcel.event_id, attempt);
        }
    });
    is_taken
}
