//! The threads that hash: of low priority, each at a stove of its own.

use std::collections::VecDeque;
use std::fmt;
use std::iter::repeat_n;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::anyhow;
use thread_priority::{
    NormalThreadSchedulePolicy, ThreadPriority, ThreadSchedulePolicy, set_thread_priority_and_policy, thread_native_id,
};

use super::stove::Stove;

/// How much the steady thread gives way to requests: where both want a core, requests get nine parts of ten of it.
const NICENESS: i32 = 10;

pub(super) type Order = Box<dyn FnOnce(&mut Stove) + Send>;

/// Its threads end with it, after the orders that it took.
#[derive(Debug)]
pub(super) struct Kitchen(Arc<Queue>);

/// Orders that nobody has begun, the oldest first.
#[derive(Debug, Default)]
struct Queue {
    waiting: Mutex<Waiting>,
    /// There is one more.
    bell: Condvar,
    /// There is one again.
    first: Condvar,
}

#[derive(Default)]
struct Waiting {
    orders: VecDeque<(Instant, Order)>,
    is_closed: bool,
}

/// Which orders a thread takes, and how it gives way to requests.
#[derive(Clone, Copy, Debug)]
enum Cook {
    /// Any, as long as nobody else wants the core.
    Modest,
    /// Those that have waited for so long, because requests leave the others no core; it keeps some of one.
    Steady(Duration),
}

impl Kitchen {
    /// A thread a core for what requests leave, and one for orders that have waited so long that they leave nothing. They
    /// count the hashes that they compute.
    pub(super) fn open(cores: usize, patience: Duration, computed: &Arc<AtomicU64>) -> Self {
        let queue = Arc::new(Queue::default());
        for cook in repeat_n(Cook::Modest, cores).chain([Cook::Steady(patience)]) {
            let (queue, stove) = (Arc::clone(&queue), Stove::new(Arc::clone(computed)));
            let started = thread::Builder::new().name("hash".to_owned()).spawn(move || cook.work(&queue, stove));
            if let Err(error) = started {
                tracing::error!(exception = %error, "a thread that hashes passwords did not start");
            }
        }
        Self(queue)
    }

    /// Does this when its turn comes.
    pub(super) fn order(&self, order: Order) {
        let mut waiting = self.0.waiting();
        if waiting.orders.is_empty() {
            self.0.first.notify_one();
        }
        waiting.orders.push_back((Instant::now(), order));
        self.0.bell.notify_one();
    }
}

impl Drop for Kitchen {
    fn drop(&mut self) {
        self.0.waiting().is_closed = true;
        self.0.first.notify_all();
        self.0.bell.notify_all();
    }
}

impl Queue {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The oldest order, when this cook takes it; nothing when there will be no more.
    fn next(&self, cook: Cook) -> Option<Order> {
        let (bell, patience) = match cook {
            Cook::Modest => (&self.bell, Duration::ZERO),
            Cook::Steady(patience) => (&self.first, patience),
        };
        let mut waiting = self.waiting();
        loop {
            let left = waiting.orders.front().map(|(since, _)| patience.saturating_sub(since.elapsed()));
            waiting = match left {
                Some(Duration::ZERO) => return waiting.orders.pop_front().map(|(_, order)| order),
                Some(left) => bell.wait_timeout(waiting, left).unwrap_or_else(PoisonError::into_inner).0,
                None if waiting.is_closed => return None,
                None => bell.wait(waiting).unwrap_or_else(PoisonError::into_inner),
            };
        }
    }
}

impl Cook {
    fn work(self, queue: &Queue, mut stove: Stove) {
        if let Err(error) = self.give_way() {
            tracing::warn!(exception = %error, "hashing runs at the priority of requests");
        }
        while let Some(order) = queue.next(self) {
            // Whoever waits for it learns that its channel has closed.
            drop(catch_unwind(AssertUnwindSafe(|| order(&mut stove))));
        }
    }

    /// Modest: runs where nobody else wants a core, and leaves it the moment that somebody does (sched(7), `SCHED_IDLE`).
    /// Steady: on Linux a thread has a niceness of its own.
    fn give_way(self) -> anyhow::Result<()> {
        if let Self::Steady(_) = self {
            rustix::process::nice(NICENESS)?;
            return Ok(());
        }
        let idle = ThreadSchedulePolicy::Normal(NormalThreadSchedulePolicy::Idle);
        set_thread_priority_and_policy(thread_native_id(), ThreadPriority::Min, idle)
            .map_err(|error| anyhow!("this thread cannot be made idle: {error}"))
    }
}

impl fmt::Debug for Waiting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Waiting").field("orders", &self.orders.len()).field("is_closed", &self.is_closed).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use thread_priority::thread_schedule_policy;

    use super::*;

    #[test]
    fn a_modest_thread_takes_what_is_left_and_a_steady_one_some_of_a_busy_core() {
        let niceness = || Ok::<_, anyhow::Error>(rustix::process::getpriority_process(None)?);
        let steady = thread::spawn(move || Cook::Steady(Duration::ZERO).give_way().and_then(|()| niceness()));
        assert_eq!(steady.join().unwrap().unwrap(), (niceness().unwrap() + NICENESS).min(19));
        let modest = thread::spawn(|| Cook::Modest.give_way().map(|()| thread_schedule_policy().unwrap()));
        let idle = ThreadSchedulePolicy::Normal(NormalThreadSchedulePolicy::Idle);
        assert_eq!(modest.join().unwrap().unwrap(), idle);
    }

    #[test]
    fn what_a_starved_core_does_not_begin_is_begun_all_the_same() {
        let kitchen = Kitchen::open(1, Duration::from_millis(1), &Arc::default());
        let ((release, held), (begun, begin)) = (mpsc::channel::<()>(), mpsc::channel());
        let other = begun.clone();
        kitchen.order(Box::new(move |_| {
            begun.send("first").unwrap();
            held.recv().unwrap_or_default();
        }));
        assert_eq!(begin.recv().unwrap(), "first");
        kitchen.order(Box::new(move |_| other.send("second").unwrap()));
        assert_eq!(begin.recv().unwrap(), "second", "while the first is still being worked on");
        drop(release);
    }

    #[test]
    fn what_was_ordered_before_the_end_is_still_done() {
        let kitchen = Kitchen::open(1, Duration::from_hours(1), &Arc::default());
        let (done, all) = mpsc::channel();
        for number in 0..3 {
            let done = done.clone();
            kitchen.order(Box::new(move |_| done.send(number).unwrap()));
        }
        drop((kitchen, done));
        assert_eq!(all.iter().collect::<Vec<_>>(), [0, 1, 2]);
    }
}
