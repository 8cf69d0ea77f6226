//! What a test's own requests leave in the log.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use shared::clock::Clock;
use shared::telemetry::log_line::LogLines;
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::prelude::*;

/// Every line, debugging included, while this lives.
pub(crate) struct Log {
    lines: Lines,
    _guard: DefaultGuard,
}

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Log {
    pub(crate) fn start() -> Self {
        let lines = Lines::default();
        let layer = LogLines::new("auth-service", Clock::System, lines.clone());
        let guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(layer));
        Self { lines, _guard: guard }
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.lines.0.lock().unwrap().clone()).unwrap()
    }
}
