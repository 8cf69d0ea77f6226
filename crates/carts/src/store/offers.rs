//! Reads what the shop offers.

use commerce::gst::{GstRate, PriceBasis, shelf_price};
use commerce::ids::ProductId;
use kernel::Paise;
use sqlx::{FromRow, MySql, MySqlConnection, QueryBuilder};

use crate::Offer;

/// A product is sold while it is active, and its category like every one around that too.
const OFFERS: &str = "
    WITH RECURSIVE shown (id) AS (
        SELECT id FROM categories WHERE parent_id IS NULL AND is_active
        UNION ALL
        SELECT c.id FROM categories c JOIN shown s ON c.parent_id = s.id WHERE c.is_active
    )
    SELECT p.id AS product_id, p.name, p.slug, p.sku, p.main_image_url, p.base_price, p.gst_rate, p.is_gst_inclusive,
           p.min_cart_quantity, p.max_cart_quantity, p.stock_quantity, p.track_inventory, p.allow_backorders,
           p.status = 'active' AND s.id IS NOT NULL AS is_sold";

#[expect(clippy::struct_excessive_bools, reason = "the owner's columns")]
#[derive(FromRow)]
pub(super) struct OfferRow {
    product_id: ProductId,
    name: String,
    slug: String,
    sku: String,
    main_image_url: Option<String>,
    base_price: Paise,
    gst_rate: GstRate,
    is_gst_inclusive: bool,
    min_cart_quantity: i32,
    max_cart_quantity: i32,
    stock_quantity: i32,
    track_inventory: bool,
    allow_backorders: bool,
    is_sold: bool,
}

/// Offers beside `columns` of what is joined to them.
pub(super) fn select(columns: &'static str) -> QueryBuilder<MySql> {
    let mut query = QueryBuilder::new(OFFERS);
    query.push(columns).push(" FROM products p LEFT JOIN shown s ON s.id = p.category_id");
    query
}

/// A product, sold or not.
pub(crate) async fn find(conn: &mut MySqlConnection, product: ProductId) -> sqlx::Result<Option<Offer>> {
    let mut query = select("");
    query.push(" WHERE p.id = ").push_bind(product);
    let row: Option<OfferRow> = query.build_query_as().fetch_optional(conn).await?;
    row.map(Offer::try_from).transpose()
}

impl TryFrom<OfferRow> for Offer {
    type Error = sqlx::Error;

    fn try_from(row: OfferRow) -> sqlx::Result<Self> {
        let price_basis = if row.is_gst_inclusive { PriceBasis::Inclusive } else { PriceBasis::Exclusive };
        let shelf = shelf_price(row.base_price, row.gst_rate, price_basis);
        let is_limited = row.track_inventory && !row.allow_backorders;
        Ok(Self {
            unit_price: shelf.map_or(Paise::MAX, |price| price.with_gst),
            product: row.product_id,
            name: row.name,
            slug: row.slug,
            sku: row.sku,
            image: row.main_image_url,
            listed_price: row.base_price,
            gst_rate: row.gst_rate,
            price_basis,
            least: row.min_cart_quantity.unsigned_abs(),
            own_most: row.max_cart_quantity.unsigned_abs(),
            is_sold: row.is_sold,
            stock: is_limited.then(|| row.stock_quantity.unsigned_abs()),
        })
    }
}
