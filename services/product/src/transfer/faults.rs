//! The rows that were not taken, as a file that can be mended and sent again.

use futures::stream::{self, Stream};
use shared::web::{Error, Result};
use sqlx::{FromRow, MySqlPool};

use super::ImportId;
use super::columns::{Header, OF_FAULTS};
use super::record::to_csv;
use crate::store::transfer;

/// So many faults are read at once; each may be as long as a row.
const PAGE: u32 = 50;

/// A row that breaks rules.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct Fault {
    /// Which, as spreadsheets count: the header is row 1.
    pub(crate) line_number: u64,
    /// The columns that are wrong, separated by bars.
    #[sqlx(rename = "columns_at_fault")]
    pub(crate) columns: String,
    /// What is wrong with each, in the same order.
    pub(crate) message: String,
    /// The row itself as a line of CSV.
    pub(crate) record: String,
}

/// The faults of an import as CSV: the number of the row, what is wrong with it, and the row as it was sent. An import does
/// not look at the first three columns, so the mended file can be sent as it is.
pub(crate) async fn faults(
    database: MySqlPool,
    id: ImportId,
) -> Result<impl Stream<Item = Result<Vec<u8>>> + Send + use<>> {
    let header = transfer::jobs::find_header(&mut *database.acquire().await?, id).await?;
    let header = Header::parse(&header.ok_or(Error::NotFound("import"))?)?;
    let first = to_csv([OF_FAULTS.into_iter().chain(header.names()).collect::<Vec<_>>()])?;
    Ok(stream::try_unfold((Some(first), 0), move |(first, after)| {
        let database = database.clone();
        async move {
            if let Some(header) = first {
                return Ok(Some((header, (None, after))));
            }
            let page = transfer::faults::list(&mut *database.acquire().await?, id, after, PAGE).await?;
            let Some(last) = page.last().map(|fault| fault.line_number) else { return Ok(None) };
            Ok(Some((lines(&page)?, (None, last))))
        }
    }))
}

fn lines(faults: &[Fault]) -> Result<Vec<u8>> {
    let mut lines = Vec::new();
    for fault in faults {
        let number = fault.line_number.to_string();
        let mut front = to_csv([vec![number.as_str(), fault.columns.as_str(), fault.message.as_str()]])?;
        front.truncate(front.len().saturating_sub(2));
        lines.extend(front);
        lines.push(b',');
        lines.extend(fault.record.as_bytes());
    }
    Ok(lines)
}
