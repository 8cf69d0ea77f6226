//! `pavitra migrate`

use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use shared::config::{Database, Reader};
use shared::database::migrator;

/// Brings the schema to this release and gives the services' account its rights. Safe to run again, and twice at once.
#[derive(Debug, Args)]
pub struct Migrate {
    /// For how many seconds to wait for a database that does not answer yet
    #[arg(long, default_value_t = 60, value_name = "SECONDS")]
    wait: u64,
}

impl Migrate {
    pub(crate) async fn run(self) -> anyhow::Result<ExitCode> {
        let mut env = Reader::from_process();
        let services = Database::services_user(&mut env);
        let owner = Database::read_for_migrator(&mut env);
        let (owner, services) = env.finish((owner, services))?;
        migrator::migrate(&owner, &services, Duration::from_secs(self.wait)).await?;
        tracing::info!("the schema is that of this release");
        Ok(ExitCode::SUCCESS)
    }
}
