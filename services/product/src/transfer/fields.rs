//! What the cells of a row say, as the body of a request would.

use serde_json::{Map, Number, Value};
use shared::web::FieldError;

use super::columns::Cells;

/// How a cell is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// As it stands; amounts, rates and weights too, which are read digit by digit.
    Text,
    /// A whole number.
    Whole,
    /// Yes or no.
    Truth,
    /// JSON.
    Json,
}

/// What an empty cell says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Empty {
    /// Nothing: what is there stays, what is new gets what is usual.
    SaysNothing,
    /// That there is none.
    TakesAway,
}

/// A column, and the field of the body that it is.
type Field = (&'static str, &'static str, Kind, Empty);

const OF_PRODUCT: [Field; 28] = [
    ("sku", "sku", Kind::Text, Empty::SaysNothing),
    ("name", "name", Kind::Text, Empty::SaysNothing),
    ("slug", "slug", Kind::Text, Empty::SaysNothing),
    ("product_type", "product_type", Kind::Text, Empty::SaysNothing),
    ("status", "status", Kind::Text, Empty::SaysNothing),
    ("base_price", "base_price", Kind::Text, Empty::SaysNothing),
    ("compare_price", "compare_price", Kind::Text, Empty::TakesAway),
    ("gst_rate", "gst_rate", Kind::Text, Empty::SaysNothing),
    ("is_gst_inclusive", "is_gst_inclusive", Kind::Truth, Empty::SaysNothing),
    ("hsn_code", "hsn_code", Kind::Text, Empty::TakesAway),
    ("weight_grams", "weight_grams", Kind::Text, Empty::TakesAway),
    ("track_inventory", "track_inventory", Kind::Truth, Empty::SaysNothing),
    ("stock_quantity", "stock_quantity", Kind::Whole, Empty::SaysNothing),
    ("low_stock_threshold", "low_stock_threshold", Kind::Whole, Empty::SaysNothing),
    ("min_cart_quantity", "min_cart_quantity", Kind::Whole, Empty::SaysNothing),
    ("max_cart_quantity", "max_cart_quantity", Kind::Whole, Empty::SaysNothing),
    ("allow_backorders", "allow_backorders", Kind::Truth, Empty::SaysNothing),
    ("is_returnable", "is_returnable", Kind::Truth, Empty::SaysNothing),
    ("return_period_days", "return_period_days", Kind::Whole, Empty::TakesAway),
    ("is_featured", "is_featured", Kind::Truth, Empty::SaysNothing),
    ("is_trending", "is_trending", Kind::Truth, Empty::SaysNothing),
    ("is_bestseller", "is_bestseller", Kind::Truth, Empty::SaysNothing),
    ("is_on_sale", "is_on_sale", Kind::Truth, Empty::SaysNothing),
    ("short_description", "short_description", Kind::Text, Empty::TakesAway),
    ("description", "description", Kind::Text, Empty::TakesAway),
    ("specification", "specification", Kind::Json, Empty::TakesAway),
    ("meta_title", "meta_title", Kind::Text, Empty::TakesAway),
    ("meta_description", "meta_description", Kind::Text, Empty::TakesAway),
];

const OF_VARIATION: [Field; 10] = [
    ("sku", "sku", Kind::Text, Empty::SaysNothing),
    ("base_price", "price", Kind::Text, Empty::SaysNothing),
    ("compare_price", "compare_price", Kind::Text, Empty::TakesAway),
    ("weight_grams", "weight_grams", Kind::Text, Empty::TakesAway),
    ("low_stock_threshold", "low_stock_threshold", Kind::Whole, Empty::SaysNothing),
    ("is_default", "is_default", Kind::Truth, Empty::SaysNothing),
    ("is_active", "is_active", Kind::Truth, Empty::SaysNothing),
    ("sort_order", "sort_order", Kind::Whole, Empty::SaysNothing),
    ("main_image_url", "image_url", Kind::Text, Empty::TakesAway),
    ("stock_quantity", "stock_quantity", Kind::Whole, Empty::SaysNothing),
];

