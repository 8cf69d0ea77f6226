//! The figures of an order: whether they add up to the paisa, and how they look as a table.

use std::io::{self, Write};

use anyhow::{Context, ensure};
use kernel::Paise;

use super::answers::{Item, Order};

const TOO_LARGE: &str = "the amounts are too large to be added up";

/// Which tax is due.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Levy {
    /// CGST and SGST, the same amount of each.
    WithinTheState,
    /// IGST.
    BetweenStates,
}

/// Checks every figure of `order` against those that it is made of.
///
/// # Errors
/// The first one that is wrong: what it should be, and what it is.
pub(super) fn check(order: &Order, levy: Levy) -> anyhow::Result<()> {
    for item in &order.items {
        check_line(item, levy).with_context(|| format!("line {:?}", item.product_name))?;
    }
    same("the subtotal", order.sum(|item| Some(item.total_price)), order.subtotal)?;
    same("the discount", order.sum(|item| Some(item.discount_amount)), order.discount_amount)?;
    same("the shipping", order.sum(|item| Some(item.shipping_amount)), order.shipping_amount)?;
    same("the tax", order.sum(Item::tax), order.tax_amount)?;
    same("the total", order.sum(|item| Some(item.payable_amount)), order.total_amount)?;
    ensure!(order.tax_amount > Paise::ZERO, "expected some tax, got none");
    Ok(())
}

fn check_line(item: &Item, levy: Levy) -> anyhow::Result<()> {
    same("the price", item.unit_price.checked_mul(item.quantity.into()), item.total_price)?;
    let shipping = [item.shipping_taxable, item.shipping_cgst, item.shipping_sgst, item.shipping_igst];
    same("its shipping", sum(shipping), item.shipping_amount)?;
    let goods = [item.taxable_amount, item.cgst_amount, item.sgst_amount, item.igst_amount, item.shipping_amount];
    same("what is to be paid", sum(goods), item.payable_amount)?;
    same("SGST", Some(item.cgst_amount), item.sgst_amount)?;
    same("SGST on its shipping", Some(item.shipping_cgst), item.shipping_sgst)?;
    let absent = match levy {
        Levy::WithinTheState => ("IGST", item.igst()),
        Levy::BetweenStates => ("CGST and SGST", item.cgst()),
    };
    same(absent.0, Some(Paise::ZERO), absent.1.context(TOO_LARGE)?)
}

fn sum<const N: usize>(amounts: [Paise; N]) -> Option<Paise> {
    amounts.into_iter().sum()
}

fn same(what: &str, due: Option<Paise>, got: Paise) -> anyhow::Result<()> {
    let due = due.context(TOO_LARGE)?;
    ensure!(due == got, "expected {what} to be {due}, got {got}");
    Ok(())
}

impl Order {
    fn sum(&self, of: fn(&Item) -> Option<Paise>) -> Option<Paise> {
        self.items.iter().map(of).collect::<Option<Vec<_>>>()?.into_iter().sum()
    }
}

/// Each with its part of the shipping.
impl Item {
    fn taxable(&self) -> Option<Paise> {
        sum([self.taxable_amount, self.shipping_taxable])
    }

    fn cgst(&self) -> Option<Paise> {
        sum([self.cgst_amount, self.shipping_cgst])
    }

    fn sgst(&self) -> Option<Paise> {
        sum([self.sgst_amount, self.shipping_sgst])
    }

    fn igst(&self) -> Option<Paise> {
        sum([self.igst_amount, self.shipping_igst])
    }

    fn tax(&self) -> Option<Paise> {
        sum([self.cgst()?, self.sgst()?, self.igst()?])
    }
}

/// Prints `order` as its invoice will show it, the shipping among the lines that bear it.
pub(super) fn print(order: &Order) -> io::Result<()> {
    let mut out = io::stdout();
    let place = order.place_of_supply.as_deref().unwrap_or("?");
    writeln!(out, "\n{}, place of supply {place}, amounts in ₹ with the shares of the shipping", order.number)?;
    write!(out, "{}", table(order))
}

fn table(order: &Order) -> String {
    let mut table = row("", ["qty", "unit price", "taxable", "CGST", "SGST", "IGST", "payable"].map(str::to_owned));
    for item in &order.items {
        let figures = [item.taxable(), item.cgst(), item.sgst(), item.igst(), Some(item.payable_amount)].map(shown);
        let [taxable, cgst, sgst, igst, payable] = figures;
        let (quantity, price) = (item.quantity.to_string(), item.unit_price.to_string());
        table += &row(&item.product_name, [quantity, price, taxable, cgst, sgst, igst, payable]);
    }
    let columns: [fn(&Item) -> Option<Paise>; 4] = [Item::taxable, Item::cgst, Item::sgst, Item::igst];
    let [taxable, cgst, sgst, igst] = columns.map(|column| shown(order.sum(column)));
    let none = String::new;
    let totals = [none(), none(), taxable, cgst, sgst, igst, order.total_amount.to_string()];
    table + &row(&format!("in all, shipping {}", order.shipping_amount), totals)
}

