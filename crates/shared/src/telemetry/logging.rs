//! Starts logging: to standard output, and into a file that logrotate may truncate.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::panic::PanicHookInfo;
use std::path::Path;
use std::thread;
use std::time::Duration;

use tracing_appender::non_blocking::{NonBlocking, NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::prelude::*;

use super::log_line::LogLines;
use crate::clock::Clock;
use crate::config::Config;

/// Keeps the log flowing; dropping it writes out what is still buffered.
#[derive(Debug)]
#[must_use = "the log stops when this is dropped"]
pub struct LogGuard {
    _worker: WorkerGuard,
}

/// Sends every event and every panic of this process into the log. `RUST_LOG` chooses what is worth a line (`info`).
/// When nobody takes the log any more, lines are lost and the shop goes on.
///
/// # Errors
/// When `LOG_DIR` cannot be written, or logging was started before.
pub fn start(config: &Config) -> anyhow::Result<LogGuard> {
    let file = config.log_dir.as_deref().map(|folder| open(folder, &config.service.to_string())).transpose()?;
    let (writer, worker): (NonBlocking, _) =
        NonBlockingBuilder::default().lossy(true).finish(Outputs { file, lines: Vec::new() });
    let filter = EnvFilter::builder().with_default_directive(tracing::Level::INFO.into()).from_env_lossy();
    let lines = LogLines::new(config.service, Clock::System, writer);
    tracing_subscriber::registry().with(filter).with(lines).try_init()?;
    std::panic::set_hook(Box::new(log_panic));
    Ok(LogGuard { _worker: worker })
}

fn open(folder: &Path, service: &str) -> anyhow::Result<File> {
    use anyhow::Context;
    let path = folder.join(format!("{service}.log"));
    std::fs::create_dir_all(folder)
        .and_then(|()| OpenOptions::new().create(true).append(true).open(&path))
        .with_context(|| format!("LOG_DIR: cannot write {}", path.display()))
}

fn log_panic(panic: &PanicHookInfo<'_>) {
    let place = panic.location().map(ToString::to_string).unwrap_or_default();
    let what = panic.payload_as_str().unwrap_or("a panic without a text");
    tracing::error!(exception = %what, place, "panicked");
}

/// Standard output, and the file beside it: append mode, so that `copytruncate` works. Each is written although the
/// other cannot be. Lines that come together are written together: their thread flushes when no more wait, and rests then,
/// because to wake it for every line costs a request more than the line.
struct Outputs {
    file: Option<File>,
    lines: Vec<u8>,
}

/// For how long lines gather.
const GATHERING: Duration = Duration::from_millis(5);
/// So many bytes do not wait for more.
const FULL: usize = 64 * 1024;

impl Write for Outputs {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.lines.extend_from_slice(bytes);
        if self.lines.len() >= FULL { self.put_down().map(|()| bytes.len()) } else { Ok(bytes.len()) }
    }

    fn flush(&mut self) -> io::Result<()> {
        let done = self.put_down();
        thread::sleep(GATHERING);
        done
    }
}

impl Outputs {
    fn put_down(&mut self) -> io::Result<()> {
        let filed = self.file.as_mut().map_or(Ok(()), |file| file.write_all(&self.lines));
        let mut output = io::stdout().lock();
        let shown = output.write_all(&self.lines).and_then(|()| output.flush());
        self.lines.clear();
        shown.and(filed)
    }
}
