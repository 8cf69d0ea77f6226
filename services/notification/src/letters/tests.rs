//! Letters, word for word.

use commerce::orders::{OrderStatus, PaymentMethod, PaymentStatus};
use serde_json::json;
use sqlx::types::Json;

use super::*;

/// Two lines for ₹1,23,456.50 and ₹90.00, one of them with its tax on top, sold within Maharashtra.
fn order() -> (Order, Vec<Line>) {
    let address = json!({
        "full_name": "Asha Rao", "phone": "+919876543210", "address_line1": "7 Tilak Road", "address_line2": null,
        "landmark": "near the temple", "city": "Pune", "state": "Maharashtra", "postal_code": "411030", "country": "IN",
    });
    let order = Order {
        user_id: UserId::new(1).unwrap(),
        email: Some("asha@example.com".to_owned()),
        first_name: "Asha".to_owned(),
        number: "PV-2026-000007".to_owned(),
        created_at: "2026-11-22T20:00:00Z".parse().unwrap(),
        subtotal: Paise::new(12_354_650),
        discount_amount: Paise::new(100_000),
        shipping_amount: Paise::new(5_000),
        total_amount: Paise::new(12_260_100),
        status: OrderStatus::Confirmed,
        payment_method: PaymentMethod::CashOnDelivery,
        payment_status: PaymentStatus::Pending,
        paid_by: None,
        shipping_address: Json(serde_json::from_value(address).unwrap()),
        is_utgst: false,
    };
    (order, vec![line("Silk Saree", 1, 12_345_650, 583_000), line("Neem Soap", 2, 9_000, 225)])
}

/// A line with so much of each half of its tax.
fn line(name: &str, quantity: i32, total: i64, half: i64) -> Line {
    let (total_price, half) = (Paise::new(total), Paise::new(half));
    Line { product_name: name.to_owned(), quantity, total_price, cgst: half, sgst: half, igst: Paise::ZERO }
}

fn letter(news: &News, order: &Order, lines: &[Line]) -> Letter {
    let [name, phone, email] = ["Pavitra Trading", "+91 11 0000 0000", "support@example.com"].map(str::to_owned);
    render(news.kind, &news.content(order, lines, Shop { name, phone, email }).unwrap()).unwrap()
}

fn confirmed() -> News {
    News { kind: Kind::OrderConfirmed, reason: None, ..cancelled("", 0) }
}

fn cancelled(reason: &str, amount: i64) -> News {
    let (reason, amount) = (Some(reason.to_owned()), Paise::new(amount));
    News { kind: Kind::OrderCancelled, order: OrderId::new(7).unwrap(), reason, amount, is_surplus: false }
}

fn refunded(reason: &str, amount: i64) -> News {
    News { kind: Kind::RefundProcessed, ..cancelled(reason, amount) }
}