fn shown(amount: Option<Paise>) -> String {
    amount.map_or_else(|| "?".to_owned(), |amount| amount.to_string())
}

fn row(name: &str, figures: [String; 7]) -> String {
    let name: String = name.chars().take(42).collect();
    let [quantity, figures @ ..] = figures;
    let figures = figures.map(|figure| format!("{figure:>11}")).concat();
    format!("  {name:<42} {quantity:>3}{figures}\n")
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::Value;

    use super::*;

    /// 2 × ₹118.00 with ₹11.80 of shipping at 18 %.
    const ORDER: &str = r#"{"id":1,"order_number":"PT-1","status":"confirmed","payment_status":"pending","payment_method":"upi",
        "place_of_supply":"27","subtotal":236.00,"discount_amount":0.00,"shipping_amount":11.80,"tax_amount":37.80,
        "total_amount":247.80,"items":[{"product_id":1,"product_name":"Neem Soap","quantity":2,"unit_price":118.00,
        "total_price":236.00,"discount_amount":0.00,"taxable_amount":200.00,"cgst_amount":18.00,"sgst_amount":18.00,
        "igst_amount":0.00,"shipping_amount":11.80,"shipping_taxable":10.00,"shipping_cgst":0.90,"shipping_sgst":0.90,
        "shipping_igst":0.00,"payable_amount":247.80}]}"#;

    /// The first fault of the order with this figure in place of the right one.
    fn fault(levy: Levy, figure: &str, wrong: f64) -> String {
        let mut order: Value = serde_json::from_str(ORDER).unwrap();
        *order.pointer_mut(figure).unwrap() = wrong.into();
        let order = Order::deserialize(order).unwrap();
        check(&order, levy).map_or_else(|fault| format!("{fault:#}"), |()| "none".to_owned())
    }

    #[test]
    fn figures_add_up_or_the_wrong_one_is_named() {
        for (figure, wrong, named) in [
            ("/subtotal", 236.01, "expected the subtotal to be 236.00, got 236.01"),
            ("/discount_amount", 1.00, "expected the discount to be 0.00, got 1.00"),
            ("/shipping_amount", 0.00, "expected the shipping to be 11.80, got 0.00"),
            ("/tax_amount", 37.79, "expected the tax to be 37.80, got 37.79"),
            ("/total_amount", 247.81, "expected the total to be 247.80, got 247.81"),
            ("/items/0/unit_price", 117.99, "line \"Neem Soap\": expected the price to be 235.98, got 236.00"),
            ("/items/0/shipping_cgst", 0.91, "line \"Neem Soap\": expected its shipping to be 11.81, got 11.80"),
            ("/items/0/cgst_amount", 18.01, "line \"Neem Soap\": expected what is to be paid to be 247.81, got 247.80"),
        ] {
            assert_eq!(fault(Levy::WithinTheState, figure, wrong), named, "{figure}");
        }
        assert_eq!(fault(Levy::WithinTheState, "/total_amount", 247.80), "none");
    }

    #[test]
    fn each_supply_has_its_taxes_and_no_other() {
        let moved = ORDER.replace("\"cgst_amount\":18.00", "\"cgst_amount\":17.99");
        let moved = moved.replace("\"taxable_amount\":200.00", "\"taxable_amount\":200.01");
        let fault = |json: &str, levy| format!("{:#}", check(&serde_json::from_str(json).unwrap(), levy).unwrap_err());
        assert_eq!(fault(&moved, Levy::WithinTheState), "line \"Neem Soap\": expected SGST to be 17.99, got 18.00");
        let both = "line \"Neem Soap\": expected CGST and SGST to be 0.00, got 18.90";
        assert_eq!(fault(ORDER, Levy::BetweenStates), both);
    }

    #[test]
    fn a_table_shows_lines_and_totals() {
        let table = table(&serde_json::from_str(ORDER).unwrap());
        let rows: Vec<Vec<&str>> = table.lines().map(|line| line.split_whitespace().collect()).collect();
        let figures = ["210.00", "18.90", "18.90", "0.00", "247.80"];
        assert_eq!(rows[1], [&["Neem", "Soap", "2", "118.00"], &figures[..]].concat());
        assert_eq!(rows[2], [&["in", "all,", "shipping", "11.80"], &figures[..]].concat());
    }
}
