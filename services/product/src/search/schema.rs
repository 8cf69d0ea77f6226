//! What the index knows about a product.

use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STRING, Schema, SchemaBuilder, TextFieldIndexing, TextOptions,
};

use super::words::{PLAIN, STEMMED};

/// The fields, by what they are for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fields {
    /// The product's key.
    pub(super) id: Field,
    /// Stems of its name.
    pub(super) name: Field,
    /// Stems of its brand, its categories in both languages, its SKU and its attributes.
    pub(super) label: Field,
    /// Stems of its descriptions.
    pub(super) body: Field,
    /// The words of name and label as they stand, for beginnings and typing errors.
    pub(super) exact: Field,
    /// Its category's key.
    pub(super) category: Field,
    /// Its brand's key.
    pub(super) brand: Field,
    /// `slug=value` of every variation that is sold.
    pub(super) attribute: Field,
    /// Which [`Flag`]s it has.
    pub(super) flag: Field,
    /// Its listed price in paise.
    pub(super) price: Field,
    /// The second in which it came.
    pub(super) created: Field,
    /// How often it was sold.
    pub(super) sold: Field,
    /// How often it was looked at.
    pub(super) views: Field,
    /// How well it is rated: thousandths of a star, few ratings counting less than many.
    pub(super) rating: Field,
    /// 1 if it is in stock.
    pub(super) stocked: Field,
    /// Its name, folded, to sort by.
    pub(super) title: Field,
}

/// What a product either is or is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flag {
    InStock,
    Featured,
    Trending,
    Bestseller,
    OnSale,
}

impl Flag {
    /// What the index calls it.
    pub(super) const fn term(self) -> u64 {
        match self {
            Self::InStock => 1,
            Self::Featured => 2,
            Self::Trending => 3,
            Self::Bestseller => 4,
            Self::OnSale => 5,
        }
    }
}

pub(super) const CATEGORY: &str = "category";
pub(super) const BRAND: &str = "brand";
pub(super) const ATTRIBUTE: &str = "attribute";
pub(super) const PRICE: &str = "price";
pub(super) const CREATED: &str = "created";
pub(super) const SOLD: &str = "sold";
pub(super) const VIEWS: &str = "views";
pub(super) const RATING: &str = "rating";
pub(super) const STOCKED: &str = "stocked";
pub(super) const TITLE: &str = "title";
pub(super) const ID: &str = "id";

/// The schema, and its fields by name.
pub(super) fn build() -> (Schema, Fields) {
    let mut schema = Schema::builder();
    let fields = Fields {
        id: schema.add_u64_field(ID, INDEXED | FAST),
        name: text(&mut schema, "name"),
        label: text(&mut schema, "label"),
        body: text(&mut schema, "body"),
        exact: exact(&mut schema),
        category: schema.add_u64_field(CATEGORY, INDEXED | FAST),
        brand: schema.add_u64_field(BRAND, INDEXED | FAST),
        attribute: schema.add_text_field(ATTRIBUTE, STRING | FAST),
        flag: schema.add_u64_field("flag", INDEXED),
        price: schema.add_u64_field(PRICE, FAST),
        created: schema.add_u64_field(CREATED, FAST),
        sold: schema.add_u64_field(SOLD, FAST),
        views: schema.add_u64_field(VIEWS, FAST),
        rating: schema.add_u64_field(RATING, FAST),
        stocked: schema.add_u64_field(STOCKED, FAST),
        title: schema.add_text_field(TITLE, FAST),
    };
    (schema.build(), fields)
}

fn text(schema: &mut SchemaBuilder, name: &str) -> Field {
    let indexing = TextFieldIndexing::default().set_tokenizer(STEMMED).set_index_option(IndexRecordOption::WithFreqs);
    schema.add_text_field(name, TextOptions::default().set_indexing_options(indexing))
}

fn exact(schema: &mut SchemaBuilder) -> Field {
    let indexing = TextFieldIndexing::default()
        .set_tokenizer(PLAIN)
        .set_index_option(IndexRecordOption::Basic)
        .set_fieldnorms(false);
    schema.add_text_field("exact", TextOptions::default().set_indexing_options(indexing))
}
