//! What the staff says of a product, and whether it may be so.

use commerce::catalogue::ProductType;
use commerce::gst::{GstRate, PriceBasis, shelf_price};
use commerce::ids::{BrandId, CategoryId};
use kernel::{Paise, text_enum};
use serde::Serialize;
use serde_json::Value;
use shared::web::FieldError;
use sqlx::FromRow;
use sqlx::types::Json;
use utoipa::ToSchema;

use crate::administration::texts::{Count, Grams, Hsn, Name, Sentences, Sku, Story};

/// The highest listed price: a hundred pieces still are an amount.
pub(crate) const HIGHEST: Paise = Paise::new(9_999_999_999);

text_enum! {
    /// Whether shoppers find a product.
    pub enum Status {
        /// Not yet: something may be missing.
        Draft = "draft",
        /// Yes, if its category is shown.
        Active = "active",
        /// Not for now.
        Inactive = "inactive",
        /// Not any more; it is kept for the orders that name it.
        Archived = "archived",
    }
}

/// What the staff says of a product: everything of it but its address, its stock and its pictures.
#[expect(clippy::struct_excessive_bools, reason = "the owner's columns")]
#[derive(Clone, Debug, PartialEq, Serialize, FromRow, ToSchema)]
pub struct Draft {
    /// What the warehouse calls it; no other product is called so.
    #[schema(value_type = String, example = "GRC-RICE-001")]
    pub sku: Sku,
    /// Its name.
    #[schema(value_type = String, example = "Aged Basmati Rice")]
    pub name: Name,
    /// A sentence or two about it.
    #[schema(value_type = Option<String>)]
    pub short_description: Option<Sentences>,
    /// Its story.
    #[schema(value_type = Option<String>)]
    pub description: Option<Story>,
    /// Its facts, as names and values.
    #[schema(value_type = Option<Object>)]
    pub specification: Option<Json<Value>>,
    /// The listed price; of what is sold by variation the lowest of its active variations, whatever is said.
    pub base_price: Paise,
    /// The maximum retail price printed on it; of what is sold by variation that of the cheapest one.
    pub compare_price: Option<Paise>,
    /// Where it stands.
    pub category_id: CategoryId,
    /// Who makes it.
    pub brand_id: Option<BrandId>,
    /// The rate of GST in percent.
    pub gst_rate: GstRate,
    /// Whether the listed price holds the tax.
    pub is_gst_inclusive: bool,
    /// The heading of the customs tariff that its tax follows.
    #[schema(value_type = Option<String>, example = "10063020")]
    pub hsn_code: Option<Hsn>,
    /// Whether its stock is counted; that of a download never is.
    pub track_inventory: bool,
    /// With so many left, or fewer, little is left.
    #[schema(value_type = u32)]
    pub low_stock_threshold: Count,
    /// Whether it may be ordered when none is left; nothing that is sold by variation is.
    pub allow_backorders: bool,
    /// How it is sold.
    pub product_type: ProductType,
    /// What it weighs.
    #[schema(value_type = Option<f64>)]
    pub weight_grams: Option<Grams>,
    /// Whether shoppers find it.
    pub status: Status,
    /// Chosen by the shop.
    pub is_featured: bool,
    /// Said to be looked at a lot.
    pub is_trending: bool,
    /// Said to be bought a lot.
    pub is_bestseller: bool,
    /// Said to be on sale.
    pub is_on_sale: bool,
    /// How many one cart takes at least.
    #[schema(value_type = u32)]
    pub min_cart_quantity: Count,
    /// How many one cart takes at most.
    #[schema(value_type = u32)]
    pub max_cart_quantity: Count,
    /// Whether it may be sent back.
    pub is_returnable: bool,
    /// For how many days; the shop's setting when absent.
    #[schema(value_type = Option<u32>)]
    pub return_period_days: Option<Count>,
    /// The title of its page for search engines.
    #[schema(value_type = Option<String>)]
    pub meta_title: Option<Name>,
    /// What search engines tell about it.
    #[schema(value_type = Option<String>)]
    pub meta_description: Option<Sentences>,
}

