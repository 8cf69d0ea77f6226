//! What the shop's staff changes: every change is written into the audit log with its effect, and all replicas hear of it.

pub mod stock;

use shared::audit::Notary;
use sqlx::MySqlPool;

/// Where the catalogue is changed.
#[derive(Clone, Debug)]
pub struct Office {
    pub(crate) database: MySqlPool,
    pub(crate) notary: Notary,
}
