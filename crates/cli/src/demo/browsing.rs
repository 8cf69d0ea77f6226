//! A guest looks around and fills a cart.

use anyhow::{Context, ensure};
use commerce::catalogue::full_name;
use commerce::ids::{ProductId, VariationId};
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::answers::{Cart, CartLine, Gate, List, Listed, Offer, Product, Variation};
use super::shopper::Shopper;
use super::timeline::Checked;

/// How many pieces go into the cart of the first product, and of the second.
const PIECES: [u32; 2] = [2, 1];

/// So many pieces of a product, or of one of its variations.
pub(super) struct Pick {
    pub(super) product: ProductId,
    pub(super) variation: Option<Chosen>,
    pub(super) name: String,
    pub(super) quantity: u32,
    /// How many there were before this purchase.
    pub(super) stock: u32,
}

/// A variation, and how many there were of it before this purchase.
pub(super) struct Chosen {
    id: VariationId,
    stock: u32,
}

impl Pick {
    /// So many pieces of it, as an order names them.
    pub(super) fn item(&self, quantity: u32) -> Value {
        json!({ "product_id": self.product, "variation_id": self.variation_id(), "quantity": quantity })
    }

    fn variation_id(&self) -> Option<VariationId> {
        self.variation.as_ref().map(|chosen| chosen.id)
    }
}

pub(super) async fn ask_gateway(shopper: &mut Shopper) -> Checked {
    let gate: Gate = shopper.get("/health").await?.expect(StatusCode::OK)?.read()?;
    ensure!(gate.status == "healthy", "expected a healthy gateway, got {}", gate.status);
    Ok(((), "the gateway is healthy".to_owned()))
}

/// Two products of which there are enough, with different rates of GST; the second is sold by variation, if there is such.
pub(super) async fn list_products(shopper: &mut Shopper) -> Checked<[ProductId; 2]> {
    let path = "/api/v1/products?sort_by=base_price&page_size=100";
    let list: List<Listed> = shopper.get(path).await?.expect(StatusCode::OK)?.data()?;
    let count = list.items.len();
    let none = || format!("expected two products in stock with different rates of GST, got {count} products");
    let [first, second] = choose(&list.items).with_context(none)?;
    Ok(([first.id, second.id], format!("{count} products")))
}

fn choose(listed: &[Listed]) -> Option<[&Listed; 2]> {
    let most = PIECES.into_iter().max().unwrap_or_default();
    let sold = |kind: &'static str| {
        let of_this_kind = listed.iter().filter(move |product| product.product_type == kind);
        let in_stock = of_this_kind.filter(|product| product.stock_status == "in_stock" && !product.gst_rate.is_zero());
        in_stock.filter(move |product| product.max_cart_quantity >= most)
    };
    let second = match sold("variable").next() {
        Some(second) => second,
        None => sold("simple").find(|product| Some(product.gst_rate) != sold("simple").next().map(|p| p.gst_rate))?,
    };
    Some([sold("simple").find(|product| product.gst_rate != second.gst_rate)?, second])
}

pub(super) async fn show_products(shopper: &mut Shopper, products: [ProductId; 2]) -> Checked<Vec<Pick>> {
    let (mut basket, mut prices) = (Vec::new(), Vec::new());
    for (id, quantity) in products.into_iter().zip(PIECES) {
        let page = show_product(shopper, id).await?;
        let variation = preferred(&page)?;
        let attributes = variation.map_or(&[][..], |variation| &variation.attributes);
        let name = full_name(&page.name, attributes);
        let price = variation.map_or(page.price_with_gst, |variation| variation.price_with_gst);
        let chosen = variation.map(|variation| Chosen { id: variation.id, stock: variation.stock_quantity });
        prices.push(format!("{name} at ₹{price}"));
        basket.push(Pick { product: page.id, variation: chosen, name, quantity, stock: page.stock_quantity });
    }
    Ok((basket, prices.join(", ")))
}

/// Of what a product is sold as, one of which there is enough; the one to begin with, if that is so.
fn preferred(page: &Product) -> anyhow::Result<Option<&Variation>> {
    let in_stock = || page.variations.iter().filter(|variation| variation.stock_status == "in_stock");
    let found = in_stock().find(|variation| variation.is_default).or_else(|| in_stock().next());
    ensure!(found.is_some() || page.variations.is_empty(), "expected a variation of {} in stock, got none", page.name);
    Ok(found)
}

async fn show_product(shopper: &mut Shopper, id: ProductId) -> anyhow::Result<Product> {
    shopper.get(format!("/api/v1/products/{id}")).await?.expect(StatusCode::OK)?.data()
}

pub(super) async fn ask_stock(shopper: &mut Shopper, basket: &[Pick]) -> Checked {
    let ids: Vec<_> = basket.iter().map(|pick| pick.product).collect();
    let answer = shopper.post("/api/v1/products/bulk-cart-info", json!({ "product_ids": ids })).await?;
    let offers: List<Offer> = answer.expect(StatusCode::OK)?.data()?;
    for pick in basket {
        let offer = offers.items.iter().find(|offer| offer.id == pick.product);
        let available = offer.map_or(0, |offer| match pick.variation_id() {
            Some(id) => offer.variations.iter().find(|own| own.id == id).map_or(0, |own| own.available_quantity),
            None => offer.available_quantity,
        });
        let (name, due) = (&pick.name, pick.quantity);
        ensure!(available >= due, "expected {due} pieces of {name} to be had, got {available}");
    }
    let stock: Vec<_> = basket.iter().map(|pick| pick.stock.to_string()).collect();
    Ok(((), format!("{} pieces in stock", stock.join(" and "))))
}

