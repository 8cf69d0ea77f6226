//! Products and variations as rows of a file.

use std::collections::HashMap;

use commerce::ids::{ProductId, VariationId};
use serde_json::Value;
use shared::web::{Error, Result};
use sqlx::FromRow;

use super::cell::guard;
use super::columns::{COLUMNS, Cells};

/// A product with everything that a file says about it; amounts are the database's own digits.
#[expect(clippy::struct_excessive_bools, reason = "the owner's columns")]
#[derive(Debug, FromRow)]
pub(crate) struct ProductRow {
    pub(crate) id: ProductId,
    pub(crate) sku: String,
    pub(crate) name: String,
    pub(crate) slug: String,
    pub(crate) product_type: String,
    pub(crate) status: String,
    pub(crate) category_slug: String,
    pub(crate) brand_slug: Option<String>,
    pub(crate) base_price: String,
    pub(crate) compare_price: Option<String>,
    pub(crate) gst_rate: String,
    pub(crate) is_gst_inclusive: bool,
    pub(crate) hsn_code: Option<String>,
    pub(crate) weight_grams: Option<String>,
    pub(crate) track_inventory: bool,
    pub(crate) stock_quantity: i32,
    pub(crate) low_stock_threshold: i32,
    pub(crate) min_cart_quantity: i32,
    pub(crate) max_cart_quantity: i32,
    pub(crate) allow_backorders: bool,
    pub(crate) is_returnable: bool,
    pub(crate) return_period_days: Option<i32>,
    pub(crate) is_featured: bool,
    pub(crate) is_trending: bool,
    pub(crate) is_bestseller: bool,
    pub(crate) is_on_sale: bool,
    pub(crate) short_description: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) specification: Option<String>,
    pub(crate) meta_title: Option<String>,
    pub(crate) meta_description: Option<String>,
    pub(crate) main_image_url: Option<String>,
    pub(crate) image_gallery: Option<String>,
    pub(crate) revision: u64,
}

/// A variation with everything that a file says about it, but for what it has.
#[derive(Debug, FromRow)]
pub(crate) struct VariationRow {
    pub(crate) id: VariationId,
    pub(crate) product_id: ProductId,
    pub(crate) parent_sku: String,
    pub(crate) sku: String,
    pub(crate) price: String,
    pub(crate) compare_price: Option<String>,
    pub(crate) weight_grams: Option<String>,
    pub(crate) stock_quantity: i32,
    pub(crate) low_stock_threshold: i32,
    pub(crate) is_default: bool,
    pub(crate) is_active: bool,
    pub(crate) sort_order: i32,
    pub(crate) image_url: Option<String>,
    pub(crate) revision: u64,
}

/// What a variation has of one attribute.
#[derive(Debug, FromRow)]
pub(crate) struct Having {
    pub(crate) variation_id: VariationId,
    pub(crate) slug: String,
    pub(crate) value: String,
}

impl ProductRow {
    /// The row, by column.
    pub(super) fn cells(&self) -> Cells {
        let optional = |text: &Option<String>| text.clone().unwrap_or_default();
        Cells::from([
            ("sku", self.sku.clone()),
            ("name", self.name.clone()),
            ("slug", self.slug.clone()),
            ("product_type", self.product_type.clone()),
            ("status", self.status.clone()),
            ("category_slug", self.category_slug.clone()),
            ("brand_slug", optional(&self.brand_slug)),
            ("base_price", self.base_price.clone()),
            ("compare_price", optional(&self.compare_price)),
            ("gst_rate", self.gst_rate.clone()),
            ("is_gst_inclusive", self.is_gst_inclusive.to_string()),
            ("hsn_code", optional(&self.hsn_code)),
            ("weight_grams", optional(&self.weight_grams)),
            ("track_inventory", self.track_inventory.to_string()),
            ("stock_quantity", self.stock_quantity.to_string()),
            ("low_stock_threshold", self.low_stock_threshold.to_string()),
            ("min_cart_quantity", self.min_cart_quantity.to_string()),
            ("max_cart_quantity", self.max_cart_quantity.to_string()),
            ("allow_backorders", self.allow_backorders.to_string()),
            ("is_returnable", self.is_returnable.to_string()),
            ("return_period_days", self.return_period_days.map(|days| days.to_string()).unwrap_or_default()),
            ("is_featured", self.is_featured.to_string()),
            ("is_trending", self.is_trending.to_string()),
            ("is_bestseller", self.is_bestseller.to_string()),
            ("is_on_sale", self.is_on_sale.to_string()),
            ("short_description", optional(&self.short_description)),
            ("description", optional(&self.description)),
            ("specification", in_one_form(self.specification.as_deref())),
            ("meta_title", optional(&self.meta_title)),
            ("meta_description", optional(&self.meta_description)),
            ("main_image_url", optional(&self.main_image_url)),
            ("image_gallery", in_one_form(self.image_gallery.as_deref())),
            ("revision", self.revision.to_string()),
        ])
    }
}

