//! Takes a file in, piece by piece, and queues it when it is whole.

use chrono::{DateTime, Utc};
use csv_core::ReadRecordResult;
use serde_json::json;
use shared::audit::By;
use shared::database::idempotency::{Lease, Try};
use shared::database::retry;
use shared::digest::sha256;
use shared::identity::ManageProducts;
use shared::web::once::{self, Begun};
use shared::web::{Answer, Error, IdempotencyKey, Result};
use sqlx::MySqlPool;

use super::audit::Told;
use super::columns::{Header, longest_header};
use super::window::{End, records};
use super::{ImportId, NewImport, find};
use crate::administration::Desk;
use crate::store::transfer::{chunks, jobs};

/// The largest file.
pub(crate) const LARGEST: usize = 64 * 1024 * 1024;
/// Every piece but the last of a file has so many bytes.
pub(super) const PIECE: usize = 64 * 1024;
/// So many pieces are written at once.
const TOGETHER: usize = 16;
/// What some editors begin a file with.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// What a file turned out to be.
#[derive(Debug)]
pub(crate) struct Measured {
    pub(crate) header: String,
    pub(crate) size: u64,
    /// Where the first row behind the header begins.
    pub(crate) first_row: u64,
    pub(crate) rows: u64,
    digest: String,
}

/// A file that arrives.
#[derive(Debug)]
pub(crate) struct Receiver {
    database: MySqlPool,
    new: NewImport,
    id: ImportId,
    now: DateTime<Utc>,
    buffer: Vec<u8>,
    pieces: u64,
    size: u64,
    counter: Counter,
    head: Option<(Header, u64)>,
    has_begun: bool,
    digest: String,
}

impl Receiver {
    /// Begins to take in a file that `by` sends.
    pub(crate) async fn open(desk: &Desk, by: &By<ManageProducts>, new: NewImport) -> Result<Self> {
        let id = jobs::insert(&mut *desk.database.acquire().await?, &new, by.now).await?;
        Ok(Self {
            database: desk.database.clone(),
            new,
            id,
            now: by.now,
            buffer: Vec::new(),
            pieces: 0,
            size: 0,
            counter: Counter::default(),
            head: None,
            has_begun: false,
            digest: String::new(),
        })
    }

    /// Takes the next bytes of the file.
    ///
    /// # Errors
    /// 413 when they are too many, 400 when the first row is no header.
    pub(crate) async fn take(&mut self, bytes: &[u8]) -> Result<()> {
        self.size = self.size.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        if self.size > u64::try_from(LARGEST).unwrap_or(u64::MAX) {
            return Err(Error::TooLarge);
        }
        self.buffer.extend_from_slice(bytes);
        self.drop_mark();
        while self.buffer.len() > PIECE * TOGETHER {
            let rest = self.buffer.split_off(PIECE * TOGETHER);
            let full = std::mem::replace(&mut self.buffer, rest);
            self.read_head(&full, End::Open)?;
            self.write(full).await?;
        }
        Ok(())
    }

    async fn finish(&mut self) -> Result<Measured> {
        let rest = std::mem::take(&mut self.buffer);
        self.read_head(&rest, End::OfFile)?;
        self.write(rest).await?;
        self.counter.end();
        let (header, first_row) = self.head.as_ref().ok_or_else(no_header)?;
        let rows = self.counter.rows.saturating_sub(1);
        if rows == 0 {
            return Err(Error::invalid("file", "has no row behind its header"));
        }
        let digest = std::mem::take(&mut self.digest);
        Ok(Measured { header: header.text(), size: self.size, first_row: *first_row, rows, digest })
    }

    /// The mark is not part of the first cell.
    fn drop_mark(&mut self) {
        if self.has_begun || self.buffer.len() < BYTE_ORDER_MARK.len() {
            return;
        }
        self.has_begun = true;
        if self.buffer.starts_with(BYTE_ORDER_MARK) {
            self.buffer.drain(..BYTE_ORDER_MARK.len());
            self.size = self.size.saturating_sub(u64::try_from(BYTE_ORDER_MARK.len()).unwrap_or_default());
        }
    }

    fn read_head(&mut self, bytes: &[u8], end: End) -> Result<()> {
        if self.head.is_some() {
            return Ok(());
        }
        let (first, end) = if bytes.len() > longest_header() {
            (bytes.get(..longest_header()).unwrap_or_default(), End::Open)
        } else {
            (bytes, end)
        };
        let row = records(first, end).into_iter().next().ok_or_else(no_header)?;
        let names = row.cells.ok_or_else(no_header)?;
        let header = Header::read(&names.iter().map(String::as_str).collect::<Vec<_>>())?;
        self.head = Some((header, row.end));
        Ok(())
    }

    async fn write(&mut self, bytes: Vec<u8>) -> Result<()> {
        if bytes.is_empty() {
            return Ok(());
        }
        self.counter.count(&bytes);
        self.digest = sha256(format!("{}{}", self.digest, sha256(&bytes)).as_bytes());
        let pieces: Vec<_> = bytes.chunks(PIECE).collect();
        chunks::insert_all(&mut *self.database.acquire().await?, self.id, self.pieces, &pieces).await?;
        self.pieces = self.pieces.saturating_add(u64::try_from(pieces.len()).unwrap_or_default());
        Ok(())
    }
}

