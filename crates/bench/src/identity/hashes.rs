//! The bare counterpart of a log-in: Argon2id on every core, and nothing else.

use std::thread::available_parallelism;
use std::time::{Duration, Instant};

use anyhow::anyhow;
use argon2::{Algorithm, Argon2, Block, Params, Version};
use tokio::task::JoinSet;

use crate::load::{Slice, micros};

/// What the shop's settings say when nobody has changed them: 19 MiB, two passes, one lane.
const PARAMETERS: (u32, u32, u32) = (19 * 1024, 2, 1);
/// As long as what is kept of a password.
const LENGTH: usize = 32;

/// Hashes for as long as said, on as many threads as there are cores.
pub(super) async fn run(time: Duration) -> anyhow::Result<Slice> {
    let cores = available_parallelism()?.get();
    let since = Instant::now();
    let mut threads = JoinSet::new();
    for _ in 0..cores {
        threads.spawn_blocking(move || hash_until(since + time));
    }
    Slice::gather(threads, since).await
}

fn hash_until(until: Instant) -> anyhow::Result<Vec<u32>> {
    let (memory, passes, lanes) = PARAMETERS;
    let parameters = Params::new(memory, passes, lanes, Some(LENGTH)).map_err(|why| anyhow!("{why}"))?;
    let mut blocks = vec![Block::default(); parameters.block_count()];
    let argon2id = Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters);
    let (mut latencies, mut hash, mut now) = (Vec::new(), [0; LENGTH], Instant::now());
    while now < until {
        let hashed =
            argon2id.hash_password_into_with_memory(b"a password", b"salt of sixteen!", &mut hash, &mut blocks);
        hashed.map_err(|why| anyhow!("{why}"))?;
        latencies.push(micros(now.elapsed()));
        now = Instant::now();
    }
    Ok(latencies)
}
