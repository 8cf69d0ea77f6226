//! Reads the variations that a shopper may buy.

use std::collections::HashMap;

use commerce::catalogue::StockStatus;
use commerce::gst::{GstRate, PriceBasis, ShelfPrice, shelf_price};
use commerce::ids::{ProductId, VariationId};
use kernel::Paise;
use rust_decimal::Decimal;
use sqlx::{FromRow, MySqlConnection, QueryBuilder};

use super::among;
use crate::products::{Variation, VariationAttribute, discount_percent};

#[derive(FromRow)]
struct Row {
    id: VariationId,
    product_id: ProductId,
    sku: String,
    price: Paise,
    compare_price: Option<Paise>,
    stock_quantity: i32,
    stock_status: StockStatus,
    weight_grams: Option<Decimal>,
    image_url: Option<String>,
    is_default: bool,
    gst_rate: GstRate,
    is_gst_inclusive: bool,
    track_inventory: bool,
    max_cart_quantity: i32,
}

#[derive(FromRow)]
struct AttributeRow {
    variation_id: VariationId,
    slug: String,
    name: String,
    value: String,
    color_code: Option<String>,
}

/// The active variations of these products, each product's in the shop's order.
pub(crate) async fn list(conn: &mut MySqlConnection, products: &[ProductId]) -> sqlx::Result<Vec<Variation>> {
    if products.is_empty() {
        return Ok(Vec::new());
    }
    let mut query = QueryBuilder::new(
        "SELECT v.id, v.product_id, v.sku, v.price, v.compare_price, v.stock_quantity, v.stock_status, v.weight_grams,
                v.image_url, v.is_default, p.gst_rate, p.is_gst_inclusive, p.track_inventory, p.max_cart_quantity
         FROM product_variations v JOIN products p ON p.id = v.product_id
         WHERE v.is_active AND p.product_type = 'variable'",
    );
    among(&mut query, " AND v.product_id IN (", products);
    query.push(" ORDER BY v.product_id, v.sort_order, v.id");
    let rows: Vec<Row> = query.build_query_as().fetch_all(&mut *conn).await?;
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let mut attributes = list_attributes(conn, &ids).await?;
    rows.into_iter()
        .map(|row| {
            let has = attributes.remove(&row.id).unwrap_or_default();
            row.into_variation(has)
        })
        .collect()
}

async fn list_attributes(
    conn: &mut MySqlConnection,
    variations: &[VariationId],
) -> sqlx::Result<HashMap<VariationId, Vec<VariationAttribute>>> {
    let mut query = QueryBuilder::new(
        "SELECT h.variation_id, a.slug, a.name, w.value, w.color_code
         FROM variation_attributes h
         JOIN product_attributes a ON a.id = h.attribute_id
         JOIN product_attribute_values w ON w.id = h.attribute_value_id
         WHERE",
    );
    among(&mut query, " h.variation_id IN (", variations);
    query.push(" ORDER BY a.sort_order, a.id");
    let rows: Vec<AttributeRow> = query.build_query_as().fetch_all(conn).await?;
    let mut found: HashMap<_, Vec<_>> = HashMap::new();
    for AttributeRow { variation_id, slug, name, value, color_code } in rows {
        found.entry(variation_id).or_default().push(VariationAttribute { slug, name, value, color_code });
    }
    Ok(found)
}

impl Row {
    fn shelf_price(&self) -> sqlx::Result<ShelfPrice> {
        let basis = if self.is_gst_inclusive { PriceBasis::Inclusive } else { PriceBasis::Exclusive };
        let price = shelf_price(self.price, self.gst_rate, basis);
        price.ok_or_else(|| sqlx::Error::Decode(format!("the price of variation {} has no tax", self.id).into()))
    }

    /// Whether the stock counts is the product's column, which changes without this one.
    fn into_variation(self, attributes: Vec<VariationAttribute>) -> sqlx::Result<Variation> {
        let ShelfPrice { with_gst, without_gst } = self.shelf_price()?;
        let most = self.max_cart_quantity;
        Ok(Variation {
            stock_status: if self.track_inventory { self.stock_status } else { StockStatus::InStock },
            available_quantity: if self.track_inventory { most.min(self.stock_quantity) } else { most },
            id: self.id,
            product_id: self.product_id,
            sku: self.sku,
            attributes,
            price: self.price,
            compare_price: self.compare_price,
            discount_percent: discount_percent(self.compare_price, with_gst),
            price_with_gst: with_gst,
            price_without_gst: without_gst,
            stock_quantity: self.stock_quantity,
            weight_grams: self.weight_grams,
            image_url: self.image_url,
            is_default: self.is_default,
        })
    }
}
