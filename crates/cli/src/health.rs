//! `pavitra health`

use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use serde_json::Value;
use shared::config::ServiceName;

/// Asks each of the six services how it is; exit code 0 only if all are healthy.
#[derive(Debug, Args)]
pub struct Health {
    /// Where the services are, without their ports
    #[arg(long, default_value = "http://localhost", value_name = "URL")]
    host: String,
}

impl Health {
    pub(crate) async fn run(self) -> anyhow::Result<ExitCode> {
        let client = reqwest::Client::builder().timeout(Duration::from_secs(5)).build()?;
        let mut all_healthy = true;
        for service in ServiceName::ALL {
            let status = ask(&client, &format!("{}:{}/health", self.host, service.port())).await;
            all_healthy &= status == "healthy";
            writeln!(io::stdout(), "{:<22}{status}", service.to_string())?;
        }
        Ok(if all_healthy { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

async fn ask(client: &reqwest::Client, url: &str) -> String {
    let answer = async { client.get(url).send().await?.json::<Value>().await }.await;
    let status = answer.map(|report| report.get("status").and_then(Value::as_str).map(str::to_owned));
    status.ok().flatten().unwrap_or_else(|| "unreachable".to_owned())
}
