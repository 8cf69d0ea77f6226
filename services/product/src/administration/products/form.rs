//! A product as the staff describes it, wholly or in part.

use commerce::catalogue::ProductType;
use commerce::gst::GstRate;
use commerce::ids::{BrandId, CategoryId};
use kernel::{Paise, Patch};
use shared::web::{Error, FieldError, Result};
use sqlx::types::Json;
use utoipa::ToSchema;
use validator::Validate;

use super::{Draft, Status};
use crate::administration::texts::{Count, Facts, Grams, Hsn, Name, Sentences, Sku, Story};
use crate::slugs::Slug;

/// The rate of most goods.
const USUAL_RATE: u32 = 18_000;

/// What is said of a product. Where it is described wholly, `sku`, `name`, `category_id` and, unless it is sold by
/// variation, `base_price` are required, and what is absent is as the shop usually has it; where it is changed in part,
/// what is absent stays. `null` takes away what need not be there. Its pictures and whatever is counted are not said here.
#[derive(Clone, Debug, Default, eserde::Deserialize, Validate, ToSchema)]
pub struct ProductForm {
    /// What the warehouse calls it; no other product is called so.
    #[serde(default)]
    #[schema(value_type = Option<Sku>, example = "GRC-RICE-001")]
    pub sku: Patch<Sku>,
    /// Its name.
    #[serde(default)]
    #[schema(value_type = Option<Name>, example = "Aged Basmati Rice")]
    pub name: Patch<Name>,
    /// The last part of its page's address; made from the name if absent at first, or `null`.
    #[serde(default)]
    #[schema(value_type = Option<Slug>)]
    pub slug: Patch<Slug>,
    /// A sentence or two about it.
    #[serde(default)]
    #[schema(value_type = Option<Sentences>)]
    pub short_description: Patch<Sentences>,
    /// Its story.
    #[serde(default)]
    #[schema(value_type = Option<Story>)]
    pub description: Patch<Story>,
    /// Its facts.
    #[serde(default)]
    #[schema(value_type = Option<Facts>)]
    pub specification: Patch<Facts>,
    /// The listed price; that of what is sold by variation follows its variations.
    #[serde(default)]
    #[schema(value_type = Option<Paise>)]
    pub base_price: Patch<Paise>,
    /// The maximum retail price printed on it.
    #[serde(default)]
    #[schema(value_type = Option<Paise>)]
    pub compare_price: Patch<Paise>,
    /// Where it stands.
    #[serde(default)]
    #[schema(value_type = Option<CategoryId>)]
    pub category_id: Patch<CategoryId>,
    /// Who makes it.
    #[serde(default)]
    #[schema(value_type = Option<BrandId>)]
    pub brand_id: Patch<BrandId>,
    /// The rate of GST in percent; 18 unless said.
    #[serde(default)]
    #[schema(value_type = Option<GstRate>)]
    pub gst_rate: Patch<GstRate>,
    /// Whether the listed price holds the tax; yes unless said.
    #[serde(default)]
    #[schema(value_type = Option<bool>)]
    pub is_gst_inclusive: Patch<bool>,
    /// The heading of the customs tariff that its tax follows; nothing is published without one.
    #[serde(default)]
    #[schema(value_type = Option<Hsn>)]
    pub hsn_code: Patch<Hsn>,
    /// Whether its stock is counted; yes unless said, and never that of a download.
    #[serde(default)]
    #[schema(value_type = Option<bool>)]
    pub track_inventory: Patch<bool>,
    /// With so many left, or fewer, little is left; 5 unless said.
    #[serde(default)]
    #[schema(value_type = Option<Count>)]
    pub low_stock_threshold: Patch<Count>,
    /// Whether it may be ordered when none is left; no unless said.
    #[serde(default)]
    #[schema(value_type = Option<bool>)]
    pub allow_backorders: Patch<bool>,
    /// How it is sold; `simple` unless said.
    #[serde(default)]
    #[schema(value_type = Option<ProductType>)]
    pub product_type: Patch<ProductType>,
    /// What it weighs.
    #[serde(default)]
    #[schema(value_type = Option<Grams>)]
    pub weight_grams: Patch<Grams>,
    /// Whether shoppers find it; `draft` unless said.
    #[serde(default)]
    #[schema(value_type = Option<Status>)]
    pub status: Patch<Status>,
    /// Chosen by the shop; no unless said.
    #[serde(default)]
    #[schema(value_type = Option<bool>)]
    pub is_featured: Patch<bool>,
    /// Said to be looked at a lot; no unless said.
    #[serde(default)]
    #[schema(value_type = Option<bool>)]
    pub is_trending: Patch<bool>,
    /// Said to be bought a lot; no unless said.
    #[serde(default)]
    #[schema(value_type = Option<bool>)]
    pub is_bestseller: Patch<bool>,
    /// Said to be on sale; no unless said.
    #[serde(default)]
    #[schema(value_type = Option<bool>)]
    pub is_on_sale: Patch<bool>,
    /// How many one cart takes at least; 1 unless said.
    #[serde(default)]
    #[schema(value_type = Option<Count>)]
    pub min_cart_quantity: Patch<Count>,
    /// How many one cart takes at most; 10 unless said.
    #[serde(default)]
    #[schema(value_type = Option<Count>)]
    pub max_cart_quantity: Patch<Count>,
    /// Whether it may be sent back; yes unless said.
    #[serde(default)]
    #[schema(value_type = Option<bool>)]
    pub is_returnable: Patch<bool>,
    /// For how many days; the shop's setting if absent.
    #[serde(default)]
    #[schema(value_type = Option<Count>)]
    pub return_period_days: Patch<Count>,
    /// The title of its page for search engines.
    #[serde(default)]
    #[schema(value_type = Option<Name>)]
    pub meta_title: Patch<Name>,
    /// What search engines tell about it.
    #[serde(default)]
    #[schema(value_type = Option<Sentences>)]
    pub meta_description: Patch<Sentences>,
    /// The first stock of a product that is new; later it is changed by movements only, and this is not looked at.
    #[serde(default)]
    #[schema(value_type = Option<Count>)]
    pub stock_quantity: Patch<Count>,
}