/// A listed price and the maximum retail price, of a product or of one of its variations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromRow)]
pub struct Prices {
    /// The listed price.
    pub price: Paise,
    /// The maximum retail price.
    pub compare_price: Option<Paise>,
}

/// What the law wants to know of whatever is sold.
#[derive(Clone, Copy, Debug)]
pub struct Taxed {
    /// The rate of GST.
    pub rate: GstRate,
    /// Whether listed prices hold it.
    pub basis: PriceBasis,
}

impl Draft {
    /// The same with what follows from the rest: nobody counts how many downloads are left.
    #[must_use]
    pub fn settled(mut self) -> Self {
        if self.product_type == ProductType::Digital {
            self.track_inventory = false;
            self.allow_backorders = false;
        }
        self
    }

    /// Its own prices.
    pub fn prices(&self) -> Prices {
        Prices { price: self.base_price, compare_price: self.compare_price }
    }

    /// How it is taxed.
    pub fn taxed(&self) -> Taxed {
        let basis = if self.is_gst_inclusive { PriceBasis::Inclusive } else { PriceBasis::Exclusive };
        Taxed { rate: self.gst_rate, basis }
    }

    /// Everything that may not be so, as it stands; what needs the database to be known is not among it.
    pub fn faults(&self) -> Vec<FieldError> {
        let is_variable = self.product_type == ProductType::Variable;
        let mut faults = self.prices().faults(self.taxed(), PRICE_OF_PRODUCT);
        if self.min_cart_quantity.get() < 1 {
            faults.push(FieldError::new("min_cart_quantity", "must be at least 1"));
        }
        if self.max_cart_quantity < self.min_cart_quantity {
            faults.push(FieldError::new("max_cart_quantity", "must not be below min_cart_quantity"));
        }
        if is_variable && self.allow_backorders {
            faults.push(FieldError::new("allow_backorders", "must be false of what is sold by variation"));
        }
        if self.status == Status::Active {
            faults.extend(self.unpublishable());
        }
        faults
    }

    /// What is missing for shoppers to be shown it.
    fn unpublishable(&self) -> Vec<FieldError> {
        let mut faults = Vec::new();
        if self.hsn_code.is_none() {
            faults.push(FieldError::new("hsn_code", "is required to publish"));
        }
        if !self.gst_rate.is_of_law() {
            faults.push(FieldError::new("gst_rate", "must be a rate of the law to publish"));
        }
        if self.product_type != ProductType::Variable {
            faults.extend(self.prices().unsellable(self.taxed(), PRICE_OF_PRODUCT));
        }
        faults
    }
}

/// What the price of a product is called.
const PRICE_OF_PRODUCT: &str = "base_price";

impl Prices {
    /// What may not be so whether or not it is sold; `field` is what the listed price is called.
    pub fn faults(&self, taxed: Taxed, field: &str) -> Vec<FieldError> {
        let mut faults = Vec::new();
        if self.price > HIGHEST || shelf_price(self.price, taxed.rate, taxed.basis).is_none() {
            faults.push(FieldError::new(field, format!("must not be above {HIGHEST}")));
        }
        if self.compare_price.is_some_and(|maximum| maximum > HIGHEST) {
            faults.push(FieldError::new("compare_price", format!("must not be above {HIGHEST}")));
        }
        if self.compare_price.is_some_and(|maximum| maximum < self.price) {
            faults.push(FieldError::new("compare_price", format!("must not be below {field}")));
        }
        faults
    }

    /// Why nobody may buy at these prices: nothing is given away, and with its tax nothing costs more than the maximum
    /// retail price (Legal Metrology (Packaged Commodities) Rules 2011, rule 18).
    pub fn unsellable(&self, taxed: Taxed, field: &str) -> Vec<FieldError> {
        let mut faults = Vec::new();
        if self.price <= Paise::ZERO {
            faults.push(FieldError::new(field, "must be above 0 to publish"));
        }
        let with_gst = shelf_price(self.price, taxed.rate, taxed.basis).map(|price| price.with_gst);
        if let (Some(maximum), Some(with_gst)) = (self.compare_price, with_gst)
            && with_gst > maximum
            && self.price <= maximum
        {
            faults.push(FieldError::new("compare_price", "must not be below the price with GST to publish"));
        }
        faults
    }
}
