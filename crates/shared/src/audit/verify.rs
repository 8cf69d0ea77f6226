//! Walks the audit log from its beginning to its end.

use std::fmt;

use sqlx::MySqlConnection;

use super::Notary;
use super::chain::{BEGINNING, Link, Tail};
use super::notary::Seal;
use super::store;

/// How many rows are in memory at a time.
const BATCH: u32 = 1_000;

/// A log of which every row is as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// How many entries it has.
    pub entries: u64,
    /// The hash of the last one. Kept elsewhere, it shows later that nobody put back an older log.
    pub hash: String,
}

/// The first place at which the log is not what was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Broken {
    /// The entry was changed after it was written.
    Changed(u64),
    /// The entry is not there.
    Missing(u64),
    /// The entry was not written by this shop.
    Inserted(u64),
    /// The rows are sound, and the record of where they end is not ours.
    End,
    /// An entry that is known from elsewhere has another hash, or is not there.
    Replaced(u64),
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changed(id) => write!(f, "entry {id} was changed"),
            Self::Missing(id) => write!(f, "entry {id} is missing"),
            Self::Inserted(id) => write!(f, "entry {id} was not written by this shop"),
            Self::End => f.write_str("the end of the log does not bear our seal"),
            Self::Replaced(id) => write!(f, "entry {id} is not the one that was known"),
        }
    }
}

/// Walks the whole log; the caller's transaction has to see one instant of it. `known` is an entry that somebody noted
/// earlier, by its place and hash.
///
/// # Errors
/// When the database does not answer. What is wrong with the log is an answer.
pub async fn verify(
    conn: &mut MySqlConnection,
    notary: &Notary,
    known: Option<(u64, &str)>,
) -> sqlx::Result<Result<Verified, Broken>> {
    let Some(tail) = store::find_tail(conn).await? else { return Ok(Err(Broken::End)) };
    let mut walk =
        Walk { notary, known, is_anchored: known.is_none(), seen: 0, hash: BEGINNING.to_owned(), is_ours: false };
    let mut next = 0;
    loop {
        let links = store::list_from(conn, next, BATCH).await?;
        let Some(last) = links.last() else { return Ok(walk.end(&tail)) };
        next = last.id.saturating_add(1);
        for link in &links {
            if let Err(broken) = walk.step(link, &tail) {
                return Ok(Err(broken));
            }
        }
    }
}

struct Walk<'a> {
    notary: &'a Notary,
    known: Option<(u64, &'a str)>,
    is_anchored: bool,
    seen: u64,
    hash: String,
    /// Whether some entry bore a seal whose key we have: from there on all do.
    is_ours: bool,
}

impl Walk<'_> {
    fn step(&mut self, link: &Link, tail: &Tail) -> Result<(), Broken> {
        let expected = self.seen.saturating_add(1);
        match link.id {
            id if id < expected => return Err(Broken::Inserted(id)),
            id if id > expected => return Err(Broken::Missing(expected)),
            _ => {}
        }
        if link.digest() != link.hash {
            return Err(Broken::Changed(link.id));
        }
        // Sound in itself and not the successor of what is there: one of the two is not the original.
        if link.previous_hash != self.hash || link.id > tail.entries {
            return Err(Broken::Inserted(link.id));
        }
        self.check_seal(link)?;
        self.check_known(link)?;
        self.seen = link.id;
        self.hash.clone_from(&link.hash);
        Ok(())
    }

    /// Entries of keys that are gone are vouched for by the first later one whose key is here, and by the tail.
    fn check_seal(&mut self, link: &Link) -> Result<(), Broken> {
        match link.judge(self.notary) {
            Seal::Current | Seal::Previous => self.is_ours = true,
            Seal::Unknown if !self.is_ours => {}
            Seal::Unknown | Seal::Forged => return Err(Broken::Inserted(link.id)),
        }
        Ok(())
    }

    fn check_known(&mut self, link: &Link) -> Result<(), Broken> {
        match self.known {
            Some((id, hash)) if id == link.id && hash != link.hash => Err(Broken::Replaced(id)),
            Some((id, _)) if id == link.id => {
                self.is_anchored = true;
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn end(self, tail: &Tail) -> Result<Verified, Broken> {
        if self.seen < tail.entries {
            return Err(Broken::Missing(self.seen.saturating_add(1)));
        }
        if !tail.is_sound(self.notary) || tail.hash != self.hash {
            return Err(Broken::End);
        }
        match self.known {
            Some((id, _)) if !self.is_anchored => Err(Broken::Replaced(id)),
            _ => Ok(Verified { entries: self.seen, hash: self.hash }),
        }
    }
}
