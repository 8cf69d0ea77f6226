//! `pavitra audit verify`

use std::io::{self, Write};
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;
use shared::audit::{Broken, Notary, Verified, verify};
use shared::config::{Database, Reader, Secrets};
use shared::database::connect_lazily;
use sqlx::{Connection, MySqlPool};

use super::store;

/// Checks that nobody has changed, cut off or slipped in an entry of the log of who changed what. It only reads.
///
/// Needs `SECRETS_KEY`, and during a rotation the previous one. Exit code 0 if the log is sound, 1 if it is not; the
/// first broken entry is named. What it prints, noted elsewhere and given as `--known` later, also shows an old log that
/// somebody put back.
#[derive(Debug, Args)]
pub struct Verify {
    /// An entry that was printed before: its number and hash
    #[arg(long, value_name = "ENTRY:HASH", value_parser = known)]
    known: Option<Known>,
}

/// An entry that somebody noted.
#[derive(Clone, Debug)]
pub struct Known {
    entry: u64,
    hash: String,
}

fn known(text: &str) -> Result<Known, String> {
    let parts = text.split_once(':').and_then(|(entry, hash)| Some((entry.parse().ok()?, hash)));
    let (entry, hash) = parts.ok_or("must be a number, a colon and a hash, as they were printed")?;
    Ok(Known { entry, hash: hash.to_owned() })
}

impl Verify {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let mut env = Reader::from_process();
        let (database, secrets) = (Database::read(&mut env), Secrets::read(&mut env));
        let (database, secrets) = env.finish((database, secrets))?;
        let known = self.known.as_ref().map(|known| (known.entry, known.hash.as_str()));
        let (line, code) = match walk(&connect_lazily(&database), &Notary::new(&secrets), known).await? {
            Ok(Verified { entries: 0, .. }) => ("ok    the audit log is empty".to_owned(), ExitCode::SUCCESS),
            Ok(Verified { entries, hash }) => {
                (format!("ok    {entries} entries, known as {entries}:{hash}"), ExitCode::SUCCESS)
            }
            Err(broken) => (format!("WRONG {broken}"), ExitCode::FAILURE),
        };
        writeln!(io::stdout(), "{line}")?;
        Ok(code)
    }
}

/// What the log is like at one instant.
///
/// # Errors
/// When the database does not answer.
pub async fn walk(
    db: &MySqlPool,
    notary: &Notary,
    known: Option<(u64, &str)>,
) -> anyhow::Result<Result<Verified, Broken>> {
    let mut conn = db.acquire().await.context("the database does not answer")?;
    store::let_the_next_transaction_only_read_one_instant(&mut conn).await?;
    let mut tx = conn.begin().await?;
    let found = verify(&mut tx, notary, known).await?;
    tx.rollback().await?;
    Ok(found)
}
