//! A product as the index keeps it.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use commerce::catalogue::StockStatus;
use commerce::ids::{BrandId, CategoryId, ProductId};
use kernel::Paise;
use sqlx::FromRow;
use tantivy::TantivyDocument;

use super::schema::{Fields, Flag};
use super::shelves::Shelves;
use super::words;

/// So much of a description says what a product is.
const TOLD: usize = 2_000;
/// Names are sorted by so many characters.
const SORTED: usize = 120;

/// What the database says about an active product.
#[expect(clippy::struct_excessive_bools, reason = "the owner's columns")]
#[derive(Clone, Debug, FromRow)]
pub(crate) struct Row {
    pub(crate) id: ProductId,
    pub(crate) name: String,
    pub(crate) sku: String,
    pub(crate) short_description: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) category_id: CategoryId,
    pub(crate) brand_id: Option<BrandId>,
    pub(crate) base_price: Paise,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) total_sold: i64,
    pub(crate) view_count: i64,
    pub(crate) rating_score: u64,
    pub(crate) track_inventory: bool,
    pub(crate) stock_status: StockStatus,
    pub(crate) is_featured: bool,
    pub(crate) is_trending: bool,
    pub(crate) is_bestseller: bool,
    pub(crate) is_on_sale: bool,
}

/// What one of its variations that are sold has of an attribute.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct Trait {
    pub(crate) product_id: ProductId,
    pub(crate) slug: String,
    pub(crate) value: String,
}

impl Row {
    /// Whether pieces of it lie on the shelf, or nobody counts them.
    fn is_in_stock(&self) -> bool {
        !self.track_inventory || matches!(self.stock_status, StockStatus::InStock | StockStatus::LowStock)
    }

    fn flags(&self) -> impl Iterator<Item = Flag> {
        let all = [
            (self.is_in_stock(), Flag::InStock),
            (self.is_featured, Flag::Featured),
            (self.is_trending, Flag::Trending),
            (self.is_bestseller, Flag::Bestseller),
            (self.is_on_sale, Flag::OnSale),
        ];
        all.into_iter().filter_map(|(has, flag)| has.then_some(flag))
    }
}

/// What the index calls a value of an attribute.
pub(super) fn attribute(slug: &str, value: &str) -> String {
    format!("{slug}={value}")
}

/// What names are sorted by: `Café` stands beside `cafe`.
pub(super) fn title(name: &str) -> String {
    words::split(name).join(" ").chars().take(SORTED).collect()
}

/// The document of one product, whose category and brand stand on `shelves`.
pub(super) fn of(row: &Row, traits: &[Trait], shelves: &Shelves, fields: &Fields) -> TantivyDocument {
    let mut document = TantivyDocument::default();
    let label = label(row, traits, shelves);
    document.add_u64(fields.id, row.id.get());
    document.add_text(fields.name, &row.name);
    document.add_text(fields.exact, &row.name);
    document.add_text(fields.label, &label);
    document.add_text(fields.exact, &label);
    document.add_text(fields.title, title(&row.name));
    for text in row.short_description.iter().chain(&row.description) {
        document.add_text(fields.body, text.chars().take(TOLD).collect::<String>());
    }
    document.add_u64(fields.category, row.category_id.get());
    if let Some(brand) = row.brand_id {
        document.add_u64(fields.brand, brand.get());
    }
    for text in traits.iter().map(|one| attribute(&one.slug, &one.value)).collect::<BTreeSet<_>>() {
        document.add_text(fields.attribute, text);
    }
    numbers(&mut document, row, fields);
    document
}

fn numbers(document: &mut TantivyDocument, row: &Row, fields: &Fields) {
    for flag in row.flags() {
        document.add_u64(fields.flag, flag.term());
    }
    document.add_u64(fields.price, row.base_price.get().unsigned_abs());
    document.add_u64(fields.created, u64::try_from(row.created_at.timestamp()).unwrap_or_default());
    document.add_u64(fields.sold, u64::try_from(row.total_sold).unwrap_or_default());
    document.add_u64(fields.views, u64::try_from(row.view_count).unwrap_or_default());
    document.add_u64(fields.rating, row.rating_score);
    document.add_u64(fields.stocked, u64::from(row.is_in_stock()));
}

fn label(row: &Row, traits: &[Trait], shelves: &Shelves) -> String {
    let mut label = vec![row.sku.as_str()];
    label.extend(row.brand_id.and_then(|brand| shelves.brand(brand)).map(|brand| brand.name.as_str()));
    for shelf in shelves.path(row.category_id) {
        label.push(&shelf.name);
        label.extend(shelf.name_hindi.as_deref());
    }
    label.extend(traits.iter().map(|one| one.value.as_str()));
    label.join(" ")
}
