//! Computes hashes, in one piece of memory that is used again and again.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context, anyhow};
use argon2::password_hash::phc;
use argon2::password_hash::phc::{Output, ParamsString, Salt};
use argon2::{ARGON2ID_IDENT, Algorithm, Argon2, Block, Params, Version};

use super::Cost;

/// The hash of a password has so many bytes.
const OUTPUT: usize = Params::DEFAULT_OUTPUT_LEN;

/// What is hashed with where nothing is known.
const NO_SALT: [u8; Salt::RECOMMENDED_LENGTH] = [0; Salt::RECOMMENDED_LENGTH];

/// More than this nobody's hash has cost, so it is not one of ours.
const MOST_MEMORY: u32 = 64 * 1024;
const MOST_PASSES: u32 = 10;

/// A thread's memory: allocated with its first hash, and again only when a hash of another cost comes.
#[derive(Debug)]
pub(super) struct Stove {
    blocks: Vec<Block>,
    computed: Arc<AtomicU64>,
}

impl Stove {
    /// One that counts what it computes.
    pub(super) fn new(computed: Arc<AtomicU64>) -> Self {
        Self { blocks: Vec::new(), computed }
    }

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
