//! The columns of a file of products, in the order in which they are written.

use std::collections::{BTreeMap, BTreeSet};

use shared::web::{Error, FieldError, Result};

use super::cell::strip;

/// The key of a row.
pub(crate) const SKU: &str = "sku";
/// The product of a variation; empty in the row of a product.
pub(crate) const PARENT_SKU: &str = "parent_sku";

/// Every column of an export.
pub(crate) const COLUMNS: [&str; 38] = [
    SKU,
    PARENT_SKU,
    "name",
    "slug",
    "product_type",
    "status",
    "category_slug",
    "brand_slug",
    "base_price",
    "compare_price",
    "gst_rate",
    "is_gst_inclusive",
    "hsn_code",
    "weight_grams",
    "track_inventory",
    "stock_quantity",
    "low_stock_threshold",
    "min_cart_quantity",
    "max_cart_quantity",
    "allow_backorders",
    "is_returnable",
    "return_period_days",
    "is_featured",
    "is_trending",
    "is_bestseller",
    "is_on_sale",
    "attributes",
    "is_default",
    "is_active",
    "sort_order",
    "short_description",
    "description",
    "specification",
    "meta_title",
    "meta_description",
    "main_image_url",
    "image_gallery",
    "revision",
];

/// Which columns say something about a variation; a cell of any other column is empty in its row.
pub(crate) const OF_VARIATIONS: [&str; 13] = [
    SKU,
    PARENT_SKU,
    "base_price",
    "compare_price",
    "weight_grams",
    "stock_quantity",
    "low_stock_threshold",
    "attributes",
    "is_default",
    "is_active",
    "sort_order",
    "main_image_url",
    "revision",
];

/// What the list of faults adds before the columns of its file; an import does not look at them.
pub(crate) const OF_FAULTS: [&str; 3] = ["error_row", "error_column", "error_message"];

/// The longest header: every column once, with room for spaces.
const LONGEST_HEADER: usize = 4_096;

/// What the row of a file says, by column; a column that the file has not is not there.
pub(crate) type Cells = BTreeMap<&'static str, String>;

/// The columns of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Header(Vec<Place>);

/// What stands at one place of every row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    name: &'static str,
    is_read: bool,
}

impl Header {
    /// Reads the first row of a file.
    ///
    /// # Errors
    /// 400 with every column that is unknown, there twice or missing.
    pub(super) fn read(names: &[&str]) -> Result<Self> {
        let mut faults = Vec::new();
        let mut seen = BTreeSet::new();
        let mut places = Vec::new();
        for name in names.iter().map(|name| name.trim()) {
            match Place::of(name) {
                Some(place) if seen.insert(place.name) => places.push(place),
                Some(place) => faults.push(FieldError::new(place.name, "is there twice")),
                None => faults.push(FieldError::new(short(name), "is no column that can be imported")),
            }
        }
        if !seen.contains(SKU) {
            faults.push(FieldError::new(SKU, "is missing from the first row"));
        }
        if faults.is_empty() { Ok(Self(places)) } else { Err(Error::Invalid(faults)) }
    }

    /// The header that [`Header::text`] wrote down.
    pub(super) fn parse(text: &str) -> Result<Self> {
        Self::read(&text.split(',').collect::<Vec<_>>())
    }

    /// All of it as one line.
    pub(super) fn text(&self) -> String {
        self.0.iter().map(|place| place.name).collect::<Vec<_>>().join(",")
    }

    /// How many cells a row has.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// The columns of the file but for those of a list of faults.
    pub(super) fn names(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().filter(|place| place.is_read).map(|place| place.name)
    }

    /// What a row says; nothing if it has more or fewer cells than the header.
    pub(super) fn cells(&self, record: &[String]) -> Option<Cells> {
        if record.len() != self.0.len() {
            return None;
        }
        let pairs = self.0.iter().zip(record).filter(|(place, _)| place.is_read);
        Some(pairs.map(|(place, cell)| (place.name, strip(cell).to_owned())).collect())
    }

    /// What a row says in one column.
    pub(super) fn cell<'a>(&self, record: &'a [String], column: &str) -> Option<&'a str> {
        let at = self.0.iter().position(|place| place.name == column)?;
        record.get(at).map(|cell| strip(cell))
    }

    /// The cells of a row that a list of faults repeats.
    pub(super) fn kept<'a>(&self, record: &'a [String]) -> Vec<&'a str> {
        let is_read = |at: usize| self.0.get(at).is_none_or(|place| place.is_read);
        record.iter().enumerate().filter(|(at, _)| is_read(*at)).map(|(_, cell)| cell.as_str()).collect()
    }
}

impl Place {
    fn of(name: &str) -> Option<Self> {
        let known = |list: &[&'static str], is_read| {
            list.iter().find(|known| **known == name).map(|name| Self { name, is_read })
        };
        known(&COLUMNS, true).or_else(|| known(&OF_FAULTS, false))
    }
}

fn short(name: &str) -> String {
    name.chars().filter(|letter| !letter.is_control()).take(100).collect()
}

/// How long a header may be, in bytes.
pub(super) const fn longest_header() -> usize {
    LONGEST_HEADER
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(names: &[&str]) -> Vec<(String, String)> {
        let Err(Error::Invalid(faults)) = Header::read(names) else { return Vec::new() };
        faults.into_iter().map(|fault| (fault.field, fault.message)).collect()
    }

    #[test]
    fn a_header_names_known_columns_once_and_the_key() {
        assert_eq!(wrong(&["sku", " name "]), []);
        let faults = wrong(&["name", "name", "price"]);
        let fields: Vec<_> = faults.iter().map(|(field, _)| field.as_str()).collect();
        assert_eq!(fields, ["name", "price", "sku"]);
        assert_eq!(wrong(&["sku;name"])[0].0, "sku;name");
        assert!(COLUMNS.join(",").len() + OF_FAULTS.join(",").len() < LONGEST_HEADER / 4);
    }

    #[test]
    fn what_a_list_of_faults_added_is_not_read() {
        let header = Header::read(&["error_row", "sku", "name"]).unwrap();
        let record = ["7", "A", "'=Tea"].map(str::to_owned);
        let cells = header.cells(&record).unwrap();
        assert_eq!(cells.into_iter().collect::<Vec<_>>(), [("name", "=Tea".to_owned()), ("sku", "A".to_owned())]);
        assert_eq!(header.kept(&record), ["A", "'=Tea"]);
        assert_eq!(header.names().collect::<Vec<_>>(), ["sku", "name"]);
        assert_eq!(Header::parse(&header.text()).unwrap(), header);
        assert!(header.cells(&record[..2]).is_none());
    }
}
