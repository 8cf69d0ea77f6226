//! How a replica hears that products changed: the catalogue's rows of the change log, and the movements of stock.

use std::collections::BTreeSet;
use std::time::Instant;

use commerce::ids::ProductId;
use sqlx::{FromRow, MySqlConnection};

use crate::movements::{MARGIN, Movements, Window};
use crate::store;

/// A change that the log tells.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct Told {
    pub(crate) id: u64,
    pub(crate) subject: String,
}

/// What has to be read again.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct News {
    pub(super) products: BTreeSet<ProductId>,
    /// Whether that may be any product.
    pub(super) everything: bool,
}

/// One replica's place in both.
#[derive(Debug)]
pub(super) struct Place {
    changes: Window,
    movements: Movements,
}

impl Place {
    /// Whatever can be seen now is old; it is asked for before the first product is read.
    pub(super) async fn now(conn: &mut MySqlConnection, now: Instant) -> sqlx::Result<Self> {
        let change = store::index::find_last_change(&mut *conn).await?.unwrap_or_default();
        let changes = store::index::list_changes(&mut *conn, change.saturating_sub(MARGIN)).await?;
        Ok(Self {
            changes: Window::new(change, changes.iter().map(|change| change.id), now),
            movements: Movements::now(conn, now).await?,
        })
    }

    /// What was not heard before. It counts as heard at once: who cannot use it starts over.
    pub(super) async fn news(&mut self, conn: &mut MySqlConnection, now: Instant) -> sqlx::Result<News> {
        let changes = store::index::list_changes(&mut *conn, self.changes.floor()).await?;
        let mut news = News::default();
        for change in changes.iter().filter(|change| self.changes.hear(change.id)) {
            match change.subject.split_once(':') {
                Some(("product", id)) => news.products.extend(id.parse().ok().and_then(ProductId::new)),
                // their names and places are looked at with every tick
                Some(("category" | "brand", _)) => {}
                _ => news.everything = true,
            }
        }
        self.changes.advance(now);
        news.products.extend(self.movements.news(conn, now).await?);
        Ok(news)
    }
}
