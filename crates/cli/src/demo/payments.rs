//! How everything was paid in the end, as a table.

use std::io::{self, Write};

use commerce::orders::{Gateway, PaymentMethod};
use kernel::Paise;

use super::answers::Order;
use super::ordering::{find_order, list_tenders};
use super::shopper::Shopper;
use super::timeline::Checked;

/// A tender of an order; of an order without any, only what the order says.
pub(super) struct Row {
    order: String,
    method: PaymentMethod,
    gateway: Option<Gateway>,
    amount: Paise,
    payment: String,
    state: &'static str,
}

/// How `orders` were paid.
pub(super) async fn list(shopper: &mut Shopper, orders: &[Order]) -> Checked<Vec<Row>> {
    let mut rows = Vec::new();
    for order in orders {
        let order = find_order(shopper, order.id).await?;
        let none = Row {
            order: order.number.clone(),
            method: order.payment_method,
            gateway: None,
            amount: order.total_amount,
            payment: "-".to_owned(),
            state: order.status.as_str(),
        };
        let tenders = list_tenders(shopper, &order).await?;
        rows.extend(tenders.is_empty().then_some(none));
        rows.extend(tenders.into_iter().map(|tender| Row {
            order: order.number.clone(),
            method: tender.payment_method.unwrap_or(order.payment_method),
            gateway: Some(tender.gateway),
            amount: tender.amount,
            payment: tender.status,
            state: order.status.as_str(),
        }));
    }
    let note = format!("{} orders, {} payments: see below", orders.len(), rows.len());
    Ok((rows, note))
}

/// Prints the table.
pub(super) fn print(rows: &[Row]) -> io::Result<()> {
    write!(io::stdout(), "\npayments, amounts in ₹\n{}", table(rows))
}

fn table(rows: &[Row]) -> String {
    let head = line(["order", "method", "gateway", "amount", "payment", "order is"]);
    let lines = rows.iter().map(|row| {
        let gateway = row.gateway.map_or("-", Gateway::as_str);
        line([&row.order, row.method.as_str(), gateway, &row.amount.to_string(), &row.payment, row.state])
    });
    head + &lines.collect::<String>()
}

fn line([order, method, gateway, amount, payment, state]: [&str; 6]) -> String {
    format!("  {order:<18} {method:<16} {gateway:<16} {amount:>11}  {payment:<18} {state}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_shows_how_each_order_was_paid() {
        let row = |gateway, payment: &str| Row {
            order: "PT-1".to_owned(),
            method: PaymentMethod::Upi,
            gateway,
            amount: Paise::new(1_999),
            payment: payment.to_owned(),
            state: "confirmed",
        };
        let table = table(&[row(Some(Gateway::Razorpay), "captured"), row(None, "-")]);
        let rows: Vec<Vec<&str>> = table.lines().map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(rows[1], ["PT-1", "upi", "razorpay", "19.99", "captured", "confirmed"]);
        assert_eq!(rows[2], ["PT-1", "upi", "-", "19.99", "-", "confirmed"]);
    }
}
