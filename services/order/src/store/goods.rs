//! Reads what an order needs to know about products. They are locked by then: `inventory` has taken of them.

use std::collections::{BTreeMap, BTreeSet};

use commerce::catalogue::{Attribute, full_name};
use commerce::gst::{GstRate, PriceBasis};
use commerce::ids::{ProductId, VariationId};
use inventory::Demand;
use kernel::Paise;
use sqlx::{FromRow, MySqlConnection, QueryBuilder};

/// What an order names: a product, and which of its variations if it is sold by them.
pub(crate) type Key = (ProductId, Option<VariationId>);

/// A product that is for sale, or a variation, as it goes into an order.
#[derive(Debug)]
pub(crate) struct Goods {
    /// A variation's says what it has.
    pub(crate) name: String,
    /// What a variation has; nothing of a product without.
    pub(crate) attributes: Vec<Attribute>,
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
    variation_of: Option<VariationId>,
    is_whole: bool,
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

impl Row {
    fn into_goods(self, attributes: Vec<Attribute>) -> Goods {
        Goods {
            name: full_name(&self.name, &attributes),
            attributes,
            sku: self.sku,
            image: self.main_image_url,
            hsn_code: self.hsn_code,
            unit_price: self.base_price,
            rate: self.gst_rate,
            basis: if self.is_gst_inclusive { PriceBasis::Inclusive } else { PriceBasis::Exclusive },
            min_cart_quantity: self.min_cart_quantity.unsigned_abs(),
            max_cart_quantity: self.max_cart_quantity.unsigned_abs(),
        }
    }
}

/// What is known of what was demanded.
#[derive(Debug, Default)]
pub(crate) struct Shelf {
    goods: BTreeMap<Key, Goods>,
    /// The products that are for sale, in whichever way.
    products: BTreeSet<ProductId>,
}

impl Shelf {
    /// What is for sale under this key.
    pub(crate) fn get(&self, key: Key) -> Option<&Goods> {
        self.goods.get(&key)
    }

    /// Takes what is for sale under this key from the shelf.
    pub(crate) fn take(&mut self, key: Key) -> Option<Goods> {
        self.goods.remove(&key)
    }

    /// Whether the product is for sale, as itself or by variation.
    pub(crate) fn has(&self, product: ProductId) -> bool {
        self.products.contains(&product)
    }
}

/// Those of the demanded goods that are for sale: active, in a category that is active like every one around it; what is sold
/// by variation only as an active one, and anything else only without.
pub(crate) async fn list(conn: &mut MySqlConnection, demands: &[Demand]) -> sqlx::Result<Shelf> {
    let rows = list_rows(conn, demands).await?;
    let variations: Vec<_> = rows.iter().filter_map(|row| row.variation_of).collect();
    let mut attributes = carts::list_attributes(conn, &variations).await?;
    let mut shelf = Shelf::default();
    for row in rows {
        shelf.products.insert(row.id);
        if row.is_whole {
            let has = row.variation_of.and_then(|id| attributes.remove(&id)).unwrap_or_default();
            shelf.goods.insert((row.id, row.variation_of), row.into_goods(has));
        }
    }
    Ok(shelf)
}

async fn list_rows(conn: &mut MySqlConnection, demands: &[Demand]) -> sqlx::Result<Vec<Row>> {
    let mut query = QueryBuilder::new(
        "WITH RECURSIVE shown (id) AS (
             SELECT id FROM categories WHERE parent_id IS NULL AND is_active
             UNION ALL
             SELECT c.id FROM categories c JOIN shown s ON c.parent_id = s.id WHERE c.is_active
         )
         SELECT p.id, v.id AS variation_of, (p.product_type = 'variable') = (v.id IS NOT NULL) AS is_whole, p.name,
                COALESCE(v.sku, p.sku) AS sku, COALESCE(v.image_url, p.main_image_url) AS main_image_url, p.hsn_code,
                COALESCE(v.price, p.base_price) AS base_price, p.gst_rate, p.is_gst_inclusive, p.min_cart_quantity,
                p.max_cart_quantity
         FROM products p JOIN shown s ON s.id = p.category_id
         LEFT JOIN product_variations v ON v.product_id = p.id AND v.is_active AND v.id IN (NULL",
    );
    for variation in demands.iter().filter_map(|demand| demand.variation) {
        query.push(", ").push_bind(variation);
    }
    query.push(") WHERE p.status = 'active' AND p.id IN (NULL");
    for demand in demands {
        query.push(", ").push_bind(demand.product);
    }
    query.push(")");
    query.build_query_as().fetch_all(conn).await
}
