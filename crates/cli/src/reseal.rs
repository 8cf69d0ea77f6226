//! `pavitra reseal`

use std::process::ExitCode;

use accounts::second_factor;
use anyhow::Context;
use clap::Args;
use shared::audit::Notary;
use shared::config::{Database, Reader, Secrets};
use shared::database::connect_lazily;
use shared::sealing::Sealer;
use shared::settings;
use sqlx::MySqlPool;

/// Seals everything with `SECRETS_KEY` that `SECRETS_KEY_PREVIOUS` sealed: secret settings, second
/// factors, and the end of the audit log.
///
/// The second step of a rotation: first every service gets both keys, then this runs, then the previous key goes. Safe to
/// run again, and while the shop is open.
#[derive(Debug, Args)]
pub struct Reseal {}

/// What was sealed anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resealed {
    /// How many secret settings.
    pub settings: u64,
    /// How many second factors.
    pub second_factors: u64,
    /// Whether the end of the audit log.
    pub audit_log: bool,
}

impl Reseal {
    pub(crate) async fn run(self) -> anyhow::Result<ExitCode> {
        let mut env = Reader::from_process();
        let (database, secrets) = (Database::read(&mut env), Secrets::read(&mut env));
        let (database, secrets) = env.finish((database, secrets))?;
        let Resealed { settings, second_factors, audit_log } = reseal(&connect_lazily(&database), &secrets).await?;
        let end = if audit_log { " and the end of the audit log" } else { "" };
        tracing::info!("sealed {settings} settings, {second_factors} second factors{end} with the present key");
        Ok(ExitCode::SUCCESS)
    }
}

/// Seals anew what the present key did not seal, all or nothing.
///
/// # Errors
/// When something was sealed with neither key, and when the database does not answer.
pub async fn reseal(db: &MySqlPool, secrets: &Secrets) -> anyhow::Result<Resealed> {
    let mut tx = db.begin().await.context("the database does not answer")?;
    let sealer = Sealer::new(secrets)?;
    let second_factors = second_factor::reseal(&mut tx, &sealer).await?;
    let settings = settings::reseal(&mut tx, &sealer).await?;
    let audit_log = Notary::new(secrets).reseal(&mut tx).await?;
    tx.commit().await?;
    Ok(Resealed { settings, second_factors, audit_log })
}
