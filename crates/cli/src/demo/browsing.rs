//! A guest looks around and fills a cart.

use anyhow::{Context, ensure};
use commerce::ids::ProductId;
use reqwest::StatusCode;
use serde_json::json;

use super::answers::{Cart, CartLine, Gate, List, Listed, Offer, Product};
use super::shopper::Shopper;
use super::timeline::Checked;

/// How many pieces go into the cart of the first product, and of the second.
const PIECES: [u32; 2] = [2, 1];

/// So many pieces of a product.
pub(super) struct Pick {
    pub(super) product: ProductId,
    pub(super) name: String,
    pub(super) quantity: u32,
    /// How many there were before this purchase.
    pub(super) stock: u32,
}

pub(super) async fn ask_gateway(shopper: &mut Shopper) -> Checked {
    let gate: Gate = shopper.get("/health").await?.expect(StatusCode::OK)?.read()?;
    ensure!(gate.status == "healthy", "expected a healthy gateway, got {}", gate.status);
    Ok(((), "the gateway is healthy".to_owned()))
}

/// Two products of which there are enough, with different rates of GST.
pub(super) async fn list_products(shopper: &mut Shopper) -> Checked<[ProductId; 2]> {
    let path = "/api/v1/products?sort_by=base_price&page_size=100";
    let list: List<Listed> = shopper.get(path).await?.expect(StatusCode::OK)?.data()?;
    let count = list.items.len();
    let most = PIECES.into_iter().max().unwrap_or_default();
    let sold = |product: &&Listed| product.stock_status == "in_stock" && product.product_type == "simple";
    let mut candidates = list.items.iter().filter(sold).filter(|product| product.max_cart_quantity >= most);
    let none = || format!("expected two products in stock with different rates of GST, got {count} products");
    let first = candidates.find(|product| !product.gst_rate.is_zero()).with_context(none)?;
    let second =
        candidates.find(|product| ![first.gst_rate, 0.into()].contains(&product.gst_rate)).with_context(none)?;
    Ok(([first.id, second.id], format!("{count} products")))
}

pub(super) async fn show_products(shopper: &mut Shopper, products: [ProductId; 2]) -> Checked<Vec<Pick>> {
    let (mut basket, mut prices) = (Vec::new(), Vec::new());
    for (id, quantity) in products.into_iter().zip(PIECES) {
        let Product { id, name, price_with_gst, stock_quantity: stock } = show_product(shopper, id).await?;
        prices.push(format!("{name} at ₹{price_with_gst}"));
        basket.push(Pick { product: id, name, quantity, stock });
    }
    Ok((basket, prices.join(", ")))
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
        let available = offer.map_or(0, |offer| offer.available_quantity);
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
            let stock = show_product(shopper, pick.product).await?.stock_quantity;
            ensure!(stock == due, "expected {due} pieces of {name} in stock, got {stock}: does somebody else buy too?");
            Ok(())
        };
        shopper.eventually(look).await?;
        seen.push(due.to_string());
    }
    Ok(seen.join(" and "))
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
    let answer = shopper.post(path, json!({ "quantity": pick.quantity })).await?;
    if answer.is_repeated && answer.status != StatusCode::OK {
        return correct(shopper, pick).await;
    }
    let cart: Cart = answer.expect(StatusCode::OK)?.data()?;
    let is_right = |line: &CartLine| line.product_id == pick.product && line.quantity == pick.quantity;
    if cart.items.iter().any(is_right) { Ok(()) } else { correct(shopper, pick).await }
}

async fn correct(shopper: &mut Shopper, pick: &Pick) -> anyhow::Result<()> {
    let cart: Cart = shopper.get("/api/v1/users/cart").await?.expect(StatusCode::OK)?.data()?;
    let line = cart.items.iter().find(|line| line.product_id == pick.product);
    let line = line.with_context(|| format!("expected {} in the cart, got a cart without", pick.name))?;
    let path = format!("/api/v1/users/cart/{}", line.id);
    shopper.put(path, json!({ "quantity": pick.quantity })).await?.expect(StatusCode::OK)?;
    Ok(())
}

/// The cart holds exactly this.
pub(super) async fn see_cart(shopper: &mut Shopper, basket: &[Pick]) -> anyhow::Result<()> {
    let cart: Cart = shopper.get("/api/v1/users/cart").await?.expect(StatusCode::OK)?.data()?;
    same_pieces("the cart", cart.items.iter().map(|line| (line.product_id, line.quantity)), basket)
}

/// What `holder` holds is the basket.
pub(super) fn same_pieces(
    holder: &str,
    held: impl Iterator<Item = (ProductId, u32)>,
    basket: &[Pick],
) -> anyhow::Result<()> {
    let sorted = |mut pieces: Vec<(u64, u32)>| {
        pieces.sort_unstable();
        pieces
    };
    let got = sorted(held.map(|(product, quantity)| (product.get(), quantity)).collect());
    let due = sorted(basket.iter().map(|pick| (pick.product.get(), pick.quantity)).collect());
    ensure!(got == due, "expected {holder} to hold {due:?} (product, pieces), got {got:?}");
    Ok(())
}

pub(super) fn in_words(basket: &[Pick]) -> String {
    let lines = basket.iter().map(|pick| format!("{} × {}", pick.quantity, pick.name));
    lines.collect::<Vec<_>>().join(", ")
}
