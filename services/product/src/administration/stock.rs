//! Stock as the shop's staff sees it and puts it right.

use chrono::{DateTime, Utc};
use commerce::catalogue::StockStatus;
use commerce::ids::{ProductId, VariationId};
use inventory::{Cause, Change, Corrected, Correction, Level, MovementKind};
use kernel::{Page, PageRequest, UserId};
use serde::Serialize;
use serde_json::json;
use shared::audit::{By, Entry, Subject};
use shared::database;
use shared::database::idempotency::{Lease, Try};
use shared::identity::ManageInventory;
use shared::web::once::{self, Begun};
use shared::web::{Answer, Error, IdempotencyKey, Result};
use sqlx::{FromRow, MySqlConnection};
use utoipa::ToSchema;
use validator::Validate;

use super::Desk;
use crate::store;

const NO_SUCH_PRODUCT: Error = Error::NotFound("product");
const NOT_COUNTED: Error =
    Error::Impossible { code: "INVALID_STATE", message: "the stock of this product is not counted" };
const TOO_FEW: Error = Error::Impossible {
    code: "INSUFFICIENT_STOCK",
    message: "there would be fewer than orders hold: what they hold cannot be taken away",
};
const TOO_MANY: Error = Error::Impossible { code: "INVALID_STATE", message: "there would be more than a stock can be" };

/// How a stock is put right: by `delta` or by `count`.
#[derive(Clone, Debug, eserde::Deserialize, Serialize, Validate, ToSchema)]
pub struct CorrectStock {
    /// Of which variation, where the product is sold by them.
    #[serde(default)]
    #[schema(value_type = Option<u64>)]
    pub variation_id: Option<VariationId>,
    /// So many pieces more, or fewer.
    #[serde(default)]
    #[schema(example = -2)]
    pub delta: Option<i32>,
    /// Why they come or go: `adjustment` if absent. `purchase` and `restock` bring pieces, `damage` takes some away.
    #[serde(default)]
    pub kind: Option<Cause>,
    /// So many pieces were counted on the shelf, those that orders hold among them.
    #[serde(default)]
    pub count: Option<u32>,
    /// Why, for people.
    #[validate(length(min = 1, max = 255, message = "must have 1 to 255 characters"))]
    #[schema(example = "two jars broke")]
    pub reason: String,
}

/// A stock after it was put right.
#[derive(Debug, Serialize, ToSchema)]
pub struct CorrectedStock {
    /// Of which product.
    pub product_id: ProductId,
    /// Of which of its variations.
    pub variation_id: Option<VariationId>,
    /// The row of the ledger; none where the count found what was known.
    pub movement_id: Option<u64>,
    /// How it was.
    pub before: Level,
    /// How it is.
    pub after: Level,
}

/// A row of the ledger of stock.
#[derive(Debug, Serialize, FromRow, ToSchema)]
pub struct Movement {
    /// Its key: a later one is greater.
    pub id: u64,
    /// Of which variation, where the product is sold by them.
    pub variation_id: Option<VariationId>,
    /// Why stock moved.
    pub kind: MovementKind,
    /// How many pieces came, or went.
    pub quantity: i64,
    /// How many of the product could be sold after it.
    pub stock_after: i64,
    /// To what it belongs: `order`.
    pub reference_type: Option<String>,
    /// To which one.
    pub reference_id: Option<u64>,
    /// Why, for people.
    pub reason: Option<String>,
    /// Who did it; nobody where an order did.
    #[schema(value_type = Option<u64>)]
    pub performed_by: Option<UserId>,
    /// When.
    pub created_at: DateTime<Utc>,
}

/// Something of which little is left.
#[derive(Debug, Serialize, FromRow, ToSchema)]
pub struct Scarce {
    /// Which product.
    pub product_id: ProductId,
    /// Which of its variations.
    pub variation_id: Option<VariationId>,
    /// The product's name.
    pub name: String,
    /// By what the shop knows it: the variation's, where there is one.
    pub sku: String,
    /// The last part of the product's page's address.
    pub slug: String,
    /// Whether the product is sold: `active`, `draft` or `inactive`.
    pub status: String,
    /// How many can be sold.
    pub stock_quantity: i32,
    /// From how many on it is little.
    pub low_stock_threshold: i32,
    /// What a shopper is told.
    pub stock_status: StockStatus,
}

