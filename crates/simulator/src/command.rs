//! The command line of `pavitra-simulator`.

use std::io::{self, Write};
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use clap::Parser;
use tokio::signal::unix::{SignalKind, signal};

use crate::running::Simulator;
use crate::settings::{Retries, Settings};

/// A Razorpay to run offline: its API under /v1, a page to pay by hand at /, knobs for tests under /_control, and
/// /checkout, which pays as checkout.js would. Everything is kept in memory.
#[derive(Debug, Parser)]
#[command(name = "pavitra-simulator", version)]
pub struct Command {
    /// Where to listen.
    #[arg(long, default_value = "127.0.0.1")]
    host: IpAddr,
    /// Where to listen; 0 takes a free port.
    #[arg(long, default_value_t = 8090)]
    port: u16,
    /// The public half of the API key.
    #[arg(long, env = "RAZORPAY_KEY_ID")]
    key_id: Option<String>,
    /// The secret half of the API key.
    #[arg(long, env = "RAZORPAY_SECRET", hide_env_values = true)]
    key_secret: Option<String>,
    /// What webhooks are signed with.
    #[arg(long, env = "RAZORPAY_WEBHOOK_SECRET", hide_env_values = true)]
    webhook_secret: Option<String>,
    /// Where webhooks are sent; without it they are only recorded.
    #[arg(long)]
    webhook_url: Option<String>,
    /// The pause before a webhook is sent again, in milliseconds; it doubles each time.
    #[arg(long, default_value_t = 5000)]
    retry_first_ms: u64,
    /// How long a webhook is tried, in seconds.
    #[arg(long, default_value_t = 24 * 60 * 60)]
    retry_window_seconds: u64,
}

impl Command {
    /// Serves until SIGTERM or Ctrl-C.
    pub async fn run(self) -> io::Result<()> {
        let running = Simulator::start(self.settings()).await?;
        writeln!(io::stdout(), "a Razorpay to run offline is at {}", running.url)?;
        let mut terminate = signal(SignalKind::terminate())?;
        tokio::select! {
            _ = terminate.recv() => {}
            interrupted = tokio::signal::ctrl_c() => interrupted?,
        }
        running.stop().await;
        Ok(())
    }

    fn settings(self) -> Settings {
        let usual = Settings::default();
        let given = |value: Option<String>, usual| value.filter(|value| !value.is_empty()).unwrap_or(usual);
        Settings {
            address: SocketAddr::from((self.host, self.port)),
            key_id: given(self.key_id, usual.key_id),
            key_secret: given(self.key_secret, usual.key_secret),
            webhook_secret: given(self.webhook_secret, usual.webhook_secret),
            webhook_url: self.webhook_url.filter(|url| !url.is_empty()),
            retries: Retries {
                first: Duration::from_millis(self.retry_first_ms),
                window: Duration::from_secs(self.retry_window_seconds),
                ..usual.retries
            },
            account: usual.account,
        }
    }
}