#[test]
fn an_order_is_confirmed_in_text() {
    let (order, lines) = order();
    let letter = letter(&confirmed(), &order, &lines);
    assert_eq!(letter.subject, "Your order PV-2026-000007 is confirmed");
    insta::assert_snapshot!(letter.text, @"
    Namaste Asha,

    thank you for your order PV-2026-000007. It is confirmed.

    Order PV-2026-000007 of 23 November 2026

    1 x Silk Saree: ₹1,23,456.50
    2 x Neem Soap: ₹90.00

    Subtotal: ₹1,23,546.50
    Discount: -₹1,000.00
    Delivery: ₹50.00
    GST on top of the prices: ₹4.50
    Total: ₹1,22,601.00
    The total contains CGST ₹5,832.25 and SGST ₹5,832.25.

    Payment: to be paid in cash on delivery.

    Delivery address:
    Asha Rao
    7 Tilak Road
    near the temple
    Pune 411030
    Maharashtra
    Phone +919876543210

    Pavitra Trading
    Phone: +91 11 0000 0000
    E-mail: support@example.com
    ");
}

#[test]
fn an_order_is_confirmed_in_html() {
    let (order, lines) = order();
    insta::assert_snapshot!(letter(&confirmed(), &order, &lines).html, @r#"
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Your order PV-2026-000007 is confirmed</title>
    </head>
    <body style="margin: 0 auto; padding: 16px; max-width: 600px; font-family: sans-serif; color: #222222">
    <p>Namaste Asha,</p>
    <p>thank you for your order <strong>PV-2026-000007</strong>. It is confirmed.</p>
    <table style="width: 100%; border-collapse: collapse">
    <caption style="text-align: left">Order PV-2026-000007 of 23 November 2026</caption>
    <tr><th style="text-align: left">Product</th><th style="text-align: right">Quantity</th><th style="text-align: right">Amount</th></tr>
    <tr><td>Silk Saree</td><td style="text-align: right">1</td><td style="text-align: right">₹1,23,456.50</td></tr>
    <tr><td>Neem Soap</td><td style="text-align: right">2</td><td style="text-align: right">₹90.00</td></tr>
    <tr><td colspan="2">Subtotal</td><td style="text-align: right">₹1,23,546.50</td></tr>
    <tr><td colspan="2">Discount</td><td style="text-align: right">-₹1,000.00</td></tr>
    <tr><td colspan="2">Delivery</td><td style="text-align: right">₹50.00</td></tr>
    <tr><td colspan="2">GST on top of the prices</td><td style="text-align: right">₹4.50</td></tr>
    <tr><td colspan="2"><strong>Total</strong></td><td style="text-align: right"><strong>₹1,22,601.00</strong></td></tr>
    <tr><td colspan="2">of which CGST</td><td style="text-align: right">₹5,832.25</td></tr>
    <tr><td colspan="2">of which SGST</td><td style="text-align: right">₹5,832.25</td></tr>
    </table>
    <p>Payment: to be paid in cash on delivery.</p>
    <p>Delivery address:</p>
    <p>
    Asha Rao<br>
    7 Tilak Road<br>
    near the temple<br>
    Pune 411030<br>
    Maharashtra<br>
    Phone +919876543210<br>
    </p>
    <p>
    Pavitra Trading<br>
    Phone: +91 11 0000 0000<br>
    E-mail: support@example.com<br>
    </p>
    </body>
    </html>
    "#);
}

/// Paid by UPI, from Maharashtra to another state, without discount, delivered free.
fn paid_order() -> (Order, Vec<Line>) {
    let (mut order, mut lines) = order();
    order.payment_method = PaymentMethod::Upi;
    order.payment_status = PaymentStatus::Paid;
    order.discount_amount = Paise::ZERO;
    order.shipping_amount = Paise::ZERO;
    order.total_amount = order.subtotal;
    for line in &mut lines {
        line.igst = line.cgst.checked_mul(2).unwrap();
        (line.cgst, line.sgst) = (Paise::ZERO, Paise::ZERO);
    }
    (order, lines)
}

#[test]
fn an_order_is_cancelled_in_text() {
    let (order, lines) = paid_order();
    let letter = letter(&cancelled("changed my mind", 12_354_650), &order, &lines);
    assert_eq!(letter.subject, "Your order PV-2026-000007 is cancelled");
    insta::assert_snapshot!(letter.text, @"
    Namaste Asha,

    your order PV-2026-000007 has been cancelled.
    Reason: changed my mind

    We give ₹1,23,546.50 back to you, the way it came.

    Order PV-2026-000007 of 23 November 2026

    1 x Silk Saree: ₹1,23,456.50
    2 x Neem Soap: ₹90.00

    Subtotal: ₹1,23,546.50
    Delivery: free
    Total: ₹1,23,546.50
    The total contains IGST ₹11,664.50.

    It was to be delivered to:
    Asha Rao
    7 Tilak Road
    near the temple
    Pune 411030
    Maharashtra
    Phone +919876543210

    Pavitra Trading
    Phone: +91 11 0000 0000
    E-mail: support@example.com
    ");
}

#[test]
fn an_order_is_cancelled_in_html() {
    let (order, lines) = paid_order();
    insta::assert_snapshot!(letter(&cancelled("changed my mind", 12_354_650), &order, &lines).html, @r#"
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Your order PV-2026-000007 is cancelled</title>
    </head>
    <body style="margin: 0 auto; padding: 16px; max-width: 600px; font-family: sans-serif; color: #222222">
    <p>Namaste Asha,</p>
    <p>your order <strong>PV-2026-000007</strong> has been cancelled.</p>
    <p>Reason: changed my mind</p>
    <p>We give ₹1,23,546.50 back to you, the way it came.</p>
    <table style="width: 100%; border-collapse: collapse">
    <caption style="text-align: left">Order PV-2026-000007 of 23 November 2026</caption>
    <tr><th style="text-align: left">Product</th><th style="text-align: right">Quantity</th><th style="text-align: right">Amount</th></tr>
    <tr><td>Silk Saree</td><td style="text-align: right">1</td><td style="text-align: right">₹1,23,456.50</td></tr>
    <tr><td>Neem Soap</td><td style="text-align: right">2</td><td style="text-align: right">₹90.00</td></tr>
    <tr><td colspan="2">Subtotal</td><td style="text-align: right">₹1,23,546.50</td></tr>
    <tr><td colspan="2">Delivery</td><td style="text-align: right">free</td></tr>
    <tr><td colspan="2"><strong>Total</strong></td><td style="text-align: right"><strong>₹1,23,546.50</strong></td></tr>
    <tr><td colspan="2">of which IGST</td><td style="text-align: right">₹11,664.50</td></tr>
    </table>
    <p>It was to be delivered to:</p>
    <p>
    Asha Rao<br>
    7 Tilak Road<br>
    near the temple<br>
    Pune 411030<br>
    Maharashtra<br>
    Phone +919876543210<br>
    </p>
    <p>
    Pavitra Trading<br>
    Phone: +91 11 0000 0000<br>
    E-mail: support@example.com<br>
    </p>
    </body>
    </html>
    "#);
}

#[test]
fn a_refund_is_told_in_text() {
    let (order, lines) = paid_order();
    let letter = letter(&refunded("one piece was broken", 9_000), &order, &lines);
    assert_eq!(letter.subject, "Your refund for order PV-2026-000007 has been made");
    insta::assert_snapshot!(letter.text, @"
    Namaste Asha,

    your refund of ₹90.00 for order PV-2026-000007 has been made. It goes back to you the way you paid; banks take 5 to 7 working days to book it.
    Reason: one piece was broken

    Order PV-2026-000007 of 23 November 2026

    1 x Silk Saree: ₹1,23,456.50
    2 x Neem Soap: ₹90.00

    Subtotal: ₹1,23,546.50
    Delivery: free
    Total: ₹1,23,546.50
    The total contains IGST ₹11,664.50.

    Pavitra Trading
    Phone: +91 11 0000 0000
    E-mail: support@example.com
    ");
}

#[test]
fn a_surplus_that_went_back_is_told_in_html() {
    let (order, lines) = paid_order();
    let surplus = News { is_surplus: true, ..refunded("paid twice", 12_354_650) };
    let letter = letter(&surplus, &order, &lines);
    assert!(letter.text.contains("\nReason: paid twice\n\nMore was paid than the order costs, for instance because"));
    let (head, bill) = letter.html.split_once("<table").unwrap();
    assert!(bill.contains("Order PV-2026-000007 of 23 November 2026") && bill.contains("Phone: +91 11 0000 0000"));
    insta::assert_snapshot!(head, @r#"
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Your refund for order PV-2026-000007 has been made</title>
    </head>
    <body style="margin: 0 auto; padding: 16px; max-width: 600px; font-family: sans-serif; color: #222222">
    <p>Namaste Asha,</p>
    <p>your refund of <strong>₹1,23,546.50</strong> for order <strong>PV-2026-000007</strong> has been made. It goes back to you the way you paid; banks take 5 to 7 working days to book it.</p>
    <p>Reason: paid twice</p>
    <p>More was paid than the order costs, for instance because it was paid twice. The surplus is what goes back; the order itself stays as it is.</p>
    "#);
}

/// The line of a confirmation that begins with `Payment: `; the same in text and in HTML.
#[track_caller]
fn payment(order: &Order, lines: &[Line]) -> String {
    let letter = letter(&confirmed(), order, lines);
    let said = letter.text.lines().find_map(|line| line.strip_prefix("Payment: ")).unwrap().to_owned();
    assert!(letter.html.contains(&format!("\n<p>Payment: {said}</p>\n")), "{}", letter.html);
    said
}

#[test]
fn a_confirmation_asks_nobody_for_money_who_has_paid() {
    let (mut order, lines) = paid_order();
    for status in [PaymentStatus::Paid, PaymentStatus::PartiallyRefunded, PaymentStatus::Refunded] {
        for meant in [PaymentMethod::Upi, PaymentMethod::CashOnDelivery] {
            (order.payment_status, order.payment_method) = (status, meant);
            order.paid_by = None;
            assert_eq!(payment(&order, &lines), "paid.");
            order.paid_by = Some(PaymentMethod::CreditCard);
            assert_eq!(payment(&order, &lines), "paid by credit card.");
        }
    }
    order.paid_by = None;
    for status in [PaymentStatus::Pending, PaymentStatus::Failed] {
        (order.payment_status, order.payment_method) = (status, PaymentMethod::CashOnDelivery);
        assert_eq!(payment(&order, &lines), "to be paid in cash on delivery.");
        order.payment_method = PaymentMethod::Upi;
        assert_eq!(payment(&order, &lines), "to be paid by UPI.");
    }
}

/// The line of a cancellation about money; the same in text and in HTML.
#[track_caller]
fn money(order: &Order, lines: &[Line], amount: i64) -> String {
    let letter = letter(&cancelled("", amount), order, lines);
    assert!(!letter.text.contains("Reason:") && !letter.html.contains("Reason:"));
    let said = letter.text.lines().filter(|line| !line.is_empty()).nth(2).unwrap().to_owned();
    assert!(letter.html.contains(&format!("\n<p>{said}</p>\n")), "{}", letter.html);
    said
}

#[test]
fn a_cancellation_says_what_becomes_of_the_money() {
    let (mut order, lines) = paid_order();
    assert_eq!(money(&order, &lines, 9_000), "We give ₹90.00 back to you, the way it came.");
    // Asked back before, or paid after it was cancelled: the letter is written later than the event.
    for status in [PaymentStatus::Paid, PaymentStatus::PartiallyRefunded, PaymentStatus::Refunded] {
        order.payment_status = status;
        let said = "What you have paid goes back to you the way it came, unless it has done so already.";
        assert_eq!(money(&order, &lines, 0), said);
    }
    for status in [PaymentStatus::Pending, PaymentStatus::Failed] {
        (order.payment_status, order.payment_method) = (status, PaymentMethod::Upi);
        let said = "We have received no payment for it, and there is nothing to pay now. \
                    A payment that still arrives goes back to you.";
        assert_eq!(money(&order, &lines, 0), said);
        order.payment_method = PaymentMethod::CashOnDelivery;
        let said = "It was to be paid in cash on delivery: there is nothing to pay now.";
        assert_eq!(money(&order, &lines, 0), said);
    }
}

#[test]
fn a_union_territory_without_legislature_has_its_own_tax_and_a_shop_without_gstin_none() {
    let (mut order, mut lines) = order();
    order.is_utgst = true;
    assert!(
        letter(&confirmed(), &order, &lines).text.contains("The total contains CGST ₹5,832.25 and UTGST ₹5,832.25.\n")
    );
    for line in &mut lines {
        (line.cgst, line.sgst) = (Paise::ZERO, Paise::ZERO);
    }
    order.total_amount = Paise::new(12_259_650);
    let untaxed = letter(&confirmed(), &order, &lines);
    assert!(!untaxed.text.contains("GST") && !untaxed.html.contains("GST"), "{}", untaxed.text);
}

/// What people may be called: a template, a script, further headers, further lines, text that runs backwards.
const HOSTILE: &str =
    "{{7*7}}{% include 'shop.txt' %}<script>alert(\"x\")</script>&amp;\r\nBcc: all@example.com\n\u{202e}";
const HARMLESS: &str = "{{7*7}}{% include 'shop.txt' %}<script>alert(\"x\")</script>&amp; Bcc: all@example.com";
const ESCAPED: &str = "{{7*7}}{% include &#x27;shop.txt&#x27; %}&lt;script&gt;alert(&quot;x&quot;)&lt;&#x2f;script&gt;&amp;amp; \
                       Bcc: all@example.com";

#[test]
fn what_people_are_called_is_text_and_stays_on_its_line() {
    let (mut order, mut lines) = order();
    order.first_name = HOSTILE.to_owned();
    order.number = HOSTILE.to_owned();
    order.shipping_address = Json(serde_json::from_value(json!({ "full_name": HOSTILE, "city": HOSTILE })).unwrap());
    lines[0].product_name = HOSTILE.to_owned();
    let news = cancelled(HOSTILE, 1);
    let shop = Shop { name: one_line(HOSTILE), phone: one_line(HOSTILE), email: one_line(HOSTILE) };
    let letter = render(news.kind, &news.content(&order, &lines, shop).unwrap()).unwrap();
    assert_eq!(letter.subject, format!("Your order {HARMLESS} is cancelled"));
    // Greeting, two order numbers, reason, product, two lines of address, three of the shop; the title has the number too.
    assert_eq!((letter.text.matches(HARMLESS).count(), letter.html.matches(ESCAPED).count()), (10, 11));
    assert!(!letter.html.contains("<script") && !letter.text.contains('\r') && !letter.text.contains('\u{202e}'));
    assert_eq!(letter.text.matches("{{7*7}}").count(), 10);
}

#[test]
fn a_letter_is_short_where_it_has_to_be() {
    let (mut order, lines) = order();
    order.number = "9".repeat(1_000);
    assert_eq!(letter(&confirmed(), &order, &lines).subject.chars().count(), 200);
    order.total_amount = Paise::MAX;
    order.subtotal = Paise::new(-1);
    assert!(Words::of(&order, &lines).is_none(), "amounts that do not fit are an error, not a wrong letter");
}
