//! The columns of a product, and what they become.

use chrono::{DateTime, Utc};
use commerce::catalogue::{ProductType, StockStatus};
use commerce::gst::{GstRate, PriceBasis, ShelfPrice, shelf_price};
use commerce::ids::{BrandId, CategoryId, ProductId};
use kernel::Paise;
use rust_decimal::Decimal;
use serde_json::Value;
use sqlx::types::Json;
use sqlx::{FromRow, MySql, QueryBuilder};

use crate::products::{CartItem, NamedRef, Product, ProductSummary, discount_percent};
use crate::reviews::mean;
use crate::store::SHOWN_CATEGORIES;

/// What a shopper may see: active products of shown categories, with their brand unless it was taken out of the shop.
const FROM_SHELVES: &str = "
    FROM products p
    JOIN shown s ON s.id = p.category_id
    JOIN categories c ON c.id = p.category_id
    LEFT JOIN brands b ON b.id = p.brand_id AND b.is_active
    WHERE p.status = 'active'";

const SUMMARY: &str = "
    SELECT p.id, p.uuid, p.sku, p.name, p.slug, p.short_description, p.base_price, p.compare_price, p.gst_rate,
           p.is_gst_inclusive, p.stock_status, p.product_type, p.main_image_url, p.is_featured, p.is_trending,
           p.is_bestseller, p.max_cart_quantity, p.track_inventory, p.allow_backorders, p.created_at,
           c.id AS category_id, c.name AS category_name, c.slug AS category_slug,
           b.id AS brand_id, b.name AS brand_name, b.slug AS brand_slug,
           CAST(p.view_count + COALESCE((SELECT v.views FROM product_views v WHERE v.product_id = p.id), 0) AS SIGNED)
               AS view_count,
           CAST(p.total_sold + COALESCE((SELECT t.sold FROM product_sales t WHERE t.product_id = p.id), 0) AS SIGNED)
               AS total_sold,
           CAST(COALESCE((SELECT r.review_count FROM product_ratings r WHERE r.product_id = p.id), 0) AS UNSIGNED)
               AS review_count,
           CAST(COALESCE((SELECT r.rating_sum FROM product_ratings r WHERE r.product_id = p.id), 0) AS UNSIGNED)
               AS rating_sum";

const DETAIL: &str = ",
           p.description, p.specification, p.image_gallery, p.hsn_code, p.stock_quantity, p.weight_grams,
           p.min_cart_quantity, p.is_returnable, p.return_period_days, p.updated_at";

pub(super) fn select_count() -> QueryBuilder<MySql> {
    from_shelves(&["SELECT COUNT(*)"])
}

pub(super) fn select_summary() -> QueryBuilder<MySql> {
    from_shelves(&[SUMMARY])
}

pub(super) fn select_detail() -> QueryBuilder<MySql> {
    from_shelves(&[SUMMARY, DETAIL])
}