impl VariationRow {
    /// The row, by column, of a variation that has this.
    pub(super) fn cells(&self, attributes: &str) -> Cells {
        let optional = |text: &Option<String>| text.clone().unwrap_or_default();
        Cells::from([
            ("sku", self.sku.clone()),
            ("parent_sku", self.parent_sku.clone()),
            ("base_price", self.price.clone()),
            ("compare_price", optional(&self.compare_price)),
            ("weight_grams", optional(&self.weight_grams)),
            ("stock_quantity", self.stock_quantity.to_string()),
            ("low_stock_threshold", self.low_stock_threshold.to_string()),
            ("attributes", attributes.to_owned()),
            ("is_default", self.is_default.to_string()),
            ("is_active", self.is_active.to_string()),
            ("sort_order", self.sort_order.to_string()),
            ("main_image_url", optional(&self.image_url)),
            ("revision", self.revision.to_string()),
        ])
    }
}

/// JSON as both servers would give it back: names in their order, and no blanks.
fn in_one_form(json: Option<&str>) -> String {
    let read =
        |text: &str| serde_json::from_str::<Value>(text).map_or_else(|_| text.to_owned(), |value| value.to_string());
    json.map(read).unwrap_or_default()
}

/// What each variation has, as its cell says it: `size=XL|colour=Off-white`.
pub(super) fn attributes_by_variation(havings: &[Having]) -> HashMap<VariationId, String> {
    let mut texts: HashMap<VariationId, String> = HashMap::new();
    for Having { variation_id, slug, value } in havings {
        let text = texts.entry(*variation_id).or_default();
        let begins = if text.is_empty() { "" } else { "|" };
        text.extend([begins, slug, "=", &escaped(value)]);
    }
    texts
}

/// A value may hold what stands between two of them.
fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('|', "\\|")
}

/// What a cell says that a variation has: slugs of attributes, each with its value. Nothing if it cannot be read.
pub(super) fn attributes_of(cell: &str) -> Option<Vec<(String, String)>> {
    let mut pairs = Vec::new();
    let (mut pair, mut letters) = (String::new(), cell.chars());
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => pair.push(letters.next()?),
            '|' => pairs.push(std::mem::take(&mut pair)),
            other => pair.push(other),
        }
    }
    pairs.push(pair);
    let split = |pair: String| {
        let (slug, value) = pair.split_once('=')?;
        let (slug, value) = (slug.trim(), value.trim());
        (!slug.is_empty() && !value.is_empty()).then(|| (slug.to_owned(), value.to_owned()))
    };
    if cell.is_empty() { Some(Vec::new()) } else { pairs.into_iter().map(split).collect() }
}

/// Writes rows of cells as CSV, with the line ends of RFC 4180.
pub(super) fn to_csv<'a>(rows: impl IntoIterator<Item = Vec<&'a str>>) -> Result<Vec<u8>> {
    let mut builder = csv::WriterBuilder::new();
    let mut writer = builder.flexible(true).terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    for row in rows {
        writer.write_record(row).map_err(|error| Error::Internal(error.into()))?;
    }
    writer.into_inner().map_err(|error| Error::Internal(anyhow::anyhow!("{error}")))
}

/// Writes rows by column as CSV, in the order of [`COLUMNS`], so that no spreadsheet takes a cell for a formula.
pub(super) fn cells_to_csv(rows: &[Cells]) -> Result<Vec<u8>> {
    let guarded = |row: &Cells| {
        let cell = |column: &&'static str| guard(row.get(column).map_or("", String::as_str)).into_owned();
        COLUMNS.iter().map(cell).collect::<Vec<_>>()
    };
    let rows: Vec<_> = rows.iter().map(guarded).collect();
    to_csv(rows.iter().map(|row| row.iter().map(String::as_str).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_variation_has_is_read_as_it_was_written() {
        let variation = VariationId::new(1).unwrap();
        let having =
            |slug: &str, value: &str| Having { variation_id: variation, slug: slug.into(), value: value.into() };
        let havings = [having("size", "XL"), having("pack", "a|b=\\c")];
        let text = attributes_by_variation(&havings).remove(&variation).unwrap();
        assert_eq!(text, r"size=XL|pack=a\|b=\\c");
        let pair = |slug: &str, value: &str| (slug.to_owned(), value.to_owned());
        assert_eq!(attributes_of(&text).unwrap(), [pair("size", "XL"), pair("pack", "a|b=\\c")]);
        assert_eq!(attributes_of("").unwrap(), []);
        for wrong in ["size", "=XL", "size=", "size=XL|", "size=XL\\"] {
            assert_eq!(attributes_of(wrong), None, "{wrong}");
        }
    }
}
