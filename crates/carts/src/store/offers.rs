//! Reads what the shop offers.

use commerce::catalogue::full_name;
use commerce::gst::{GstRate, PriceBasis, shelf_price};
use commerce::ids::{ProductId, VariationId};
use kernel::Paise;
use sqlx::{FromRow, MySql, MySqlConnection, QueryBuilder};

use crate::Offer;
use crate::line::Goods;
use crate::store::attributes;

/// A product is shown while it is active, and its category like every one around that too. What is sold by variation is sold
/// with an active one, and anything else without.
const OFFERS: &str = "
    WITH RECURSIVE shown (id) AS (
        SELECT id FROM categories WHERE parent_id IS NULL AND is_active
        UNION ALL
        SELECT c.id FROM categories c JOIN shown s ON c.parent_id = s.id WHERE c.is_active
    )
    SELECT p.id AS product_id, v.id AS variation_of, p.name, p.slug, COALESCE(v.sku, p.sku) AS sku,
           COALESCE(v.image_url, p.main_image_url) AS main_image_url, COALESCE(v.price, p.base_price) AS base_price,
           p.gst_rate, p.is_gst_inclusive, p.min_cart_quantity, p.max_cart_quantity,
           COALESCE(v.stock_quantity, p.stock_quantity) AS stock_quantity, p.track_inventory, p.allow_backorders,
           p.status = 'active' AND s.id IS NOT NULL AS is_shown,
           (p.product_type = 'variable') = (v.id IS NOT NULL) AND COALESCE(v.is_active, TRUE) AS is_offered";

#[expect(clippy::struct_excessive_bools, reason = "the owner's columns")]
#[derive(FromRow)]
pub(super) struct OfferRow {
    product_id: ProductId,
    variation_of: Option<VariationId>,
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
    is_shown: bool,
    is_offered: bool,
}

/// Offers beside `columns` of what is joined to them; the variations are joined as `v`.
pub(super) fn select(columns: &'static str) -> QueryBuilder<MySql> {
    let mut query = QueryBuilder::new(OFFERS);
    query.push(columns).push(" FROM products p LEFT JOIN shown s ON s.id = p.category_id");
    query
}

/// A product, sold or not. The variation of it is nothing if the product has none such.
pub(crate) async fn find(conn: &mut MySqlConnection, (product, variation): Goods) -> sqlx::Result<Option<Offer>> {
    let mut query = select("");
    query.push(" LEFT JOIN product_variations v ON v.product_id = p.id AND v.id = ").push_bind(variation);
    query.push(" WHERE p.id = ").push_bind(product);
    let row: Option<OfferRow> = query.build_query_as().fetch_optional(conn).await?;
    let offer: Option<Offer> = row.map(Offer::try_from).transpose()?;
    // Nobody means the product who names a variation that it has not.
    Ok(offer.map(|offer| Offer { is_sold: offer.is_sold && offer.variation == variation, ..offer }))
}

/// Tells of each variation what it has, and calls it by that.
pub(super) async fn name(conn: &mut MySqlConnection, offers: Vec<&mut Offer>) -> sqlx::Result<()> {
    let ids: Vec<_> = offers.iter().filter_map(|offer| offer.variation).collect();
    let mut attributes = attributes::list(conn, &ids).await?;
    for offer in offers {
        offer.attributes = offer.variation.and_then(|id| attributes.remove(&id)).unwrap_or_default();
        offer.name = full_name(&offer.name, &offer.attributes);
    }
    Ok(())
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
            variation: row.variation_of,
            attributes: Vec::new(),
            name: row.name,
            slug: row.slug,
            sku: row.sku,
            image: row.main_image_url,
            listed_price: row.base_price,
            gst_rate: row.gst_rate,
            price_basis,
            least: row.min_cart_quantity.unsigned_abs(),
            own_most: row.max_cart_quantity.unsigned_abs(),
            is_shown: row.is_shown,
            is_sold: row.is_shown && row.is_offered,
            stock: is_limited.then(|| row.stock_quantity.unsigned_abs()),
        })
    }
}
