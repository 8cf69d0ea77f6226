//! What every part of the simulator stands on: the books behind their lock, the clock, and the work in the background.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::books::Books;
use crate::clock::Clock;
use crate::settings::Settings;
use crate::signature;
use crate::webhooks::{self, Courier};

/// A simulator at work.
#[derive(Debug)]
pub(crate) struct Gateway {
    pub(crate) settings: Settings,
    pub(crate) clock: Clock,
    pub(crate) courier: Courier,
    pub(crate) stopping: CancellationToken,
    pub(crate) tasks: TaskTracker,
    books: Mutex<Books>,
    hurry: watch::Sender<()>,
}

impl Gateway {
    pub(crate) fn new(settings: Settings) -> reqwest::Result<Arc<Self>> {
        Ok(Arc::new(Self {
            books: Mutex::new(Books::new(&settings)),
            courier: Courier::new(settings.retries)?,
            settings,
            clock: Clock::default(),
            stopping: CancellationToken::new(),
            tasks: TaskTracker::new(),
            hurry: watch::Sender::new(()),
        }))
    }

    /// Does something to the books alone, at the time that it is; then sends what there is to tell the shop.
    pub(crate) fn write<T>(self: &Arc<Self>, act: impl FnOnce(&mut Books, i64) -> T) -> T {
        let (answer, parcels) = {
            let mut books = self.books.lock().unwrap_or_else(PoisonError::into_inner);
            let answer = act(&mut books, self.clock.now());
            (answer, books.post.take_outgoing())
        };
        webhooks::dispatch(self, parcels);
        answer
    }

    /// Forgets every order, payment, refund, event and fault; the account is set up as at the start.
    pub(crate) fn forget(self: &Arc<Self>) {
        self.write(|books, _| *books = Books::new(&self.settings));
        self.hurry_up();
    }

    /// What checkout signs a payment with.
    pub(crate) fn sign_callback(&self, order_id: &str, payment_id: &str) -> String {
        signature::sign_callback(&self.settings.key_secret, order_id, payment_id)
    }

    /// Runs in the background until the simulator stops.
    pub(crate) fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        let stopping = self.stopping.clone();
        self.tasks.spawn(async move {
            stopping.run_until_cancelled(work).await;
        });
    }

    /// Hears of every [`Gateway::hurry_up`] from now on.
    pub(crate) fn hurry(&self) -> watch::Receiver<()> {
        self.hurry.subscribe()
    }

    /// Ends every wait: of slow requests, delayed webhooks and retries.
    pub(crate) fn hurry_up(&self) {
        self.hurry.send_replace(());
    }

    /// Waits that long, or until somebody is in a hurry.
    pub(crate) async fn pause(&self, pause: Duration, hurry: &mut watch::Receiver<()>) {
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            // An error would be the end of this very gateway.
            _ = hurry.changed() => {}
        }
    }
}
