//! Everything that the shop knows about somebody, for themselves.

use chrono::{DateTime, Utc};
use commerce::ids::{OrderId, PaymentId, ProductId};
use kernel::{Paise, UserId};
use serde::Serialize;
use serde_json::value::RawValue;
use shared::web::{Error, Result};
use sqlx::types::Json;
use sqlx::{FromRow, MySqlPool};
use utoipa::ToSchema;

use crate::addresses::SavedAddress;
use crate::preferences::Preference;
use crate::profiles::Profile;
use crate::store;
use crate::taxes::TaxInfo;

/// Everything about a person, at one moment.
#[derive(Debug, Serialize, ToSchema)]
pub struct Export {
    /// When it was so.
    pub exported_at: DateTime<Utc>,
    /// The account.
    pub profile: Profile,
    /// The address book.
    pub addresses: Vec<SavedAddress>,
    /// The business that they buy for.
    pub tax_info: Option<TaxInfo>,
    /// What they wish for.
    pub wishlist: Vec<WishedProduct>,
    /// What lies in their cart.
    pub cart: Vec<CartLine>,
    /// Every order.
    pub orders: Vec<ExportedOrder>,
    /// Every attempt to pay one.
    pub payments: Vec<ExportedPayment>,
    /// What they want to be told.
    pub notification_preferences: Vec<Preference>,
    /// Every consent that they gave and withdrew.
    pub consents: Vec<ExportedConsent>,
    /// Whether their address has the newsletter: `pending`, `active` or `ended`.
    pub newsletter: Option<String>,
    /// What they think of products.
    pub reviews: Vec<ExportedReview>,
    /// Which reviews of others have helped them.
    pub review_votes: Vec<ExportedVote>,
    /// Every log-in.
    pub sessions: Vec<ExportedSession>,
    /// What the shop wrote to them.
    pub messages: Vec<ExportedMessage>,
}

/// A wished-for product.
#[derive(Debug, Serialize, FromRow, ToSchema)]
pub struct WishedProduct {
    product_id: ProductId,
    name: String,
    added_at: DateTime<Utc>,
}

/// A product in the cart.
#[derive(Debug, Serialize, FromRow, ToSchema)]
pub struct CartLine {
    product_id: ProductId,
    name: String,
    quantity: i32,
    added_at: DateTime<Utc>,
}

/// An order as its customer gave it, and what became of it.
#[derive(Debug, Serialize, FromRow, ToSchema)]
pub struct ExportedOrder {
    pub(crate) id: OrderId,
    order_number: String,
    status: String,
    payment_status: String,
    payment_method: String,
    subtotal: Paise,
    discount_amount: Paise,
    shipping_amount: Paise,
    tax_amount: Paise,
    total_amount: Paise,
    #[schema(value_type = Object)]
    shipping_address: Json<Box<RawValue>>,
    #[schema(value_type = Option<Object>)]
    billing_address: Option<Json<Box<RawValue>>>,
    gst_number: Option<String>,
    customer_note: Option<String>,
    created_at: DateTime<Utc>,
    #[sqlx(skip)]
    pub(crate) items: Vec<ExportedItem>,
}

/// A line of an order.
#[derive(Debug, Serialize, FromRow, ToSchema)]
pub struct ExportedItem {
    #[serde(skip)]
    pub(crate) order_id: OrderId,
    product_id: ProductId,
    product_name: String,
    quantity: i32,
    unit_price: Paise,
    payable_amount: Paise,
}

/// An attempt to pay.
#[derive(Debug, Serialize, FromRow, ToSchema)]
pub struct ExportedPayment {
    id: PaymentId,
    order_id: OrderId,
    amount: Paise,
    currency: String,
    payment_method: Option<String>,
    gateway_name: String,
    gateway_transaction_id: Option<String>,
    status: String,
    refunded_amount: Paise,
    initiated_at: DateTime<Utc>,
}

/// A yes or no.
#[derive(Debug, Serialize, FromRow, ToSchema)]
pub struct ExportedConsent {
    channel: String,
    purpose: String,
    is_given: bool,
    created_at: DateTime<Utc>,
}

/// A review, shown or not.
#[derive(Debug, Serialize, FromRow, ToSchema)]
pub struct ExportedReview {
    product_id: ProductId,
    product_name: String,
    rating: u8,
    title: Option<String>,
    comment: Option<String>,
    status: String,
    rejection_reason: Option<String>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

/// A vote on somebody's review.
#[derive(Debug, Serialize, FromRow, ToSchema)]
pub struct ExportedVote {
    product_id: ProductId,
    is_helpful: bool,
    created_at: DateTime<Utc>,
}

/// A log-in.
#[derive(Debug, Serialize, FromRow, ToSchema)]
pub struct ExportedSession {
    created_at: DateTime<Utc>,
    last_activity_at: DateTime<Utc>,
    ip_address: Option<String>,
    user_agent: Option<String>,
    revoked_at: Option<DateTime<Utc>>,
    revoked_reason: Option<String>,
}

/// A message, without what it says: its reader has it.
#[derive(Debug, Serialize, FromRow, ToSchema)]
pub struct ExportedMessage {
    kind: String,
    recipient: String,
    subject: Option<String>,
    status: String,
    created_at: DateTime<Utc>,
}

/// Everything about `user`, as it is in one moment.
pub async fn export(db: &MySqlPool, user: UserId, now: DateTime<Utc>) -> Result<Export> {
    let mut tx = db.begin().await?;
    let profile = store::profiles::find(&mut tx, user).await?.ok_or(Error::Unauthenticated)?;
    let mut orders = store::exports::list_orders(&mut tx, user).await?;
    for item in store::exports::list_items(&mut tx, user).await? {
        if let Some(order) = orders.iter_mut().find(|order| order.id == item.order_id) {
            order.items.push(item);
        }
    }
    let export = Export {
        exported_at: now,
        profile,
        orders,
        addresses: store::addresses::list(&mut tx, user).await?,
        tax_info: store::taxes::find(&mut tx, user).await?,
        wishlist: store::exports::list_wishes(&mut tx, user).await?,
        cart: store::exports::list_cart(&mut tx, user).await?,
        payments: store::exports::list_payments(&mut tx, user).await?,
        notification_preferences: store::preferences::list(&mut tx, user).await?,
        consents: store::exports::list_consents(&mut tx, user).await?,
        newsletter: store::exports::find_newsletter(&mut tx, user).await?,
        reviews: store::exports::list_reviews(&mut tx, user).await?,
        review_votes: store::exports::list_votes(&mut tx, user).await?,
        sessions: store::exports::list_sessions(&mut tx, user).await?,
        messages: store::exports::list_messages(&mut tx, user).await?,
    };
    tx.commit().await?;
    Ok(export)
}
