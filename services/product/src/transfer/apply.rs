//! Does what the rows of a batch say, each by itself: a row that breaks a rule is a fault, and the others go on.

mod complaint;
mod known;
mod products;
mod variations;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};
use shared::web::{FieldError, Result};
use sqlx::{Acquire, MySqlConnection};

use self::complaint::{Complaint, complaint};
use self::known::Known;
use super::audit::write_down_batch;
use super::batch::Line;
use super::cell::{guard, strip};
use super::columns::{Cells, Header, PARENT_SKU, SKU};
use super::record::to_csv;
use super::{Claim, Fault};
use crate::administration::Desk;

/// What a batch did.
#[derive(Debug, Default)]
pub(super) struct Applied {
    pub(super) created: u64,
    pub(super) updated: u64,
    pub(super) unchanged: u64,
    pub(super) faults: Vec<Fault>,
    /// What the rows that changed were, and what they are.
    before: Map<String, Value>,
    after: Map<String, Value>,
}

/// What a row did.
#[derive(Debug)]
enum Outcome {
    Created(Written),
    Updated(Written),
    Unchanged,
}

/// What became another: its name in the audit log, how it was, and how it is.
#[derive(Debug)]
struct Written {
    name: String,
    before: Value,
    after: Value,
}

impl Applied {
    /// Writes down who changed what.
    pub(super) async fn tell(
        &self,
        desk: &Desk,
        conn: &mut MySqlConnection,
        claim: &Claim,
        now: DateTime<Utc>,
    ) -> Result<()> {
        if self.after.is_empty() {
            return Ok(());
        }
        let values = (Value::Object(self.before.clone()), Value::Object(self.after.clone()));
        Ok(write_down_batch(desk, conn, claim, values, now).await?)
    }

    fn count(&mut self, outcome: Outcome) {
        let written = match outcome {
            Outcome::Unchanged => {
                self.unchanged += 1;
                return;
            }
            Outcome::Created(written) => {
                self.created += 1;
                written
            }
            Outcome::Updated(written) => {
                self.updated += 1;
                written
            }
        };
        // a row that comes twice was first what it was first
        self.before.entry(written.name.clone()).or_insert(written.before);
        self.after.insert(written.name, written.after);
    }

    fn complain(&mut self, line: &Line, header: &Header, faults: &[FieldError]) -> Result<()> {
        let column = |fault: &FieldError| fault.field.clone();
        let message = |fault: &FieldError| format!("{}: {}", fault.field, fault.message);
        self.faults.push(Fault {
            line_number: line.number,
            columns: faults.iter().map(column).collect::<Vec<_>>().join("|"),
            message: faults.iter().map(message).collect::<Vec<_>>().join("; "),
            record: as_sent(line, header)?,
        });
        Ok(())
    }
}

/// Does what `lines` say. What belongs to none of them, such as a database that is away, is an error of the whole.
pub(super) async fn apply(
    conn: &mut MySqlConnection,
    header: &Header,
    lines: &[Line],
    now: DateTime<Utc>,
) -> Result<Applied> {
    let mut applied = Applied::default();
    let mut rows = Vec::with_capacity(lines.len());
    for line in lines {
        match readable(line, header) {
            Ok(cells) => rows.push((line, cells)),
            Err(faults) => applied.complain(line, header, &faults)?,
        }
    }
    let mut known = Known::read(&mut *conn, rows.iter().map(|(_, cells)| cells)).await?;
    for (line, cells) in &rows {
        match one(&mut *conn, &mut known, cells, now).await {
            Ok(outcome) => applied.count(outcome),
            Err(error) => match complaint(error) {
                Complaint::OfRow(faults) => applied.complain(line, header, &faults)?,
                Complaint::OfHouse(error) => return Err(error),
            },
        }
    }
    products::publish(conn, (&known, &rows), (&mut applied, header), now).await?;
    Ok(applied)
}

/// One row, wholly or not at all.
async fn one(conn: &mut MySqlConnection, known: &mut Known, cells: &Cells, now: DateTime<Utc>) -> Result<Outcome> {
    if known.is_as_it_is(cells) {
        return Ok(Outcome::Unchanged);
    }
    let mut trial = conn.begin().await?;
    let outcome = if is_variation(cells) {
        variations::write(&mut trial, known, cells, now).await?
    } else {
        products::write(&mut trial, known, cells, now).await?
    };
    trial.commit().await?;
    Ok(outcome)
}

fn is_variation(cells: &Cells) -> bool {
    !text(cells, PARENT_SKU).is_empty()
}

fn text<'a>(cells: &'a Cells, column: &str) -> &'a str {
    cells.get(column).map_or("", |cell| cell.trim())
}

fn readable(line: &Line, header: &Header) -> Result<Cells, Vec<FieldError>> {
    let Some(record) = &line.record else { return Err(vec![FieldError::new("row", "must be UTF-8")]) };
    let Some(cells) = header.cells(record) else {
        return Err(vec![FieldError::new("row", format!("must have {} cells", header.len()))]);
    };
    if text(&cells, SKU).is_empty() { Err(vec![FieldError::new(SKU, "is required")]) } else { Ok(cells) }
}

/// The row as it came, but that no spreadsheet takes a cell of it for a formula.
fn as_sent(line: &Line, header: &Header) -> Result<String> {
    let Some(record) = &line.record else { return Ok("\r\n".to_owned()) };
    let cells: Vec<_> = header.kept(record).into_iter().map(|cell| guard(strip(cell))).collect();
    let csv = to_csv([cells.iter().map(AsRef::as_ref).collect()])?;
    Ok(String::from_utf8_lossy(&csv).into_owned())
}