fn from_shelves(columns: &[&'static str]) -> QueryBuilder<MySql> {
    let mut query = QueryBuilder::new(SHOWN_CATEGORIES);
    for part in columns.iter().chain([&FROM_SHELVES]) {
        query.push(*part);
    }
    query
}

#[expect(clippy::struct_excessive_bools, reason = "the owner's columns")]
#[derive(FromRow)]
pub(super) struct SummaryRow {
    id: ProductId,
    uuid: String,
    sku: String,
    name: String,
    slug: String,
    short_description: Option<String>,
    base_price: Paise,
    compare_price: Option<Paise>,
    gst_rate: GstRate,
    is_gst_inclusive: bool,
    stock_status: StockStatus,
    product_type: ProductType,
    main_image_url: Option<String>,
    is_featured: bool,
    is_trending: bool,
    is_bestseller: bool,
    max_cart_quantity: i32,
    track_inventory: bool,
    allow_backorders: bool,
    created_at: DateTime<Utc>,
    category_id: CategoryId,
    category_name: String,
    category_slug: String,
    brand_id: Option<BrandId>,
    brand_name: Option<String>,
    brand_slug: Option<String>,
    view_count: i64,
    total_sold: i64,
    review_count: u64,
    rating_sum: u64,
}

#[derive(FromRow)]
pub(super) struct DetailRow {
    #[sqlx(flatten)]
    summary: SummaryRow,
    description: Option<String>,
    specification: Option<Json<Value>>,
    image_gallery: Option<Json<Value>>,
    hsn_code: Option<String>,
    stock_quantity: i32,
    weight_grams: Option<Decimal>,
    min_cart_quantity: i32,
    is_returnable: bool,
    return_period_days: Option<i32>,
    updated_at: DateTime<Utc>,
}

impl DetailRow {
    /// How many one cart can take now: the stock sets a limit unless it is not counted or may be ordered ahead of.
    fn available_quantity(&self) -> i32 {
        let most = self.summary.max_cart_quantity;
        if self.summary.track_inventory && !self.summary.allow_backorders {
            most.min(self.stock_quantity)
        } else {
            most
        }
    }
}

impl SummaryRow {
    /// The column follows the stock; whether that counts is another column, which changes without it.
    fn stock_status(&self) -> StockStatus {
        match self.stock_status {
            _ if !self.track_inventory => StockStatus::InStock,
            StockStatus::OutOfStock if self.allow_backorders => StockStatus::OnBackorder,
            StockStatus::OnBackorder if !self.allow_backorders => StockStatus::OutOfStock,
            of_the_stock => of_the_stock,
        }
    }

    fn shelf_price(&self) -> sqlx::Result<ShelfPrice> {
        let basis = if self.is_gst_inclusive { PriceBasis::Inclusive } else { PriceBasis::Exclusive };
        let price = shelf_price(self.base_price, self.gst_rate, basis);
        price.ok_or_else(|| sqlx::Error::Decode(format!("the price of product {} has no tax", self.id).into()))
    }

    fn brand(&mut self) -> Option<NamedRef<BrandId>> {
        Some(NamedRef { id: self.brand_id?, name: self.brand_name.take()?, slug: self.brand_slug.take()? })
    }
}

impl TryFrom<SummaryRow> for ProductSummary {
    type Error = sqlx::Error;

    fn try_from(mut row: SummaryRow) -> sqlx::Result<Self> {
        let ShelfPrice { with_gst, without_gst } = row.shelf_price()?;
        Ok(Self {
            brand: row.brand(),
            stock_status: row.stock_status(),
            id: row.id,
            uuid: row.uuid,
            sku: row.sku,
            name: row.name,
            slug: row.slug,
            short_description: row.short_description,
            base_price: row.base_price,
            compare_price: row.compare_price,
            discount_percent: discount_percent(row.compare_price, with_gst),
            price_with_gst: with_gst,
            price_without_gst: without_gst,
            gst_rate: row.gst_rate,
            is_gst_inclusive: row.is_gst_inclusive,
            product_type: row.product_type,
            main_image_url: row.main_image_url,
            is_featured: row.is_featured,
            is_trending: row.is_trending,
            is_bestseller: row.is_bestseller,
            max_cart_quantity: row.max_cart_quantity,
            rating: mean(row.rating_sum, row.review_count),
            review_count: row.review_count,
            category: NamedRef { id: row.category_id, name: row.category_name, slug: row.category_slug },
            created_at: row.created_at,
        })
    }
}

impl TryFrom<DetailRow> for Product {
    type Error = sqlx::Error;

    fn try_from(row: DetailRow) -> sqlx::Result<Self> {
        let (view_count, total_sold) = (row.summary.view_count, row.summary.total_sold);
        Ok(Self {
            summary: row.summary.try_into()?,
            view_count,
            total_sold,
            description: row.description,
            specification: row.specification.map(|json| json.0),
            image_gallery: row.image_gallery.map(|json| json.0),
            hsn_code: row.hsn_code,
            stock_quantity: row.stock_quantity,
            weight_grams: row.weight_grams,
            min_cart_quantity: row.min_cart_quantity,
            is_returnable: row.is_returnable,
            return_period_days: row.return_period_days,
            images: Vec::new(),
            variations: Vec::new(),
            updated_at: row.updated_at,
        })
    }
}

impl TryFrom<DetailRow> for CartItem {
    type Error = sqlx::Error;

    fn try_from(row: DetailRow) -> sqlx::Result<Self> {
        let (min_cart_quantity, available_quantity) = (row.min_cart_quantity, row.available_quantity());
        let variations = Vec::new();
        Ok(Self { summary: row.summary.try_into()?, min_cart_quantity, available_quantity, variations })
    }
}
