//! A line of a cart, and what may stand in it.

use std::num::NonZeroU32;

use commerce::catalogue::Attribute;
use commerce::gst::{GstRate, PriceBasis};
use commerce::ids::{CartItemId, ProductId, VariationId};
use kernel::Paise;

use crate::{CartRefusal, Limits};

/// What a line is a line of: a product, and which of its variations if it is sold by them.
pub(crate) type Goods = (ProductId, Option<VariationId>);

/// A line as its shopper left it, beside what the shop offers now.
#[derive(Clone, Debug)]
pub struct Line {
    /// Its key.
    pub id: CartItemId,
    /// How many pieces.
    pub quantity: NonZeroU32,
    /// What one piece cost, GST included, when it was added.
    pub added_price: Paise,
    /// The product as it is now.
    pub offer: Offer,
}

/// A product, or one of its variations, as it can be had now.
#[derive(Clone, Debug)]
pub struct Offer {
    /// Which one.
    pub product: ProductId,
    /// Which of its variations.
    pub variation: Option<VariationId>,
    /// What that variation has; nothing of a product without.
    pub attributes: Vec<Attribute>,
    /// Its name; a variation's says what it has.
    pub name: String,
    /// The last part of its page's address.
    pub slug: String,
    /// What the warehouse calls it.
    pub sku: String,
    /// Its first picture.
    pub image: Option<String>,
    /// Its listed price.
    pub listed_price: Paise,
    /// What one piece costs, GST included; the largest amount that there is, if that is too small.
    pub unit_price: Paise,
    /// Its rate of GST.
    pub gst_rate: GstRate,
    /// Whether the listed price holds the tax.
    pub price_basis: PriceBasis,
    /// How many pieces a line holds at least.
    pub least: u32,
    /// How many pieces a line holds at most by the product's own rule; see [`Offer::most`].
    pub own_most: u32,
    /// Whether a shopper sees the product.
    pub is_shown: bool,
    /// Whether it is sold at all: shown, and a variation of what is sold by them.
    pub is_sold: bool,
    /// How many pieces there are; nothing if they are not counted or may be ordered ahead.
    pub stock: Option<u32>,
}

impl Offer {
    /// How many pieces one cart takes at most.
    pub fn most(&self, limits: Limits) -> u32 {
        self.own_most.min(limits.per_product)
    }

    /// How many pieces one cart can have now.
    pub fn available(&self, limits: Limits) -> u32 {
        let most = self.most(limits);
        if self.is_sold { self.stock.map_or(most, |stock| stock.min(most)) } else { 0 }
    }
}

/// How a line would change, in pieces.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Step {
    /// What it holds.
    pub(crate) from: u32,
    /// What it would hold.
    pub(crate) to: u32,
    /// What all other lines hold.
    pub(crate) others: u32,
}

impl Step {
    /// Whether a line of `offer` may change so. A cart that is too full for whatever reason may always be emptied.
    pub(crate) fn check(self, offer: &Offer, limits: Limits) -> Result<(), CartRefusal> {
        let (least, most) = (offer.least, offer.most(limits));
        let stock = if offer.is_sold { offer.stock } else { Some(0) };
        match stock.filter(|stock| self.to > *stock) {
            _ if !(least..=most).contains(&self.to) => Err(CartRefusal::QuantityLimit { least, most }),
            _ if self.to > self.from && self.others.saturating_add(self.to) > limits.in_all => {
                Err(CartRefusal::CartFull { most: limits.in_all })
            }
            Some(available) => Err(CartRefusal::OutOfStock { available }),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits { per_product: 10, in_all: 12 };

    fn offer(stock: Option<u32>) -> Offer {
        Offer {
            product: ProductId::new(1).unwrap(),
            variation: None,
            attributes: Vec::new(),
            name: "Soap".to_owned(),
            slug: "soap".to_owned(),
            sku: "SOAP".to_owned(),
            image: None,
            listed_price: Paise::new(100),
            unit_price: Paise::new(100),
            gst_rate: GstRate::from_thousandths(18_000).unwrap(),
            price_basis: PriceBasis::Inclusive,
            least: 2,
            own_most: 20,
            is_shown: true,
            is_sold: true,
            stock,
        }
    }

    fn step(from: u32, to: u32, others: u32) -> Step {
        Step { from, to, others }
    }

    #[test]
    fn the_narrower_limit_of_a_product_holds() {
        let limit = Err(CartRefusal::QuantityLimit { least: 2, most: 10 });
        for (to, expected) in [(1, limit), (2, Ok(())), (10, Ok(())), (11, limit), (u32::MAX, limit)] {
            assert_eq!(step(0, to, 0).check(&offer(None), LIMITS), expected, "{to}");
        }
        assert_eq!(offer(None).most(Limits { per_product: 30, in_all: 50 }), 20);
    }

    #[test]
    fn a_full_cart_takes_no_more_and_lets_go() {
        let full = Err(CartRefusal::CartFull { most: 12 });
        assert_eq!(step(3, 4, 8).check(&offer(None), LIMITS), Ok(()));
        assert_eq!(step(3, 4, 9).check(&offer(None), LIMITS), full);
        assert_eq!(step(3, 4, u32::MAX).check(&offer(None), LIMITS), full);
        assert_eq!(step(8, 4, 90).check(&offer(None), LIMITS), Ok(()));
    }

    #[test]
    fn only_what_is_there_can_be_had() {
        assert_eq!(step(0, 3, 0).check(&offer(Some(3)), LIMITS), Ok(()));
        let short = Err(CartRefusal::OutOfStock { available: 3 });
        assert_eq!(step(0, 4, 0).check(&offer(Some(3)), LIMITS), short);
        let gone = Offer { is_sold: false, ..offer(Some(3)) };
        assert_eq!(step(5, 4, 0).check(&gone, LIMITS), Err(CartRefusal::OutOfStock { available: 0 }));
        let available = |offer: Offer| offer.available(LIMITS);
        assert_eq!([available(offer(Some(3))), available(offer(Some(30))), available(offer(None))], [3, 10, 10]);
        assert_eq!(available(gone), 0);
    }
}
