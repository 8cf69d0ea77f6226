//! Stock that the shop's staff puts right: what came, what broke, and what was counted on the shelf.

use chrono::{DateTime, Utc};
use commerce::ids::{ProductId, VariationId};
use kernel::{UserId, text_enum};
use serde::Serialize;
use sqlx::MySqlConnection;
use utoipa::ToSchema;

use crate::store;
use crate::store::products::Stock;

text_enum! {
    /// Why stock moved.
    pub enum MovementKind {
        /// The first of it.
        Opening = "opening",
        /// It was bought.
        Purchase = "purchase",
        /// Somebody put the number right.
        Adjustment = "adjustment",
        /// Somebody counted what is there.
        Count = "count",
        /// An order took it.
        Hold = "hold",
        /// An order gave it back.
        Release = "release",
        /// A customer sent it back, and it can be sold again.
        Restock = "restock",
        /// It broke, spoiled or is gone.
        Damage = "damage",
    }
}

text_enum! {
    /// Why somebody adds pieces or takes some away.
    pub enum Cause {
        /// Bought: pieces come.
        Purchase = "purchase",
        /// A number was wrong.
        Adjustment = "adjustment",
        /// Sent back and as good as new: pieces come.
        Restock = "restock",
        /// Broken, spoiled or gone: pieces go.
        Damage = "damage",
    }
}

/// What becomes of a stock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// So many more, or fewer; the sign is one that the cause can have.
    By(i32, Cause),
    /// So many pieces are there, those among them that orders hold.
    Counted(u32),
}

/// Somebody puts a stock right.
#[derive(Clone, Copy, Debug)]
pub struct Correction<'a> {
    /// Of which product.
    pub product: ProductId,
    /// Of which of its variations; exactly where the product is sold by them.
    pub variation: Option<VariationId>,
    /// What becomes of it.
    pub change: Change,
    /// Why, for people.
    pub reason: &'a str,
    /// Who says so.
    pub by: UserId,
}

/// The pieces of one product that is not sold by variation, or of one variation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Level {
    /// How many are there.
    pub on_hand: i64,
    /// How many of them belong to orders that have not left.
    pub held: i64,
    /// How many can be sold: those that nobody holds.
    pub available: i64,
}

/// What became of a correction.
#[must_use]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Corrected {
    /// It is done.
    Done {
        /// How it was.
        before: Level,
        /// How it is.
        after: Level,
        /// The row of the ledger; none where the count found what was known.
        movement: Option<u64>,
    },
    /// There is no such product.
    NoSuchProduct,
    /// Nobody counts the product.
    NotCounted,
    /// The product is sold by variation and none was named, or not one of its own.
    NoSuchVariation,
    /// Nobody can take what is not there or what orders hold.
    TooFew,
    /// There would be more than a stock can be.
    TooMany,
}

/// Puts a stock right, all in one: the columns, and one row of the ledger with who and why. Nothing is changed unless it is
/// done.
///
/// Whoever takes stock for an order at the same moment comes before or after. An order that gives some back writes first that
/// it holds nothing more and then waits here, so that its pieces count as held until they are back.
pub async fn correct(
    conn: &mut MySqlConnection,
    wanted: &Correction<'_>,
    now: DateTime<Utc>,
) -> sqlx::Result<Corrected> {
    let Some(product) = store::products::lock(conn, wanted.product).await? else {
        return Ok(Corrected::NoSuchProduct);
    };
    if !product.track_inventory {
        return Ok(Corrected::NotCounted);
    }
    let Some(stock) = stock_of(conn, wanted, &product).await? else { return Ok(Corrected::NoSuchVariation) };
    let before = Level::of(stock.into(), store::holds::sum_held(conn, wanted.product, wanted.variation).await?);
    let pieces = wanted.change.pieces(before);
    let after = Level::of(before.available.saturating_add(pieces), before.held);
    if after.available < 0 {
        return Ok(Corrected::TooFew);
    }
    // The product has at least what its variation has.
    if i32::try_from(i64::from(product.quantity).saturating_add(pieces)).is_err() {
        return Ok(Corrected::TooMany);
    }
    let movement = if pieces == 0 { None } else { Some(book(conn, wanted, pieces, now).await?) };
    Ok(Corrected::Done { before, after, movement })
}

/// What can be sold of what is meant; nothing if the product is not sold like that.
async fn stock_of(conn: &mut MySqlConnection, wanted: &Correction<'_>, product: &Stock) -> sqlx::Result<Option<i32>> {
    match wanted.variation {
        None if product.is_variable => Ok(None),
        None => Ok(Some(product.quantity)),
        Some(_) if !product.is_variable => Ok(None),
        Some(variation) => store::variations::lock_stock(conn, wanted.product, variation).await,
    }
}

async fn book(
    conn: &mut MySqlConnection,
    wanted: &Correction<'_>,
    pieces: i64,
    now: DateTime<Utc>,
) -> sqlx::Result<u64> {
    let stock_after = store::products::update_corrected(conn, wanted.product, pieces).await?;
    if let Some(variation) = wanted.variation {
        store::variations::update_corrected(conn, variation, pieces).await?;
    }
    store::movements::insert_correction(conn, wanted, (pieces, stock_after), now).await
}

impl Level {
    fn of(available: i64, held: i64) -> Self {
        Self { on_hand: available.saturating_add(held), held, available }
    }
}

impl Change {
    /// How many pieces come, or go.
    fn pieces(self, before: Level) -> i64 {
        match self {
            Self::By(pieces, _) => pieces.into(),
            Self::Counted(pieces) => i64::from(pieces) - before.on_hand,
        }
    }

    pub(crate) const fn kind(self) -> MovementKind {
        match self {
            Self::By(_, Cause::Purchase) => MovementKind::Purchase,
            Self::By(_, Cause::Adjustment) => MovementKind::Adjustment,
            Self::By(_, Cause::Restock) => MovementKind::Restock,
            Self::By(_, Cause::Damage) => MovementKind::Damage,
            Self::Counted(_) => MovementKind::Count,
        }
    }
}

impl Cause {
    /// Whether so many pieces can come, or go, for this reason.
    pub const fn allows(self, pieces: i32) -> bool {
        match self {
            Self::Purchase | Self::Restock => pieces > 0,
            Self::Adjustment => pieces != 0,
            Self::Damage => pieces < 0,
        }
    }
}
