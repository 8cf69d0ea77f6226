//! Reads what an order needs to know about products. They are locked by then: `inventory` has taken of them.

use std::collections::BTreeMap;

use commerce::gst::{GstRate, PriceBasis};
use commerce::ids::ProductId;
use inventory::Demand;
use kernel::Paise;
use sqlx::{FromRow, MySqlConnection, QueryBuilder};

/// A product that is for sale, as it goes into an order.
#[derive(Debug)]
pub(crate) struct Goods {
    pub(crate) name: String,
    pub(crate) sku: String,
    pub(crate) image: Option<String>,
    pub(crate) hsn_code: Option<String>,
    pub(crate) unit_price: Paise,
    pub(crate) rate: GstRate,
    pub(crate) basis: PriceBasis,
    pub(crate) min_cart_quantity: u32,
    pub(crate) max_cart_quantity: u32,
}

#[derive(FromRow)]
struct Row {
    id: ProductId,
    name: String,
    sku: String,
    main_image_url: Option<String>,
    hsn_code: Option<String>,
    base_price: Paise,
    gst_rate: GstRate,
    is_gst_inclusive: bool,
    min_cart_quantity: i32,
    max_cart_quantity: i32,
}

impl From<Row> for Goods {
    fn from(row: Row) -> Self {
        Self {
            name: row.name,
            sku: row.sku,
            image: row.main_image_url,
            hsn_code: row.hsn_code,
            unit_price: row.base_price,
            rate: row.gst_rate,
            basis: if row.is_gst_inclusive { PriceBasis::Inclusive } else { PriceBasis::Exclusive },
            min_cart_quantity: row.min_cart_quantity.unsigned_abs(),
            max_cart_quantity: row.max_cart_quantity.unsigned_abs(),
        }
    }
}

/// Those of the demanded products that are for sale: active, in a category that is active like every one around it.
pub(crate) async fn list(conn: &mut MySqlConnection, demands: &[Demand]) -> sqlx::Result<BTreeMap<ProductId, Goods>> {
    let mut query = QueryBuilder::new(
        "WITH RECURSIVE shown (id) AS (
             SELECT id FROM categories WHERE parent_id IS NULL AND is_active
             UNION ALL
             SELECT c.id FROM categories c JOIN shown s ON c.parent_id = s.id WHERE c.is_active
         )
         SELECT p.id, p.name, p.sku, p.main_image_url, p.hsn_code, p.base_price, p.gst_rate, p.is_gst_inclusive,
                p.min_cart_quantity, p.max_cart_quantity
         FROM products p JOIN shown s ON s.id = p.category_id
         WHERE p.status = 'active' AND p.id IN (NULL",
    );
    for demand in demands {
        query.push(", ").push_bind(demand.product);
    }
    query.push(")");
    let rows: Vec<Row> = query.build_query_as().fetch_all(conn).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.into())).collect())
}
