//! What a process has in memory, as the kernel counts it.

use std::fs;

use anyhow::Context;

/// The memory of a process in KiB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Memory {
    /// All that is in memory of it: its own pages and those of its binary, which the kernel can drop and read again.
    pub(crate) resident: u64,
    /// Its own pages alone.
    pub(crate) anonymous: u64,
    /// The most that was ever resident.
    pub(crate) peak: u64,
}

impl Memory {
    /// The memory of a process that runs.
    pub(crate) fn of(pid: &str) -> anyhow::Result<Self> {
        let rollup = fs::read_to_string(format!("/proc/{pid}/smaps_rollup"))?;
        let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
        Self::read(&rollup, &status).context("the kernel does not say")
    }

    fn read(rollup: &str, status: &str) -> Option<Self> {
        let (resident, anonymous) = (field(rollup, "Rss:")?, field(status, "RssAnon:")?);
        Some(Self { resident, anonymous, peak: field(status, "VmHWM:")? })
    }
}

fn field(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernel_s_words_are_understood() {
        let rollup = "55d-7ff ---p 00000000 00:00 0  [rollup]\nRss:   2048 kB\nPss:  1 kB\n";
        let memory = Memory::read(rollup, "VmPeak:\t  9 kB\nVmHWM:\t    4096 kB\nRssAnon:\t     512 kB\n");
        assert_eq!(memory, Some(Memory { resident: 2048, anonymous: 512, peak: 4096 }));
        assert_eq!(Memory::read(rollup, ""), None);
        assert!(Memory::of("self").unwrap().resident > 0);
    }
}
