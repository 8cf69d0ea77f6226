//! Fills in what no row holds: the secret of a code or a link, just before its message leaves.

use accounts::proofs::{self, Proof, ProofKeys};
use commerce::ids::ProofId;
use secrecy::ExposeSecret;
use shared::Ground;

use super::Trouble;
use crate::store::queue::Due;

/// What a message says, whole.
pub(super) struct Content {
    pub(super) text: String,
    pub(super) html: Option<String>,
}

impl Content {
    /// What `due` says, with the secret where the row has the name of its proof.
    ///
    /// # Errors
    /// `Never` if the code or link is of no use any more: nobody is sent what does not work.
    pub(super) async fn of(due: &Due, ground: &Ground, keys: &ProofKeys) -> Result<Self, Trouble> {
        let as_it_is = Self { text: due.message.clone(), html: due.message_html.clone() };
        let Some(id) = due.proof else { return Ok(as_it_is) };
        let proof = open(id, ground).await?.ok_or(Trouble::Never("the code or link is over".to_owned()))?;
        let secret = proof.secret(keys).ok_or(Trouble::Never("the key of the code or link is gone".to_owned()))?;
        // Nobody who is named in a message knows this name.
        let fill = |text: String| text.replace(&proof.uuid, secret.expose_secret());
        Ok(Self { text: fill(as_it_is.text), html: as_it_is.html.map(fill) })
    }
}

async fn open(id: ProofId, ground: &Ground) -> Result<Option<Proof>, Trouble> {
    let found = async {
        let mut conn = ground.database.acquire().await?;
        proofs::find_open(&mut conn, id, ground.clock.now()).await
    };
    found.await.map_err(|error| {
        tracing::warn!(exception = %error, "a code or link cannot be read");
        Trouble::Later("the database does not answer".to_owned())
    })
}
