//! How the shop's staff changes the catalogue.

pub mod images;
pub mod stock;

use shared::Ground;
use shared::audit::Notary;
use sqlx::MySqlPool;

/// Where the catalogue is changed: with every change its entry of the audit log.
#[derive(Clone, Debug)]
pub struct Desk {
    pub(crate) database: MySqlPool,
    pub(crate) notary: Notary,
}

impl Desk {
    pub(crate) fn new(ground: &Ground) -> Self {
        Self { database: ground.database.clone(), notary: ground.notary.clone() }
    }
}