impl ProductForm {
    /// A product that is wholly described here.
    ///
    /// # Errors
    /// 400 names everything that is missing, cannot be taken away, or does not fit the rest.
    pub fn whole(&self) -> Result<Draft> {
        self.fill(None)
    }

    /// What `old` becomes when what is said here changes.
    ///
    /// # Errors
    /// As [`ProductForm::whole`]; what was there already is not missing.
    pub fn onto(&self, old: &Draft) -> Result<Draft> {
        self.fill(Some(old))
    }

    fn fill(&self, old: Option<&Draft>) -> Result<Draft> {
        let faults = self.gaps(old.is_none());
        if !faults.is_empty() {
            return Err(Error::Invalid(faults));
        }
        self.filled(old).ok_or_else(|| Error::Internal(anyhow::anyhow!("a gap of a product was overlooked")))
    }

    /// What is missing, and what cannot be taken away.
    fn gaps(&self, is_whole: bool) -> Vec<FieldError> {
        let is_variable = self.product_type == Patch::Set(ProductType::Variable);
        let required = [
            ("sku", is_gap(&self.sku, is_whole)),
            ("name", is_gap(&self.name, is_whole)),
            ("base_price", is_gap(&self.base_price, is_whole && !is_variable)),
            ("category_id", is_gap(&self.category_id, is_whole)),
        ];
        let always = [
            ("gst_rate", is_gap(&self.gst_rate, false)),
            ("is_gst_inclusive", is_gap(&self.is_gst_inclusive, false)),
            ("track_inventory", is_gap(&self.track_inventory, false)),
            ("low_stock_threshold", is_gap(&self.low_stock_threshold, false)),
            ("allow_backorders", is_gap(&self.allow_backorders, false)),
            ("product_type", is_gap(&self.product_type, false)),
            ("status", is_gap(&self.status, false)),
            ("is_featured", is_gap(&self.is_featured, false)),
            ("is_trending", is_gap(&self.is_trending, false)),
            ("is_bestseller", is_gap(&self.is_bestseller, false)),
            ("is_on_sale", is_gap(&self.is_on_sale, false)),
            ("min_cart_quantity", is_gap(&self.min_cart_quantity, false)),
            ("max_cart_quantity", is_gap(&self.max_cart_quantity, false)),
            ("is_returnable", is_gap(&self.is_returnable, false)),
        ];
        let gaps = required.into_iter().chain(always);
        gaps.filter_map(|(field, fault)| Some(FieldError::new(field, fault?))).collect()
    }

