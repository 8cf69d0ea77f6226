//! The threads that hash: of low priority, each with one piece of memory that it uses again and again.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use anyhow::{Context, anyhow};
use argon2::password_hash::phc;
use argon2::password_hash::phc::{Output, ParamsString, Salt};
use argon2::{ARGON2ID_IDENT, Algorithm, Argon2, Block, Params, Version};
use thread_priority::{
    NormalThreadSchedulePolicy, ThreadPriority, ThreadSchedulePolicy, set_thread_priority_and_policy, thread_native_id,
};

use super::Cost;

/// How much the first thread gives way to requests: where both want a core, requests get nine parts of ten of it. So people
/// still enter a shop that is busy.
const NICENESS: i32 = 10;

/// The hash of a password has so many bytes.
const OUTPUT: usize = Params::DEFAULT_OUTPUT_LEN;

/// What is hashed with where nothing is known.
const NO_SALT: [u8; Salt::RECOMMENDED_LENGTH] = [0; Salt::RECOMMENDED_LENGTH];

/// More than this nobody's hash has cost, so it is not one of ours.
const MOST_MEMORY: u32 = 64 * 1024;
const MOST_PASSES: u32 = 10;

pub(super) type Order = Box<dyn FnOnce(&mut Stove) + Send>;

/// Its threads end with it, after the orders that it took.
#[derive(Debug)]
pub(super) struct Kitchen(Sender<Order>);

impl Kitchen {
    /// So many threads, which count the hashes that they compute.
    pub(super) fn open(cores: usize, computed: &Arc<AtomicU64>) -> Self {
        let (orders, queue) = mpsc::channel();
        let queue = Arc::new(Mutex::new(queue));
        for number in 0..cores {
            let (queue, stove) = (Arc::clone(&queue), Stove { blocks: Vec::new(), computed: Arc::clone(computed) });
            let give_way = if number == 0 { give_way } else { take_what_is_left };
            let started = thread::Builder::new().name("hash".to_owned()).spawn(move || work(&queue, stove, give_way));
            if let Err(error) = started {
                tracing::error!(exception = %error, "a thread that hashes passwords did not start");
            }
        }
        Self(orders)
    }

    /// Does this when its turn comes; drops it if nobody works here.
    pub(super) fn order(&self, order: Order) {
        drop(self.0.send(order));
    }
}

fn work(queue: &Mutex<Receiver<Order>>, mut stove: Stove, give_way: fn() -> anyhow::Result<()>) {
    if let Err(error) = give_way() {
        tracing::warn!(exception = %error, "hashing runs at the priority of requests");
    }
    loop {
        let next = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(order) = next else { return };
        // Whoever waits for it learns that its channel has closed.
        drop(catch_unwind(AssertUnwindSafe(|| order(&mut stove))));
    }
}

/// On Linux a thread has a niceness of its own.
fn give_way() -> anyhow::Result<()> {
    rustix::process::nice(NICENESS)?;
    Ok(())
}

/// Runs where nobody else wants a core, and leaves it the moment that somebody does (sched(7), `SCHED_IDLE`).
fn take_what_is_left() -> anyhow::Result<()> {
    let idle = ThreadSchedulePolicy::Normal(NormalThreadSchedulePolicy::Idle);
    set_thread_priority_and_policy(thread_native_id(), ThreadPriority::Min, idle)
        .map_err(|error| anyhow!("this thread cannot be made idle: {error}"))
}

/// A thread's memory: allocated with its first hash, and again only when a hash of another cost comes.
#[derive(Debug)]
pub(super) struct Stove {
    blocks: Vec<Block>,
    computed: Arc<AtomicU64>,
}

impl Stove {
    /// The PHC string of a new password, with a salt of its own.
    pub(super) fn hash(&mut self, password: &[u8], cost: Cost) -> anyhow::Result<String> {
        let parameters = cost.parameters().map_err(|error| anyhow!("argon2's parameters: {error}"))?;
        let salt = Salt::new(&rand::random::<[u8; Salt::RECOMMENDED_LENGTH]>()).context("a salt")?;
        let params = ParamsString::try_from(&parameters).context("argon2's parameters")?;
        let hash = Some(self.compute(password, &salt, parameters)?);
        let version = Some(Version::V0x13.into());
        Ok(phc::PasswordHash { algorithm: ARGON2ID_IDENT, version, params, salt: Some(salt), hash }.to_string())
    }

    /// Whether `password` is the one behind `known`; computes one hash in any case.
    pub(super) fn compare(&mut self, password: &[u8], known: Option<&str>, cost: Cost) -> anyhow::Result<bool> {
        let Some((parameters, salt, hash)) = known.and_then(read) else {
            let parameters = cost.parameters().map_err(|error| anyhow!("argon2's parameters: {error}"))?;
            self.compute(password, &NO_SALT, parameters)?;
            return Ok(false);
        };
        // In constant time.
        Ok(self.compute(password, &salt, parameters)? == hash)
    }

    /// Where its memory is.
    #[cfg(test)]
    pub(super) fn address(&self) -> usize {
        self.blocks.as_ptr().addr()
    }

    fn compute(&mut self, password: &[u8], salt: &[u8], parameters: Params) -> anyhow::Result<Output> {
        let blocks = parameters.block_count();
        if self.blocks.len() != blocks {
            // The old piece goes before the new one comes.
            self.blocks = Vec::new();
            self.blocks = vec![Block::new(); blocks];
        }
        self.computed.fetch_add(1, Ordering::Relaxed);
        let mut output = [0; OUTPUT];
        Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters)
            .hash_password_into_with_memory(password, salt, &mut output, &mut self.blocks)
            .map_err(|error| anyhow!("could not hash a password: {error}"))?;
        Output::new(&output).context("could not hash a password")
    }
}

/// What it takes to compute `text` again; nothing if it is no hash that the shop makes or ever made.
fn read(text: &str) -> Option<(Params, Salt, Output)> {
    let hash = phc::PasswordHash::new(text).ok()?;
    let parameters = Params::try_from(&hash).ok()?;
    let is_ours = hash.algorithm == ARGON2ID_IDENT
        && hash.version == Some(Version::V0x13.into())
        && parameters.m_cost() <= MOST_MEMORY
        && parameters.t_cost() <= MOST_PASSES
        && parameters.p_cost() == 1;
    let output = hash.hash.filter(|output| is_ours && output.len() == OUTPUT)?;
    // Without its length, which is that of every hash.
    let parameters = Params::new(parameters.m_cost(), parameters.t_cost(), 1, None).ok()?;
    Some((parameters, hash.salt?, output))
}

#[cfg(test)]
mod tests {
    use thread_priority::thread_schedule_policy;

    use super::*;

    #[test]
    fn one_thread_keeps_some_of_a_busy_core_and_the_others_take_what_is_left() {
        let niceness = || Ok::<_, anyhow::Error>(rustix::process::getpriority_process(None)?);
        let first = thread::spawn(move || give_way().and_then(|()| niceness()));
        assert_eq!(first.join().unwrap().unwrap(), (niceness().unwrap() + NICENESS).min(19));
        let other = thread::spawn(|| take_what_is_left().map(|()| thread_schedule_policy().unwrap()));
        let idle = ThreadSchedulePolicy::Normal(NormalThreadSchedulePolicy::Idle);
        assert_eq!(other.join().unwrap().unwrap(), idle);
    }
}
