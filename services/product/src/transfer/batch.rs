//! The next rows of a file: whole ones, and no product without the variations under it.

use shared::web::Result;
use sqlx::MySqlConnection;

use super::Claim;
use super::columns::{Header, PARENT_SKU};
use super::receive::PIECE;
use super::window::{End, Record, records};
use crate::store::transfer::chunks;

/// A batch ends with the product after so many rows.
const MOST: usize = 100;
/// So many pieces of the file are read for it, and so many when those hold no whole product.
const STRETCHES: [u32; 2] = [4, 32];

/// What there is to do next.
#[derive(Debug)]
pub(super) enum Next {
    /// These rows.
    Rows(Batch),
    /// Nothing: the file is at its end.
    End,
    /// A row is longer than rows are.
    Endless,
}

/// Rows that are done together.
#[derive(Debug)]
pub(super) struct Batch {
    pub(super) lines: Vec<Line>,
    /// Where the next row begins.
    pub(super) position: u64,
}

/// A row and its number: the header is row 1, and empty lines do not count.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) number: u64,
    /// What was sent; nothing if it is not UTF-8.
    pub(super) record: Option<Vec<String>>,
}

/// Reads the next rows of the import that the caller has locked.
pub(super) async fn next(conn: &mut MySqlConnection, claim: &Claim, header: &Header) -> Result<Next> {
    let mut found = Vec::new();
    for pieces in STRETCHES {
        let (bytes, end) = stretch(&mut *conn, claim, pieces).await?;
        found = records(&bytes, end);
        if found.is_empty() && end == End::OfFile {
            return Ok(Next::End);
        }
        let most = whole_products(&found, end, header);
        if most > 0 {
            found.truncate(most);
            return Ok(Next::Rows(Batch::of(claim, found)));
        }
    }
    // More variations than fit are no product any more: those that come later find it in the catalogue.
    Ok(if found.is_empty() { Next::Endless } else { Next::Rows(Batch::of(claim, found)) })
}

/// So many pieces of the file from where the next row begins.
async fn stretch(conn: &mut MySqlConnection, claim: &Claim, pieces: u32) -> Result<(Vec<u8>, End)> {
    let piece = u64::try_from(PIECE).unwrap_or(u64::MAX);
    let (first, offset) = (claim.position_bytes / piece, claim.position_bytes % piece);
    let mut bytes = chunks::list(conn, claim.id, first, pieces).await?.concat();
    bytes.drain(..bytes.len().min(usize::try_from(offset).unwrap_or(usize::MAX)));
    let end = claim.position_bytes.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
    Ok((bytes, if end >= claim.size_bytes { End::OfFile } else { End::Open }))
}

/// How many of the rows are whole products and make a batch. Where a stretch is cut, more variations may follow.
fn whole_products(records: &[Record], end: End, header: &Header) -> usize {
    let begins = records.iter().enumerate().filter(|(_, record)| !is_variation(record, header)).map(|(at, _)| at);
    let last = (end == End::OfFile).then_some(records.len());
    let ends: Vec<_> = begins.chain(last).filter(|at| *at > 0).collect();
    ends.iter().find(|at| **at >= MOST).or(ends.last()).copied().unwrap_or_default()
}

fn is_variation(record: &Record, header: &Header) -> bool {
    let parent = record.cells.as_ref().and_then(|cells| header.cell(cells, PARENT_SKU));
    parent.is_some_and(|parent| !parent.trim().is_empty())
}

impl Batch {
    fn of(claim: &Claim, records: Vec<Record>) -> Self {
        let end = records.last().map_or(0, |record| record.end);
        let first = claim.rows_done.saturating_add(2);
        let lines = records.into_iter().zip(first..).map(|(record, number)| Line { number, record: record.cells });
        Self { lines: lines.collect(), position: claim.position_bytes.saturating_add(end) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(parents: &[&str]) -> Vec<Record> {
        let record = |parent: &&str| Record { cells: Some(vec!["A".to_owned(), (*parent).to_owned()]), end: 0 };
        parents.iter().map(record).collect()
    }

    #[test]
    fn a_product_is_not_cut_off_its_variations() {
        let header = Header::read(&["sku", "parent_sku"]).unwrap();
        let whole = |parents: &[&str], end| whole_products(&file(parents), end, &header);
        assert_eq!(whole(&["", "A", "A", ""], End::Open), 3);
        assert_eq!(whole(&["", "A", "A", ""], End::OfFile), 4);
        assert_eq!(whole(&["", "A", "A"], End::Open), 0);
        assert_eq!(whole(&[], End::OfFile), 0);
        assert_eq!(whole(&[""; 250], End::Open), MOST);
        let many = [&[""; 99][..], &["A"; 30], &[""; 5]].concat();
        assert_eq!(whole(&many, End::OfFile), 129);
    }
}