    fn filled(&self, old: Option<&Draft>) -> Option<Draft> {
        let facts = match &self.specification {
            Patch::Keep => Patch::Keep,
            Patch::Clear => Patch::Clear,
            Patch::Set(facts) => Patch::Set(Json(facts.0.clone())),
        };
        let draft = Draft {
            sku: said(&self.sku, old.map(|old| &old.sku))?,
            name: said(&self.name, old.map(|old| &old.name))?,
            short_description: self.short_description.apply(old.and_then(|old| old.short_description.clone())),
            description: self.description.apply(old.and_then(|old| old.description.clone())),
            specification: facts.apply(old.and_then(|old| old.specification.clone())),
            base_price: said(&self.base_price, old.map(|old| &old.base_price)).unwrap_or_default(),
            compare_price: self.compare_price.apply(old.and_then(|old| old.compare_price)),
            category_id: said(&self.category_id, old.map(|old| &old.category_id))?,
            brand_id: self.brand_id.apply(old.and_then(|old| old.brand_id)),
            gst_rate: said(&self.gst_rate, old.map(|old| &old.gst_rate))
                .or_else(|| GstRate::from_thousandths(USUAL_RATE))?,
            is_gst_inclusive: said(&self.is_gst_inclusive, old.map(|old| &old.is_gst_inclusive)).unwrap_or(true),
            hsn_code: self.hsn_code.apply(old.and_then(|old| old.hsn_code.clone())),
            track_inventory: said(&self.track_inventory, old.map(|old| &old.track_inventory)).unwrap_or(true),
            low_stock_threshold: said(&self.low_stock_threshold, old.map(|old| &old.low_stock_threshold))
                .or(Count::new(5))?,
            allow_backorders: said(&self.allow_backorders, old.map(|old| &old.allow_backorders)).unwrap_or(false),
            product_type: said(&self.product_type, old.map(|old| &old.product_type)).unwrap_or(ProductType::Simple),
            weight_grams: self.weight_grams.apply(old.and_then(|old| old.weight_grams)),
            status: said(&self.status, old.map(|old| &old.status)).unwrap_or(Status::Draft),
            is_featured: said(&self.is_featured, old.map(|old| &old.is_featured)).unwrap_or(false),
            is_trending: said(&self.is_trending, old.map(|old| &old.is_trending)).unwrap_or(false),
            is_bestseller: said(&self.is_bestseller, old.map(|old| &old.is_bestseller)).unwrap_or(false),
            is_on_sale: said(&self.is_on_sale, old.map(|old| &old.is_on_sale)).unwrap_or(false),
            min_cart_quantity: said(&self.min_cart_quantity, old.map(|old| &old.min_cart_quantity))
                .or(Count::new(1))?,
            max_cart_quantity: said(&self.max_cart_quantity, old.map(|old| &old.max_cart_quantity))
                .or(Count::new(10))?,
            is_returnable: said(&self.is_returnable, old.map(|old| &old.is_returnable)).unwrap_or(true),
            return_period_days: self.return_period_days.apply(old.and_then(|old| old.return_period_days)),
            meta_title: self.meta_title.apply(old.and_then(|old| old.meta_title.clone())),
            meta_description: self.meta_description.apply(old.and_then(|old| old.meta_description.clone())),
        };
        Some(draft.settled())
    }
}

fn said<T: Clone>(patch: &Patch<T>, old: Option<&T>) -> Option<T> {
    if let Patch::Set(new) = patch { Some(new.clone()) } else { old.cloned() }
}

fn is_gap<T>(patch: &Patch<T>, is_required: bool) -> Option<&'static str> {
    match patch {
        Patch::Clear => Some("cannot be taken away"),
        Patch::Keep if is_required => Some("is required"),
        Patch::Keep | Patch::Set(_) => None,
    }
}
