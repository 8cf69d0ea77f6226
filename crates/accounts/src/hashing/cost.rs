//! What a hash of a password costs: so that guessing is dear, and signing in is not.

use argon2::Params;
use shared::settings::{NotSet, Values};

/// The memory in KiB and the passes of Argon2id, on one lane, between what is safe and what a machine can give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    memory: u32,
    passes: u32,
}

/// From 7 to 64 MiB.
const MEMORY: (u32, u32) = (7 * 1024, 64 * 1024);
const MOST_PASSES: u32 = 5;

/// How many passes OWASP asks for at least from so much memory.
const FEWEST: [(u32, u32); 4] = [(46 * 1024, 1), (19 * 1024, 2), (12 * 1024, 3), (9 * 1024, 4)];

impl Default for Cost {
    /// OWASP's first choice: 19 MiB, two passes.
    fn default() -> Self {
        Self::within(19 * 1024, 2)
    }
}

impl Cost {
    /// What the settings `argon2_memory_kib` and `argon2_passes` ask for, kept within bounds and never cheaper than
    /// OWASP's choices.
    ///
    /// # Errors
    /// When one of them is not there.
    pub fn of(settings: &Values) -> Result<Self, NotSet> {
        Ok(Self::within(settings.whole("argon2_memory_kib")?, settings.whole("argon2_passes")?))
    }

    fn within(memory: u32, passes: u32) -> Self {
        let memory = memory.clamp(MEMORY.0, MEMORY.1);
        let fewest = FEWEST.iter().find(|(from, _)| memory >= *from).map_or(MOST_PASSES, |(_, passes)| *passes);
        Self { memory, passes: passes.clamp(fewest, MOST_PASSES) }
    }

    pub(super) fn parameters(self) -> argon2::Result<Params> {
        Params::new(self.memory, self.passes, 1, None)
    }

    /// Whether the PHC string `hash` was made at this cost.
    pub(crate) fn is_of(self, hash: &str) -> bool {
        hash.starts_with(&format!("$argon2id$v=19$m={},t={},p=1$", self.memory, self.passes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_sets_a_cost_that_is_no_protection_or_no_service() {
        for (asked, cost) in [
            ((19_456, 2), (19_456, 2)),
            ((0, 0), (7_168, 5)),
            ((u32::MAX, u32::MAX), (65_536, 5)),
            ((47_104, 0), (47_104, 1)),
            ((19_455, 1), (19_455, 3)),
            ((12_288, 2), (12_288, 3)),
            ((9_216, 4), (9_216, 4)),
            ((9_215, 1), (9_215, 5)),
        ] {
            assert_eq!(Cost::within(asked.0, asked.1), Cost { memory: cost.0, passes: cost.1 }, "{asked:?}");
        }
    }
}
