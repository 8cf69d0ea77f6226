//! Products as files: an export that streams, and imports that go on wherever they were stopped.
//!
//! - [`extract`] writes the catalogue, a page at a time
//! - [`Receiver`], [`accept`] take a file in and queue it; [`list`], [`find`], [`cancel`] say how far it is; [`faults`] lists
//!   what was not taken
//! - `work` the task that does one batch after the other: read (`batch`, `window`), compared and written (`apply`)
//! - `columns`, `cell`, `fields`, `record` what a file looks like
//!
//! **Invariants**
//! - A batch, its faults and the place where the next one begins are one transaction: a kill at any moment loses nothing and
//!   does nothing twice.
//! - What an export wrote changes nothing when it is imported.
//! - A file is never in memory whole, and neither is the catalogue.

mod apply;
mod audit;
mod batch;
mod cell;
mod columns;
mod extract;
mod faults;
mod fields;
mod imports;
mod receive;
mod record;
mod window;
mod work;

pub use extract::Extract;
pub(crate) use extract::extract;
pub(crate) use faults::{Fault, faults};
pub(crate) use imports::{Claim, NewImport, Step, cancel, find, list};
pub use imports::{Import, ImportId, ImportStatus};
pub(crate) use receive::{LARGEST, Measured, Receiver, accept};
pub(crate) use record::{Having, ProductRow, VariationRow};
pub(crate) use work::working;