/// Sees as many pieces fewer of each product as `sold` says, sooner or later.
pub(super) async fn see_stock(
    shopper: &mut Shopper,
    basket: &[Pick],
    sold: impl Fn(&Pick) -> u32,
) -> anyhow::Result<String> {
    let mut seen = Vec::new();
    for pick in basket {
        let (name, due) = (&pick.name, pick.stock.saturating_sub(sold(pick)));
        let look = async |shopper: &mut Shopper| {
            let page = show_product(shopper, pick.product).await?;
            let stock = page.stock_quantity;
            ensure!(stock == due, "expected {due} pieces of {name} in stock, got {stock}: does somebody else buy too?");
            pick.variation.as_ref().map_or(Ok(()), |chosen| see_stock_of(&page, chosen, sold(pick)))
        };
        shopper.eventually(look).await?;
        seen.push(due.to_string());
    }
    Ok(seen.join(" and "))
}

/// As many pieces fewer of the variation as `sold` says.
fn see_stock_of(page: &Product, chosen: &Chosen, sold: u32) -> anyhow::Result<()> {
    let found = page.variations.iter().find(|variation| variation.id == chosen.id);
    let (due, got) = (chosen.stock.saturating_sub(sold), found.map_or(0, |variation| variation.stock_quantity));
    ensure!(got == due, "expected {due} pieces of variation {} in stock, got {got}", chosen.id);
    Ok(())
}

pub(super) async fn fill_cart(shopper: &mut Shopper, basket: &[Pick]) -> Checked {
    for pick in basket {
        add(shopper, pick).await?;
    }
    ensure!(shopper.has_session(), "expected X-Session-ID for a guest with a cart, got none");
    see_cart(shopper, basket).await?;
    Ok(((), format!("guest cart: {}", in_words(basket))))
}

/// Adding is no deed that is done once: whoever had to ask twice looks at what became of it.
async fn add(shopper: &mut Shopper, pick: &Pick) -> anyhow::Result<()> {
    let path = format!("/api/v1/users/cart/{}", pick.product);
    let body = json!({ "quantity": pick.quantity, "variation_id": pick.variation_id() });
    let answer = shopper.post(path, body).await?;
    if answer.is_repeated && answer.status != StatusCode::OK {
        return correct(shopper, pick).await;
    }
    let cart: Cart = answer.expect(StatusCode::OK)?.data()?;
    let is_right = |line: &CartLine| is_of(line, pick) && line.quantity == pick.quantity;
    if cart.items.iter().any(is_right) { Ok(()) } else { correct(shopper, pick).await }
}

fn is_of(line: &CartLine, pick: &Pick) -> bool {
    (line.product_id, line.variation_id) == (pick.product, pick.variation_id())
}

async fn correct(shopper: &mut Shopper, pick: &Pick) -> anyhow::Result<()> {
    let cart: Cart = shopper.get("/api/v1/users/cart").await?.expect(StatusCode::OK)?.data()?;
    let line = cart.items.iter().find(|line| is_of(line, pick));
    let line = line.with_context(|| format!("expected {} in the cart, got a cart without", pick.name))?;
    let path = format!("/api/v1/users/cart/{}", line.id);
    shopper.put(path, json!({ "quantity": pick.quantity })).await?.expect(StatusCode::OK)?;
    Ok(())
}

/// The cart holds exactly this.
pub(super) async fn see_cart(shopper: &mut Shopper, basket: &[Pick]) -> anyhow::Result<()> {
    let cart: Cart = shopper.get("/api/v1/users/cart").await?.expect(StatusCode::OK)?.data()?;
    same_pieces("the cart", cart.items.iter().map(|line| (line.product_id, line.variation_id, line.quantity)), basket)
}

/// What `holder` holds is the basket.
pub(super) fn same_pieces(
    holder: &str,
    held: impl Iterator<Item = (ProductId, Option<VariationId>, u32)>,
    basket: &[Pick],
) -> anyhow::Result<()> {
    let sorted = |mut pieces: Vec<(u64, Option<u64>, u32)>| {
        pieces.sort_unstable();
        pieces
    };
    let piece = |(product, variation, quantity): (ProductId, Option<VariationId>, u32)| {
        (product.get(), variation.map(VariationId::get), quantity)
    };
    let got = sorted(held.map(piece).collect());
    let due = sorted(basket.iter().map(|pick| piece((pick.product, pick.variation_id(), pick.quantity))).collect());
    ensure!(got == due, "expected {holder} to hold {due:?} (product, variation, pieces), got {got:?}");
    Ok(())
}

pub(super) fn in_words(basket: &[Pick]) -> String {
    let lines = basket.iter().map(|pick| format!("{} × {}", pick.quantity, pick.name));
    lines.collect::<Vec<_>>().join(", ")
}