fn no_header() -> Error {
    Error::invalid("file", "must begin with a row of column names in UTF-8, separated by commas")
}

/// Queues the file that `receiver` took in, once for each key, and answers a second try like the first. Without a key, the
/// same file within two minutes is the same import while that import is not over.
///
/// # Errors
/// What kept the file from being `poured`, and 400 when it is no file of products. It is forgotten then.
pub(crate) async fn accept(
    desk: &Desk,
    by: &By<ManageProducts>,
    key: IdempotencyKey,
    mut receiver: Receiver,
    poured: Result<()>,
) -> Result<Answer> {
    let answer = match poured {
        Ok(()) => queue(desk, by, key, &mut receiver).await,
        Err(error) => Err(error),
    };
    if let Err(error) = discard(&desk.database, receiver.id).await {
        tracing::warn!(exception = %error, "a file that nobody wants stays for an hour");
    }
    answer
}

async fn queue(desk: &Desk, by: &By<ManageProducts>, key: IdempotencyKey, receiver: &mut Receiver) -> Result<Answer> {
    let file = receiver.finish().await?;
    let body = json!({ "dry_run": receiver.new.is_dry_run, "file": file.digest });
    let attempt =
        Try::of(by.user.id, "products.import", key.0, &body).map_err(|error| Error::Internal(error.into()))?;
    let lease = match once::begin(&desk.database, &attempt, receiver.now).await? {
        Begun::First(lease) => lease,
        Begun::Before { answer, resource, lease } => {
            if !attempt.is_derived() || is_open(&desk.database, resource).await? {
                return Ok(answer);
            }
            once::again(&desk.database, lease, receiver.now).await?
        }
    };
    let answer = retry(|| queue_once(desk, by, &lease, (receiver.id, &file))).await;
    once::settle(&desk.database, &lease, answer).await
}

async fn is_open(db: &MySqlPool, import: u64) -> Result<bool> {
    let Some(id) = ImportId::new(import) else { return Ok(false) };
    Ok(find(&mut *db.acquire().await?, id).await?.finished_at.is_none())
}

async fn queue_once(
    desk: &Desk,
    by: &By<ManageProducts>,
    lease: &Lease,
    (id, file): (ImportId, &Measured),
) -> Result<Answer> {
    let mut tx = desk.database.begin().await?;
    if !jobs::update_received(&mut tx, id, file, by.now).await? {
        return Err(Error::unavailable(anyhow::anyhow!("the file of import {id} was cleared away")));
    }
    let import = find(&mut tx, id).await?;
    let answer = Answer::accepted(format!("/api/v1/products/admin/imports/{id}"), id.get(), &import)?;
    answer.keep(&mut tx, lease, by.now).await?;
    Told::Began.write_down(desk, &mut tx, (&by.actor, by.now), &import).await?;
    tx.commit().await?;
    Ok(answer)
}

/// Forgets a file that was not queued.
pub(super) async fn discard(db: &MySqlPool, id: ImportId) -> sqlx::Result<()> {
    let mut tx = db.begin().await?;
    if jobs::lock_unreceived(&mut tx, id).await?.is_some() {
        chunks::delete(&mut tx, id).await?;
        jobs::delete(&mut tx, id).await?;
    }
    tx.commit().await
}

/// Counts rows as they arrive.
struct Counter {
    reader: csv_core::Reader,
    rows: u64,
}

impl Default for Counter {
    fn default() -> Self {
        Self { reader: csv_core::Reader::new(), rows: 0 }
    }
}

impl std::fmt::Debug for Counter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Counter({})", self.rows)
    }
}

impl Counter {
    fn count(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let read = self.read(bytes);
            bytes = bytes.get(read..).unwrap_or_default();
        }
    }

    fn end(&mut self) {
        self.read(&[]);
    }

    /// Reads on to the end of a row, of `bytes` or of the room for a cell; how many bytes that were.
    fn read(&mut self, bytes: &[u8]) -> usize {
        let (mut cells, mut ends) = ([0; 1024], [0; 64]);
        let (result, read, _, _) = self.reader.read_record(bytes, &mut cells, &mut ends);
        self.rows += u64::from(result == ReadRecordResult::Record);
        read
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_counted_as_they_are_read_later() {
        for file in ["sku\na\nb", "sku\r\na\r\n\r\nb\r\n", "sku,name\n\"a\nb\",\"c\"\"d\"\n", "", "sku", "\n\na"] {
            let long = file.replace('a', &"a".repeat(3_000));
            for size in [1, 2, 7, 10_000] {
                let mut counter = Counter::default();
                long.as_bytes().chunks(size).for_each(|bytes| counter.count(bytes));
                counter.end();
                let rows = u64::try_from(records(long.as_bytes(), End::OfFile).len()).unwrap();
                assert_eq!(counter.rows, rows, "{file:?} by {size}");
            }
        }
    }
}