/// Puts the stock of `product` right, once for each key, and answers a second try like the first.
pub async fn correct(
    desk: &Desk,
    by: &By<ManageInventory>,
    key: IdempotencyKey,
    (product, wanted): (ProductId, &CorrectStock),
) -> Result<Answer> {
    let (variation, change) = (wanted.variation_id, wanted.change()?);
    let correction = Correction { product, variation, change, reason: wanted.reason.trim(), by: by.user.id };
    // Whoever adds ten twice without a name for either has added twenty.
    if key.0.is_none() {
        return database::retry(|| correct_once(desk, by, None, &correction)).await;
    }
    let attempt = Try::of(by.user.id, "products.stock", key.0, &(product, wanted));
    let attempt = attempt.map_err(|error| Error::Internal(error.into()))?;
    match once::begin(&desk.database, &attempt, by.now).await? {
        Begun::Before { answer, .. } => Ok(answer),
        Begun::First(lease) => {
            let answer = database::retry(|| correct_once(desk, by, Some(&lease), &correction)).await;
            once::settle(&desk.database, &lease, answer).await
        }
    }
}

async fn correct_once(
    desk: &Desk,
    by: &By<ManageInventory>,
    lease: Option<&Lease>,
    wanted: &Correction<'_>,
) -> Result<Answer> {
    let mut tx = desk.database.begin().await?;
    let corrected = inventory::correct(&mut tx, wanted, by.now).await?;
    let stock = CorrectedStock::of(wanted, corrected)?;
    let location = format!("/api/v1/products/admin/products/{}/stock/movements", wanted.product);
    let answer = Answer::created(location, wanted.product.get(), &stock)?;
    if let Some(lease) = lease {
        answer.keep(&mut tx, lease, by.now).await?;
    }
    desk.notary.record(&mut tx, &stock.entry(by), by.now).await?;
    tx.commit().await?;
    Ok(answer)
}

/// One page of the ledger of `product`, the latest movement first.
pub async fn list_movements(
    conn: &mut MySqlConnection,
    product: ProductId,
    page: PageRequest,
) -> Result<Page<Movement>> {
    if !store::stock::exists(conn, product).await? {
        return Err(NO_SUCH_PRODUCT);
    }
    let total = store::stock::count_movements(conn, product).await?;
    Ok(Page::new(store::stock::list_movements(conn, product, page).await?, page, total))
}

/// One page of what is counted and almost gone, what is gone first.
pub async fn list_low(conn: &mut MySqlConnection, page: PageRequest) -> Result<Page<Scarce>> {
    let total = store::stock::count_low(conn).await?;
    Ok(Page::new(store::stock::list_low(conn, page).await?, page, total))
}

impl CorrectStock {
    fn change(&self) -> Result<Change> {
        if self.reason.trim().is_empty() {
            return Err(Error::invalid("reason", "must not be empty"));
        }
        match (self.delta, self.count, self.kind) {
            (Some(delta), None, kind) => by_delta(delta, kind.unwrap_or(Cause::Adjustment)),
            (None, Some(count), None) => Ok(Change::Counted(count)),
            (None, Some(_), Some(_)) => Err(Error::invalid("kind", "goes with `delta` only")),
            (Some(_), Some(_), _) => Err(Error::invalid("count", "is instead of `delta`, not beside it")),
            (None, None, _) => Err(Error::invalid("delta", "is required, or `count` instead of it")),
        }
    }
}

fn by_delta(delta: i32, cause: Cause) -> Result<Change> {
    let must = match cause {
        Cause::Purchase | Cause::Restock => "must be more than 0",
        Cause::Adjustment => "must not be 0",
        Cause::Damage => "must be less than 0",
    };
    if cause.allows(delta) { Ok(Change::By(delta, cause)) } else { Err(Error::invalid("delta", must)) }
}

impl CorrectedStock {
    fn of(wanted: &Correction<'_>, corrected: Corrected) -> Result<Self> {
        match corrected {
            Corrected::Done { before, after, movement } => Ok(Self {
                product_id: wanted.product,
                variation_id: wanted.variation,
                movement_id: movement,
                before,
                after,
            }),
            Corrected::NoSuchProduct => Err(NO_SUCH_PRODUCT),
            Corrected::NotCounted => Err(NOT_COUNTED),
            Corrected::NoSuchVariation => {
                Err(Error::invalid("variation_id", "must be a variation of the product, where it is sold by them"))
            }
            Corrected::TooFew => Err(TOO_FEW),
            Corrected::TooMany => Err(TOO_MANY),
        }
    }

    fn entry<'a>(&self, by: &'a By<ManageInventory>) -> Entry<'a> {
        Entry {
            by: &by.actor,
            action: "stock.correct",
            subject: Subject::new("product", self.product_id.to_string()),
            before: json!({ "variation_id": self.variation_id, "level": self.before }),
            after: json!({ "variation_id": self.variation_id, "level": self.after, "movement_id": self.movement_id }),
        }
    }
}