/// What the row of a product says, but for where it stands and who makes it.
pub(super) fn of_product(cells: &Cells) -> Result<Map<String, Value>, Vec<FieldError>> {
    body(cells, &OF_PRODUCT)
}

/// What the row of a variation says, but for what it has.
pub(super) fn of_variation(cells: &Cells) -> Result<Map<String, Value>, Vec<FieldError>> {
    body(cells, &OF_VARIATION)
}

/// The column that the body's `field` is.
pub(super) fn column_of(field: &str) -> &str {
    match field {
        "category_id" => "category_slug",
        "brand_id" => "brand_slug",
        "price" => "base_price",
        "image_url" => "main_image_url",
        "attribute_value_ids" => "attributes",
        other => other,
    }
}

fn body(cells: &Cells, fields: &[Field]) -> Result<Map<String, Value>, Vec<FieldError>> {
    let (mut body, mut faults) = (Map::new(), Vec::new());
    for (column, field, kind, empty) in fields {
        let Some(cell) = cells.get(column) else { continue };
        let value = if cell.trim().is_empty() {
            if *empty == Empty::SaysNothing {
                continue;
            }
            Value::Null
        } else {
            match kind.read(cell) {
                Ok(value) => value,
                Err(fault) => {
                    faults.push(FieldError::new(*column, fault));
                    continue;
                }
            }
        };
        body.insert((*field).to_owned(), value);
    }
    if faults.is_empty() { Ok(body) } else { Err(faults) }
}

impl Kind {
    fn read(self, cell: &str) -> Result<Value, &'static str> {
        match self {
            Self::Text => Ok(Value::String(cell.to_owned())),
            Self::Whole => match cell.trim().parse::<i64>() {
                Ok(number) => Ok(Value::Number(Number::from(number))),
                Err(_) => Err("must be a whole number"),
            },
            Self::Truth => truth(cell.trim()).map(Value::Bool).ok_or("must be true or false"),
            Self::Json => serde_json::from_str(cell).or(Err("must be JSON, such as {\"grain\":\"long\"}")),
        }
    }
}

/// As spreadsheets and people write it.
fn truth(cell: &str) -> Option<bool> {
    match cell.to_ascii_lowercase().as_str() {
        "true" | "yes" | "1" => Some(true),
        "false" | "no" | "0" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn cells(pairs: &[(&'static str, &str)]) -> Cells {
        pairs.iter().map(|(column, cell)| (*column, (*cell).to_owned())).collect()
    }

    #[test]
    fn cells_say_what_a_body_would() {
        let row = cells(&[
            ("sku", "A"),
            ("base_price", "199.90"),
            ("compare_price", ""),
            ("name", " "),
            ("is_featured", "TRUE"),
            ("max_cart_quantity", "5"),
            ("specification", "{\"a\":1}"),
            ("category_slug", "tea"),
        ]);
        let body = of_product(&row).unwrap();
        let expected = json!({
            "sku": "A", "base_price": "199.90", "compare_price": null, "is_featured": true, "max_cart_quantity": 5,
            "specification": { "a": 1 },
        });
        assert_eq!(Value::Object(body), expected);
        assert_eq!(Value::Object(of_variation(&row).unwrap())["price"], "199.90");
    }

    #[test]
    fn every_wrong_cell_is_named() {
        let row = cells(&[("is_featured", "perhaps"), ("max_cart_quantity", "1.5"), ("specification", "{")]);
        let faults = of_product(&row).unwrap_err();
        let columns: Vec<_> = faults.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(columns, ["max_cart_quantity", "is_featured", "specification"]);
    }

    #[test]
    fn yes_has_many_names() {
        assert_eq!(["true", "Yes", "1", "TRUE"].map(truth), [Some(true); 4]);
        assert_eq!(["false", "no", "0"].map(truth), [Some(false); 3]);
        assert_eq!(["", "2", "wahr"].map(truth), [None; 3]);
    }
}
